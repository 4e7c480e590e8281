"""yueqing-2014: 13 departments with items of their own, from the clause to the ranking."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.errors import RuleError
from kpixl.grid import Sheet, Snapshot
from kpixl.hosts import files
from kpixl.pipeline import Outcome, assess_entries, result_book
from kpixl.ranking.model import Standing
from kpixl.reporting.run import RunInfo
from kpixl.rules import Rule, default_below, parse
from kpixl.scheme.find import find_scheme
from kpixl.scheme.items import Input
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.trace import working
from kpixl.templates.bind import bind
from kpixl.templates.extract import collect_entries
from kpixl.templates.table import parse_table
from kpixl.validation import validate
from kpixl.workspace.assessing import assess
from tests.cli.running import REPO, kpixl
from tests.reporting.test_native_in_calc import spoiled
from tests.soffice import Office

SYSTEM = "yueqing-2014"
FOLDER = REPO / "workbooks" / SYSTEM
GOLDEN = REPO / "tests" / "golden" / SYSTEM
COHORTS = sorted(path.stem for path in GOLDEN.glob("*.csv"))
DEPARTMENTS = (
    "市发改局", "市经信局", "市科技局", "市财政局", "市人力社保局", "市国土资源局", "市住建局",
    "市商务局", "市统计局", "市市场监管局", "市质监局", "市金融办", "乐清经济开发区管委会",
)  # fmt: skip
MARK = "无电气专项口径"
OVERDUE = "超期未办结"
RUN = RunInfo("0", datetime(2015, 1, 20, 9, 0))


@cache
def scheme() -> Scheme:
    found, findings = read_scheme(files.read(find_scheme(SYSTEM).path), system=SYSTEM)
    assert found is not None and findings == ()
    return found


@cache
def returns() -> tuple[Snapshot, ...]:
    return tuple(files.read(path) for path in sorted((FOLDER / "回收").glob("*.xlsx")))


@cache
def outcome(cohort: str) -> Outcome:
    return assess(SYSTEM, data=[GOLDEN / f"{cohort}.csv"])


def standings(found: Outcome) -> dict[str, Standing]:
    return {standing.unit: standing for standing in found.ranking.standings}


def expected(cohort: str) -> dict[str, dict[str, Any]]:
    """What the working paper says, by unit."""
    text = (GOLDEN / f"{cohort}.expected.json").read_text(encoding="utf-8")
    return {line["unit"]: line for line in json.loads(text)["units"]}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# -- the scheme ------------------------------------------------------------------------


def test_the_thirteen_departments_stand_in_one_list() -> None:
    assert tuple(u.name for u in scheme().units) == DEPARTMENTS
    assert scheme().scope == "全部"


def test_one_department_is_assessed_by_another_body_than_the_rest() -> None:
    found = {u.name: u.assessor for u in scheme().units}
    assert found == {d: "市考绩办" if d == "市经信局" else "市经信局" for d in DEPARTMENTS}


def test_inputs_are_exactly_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    assert [
        (i.item, i.name, i.unit, i.kind, i.target, i.direction, i.applies_to)
        for i in scheme().asked
    ] == [
        (
            r["item"],
            r["input"],
            r["unit"],
            r["kind"],
            Decimal(r["target"]) if r["target"] else None,
            r["direction"],
            (r["per"],),
        )
        for r in wanted
    ]


def test_items_and_points_are_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    facts = dict.fromkeys((r["item"], Decimal(r["points"]), r["group"]) for r in wanted)
    assert [(i.key, i.points, i.category) for i in scheme().indicators] == list(facts)
    assert len(facts) == 68


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_every_department_has_four_to_seven_items_of_fifty_points(department: str) -> None:
    own = [i for i in scheme().indicators if scheme().applies(i, department)]
    assert 4 <= len(own) <= 7
    assert sum(i.points or 0 for i in own) == 50 == scheme().total
    assert {i.departments for i in own} == {(department,)}


def test_last_years_figure_and_the_mark_belong_to_lines_with_a_number_only() -> None:
    for asked in scheme().asked:
        line = asked.kind != "judged" and asked.name != OVERDUE
        assert (scheme().missing_of(asked) == "上年值") is line
        assert scheme().factor(asked, MARK) == (Decimal("0.6") if line else None)


def test_the_lint_has_nothing_to_say() -> None:
    assert lint(scheme()) == ()


def test_the_lint_adds_up_each_department_by_itself() -> None:
    (first, *rest) = scheme().indicators
    wrong = replace(scheme(), indicators=(replace(first, points=Decimal(9)), *rest))
    (found,) = lint(wrong)
    assert (found.code, found.unit) == ("lint-points-budget", "市发改局")
    assert found.found == "9+10+10+10+10=49"


# -- the sentences of the source -------------------------------------------------------

_NUMBERED = re.compile(r"([1-7])\.(.+)")


@cache
def sentences(seed: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """The annex: (department, number of the item) to its sentence and points."""
    text = seed.read_text(encoding="utf-8")
    lines = [s for line in text[text.index("考核评分表") :].splitlines() if (s := line.strip())]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    department = ""
    for line, after in pairwise(lines):
        if line.split("(")[0] in DEPARTMENTS:
            department = line.split("(")[0]
        numbered = _NUMBERED.fullmatch(line)
        if numbered and department:
            found[department, numbered[1]] = (numbered[2], after)
    return found


def exceptions() -> set[str]:
    """The items that docs/source-sentences.md lists for this system."""
    text = (REPO / "docs" / "source-sentences.md").read_text(encoding="utf-8")
    lines = [[c.strip() for c in line.split("|")] for line in text.splitlines()]
    listed = [cells for cells in lines if len(cells) == 6 and cells[1] == SYSTEM]
    assert all(cells[3] and cells[4] for cells in listed)
    return {cells[2] for cells in listed}


def read(sentence: str, readings: dict[str, str]) -> Rule | None:
    try:
        return parse(sentence, default_rule=scheme().default_rule, readings=readings)
    except RuleError:
        return None


def test_every_item_has_its_sentence_and_its_points_in_the_source(shared: Path) -> None:
    found = sentences(shared / "seeds" / f"{SYSTEM}.txt")
    assert len(found) == 68
    assert {key: points for key, (_, points) in found.items()} == {
        (i.category, i.number): f"{i.points}" for i in scheme().indicators
    }


def test_the_sentences_of_the_source_carry_the_rules_of_our_clauses(shared: Path) -> None:
    found = sentences(shared / "seeds" / f"{SYSTEM}.txt")
    different = set()
    for indicator in scheme().indicators:
        sentence, _ = found[indicator.category, indicator.number]
        assert indicator.rule is not None
        assert len(indicator.feeds) == len(indicator.rule.inputs)
        source = read(sentence, dict(indicator.readings))
        if source is None or not source.same_rule(indicator.rule):
            different.add(indicator.key)
    assert different == exceptions()


def test_the_default_rule_is_that_of_the_source(shared: Path) -> None:
    text = (shared / "seeds" / f"{SYSTEM}.txt").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"每项考核内容达到要求的得满分[^。]*", text)
    assert default_below(sentence) == default_below(scheme().default_rule) == "prop"


# -- the forms -------------------------------------------------------------------------


def texts(sheet: Sheet) -> list[str]:
    return [value for _, _, value in sheet.filled() if isinstance(value, str)]


def headings(sheet: Sheet) -> list[str]:
    row = next(r for r, _, v in sheet.filled() if v == "考核内容")
    return [str(sheet.value(row, c)) for c in range(1, sheet.width + 1) if sheet.value(row, c)]


def test_the_blank_form_has_the_columns_of_the_annex_and_those_to_be_filled_in() -> None:
    snapshot = files.read(FOLDER / "空白表.xlsx")
    binding, findings = bind(snapshot, scheme())
    assert binding is not None and findings == ()
    sheet = snapshot.sheets[0]
    assert headings(sheet) == [
        "责任部门", "序号", "考核内容", "分值", "事项", "目标", "计量单位", "完成情况", "上年数",
        "口径", "备注",
    ]  # fmt: skip
    assert list(binding.inputs) == [i.name for i in scheme().asked]
    merged = {sheet.value(a.top, a.left): a for a in sheet.merged if a.bottom > a.top}
    for department in DEPARTMENTS:
        area = merged[department]
        own = [i for i in scheme().asked if i.applies_to == (department,)]
        assert (area.left, area.right) == (1, 1)
        assert [binding.inputs[i.name][0] for i in own] == [*range(area.top, area.bottom + 1)]


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_department_has_a_form_of_its_own_that_names_its_assessor(department: str) -> None:
    snapshot = files.read(FOLDER / "空白表" / f"{department}.xlsx")
    binding, findings = bind(snapshot, scheme())
    assert binding is not None and findings == ()
    own = [i.name for i in scheme().asked_of(department)]
    assert list(binding.inputs) == own
    sheet = snapshot.sheets[0]
    (label,) = [(r, c) for r, c, v in sheet.filled() if v == "考核单位"]
    unit = scheme().unit_named(department)
    assert unit is not None
    row = [sheet.value(label[0], c) for c in range(label[1] + 1, sheet.width + 1)]
    assert [v for v in row if v] == [unit.assessor]
    assert not set(DEPARTMENTS) - {department, unit.assessor} & {*texts(sheet)} - {department}


def test_only_lines_with_a_number_have_cells_for_last_year_and_the_mark() -> None:
    snapshot = files.read(FOLDER / "空白表.xlsx")
    binding, _ = bind(snapshot, scheme())
    assert binding is not None
    open_ = snapshot.sheets[0].unlocked
    for asked in scheme().asked:
        line = asked.kind != "judged" and asked.name != OVERDUE
        assert binding.inputs[asked.name] in open_
        assert (binding.last_year[asked.name] in open_) is line
        assert (binding.marks[asked.name] in open_) is line


def test_every_returned_form_says_on_its_face_that_its_figures_are_invented() -> None:
    for snapshot in returns():
        assert any("全部为虚构的示例数据" in t for t in texts(snapshot.sheets[0]))


def test_returned_figures_are_those_of_the_readable_table() -> None:
    entries, findings = collect_entries(returns(), scheme())
    assert findings == () and entries.units == DEPARTMENTS
    table = rows(FOLDER / "source" / "示例.csv")
    assert len(table) == len(entries.cells)

    def number(text: str) -> float | None:
        return float(text) if text else None

    for row in table:
        entry = entries.cells[row["unit"], row["input"]]
        assert (entry.raw, entry.last_year, entry.mark) == (
            number(row["value"]),
            number(row["last_year"]),
            row["mark"],
        )


# -- the figures -----------------------------------------------------------------------


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_item_total_and_place_is_that_of_the_working_paper(cohort: str) -> None:
    found = {
        unit: {
            "unit": unit,
            "group": line.group,
            "items": dict(line.items),
            "base_total": line.base_total,
            "blocks": dict(line.blocks),
            "total": line.total,
            "complete": line.complete,
            "rank": line.rank,
            "rank_all": line.rank_all,
        }
        for unit, line in standings(outcome(cohort)).items()
    }
    assert found == expected(cohort)


def entry_rows(*lines: str) -> Outcome:
    """Figures written as unit,input,value,last_year,mark."""
    text = "unit,input,value,last_year,mark\n" + "\n".join(lines) + "\n"
    entries, _ = parse_table(text.encode(), scheme(), name="示例.csv")
    return assess_entries(scheme(), entries)


@pytest.mark.parametrize(
    ("lines", "item", "score"),
    [
        (
            (
                "市科技局,企业研发中心,24,,",
                "市科技局,省级企业研发中心,4,,",
                "市科技局,R&D经费占主营业务收入比重(科技局),1.2,,",
            ),
            "3 研发中心与研发经费",
            8.67,
        ),
        (
            ("市商务局,国际性展览经贸活动,,4,", "市商务局,新增浙江出口名牌,1,,"),
            "5 参展与出口名牌",
            9.0,
        ),
        ((f"市商务局,出口增长率,7.5,,{MARK}",), "6 出口增长", 9.0),
        (("市商务局,出口增长率,-2,,",), "6 出口增长", 0.0),
        (
            (
                "市科技局,每万人工业有效发明专利,3.33,,",
                f"市科技局,新增发明专利授权,,130,{MARK}",
            ),
            "4 发明专利",
            4.2,
        ),
        (("市住建局,竣工验收和办证新措施,90,,", f"市住建局,{OVERDUE},2,,"), "4 竣工验收和办证", 7),
        (
            ("市住建局,竣工验收和办证新措施,90,,", f"市住建局,{OVERDUE},11,,"),
            "4 竣工验收和办证",
            0.0,
        ),
        # completion is never more than 100 %, and never less than 0
        (
            ("市住建局,竣工验收和办证新措施,140,,", f"市住建局,{OVERDUE},2,,"),
            "4 竣工验收和办证",
            8.0,
        ),
        (("市商务局,电商补贴政策出台,120,,",), "1 电商补贴政策", 15.0),
        (("市商务局,电商补贴政策出台,-5,,",), "1 电商补贴政策", 0.0),
        (("市金融办,电气企业挂牌,-1,,",), "3 企业挂牌", 0.0),
        # neither last year's figure nor the mark is for these
        (("市商务局,电商补贴政策出台,,90,",), "1 电商补贴政策", None),
        ((f"市商务局,电商补贴政策出台,80,,{MARK}",), "1 电商补贴政策", 12.0),
        (
            ("市住建局,竣工验收和办证新措施,90,,", f"市住建局,{OVERDUE},,2,"),
            "4 竣工验收和办证",
            None,
        ),
        (
            ("市住建局,竣工验收和办证新措施,90,,", f"市住建局,{OVERDUE},5,,{MARK}"),
            "4 竣工验收和办证",
            4.0,
        ),
        # with neither year's figure the line is missing, and the item with it
        (
            ("市商务局,国际性展览经贸活动,,,", "市商务局,新增浙江出口名牌,1,,"),
            "5 参展与出口名牌",
            None,
        ),
        # this year's figure goes before last year's, also where it is 0
        (("市商务局,出口增长率,0,8,",), "6 出口增长", 0.0),
        # a figure that can't be read is not replaced
        (("市商务局,出口增长率,约8,9,",), "6 出口增长", None),
        # a mark that the scheme does not know stops the figure, this year's and last year's
        (("市商务局,出口增长率,8,,另一种口径",), "6 出口增长", None),
        (("市商务局,出口增长率,,8,另一种口径",), "6 出口增长", None),
    ],
)
def test_one_item(lines: tuple[str, ...], item: str, score: float | None) -> None:
    (standing,) = standings(entry_rows(*lines)).values()
    assert standing.items[item] == score


def test_the_notes_say_what_was_used_instead_of_this_years_figure() -> None:
    found = entry_rows(
        f"市科技局,新增发明专利授权,,130,{MARK}", "市科技局,每万人工业有效发明专利,3,2,"
    )
    (standing,) = standings(found).values()
    notes = [(n.code, n.input) for n in standing.notes if n.code != "incomplete"]
    assert notes == [("last-year", "新增发明专利授权"), ("mark", "新增发明专利授权")]
    table = found.ranking.table
    patents = table.scheme.indicators[table.items.index("4 发明专利")]
    assert (
        working(table, 0, patents).lines[0]
        == f"新增发明专利授权(无本年数,用上年数;{MARK})=130×60%=78个"
    )


def test_a_unit_has_its_own_items_and_nothing_else() -> None:
    found = standings(outcome("returns"))
    for department in DEPARTMENTS:
        own = [i.key for i in scheme().indicators if i.category == department]
        assert list(found[department].items) == own
        assert list(found[department].blocks) == [department]


def test_a_figure_that_is_not_asked_of_a_unit_is_a_note_and_counts_nowhere() -> None:
    found = entry_rows("市金融办,电气企业挂牌,1,,", "市金融办,电商补贴政策出台,80,,")
    (standing,) = standings(found).values()
    assert "1 电商补贴政策" not in standing.items
    (note,) = [f for f in found.findings if f.code == "value-not-asked"]
    assert (note.unit, note.input, str(note.severity)) == ("市金融办", "电商补贴政策出台", "提")


def test_a_blank_that_is_not_asked_of_a_unit_is_no_finding() -> None:
    found = entry_rows("市金融办,电气企业挂牌,1,,", "市金融办,电商补贴政策出台,,,")
    assert "电商补贴政策出台" not in {f.input for f in found.findings}


def test_a_unit_outside_the_roster_is_assessed_on_what_it_sends() -> None:
    found = entry_rows("甲局,电气企业挂牌,1,,", "甲局,企业研发中心,30,,")
    (standing,) = standings(found).values()
    assert standing.items == {"3 研发中心与研发经费": None, "3 企业挂牌": 10.0}


# -- properties that hold for any figures ----------------------------------------------


def figure_of(asked: Input) -> st.SearchStrategy[float]:
    target = float(asked.target or 5)
    if asked.kind == "count":
        return st.integers(0, int(3 * target) + 1).map(float)
    if asked.kind == "judged":
        return st.integers(0, 400).map(lambda n: n / 4)
    return st.integers(-50, 300).map(lambda n: round(target * n / 100, 3))


@st.composite
def cohorts(draw: st.DrawFn, *, blanks: bool = True) -> dict[tuple[str, str], Entry]:
    """Figures of some departments; a few are blank, or last year's, or marked."""
    units = draw(st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=4, unique=True))
    cells: dict[tuple[str, str], Entry] = {}
    for unit in units:
        for asked in scheme().asked_of(unit):
            value: float | None = draw(figure_of(asked))
            fate = draw(st.integers(0, 11)) if blanks else 11
            cells[unit, asked.name] = Entry(
                unit,
                asked.name,
                raw=None if fate < 2 else value,
                state="blank" if fate < 2 else "given",
                mark=MARK if fate == 3 else "",
                last_year=draw(figure_of(asked)) if fate in (1, 2) else None,
                number_format='0.##"%"',
            )
    return cells


