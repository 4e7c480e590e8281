"""公式核对 as LibreOffice calculates it: every score, total and place is that of the program.

The workbooks are written with wrong cached values, so that a figure which was not
calculated anew can't pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kpixl.entries import Entry
from kpixl.grid import Sheet
from kpixl.host import Formula, Patch, PutSheet, SheetSpec
from kpixl.hosts import files
from kpixl.ranking.model import Ranking, Standing
from kpixl.reporting import native_sheet as native
from kpixl.reporting.report import report
from kpixl.rules import parse
from kpixl.workspace.assessing import assess
from tests.reporting import example
from tests.reporting.example import (
    FIGURES,
    INPUTS,
    RUN,
    column_of,
    entries,
    ranking,
    row_of,
    scheme,
    sheet,
)
from tests.soffice import Office

GOLDEN = Path(__file__).parents[1] / "golden" / "wenzhou-2015"
COHORTS = sorted(path.stem for path in GOLDEN.glob("*.csv"))
WRONG = 12345.0

Changes = Mapping[tuple[str, str], Any]


@dataclass(frozen=True)
class Case:
    """A workbook that is written, and the ranking that its formulas must come to.

    `changes` are typed into 核对数据 after the results were written.
    """

    written: Ranking
    expected: Ranking
    changes: Changes


def same(made: Ranking) -> Case:
    return Case(made, made, {})


def with_figures(unit: str, **values: float | None) -> Mapping[str, tuple[float | None, ...]]:
    """The example's figures with some of one unit's changed."""
    line = dict(zip(INPUTS, FIGURES[unit], strict=True)) | values
    return {**FIGURES, unit: tuple(line[name] for name in INPUTS)}


def not_asked(unit: str, name: str) -> dict[tuple[str, str], Entry]:
    """An entry that says 不涉及."""
    return {(unit, name): Entry(unit, name, raw="不涉及", state="not_applicable")}


TIED = {
    **FIGURES,
    "南街道": FIGURES["西街道"],
    "乙乡": FIGURES["甲乡"],
    "北街道": (35, 6, 3, 2, 5, 1, 1, 120),
}
SKIPPED = not_asked("西街道", "产值") | not_asked("乙乡", "信息")


def tied(ties: str, scope: str) -> Case:
    return same(ranking(entries(TIED), ties=ties, scope=scope))


def skipped(policy: str) -> Case:
    return same(ranking(entries(special=SKIPPED), not_applicable=policy))


def changed(unit: str, name: str, value: float | None, typed: Any = None) -> Case:
    """One figure of the example typed over; yes and no are typed as words."""
    after = ranking(entries(with_figures(unit, **{name: value})))
    return Case(ranking(), after, {(unit, name): value if typed is None else typed})


def unread() -> Case:
    """Figures that are no numbers, and one that only looks like one."""
    words = {("东街道", "增速"): "约8", ("南街道", "产值"): "20", ("西街道", "方案"): "对"}
    odd = {spot: Entry(*spot, raw=word, state="unreadable") for spot, word in words.items()}
    return same(ranking(entries(special=odd)))


def dense(figures: Mapping[str, tuple[float | None, ...]], **changes: Any) -> Case:
    """An item by which units of equal figures take one place together."""
    plain = scheme()
    items = tuple(
        replace(i, rule=parse(i.clause, readings={"G3": "密集"})) if i.number == "2" else i
        for i in plain.indicators
    )
    return same(ranking(entries(figures), indicators=items, **changes))


ODD_NAMES = {"东街道": "*道", "西街道": "西?道", "南街道": "~?", "甲乡": "12", "乙乡": "1?"}


def odd_names() -> Case:
    """Units whose names mean something else to a search; places change none of it."""
    with pytest.MonkeyPatch.context() as patch:
        groups = {ODD_NAMES.get(unit, unit): group for unit, group in example.GROUPS.items()}
        patch.setattr(example, "GROUPS", groups)
        return same(ranking(entries({ODD_NAMES.get(u, u): line for u, line in TIED.items()})))


CASES: dict[str, Callable[[], Case]] = {
    "plain": lambda: same(ranking()),
    "one-list": lambda: same(ranking(scope="全部")),
    "tied": partial(tied, "竞争", "分组"),
    "tied-one-list": partial(tied, "竞争", "全部"),
    "tied-dense": partial(tied, "密集", "分组"),
    "tied-dense-one-list": partial(tied, "密集", "全部"),
    "tied-mean": partial(tied, "平均", "分组"),
    "tied-mean-one-list": partial(tied, "平均", "全部"),
    "not-applicable-asked": partial(skipped, "询问"),
    "not-applicable-full": partial(skipped, "满分"),
    "not-applicable-scaled": partial(skipped, "剔除并折算"),
    "not-applicable-mean": partial(skipped, "本组均分"),
    "missing-is-zero": lambda: same(ranking(missing="按0")),
    "missing-refused": lambda: same(ranking(missing="拒绝")),
    # the yes of 报表 stands for 一票否决 here
    "vetoed": lambda: same(ranking(veto="报表")),
    "vetoed-one-list": lambda: same(ranking(veto="报表", scope="全部", ties="平均")),
    "vetoed-dense": lambda: same(ranking(entries(TIED), veto="报表", ties="密集")),
    "unreadable": unread,
    "a-dense-item": lambda: dense(TIED),
    "a-dense-item-with-gaps": lambda: dense({**TIED, "北街道": (None,) * 8}),
    "odd-names": odd_names,
    "one-unit": lambda: same(ranking(entries({"东街道": FIGURES["东街道"]}))),
    "no-figures": lambda: same(ranking(entries(dict.fromkeys(FIGURES, (None,) * 8)))),
    "a-figure-changed": partial(changed, "南街道", "产值", 230.0),
    "a-place-changed": partial(changed, "西街道", "信息", 60.0),
    "a-divisor-changed": partial(changed, "北街道", "工业投资", 4.0),
    "a-blank-filled": partial(changed, "北街道", "增速", 7.7),
    "a-figure-deleted": partial(changed, "甲乡", "企业数", None),
    "a-dense-place-changed": lambda: Case(
        dense(FIGURES).written,
        dense(with_figures("东街道", 企业数=7.0)).expected,
        {("东街道", "企业数"): 7.0},
    ),
    "a-no-for-a-yes": partial(changed, "东街道", "方案", 0.0, "否"),
}


def spoiled(patch: Patch, changes: Changes) -> Patch:
    """The patch with a wrong cached value in every formula, and inputs typed over."""

    def spoil(spec: SheetSpec) -> SheetSpec:
        cells = {
            spot: replace(content, value=WRONG) if isinstance(content, Formula) else content
            for spot, content in spec.cells.items()
        }
        if spec.name == "核对数据":
            for (unit, name), value in changes.items():
                spot = (row_of(spec, unit, column=1), column_of(spec, name))
                cells[spot] = value
        return replace(spec, cells=cells)

    return replace(
        patch,
        changes=tuple(
            PutSheet(spoil(change.sheet)) if isinstance(change, PutSheet) else change
            for change in patch.changes
        ),
    )


@dataclass(frozen=True)
class Calculated:
    """公式核对 as it came back from the spreadsheet program."""

    spec: SheetSpec
    sheet: Sheet

    def cell(self, unit: str, heading: str) -> Any:
        """What stands in a unit's row under a heading; None for “”."""
        row = next(r for r in range(1, len(self.sheet.rows) + 1) if self.sheet.value(r, 1) == unit)
        value = self.sheet.value(row, column_of(self.spec, heading))
        return None if value == "" else value

    def line(self, standing: Standing, like: Ranking) -> dict[str, Any]:
        """A unit's scores, sums and places."""
        unit = standing.unit
        line = {key: self.cell(unit, key) for key in standing.items}
        one_list = like.table.scheme.scope == "全部" or len(set(like.table.groups)) < 2
        line |= {
            "基础分": self.cell(unit, "基础分"),
            "总分": self.cell(unit, "总分"),
            "完整性": self.cell(unit, "完整性"),
            "名次": self.cell(unit, "名次" if one_list else "组内名次"),
            "总名次": self.cell(unit, "名次" if one_list else "总名次"),
        }
        return line


