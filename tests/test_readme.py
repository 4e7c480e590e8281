"""Both READMEs give the same commands, and CI runs exactly these."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from kpixl.cli import build_parser, main

REPO = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
# Language of a fenced block → how its commands follow from the ones for Linux and macOS.
FORMS = {
    "sh": [],
    "bat": [("python3 ", "py "), (".venv/bin/", ".venv\\Scripts\\")],
    "powershell": [
        ("python3 ", "py "),
        (".venv/bin/", ".venv\\Scripts\\"),
        (" && ", "; "),
    ],
}


def read(name: str) -> str:
    return (REPO / name).read_text(encoding="utf-8")


def commands(name: str, form: str) -> list[str]:
    """The lines of all blocks of one form that set kpixl up."""
    blocks = re.findall(rf"^```{form}\n(.*?)^```$", read(name), re.MULTILINE | re.DOTALL)
    return [
        line
        for block in blocks
        for line in block.splitlines()
        if re.match(r"py(thon3)? -m venv", line)
    ]


@pytest.mark.parametrize("name", READMES)
def test_a_readme_has_two_commands_the_main_job_and_the_tests(name: str) -> None:
    first, second = commands(name, "sh")
    assert first.endswith("kpixl demo")
    assert second.endswith("python -m pytest -n auto --dist loadscope")


@pytest.mark.parametrize("form", FORMS)
def test_both_readmes_give_the_same_commands(form: str) -> None:
    english, chinese = (commands(name, form) for name in READMES)
    assert english == chinese


@pytest.mark.parametrize("form", FORMS)
def test_the_windows_forms_do_what_the_others_do(form: str) -> None:
    expected = commands("README.md", "sh")
    for old, new in FORMS[form]:
        expected = [line.replace(old, new) for line in expected]
    assert commands("README.md", form) == expected


def test_ci_runs_the_commands_of_the_readme() -> None:
    lines = read(".ci/run").splitlines()
    first, second = commands("README.md", "sh")
    assert lines.count(first) == lines.count(second) == 1
    assert lines.index(first) < lines.index(second)
    assert [line for line in lines if line.strip()][-1] == second


def test_both_readmes_have_the_same_structure() -> None:
    shapes = []
    for name in READMES:
        prose = re.sub(r"^```.*?^```$", "```", read(name), flags=re.MULTILINE | re.DOTALL)
        shapes.append(re.findall(r"^(#+ |```|\| ?-)", prose, re.MULTILINE))
    assert shapes[0] == shapes[1]
    assert sum(mark.startswith("#") for mark in shapes[0]) >= 4


@pytest.mark.parametrize("name", READMES)
def test_the_files_that_a_readme_points_to_exist(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(name))
    assert links
    assert [link for link in links if not (REPO / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_what_a_readme_shows_of_a_clause_is_what_the_program_prints(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    sessions = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", read(name), re.M | re.S)
    assert len(sessions) == 2
    for command, shown in sessions:
        program, *arguments = shlex.split(command)
        assert program == "kpixl"
        main(arguments)
        printed = capfd.readouterr()
        assert (printed.out + printed.err).strip() == shown.strip()


@pytest.mark.parametrize("name", READMES)
def test_the_ranking_that_a_readme_shows_is_that_of_the_demo(
    name: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (shown,) = re.findall(r"^```text\n(.*?)^```$", read(name), re.M | re.S)
    main(["demo", str(tmp_path)])
    printed = capfd.readouterr().out
    assert shown.strip() in "\n".join(line.rstrip() for line in printed.splitlines())
    (book,) = tmp_path.iterdir()
    assert book.name in read(name)


@pytest.mark.parametrize("name", READMES)
def test_a_readme_lists_the_commands_that_there_are(name: str) -> None:
    (action,) = (a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    listed = re.findall(r"^\| `kpixl ([\w-]+)", read(name), re.M)
    assert sorted(listed) == sorted(action.choices)