def run_on(cells: dict[tuple[str, str], Entry]) -> dict[str, Standing]:
    units = tuple(dict.fromkeys(unit for unit, _ in cells))
    entries = Entries(units, dict.fromkeys(units, "职能部门"), cells)
    return standings(assess_entries(scheme(), entries))


def shown(standing: Standing) -> tuple[object, ...]:
    return (
        dict(standing.items),
        standing.base_total,
        standing.total,
        standing.complete,
        standing.rank,
        standing.rank_all,
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data(), cells=cohorts())
def test_the_order_of_the_units_changes_nothing(
    data: st.DataObject, cells: dict[tuple[str, str], Entry]
) -> None:
    order = data.draw(st.permutations(list(cells)))
    before, after = run_on(cells), run_on({key: cells[key] for key in order})
    assert {u: shown(s) for u, s in before.items()} == {u: shown(s) for u, s in after.items()}


@settings(max_examples=40, deadline=None)
@given(cells=cohorts())
def test_totals_are_the_sums_of_the_items_shown(cells: dict[tuple[str, str], Entry]) -> None:
    for standing in run_on(cells).values():
        there = [Decimal(str(v)) for v in standing.items.values() if v is not None]
        total = float(sum(there)) if there else None
        assert standing.total == standing.base_total == total
        assert standing.complete is (len(there) == len(standing.items))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), cells=cohorts(blanks=False))