def wanted(standing: Standing, like: Ranking) -> dict[str, Any]:
    """The same as the program has it."""
    table = like.table
    return {
        key: "不涉及" if table.excluded[standing.row, table.items.index(key)] else value
        for key, value in standing.items.items()
    } | {
        "基础分": standing.base_total,
        "总分": standing.total,
        "完整性": "完整" if standing.complete else "未完整",
        "名次": standing.rank,
        "总名次": standing.rank_all,
    }


def calculate(
    soffice: Office, folder: Path, books: Mapping[str, tuple[Patch, Changes]]
) -> dict[str, Calculated]:
    """公式核对 of every book, after one run of the spreadsheet program."""
    paths = []
    for name, (patch, changes) in books.items():
        paths.append(folder / f"{name}.xlsx")
        files.write_new(paths[-1], spoiled(patch, changes))
    results = soffice.recalculate(paths, folder / "calculated")
    found = {}
    for (name, (patch, _)), path in zip(books.items(), results, strict=True):
        native = files.read(path, structure=False).sheet("公式核对")
        assert native is not None
        found[name] = Calculated(sheet(patch, "公式核对"), native)
    return found


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {name: make() for name, make in CASES.items()}


@pytest.fixture(scope="module")
def calculated(
    soffice: Office, tmp_path_factory: pytest.TempPathFactory, cases: dict[str, Case]
) -> dict[str, Calculated]:
    books = {name: (report(c.written, (), RUN), c.changes) for name, c in cases.items()}
    return calculate(soffice, tmp_path_factory.mktemp("cases"), books)


