"""What the documents point to exists."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest

from kpixl import __version__
from kpixl.reporting.selftest import cases, cases_digest
from kpixl.reporting.selftest_report import EXCEL, KIND, NEEDED, PROGRAM, SYSTEM, _seal
from kpixl.scheme.find import known_schemes
from kpixl.workspace.schemes import usable_scheme

REPO = Path(__file__).parents[1]
DOCUMENTS = sorted(p.relative_to(REPO).as_posix() for p in (REPO / "docs").glob("*.md"))


def evidence() -> list[str]:
    """The files and tests that docs/claims.md names, as file or file::test."""
    rows = [
        line
        for line in (REPO / "docs/claims.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and ".py" in line
    ]
    return [name for row in rows for name in re.findall(r"`([\w/.]+\.py(?:::\w+)?)`", row)]


def test_claims_name_their_evidence() -> None:
    assert len(evidence()) >= 10


@pytest.mark.parametrize("name", evidence())
def test_the_evidence_of_a_claim_exists(name: str) -> None:
    file, _, test = name.partition("::")
    source = (REPO / "tests" / file).read_text(encoding="utf-8")
    assert f"def {test}(" in source if test else "def test_" in source


def test_no_claim_has_a_grade_that_its_evidence_cannot_give() -> None:
    text = (REPO / "docs/claims.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\|(.+)\|(.+)\|(.+)\|$", text, re.MULTILINE):
        claim, grade, shown = (cell.strip() for cell in row)
        files = re.findall(r"`([\w/]+\.py)", shown)
        if grade == "Calc-executed":
            sources = [(REPO / "tests" / f).read_text(encoding="utf-8") for f in files]
            assert any("soffice" in source for source in sources), claim
        if "Wine-executed" in grade:
            assert any(f.startswith("wine/") for f in files), claim
    assert unfounded(text, REPO) == []


def unfounded(claims: str, root: Path) -> list[str]:
    """The claims graded Excel-run that name no report which raises them."""
    from kpixl.reporting.selftest_report import read_report

    found = []
    for claim, grade, shown in re.findall(r"^\|(.+)\|(.+)\|(.+)\|$", claims, re.MULTILINE):
        if "Excel-run" not in grade:
            continue
        reports = [root / name for name in re.findall(r"`([^`]+\.json)`", shown)]
        if not any(r.is_file() and read_report(r).raises_claims for r in reports):
            found.append(claim.strip())
    return found


def test_excel_run_is_written_with_a_report_of_excel_only(tmp_path: Path) -> None:
    """Tried on made-up lines, since no report is on record."""
    row = "| It works | Excel-run | `report.json` |"
    grades = "| Excel-run | ran in Excel, with a report |"
    assert unfounded(f"{grades}\n{row}", tmp_path) == ["It works"]
    made = {
        "kind": KIND,
        "kpixl": __version__,
        "time": "2026-03-04T10:00:00",
        "table": cases_digest(),
    }
    rows = [
        {
            "item": c.item,
            "call": c.call,
            "how": c.how,
            "wanted": c.wanted,
            "passed": True,
            "got": {"error": c.wanted} if c.how == "错误值" else c.wanted,
        }
        | ({"got": ""} if c.how == "空白" else {})
        for c in cases()
    ]
    excel = dict.fromkeys(NEEDED, "64") | {PROGRAM: EXCEL, SYSTEM: "Windows"}
    for host, grounds in ((excel, True), (excel | {"Wine": "是"}, False), ({}, False)):
        report = made | {"host": host, "cases": rows}
        sealed = json.dumps(report | {"seal": _seal(report)}, ensure_ascii=False)
        (tmp_path / "report.json").write_text(sealed, encoding="utf-8")
        assert (unfounded(row, tmp_path) == []) == grounds, host
    assert unfounded("| It works | Excel-run | `addin/test_xlam.py` |", tmp_path) == ["It works"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_files_that_a_document_points_to_exist(name: str) -> None:
    text = (REPO / name).read_text(encoding="utf-8")
    pointed = re.findall(r"`((?:kpixl|tests|workbooks|macros|bench|docs)/[\w./-]*)`", text)
    assert [p for p in pointed if not (REPO / p).exists()] == []


RULE_LANGUAGE = (REPO / "docs/rule-language.md").read_text(encoding="utf-8")


def quoted_lines() -> list[str]:
    """The lines that docs/rule-language.md quotes from the sources."""
    blocks = re.findall(r"^ *```text\n(.*?)^ *```", RULE_LANGUAGE, re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_example_of_a_phrase_quotes_what_stands_in_the_sources() -> None:
    assert len(quoted_lines()) >= 9
    files = [
        *(REPO / "kpixl/rules").rglob("*.py"),
        REPO / "tests/rules/clauses.py",
        REPO / "docs/rules.zh-CN.json",
    ]
    sources = {line.strip() for f in files for line in f.read_text("utf-8").splitlines()}
    assert [line for line in quoted_lines() if line not in sources] == []


def test_the_example_of_a_phrase_comes_out_as_shown() -> None:
    (block,) = re.findall(r"^```pycon\n(.*?)^```", RULE_LANGUAGE, re.DOTALL | re.MULTILINE)
    case = doctest.DocTestParser().get_doctest(block, {}, "rule-language", None, None)
    found = doctest.DocTestRunner(verbose=False).run(case)
    assert (found.failed, found.attempted) == (0, len(case.examples))
    assert found.attempted >= 6


SYSTEMS = known_schemes()


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "docs/glossary.md", "docs/source-sentences.md"]
)
def test_every_system_of_the_package_is_told_of(name: str) -> None:
    text = (REPO / name).read_text(encoding="utf-8")
    assert [system for system in SYSTEMS if system not in text] == []


def exceptions() -> list[tuple[str, str]]:
    """System and item of every line of docs/source-sentences.md."""
    text = (REPO / "docs/source-sentences.md").read_text(encoding="utf-8")
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines()]
    lines = [row for row in rows if len(row) == 4 and row[0] in SYSTEMS]
    assert all(how and reason for _, _, how, reason in lines)
    return [(system, item) for system, item, _, _ in lines]


@pytest.mark.parametrize(("system", "item"), exceptions())
def test_an_item_whose_sentence_is_an_exception_is_one_of_its_system(
    system: str, item: str
) -> None:
    scheme, _ = usable_scheme(system)
    assert item in {i.key for i in scheme.indicators} | {i.name for i in scheme.inputs}


def test_the_counts_of_exceptions_are_those_of_the_table() -> None:
    text = (REPO / "docs/source-sentences.md").read_text(encoding="utf-8")
    for system, told in re.findall(r"^- \*\*([\w-]+)\*\*, \d+ \w+, (no|\d+) exception", text, re.M):
        count = sum(of == system for of, _ in exceptions())
        assert told == (str(count) if count else "no"), system
    assert len(re.findall(r"^- \*\*", text, re.M)) == len(SYSTEMS)