def test_a_blank_never_counts_as_zero(
    data: st.DataObject, cells: dict[tuple[str, str], Entry]
) -> None:
    unit, name = data.draw(st.sampled_from(list(cells)))
    item = scheme().input_by_name[name].item
    full = run_on(cells)[unit]
    blank = replace(cells[unit, name], raw=None, state="blank")
    lacking = run_on({**cells, (unit, name): blank})[unit]
    assert lacking.items == {**full.items, item: None}
    assert (lacking.complete, lacking.rank, lacking.rank_all) == (False, None, None)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), cells=cohorts(blanks=False))
def test_raising_a_figure_never_lowers_its_item_but_for_overdue_cases(
    data: st.DataObject, cells: dict[tuple[str, str], Entry]
) -> None:
    unit, name = data.draw(st.sampled_from(list(cells)))
    asked = scheme().input_by_name[name]
    entry = cells[unit, name]
    higher = data.draw(figure_of(asked))
    assert isinstance(entry.raw, float)
    raised = {**cells, (unit, name): replace(entry, raw=max(higher, entry.raw))}
    old, new = run_on(cells)[unit].items[asked.item], run_on(raised)[unit].items[asked.item]
    assert old is not None and new is not None
    assert new <= old if name == OVERDUE else new >= old


@settings(max_examples=40, deadline=None)
@given(cells=cohorts())
def test_every_item_lies_between_0_and_its_points(cells: dict[tuple[str, str], Entry]) -> None:
    for standing in run_on(cells).values():
        for key, value in standing.items.items():
            points = scheme().indicator_by_key[key].points
            assert points is not None
            assert value is None or 0 <= value <= points