@pytest.mark.parametrize("name", CASES)
def test_the_formulas_come_to_the_program_s_results(
    name: str, cases: dict[str, Case], calculated: dict[str, Calculated]
) -> None:
    case = cases[name]
    expected = {s.unit: wanted(s, case.expected) for s in case.expected.standings}
    found = {s.unit: calculated[name].line(s, case.expected) for s in case.expected.standings}
    assert found == expected


@pytest.mark.parametrize("name", CASES)
def test_the_check_column_counts_what_differs_from_the_written_ranking(
    name: str, cases: dict[str, Case], calculated: dict[str, Calculated]
) -> None:
    case = cases[name]
    groups = len(set(case.written.table.groups))
    one_list = case.written.table.scheme.scope == "全部" or groups < 2
    after = {s.unit: wanted(s, case.expected) for s in case.expected.standings}
    for standing in case.written.standings:
        before = wanted(standing, case.written)
        compared = [k for k in before if k != "完整性" and not (one_list and k == "总名次")]
        differ = sum(before[k] != after[standing.unit][k] for k in compared)
        unit = standing.unit
        assert calculated[name].cell(unit, "与排名表\n不同的项数") == differ
        assert calculated[name].cell(unit, "与排名表\n一致") == ("不一致" if differ else "一致")


def test_a_changed_figure_changes_places_and_is_said_on_top(
    calculated: dict[str, Calculated],
) -> None:
    def top(name: str) -> list[str]:
        rows = calculated[name].sheet.rows[:5]
        return [str(row[0]) for row in rows if row and row[0]]

    assert any("全部一致" in text for text in top("plain"))
    assert any("不一致" in text for text in top("a-figure-changed"))
    for name, place in (("plain", 2), ("a-place-changed", 1)):
        assert calculated[name].cell("西街道", "组内名次") == place


def other_ways(patch: Patch) -> Iterator[tuple[str, Patch]]:
    """The same results with 排名 sorted another way, and with one score in it typed over."""
    of_ranking = next(
        c.sheet for c in patch.changes if isinstance(c, PutSheet) and c.sheet.name == "排名"
    )
    unit = column_of(of_ranking, "单位")
    rows = [r for (r, c), v in of_ranking.cells.items() if c == unit and v in FIGURES]
    turned = dict(zip(rows, reversed(rows), strict=True))
    cells = {(turned.get(r, r), c): v for (r, c), v in of_ranking.cells.items()}
    sorted_ = replace(of_ranking, cells=cells)
    spot = (row_of(sorted_, "甲乡", column=unit), column_of(of_ranking, "2 企业数"))
    assert cells[spot] != 3.21
    for name, made in (
        ("sorted", sorted_),
        ("spoilt", replace(sorted_, cells={**cells, spot: 3.21})),
    ):
        yield (
            name,
            replace(
                patch,
                changes=tuple(
                    PutSheet(made) if isinstance(c, PutSheet) and c.sheet.name == "排名" else c
                    for c in patch.changes
                ),
            ),
        )


@pytest.mark.parametrize("terms", [native._MOST_TERMS, 1])
def test_units_are_found_wherever_they_stand_on_the_ranking(
    soffice: Office, tmp_path: Path, terms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_MOST_TERMS", terms)
    books: dict[str, tuple[Patch, Changes]] = {
        name: (patch, {}) for name, patch in other_ways(report(ranking(), (), RUN))
    }
    found = calculate(soffice, tmp_path, books)
    differ = "与排名表\n不同的项数"
    assert [found["sorted"].cell(unit, differ) for unit in FIGURES] == [0] * len(FIGURES)
    assert {unit: found["spoilt"].cell(unit, differ) for unit in FIGURES} == {
        unit: int(unit == "甲乡") for unit in FIGURES
    }


@pytest.fixture(scope="module")
def cohorts(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Calculated]:
    books: dict[str, tuple[Patch, Changes]] = {}
    for cohort in COHORTS:
        outcome = assess("wenzhou-2015", data=[GOLDEN / f"{cohort}.csv"])
        books[cohort] = (report(outcome.ranking, outcome.findings, RUN), {})
    return calculate(soffice, tmp_path_factory.mktemp("cohorts"), books)


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_formulas_come_to_the_working_paper_s_results(
    cohort: str, cohorts: dict[str, Calculated]
) -> None:
    text = (GOLDEN / f"{cohort}.expected.json").read_text(encoding="utf-8")
    native = cohorts[cohort]
    lines = json.loads(text)["units"]
    several = len({line["group"] for line in lines}) > 1
    for line in lines:
        unit = line["unit"]
        assert {key: native.cell(unit, key) for key in line["items"]} == line["items"]
        found = {
            "base_total": native.cell(unit, "基础分"),
            "total": native.cell(unit, "总分"),
            "rank": native.cell(unit, "组内名次" if several else "名次"),
            "rank_all": native.cell(unit, "总名次" if several else "名次"),
        }
        assert found == {key: line[key] for key in found}
        assert native.cell(unit, "与排名表\n一致") == "一致"
