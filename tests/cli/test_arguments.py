"""What the command line says about itself, and what it makes of a slip of the hand."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kpixl.commands.arguments import WIDTH, mistake
from kpixl.layout.measure import terminal_width
from tests.cli.running import REPO, Run, kpixl

COMMANDS = (
    "demo",
    "score",
    "rank",
    "new",
    "issue",
    "check",
    "collect",
    "bind",
    "rule",
    "lint",
    "calc",
    "verify",
    "calc-addin",
    "addin",
    "drop",
    "doctor",
)


def test_help_lists_the_commands_there_are_and_no_others(run: Callable[..., Run]) -> None:
    done = run("--help")
    assert (done.code, done.err) == (0, "")
    section = done.out.partition("命令:\n")[2].partition("\n\n")[0]
    assert tuple(line.split()[0] for line in section.splitlines()) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_chinese_and_within_the_screen(
    command: str, run: Callable[..., Run]
) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"用法:kpixl {command}")
    assert "例:" in done.out and "退出码:" in done.out
    assert not re.search(r"usage|options|show this|positional", done.out)
    assert max(map(terminal_width, done.out.splitlines())) <= WIDTH + 10


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "缺少参数:命令。"),
        (
            ("scroe",),
            f"没有“scroe”这个命令,可用的有:{'、'.join(COMMANDS)}。",
        ),
        (("score", "方案.xlsx"), "缺少参数:--data。"),
        (("score", "方案.xlsx", "--data"), "--data 后面至少要写一个值。"),
        (("rank", "方案.xlsx", "--data", "表"), "缺少参数:--out 或 --into。"),
        (("lint", "甲", "乙"), "不认识的参数:乙。"),
        (("lint", "甲", "--jason"), "不认识的参数:--jason。"),
        (("lint", "甲", "--json=1"), "--json 后面不用写值:“1”。"),
        (("rule", "最高加5分", "--points"), "--points 后面要写一个值。"),
    ],
)
def test_a_slip_in_the_arguments_is_named_in_chinese(
    words: tuple[str, ...], sentence: str, run: Callable[..., Run]
) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    first, usage, more = done.err.splitlines()
    assert first == sentence
    assert usage.startswith("用法:kpixl")
    assert more.startswith("详细说明:kpixl") and more.endswith("--help")


def test_what_a_command_does_not_take_is_answered_with_the_usage_of_that_command(
    run: Callable[..., Run],
) -> None:
    done = run("score", "方案.xlsx", "--data", "表", "--scheme", "甲")
    first, usage, more = done.err.splitlines()
    assert first == "不认识的参数:--scheme 甲。"
    assert usage.startswith("用法:kpixl score 方案 --data")
    assert more == "详细说明:kpixl score --help"


def test_a_complaint_that_nobody_translated_is_shown_as_it_is() -> None:
    assert mistake("something new") == "参数有误:something new"


def test_the_version_is_that_of_the_package(run: Callable[..., Run]) -> None:
    import kpixl as package

    assert run("--version").out == f"kpixl {package.__version__}\n"


def test_the_module_runs_like_the_command(tmp_path: Path) -> None:
    assert kpixl("--version", cwd=tmp_path).code == 0


def test_asking_for_help_loads_no_heavy_package() -> None:
    code = (
        "import sys; from kpixl.cli import main; main(['score', '--help']);"
        "print(*{'numpy', 'pandas', 'openpyxl', 'rich', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        cwd=REPO,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == ""