@settings(max_examples=30, deadline=None)
@given(data=st.data(), cells=cohorts())
def test_a_unit_more_changes_no_item_of_the_others(
    data: st.DataObject, cells: dict[tuple[str, str], Entry]
) -> None:
    units = {unit for unit, _ in cells}
    other = data.draw(st.sampled_from([d for d in DEPARTMENTS if d not in units]))
    more = {
        (other, i.name): Entry(other, i.name, raw=1.0, state="given", number_format="0%")
        for i in scheme().asked_of(other)
    }
    before, after = run_on(cells), run_on({**cells, **more})
    for unit in units:
        assert shown(before[unit])[:4] == shown(after[unit])[:4]


# -- through the command line ----------------------------------------------------------


def test_the_returned_forms_come_through_the_command_line_as_the_paper_has_them(
    tmp_path: Path,
) -> None:
    done = kpixl("score", SYSTEM, "--data", FOLDER / "回收", "--json", cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    assert done.json["system"] == SYSTEM and done.json["period"] == "2014"
    keys = ("items", "base_total", "blocks", "total", "complete", "rank", "rank_all")
    wanted = expected("returns")
    assert {line["unit"]: {k: line[k] for k in keys} for line in done.json["units"]} == {
        unit: {k: line[k] for k in keys} for unit, line in wanted.items()
    }
    assert [(f["severity"], f["code"], f["unit"], f["input"]) for f in done.json["findings"]] == [
        ("提", "value-last-year", "市科技局", "新增发明专利授权"),
        ("提", "value-last-year", "市商务局", "国际性展览经贸活动"),
        ("强", "value-missing", "市统计局", "统计执法与名录样本规范"),
        ("提", "value-last-year", "乐清经济开发区管委会", "研发经费占主营业务收入比重(开发区)"),
        ("提", "score-incomplete", "市统计局", ""),
    ]


def test_forms_and_table_give_the_same(tmp_path: Path) -> None:
    runs = [
        kpixl("score", SYSTEM, "--data", data, "--json", cwd=tmp_path).json["units"]
        for data in (FOLDER / "回收", GOLDEN / "returns.csv")
    ]
    assert runs[0] == runs[1]


def test_the_forms_are_checked_against_the_scheme_that_they_name(tmp_path: Path) -> None:
    done = kpixl("check", FOLDER / "回收", "--json", cwd=tmp_path)
    assert done.code == 1
    found = [f["code"] for f in done.json["findings"]]
    assert sorted(found) == ["value-last-year"] * 3 + ["value-missing"]


def test_lint_is_clean_on_the_command_line(tmp_path: Path) -> None:
    done = kpixl("lint", SYSTEM, "--json", cwd=tmp_path)
    assert (done.code, done.json["findings"]) == (0, [])


def test_the_result_book_shows_each_units_own_items(tmp_path: Path) -> None:
    book = tmp_path / "结果.xlsx"
    kpixl("score", SYSTEM, "--data", FOLDER / "回收", "--out", book, cwd=tmp_path)
    result = files.read(book)
    sheet = result.sheet("各项得分")
    assert sheet is not None
    found = [v for _, _, v in sheet.filled()]
    for indicator in scheme().indicators:
        assert indicator.name in found
    assert found.count("纳入部门年度工作目标考核总分") == 12
    ranking = result.sheet("排名")
    assert ranking is not None
    assert {f"第{n}项" for n in range(1, 8)} <= {*texts(ranking)}
    trace = result.sheet("追溯")
    assert trace is not None
    assert sum(v in DEPARTMENTS for v in texts(trace)) == 68


# -- the native formulas ---------------------------------------------------------------


def test_the_native_formulas_come_to_the_same_in_a_spreadsheet_program(
    tmp_path: Path, soffice: Office
) -> None:
    books = []
    for cohort in COHORTS:
        path = tmp_path / f"{cohort}.xlsx"
        files.write_new(path, spoiled(result_book(outcome(cohort), RUN), {}))
        books.append(path)
    for path in soffice.convert(books, "xlsx", tmp_path / "calculated"):
        sheet = files.read(path).sheet("公式核对")
        assert sheet is not None
        at = {v: (r, c) for r, c, v in sheet.filled() if isinstance(v, str)}
        line = standings(outcome(path.stem))
        for unit, standing in line.items():
            row = at[unit][0]
            total, rank = sheet.value(row, at["总分"][1]), sheet.value(row, at["名次"][1])
            assert (total or None) == (standing.total or None), (path.stem, unit)
            assert (rank or None) == standing.rank, (path.stem, unit)
            assert sheet.value(row, at["与排名表\n不同的项数"][1]) == 0, (path.stem, unit)


def test_a_marked_figure_stands_as_the_product_that_it_counts_as(tmp_path: Path) -> None:
    book = tmp_path / "结果.xlsx"
    files.write_new(book, result_book(outcome("worked"), RUN))
    sheet = files.read(book).sheet("核对数据")
    assert sheet is not None
    formulas = {text.lstrip("=") for text in sheet.formulas.values()}
    assert {"7.5*0.6", "130*0.6"} <= formulas


def test_validate_leaves_the_figure_as_it_was_filled_in() -> None:
    text = f"unit,input,value,mark\n市商务局,出口增长率,7.5,{MARK}\n"
    entries, _ = parse_table(text.encode(), scheme(), name="示例.csv")
    settled, _ = validate(entries, scheme())
    entry = settled.cells["市商务局", "出口增长率"]
    assert (entry.raw, entry.value, entry.mark) == (7.5, 4.5, MARK)


def test_a_figure_that_two_departments_report_is_the_same_in_both() -> None:
    found = entry_rows(
        "市经信局,电气企业小升规(经信局),70,,", "市统计局,电气企业小升规(统计局),66,61,"
    )
    (fault,) = [f for f in found.findings if f.code == "value-differs"]
    assert (str(fault.severity), fault.unit, fault.input, fault.found) == (
        "核",
        "市经信局",
        "电气企业小升规(经信局)",
        "70 ≠ 66",
    )
    line = standings(found)
    assert line["市统计局"].items["3 规下转规上"] == 9.43
    for same in ("70,,", ",70,"):  # equal, or not there to compare
        found = entry_rows(
            "市经信局,电气企业小升规(经信局),70,,", f"市统计局,电气企业小升规(统计局),{same}"
        )
        assert not [f for f in found.findings if f.code == "value-differs"]


def test_forms_that_another_program_saved_again_give_the_same(
    tmp_path: Path, soffice: Office
) -> None:
    paths = sorted((FOLDER / "回收").glob("*.xlsx"))
    soffice.convert(paths, "xlsx", tmp_path / "回收")
    before, after = assess(SYSTEM, data=[FOLDER / "回收"]), assess(SYSTEM, data=[tmp_path / "回收"])
    assert {u: shown(s) for u, s in standings(before).items()} == {
        u: shown(s) for u, s in standings(after).items()
    }
    assert [f.code for f in before.findings] == [f.code for f in after.findings]


def test_a_department_s_form_prints_on_one_page_of_a4_and_its_remarks_on_another(
    tmp_path: Path, soffice: Office
) -> None:
    paths = sorted((FOLDER / "空白表").glob("*.xlsx"))
    for pdf in soffice.convert(paths, "pdf", tmp_path):
        data = pdf.read_bytes()
        assert data.count(b"/Type/Page/") + data.count(b"/Type/Page ") == 2, pdf.name


def filled_table(tmp_path: Path, *, leave_out: str = "") -> Path:
    """The blank table of all departments, filled in by one hand; its cover names nobody."""
    entries, _ = collect_entries(returns(), scheme())
    book = openpyxl.load_workbook(FOLDER / "空白表.xlsx")
    binding, _ = bind(files.read(FOLDER / "空白表.xlsx"), scheme())
    assert binding is not None
    for entry in entries:
        if entry.unit != leave_out:
            for spots, value in (
                (binding.inputs, entry.raw),
                (binding.last_year, entry.last_year),
                (binding.marks, entry.mark or None),
            ):
                book.worksheets[0].cell(*spots[entry.input]).value = value
    path = tmp_path / "评分表.xlsx"
    book.save(path)
    return path


def test_the_table_of_all_departments_filled_in_by_one_hand_gives_the_same(tmp_path: Path) -> None:
    found = assess(SYSTEM, data=[filled_table(tmp_path)])
    assert {u: shown(s) for u, s in standings(found).items()} == {
        u: shown(s) for u, s in standings(assess(SYSTEM, data=[FOLDER / "回收"])).items()
    }


def test_a_department_without_a_figure_in_that_table_has_not_returned(tmp_path: Path) -> None:
    found = assess(SYSTEM, data=[filled_table(tmp_path, leave_out="市金融办")])
    assert [f.unit for f in found.findings if f.code == "form-returns-missing"] == ["市金融办"]
    assert standings(found)["市金融办"].total is None


def test_the_empty_table_belongs_to_nobody() -> None:
    entries, findings = collect_entries([files.read(FOLDER / "空白表.xlsx")], scheme())
    assert not entries.cells
    assert [f.code for f in findings if f.code == "form-unit-missing"] == ["form-unit-missing"]
