"""hangzhou-2007 end to end: what it asks, how it scores, what travels with it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.errors import RuleError
from kpixl.findings import Severity, blocking
from kpixl.grid import Snapshot
from kpixl.host import Patch
from kpixl.hosts import files
from kpixl.pipeline import Outcome
from kpixl.ranking.model import Standing
from kpixl.ranking.rank import rank
from kpixl.reporting.report import report
from kpixl.reporting.self_scores import self_score
from kpixl.rules import Rule, parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from kpixl.rules.grades import parse_grades
from kpixl.scheme.find import find_scheme
from kpixl.scheme.items import Input
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.score import score
from kpixl.scoring.trace import sources, working
from kpixl.templates.bind import bind
from kpixl.templates.extract import collect_entries
from kpixl.validation import validate
from kpixl.workspace.assessing import assess
from tests.cli.running import REPO, change, form_cell, kpixl
from tests.reporting.example import RUN
from tests.reporting.test_native_in_calc import Calculated, Changes, calculate, wanted
from tests.soffice import Office

SYSTEM = "hangzhou-2007"
GOLDEN = REPO / "tests" / "golden" / SYSTEM
COHORTS = sorted(path.stem for path in GOLDEN.glob("*.csv"))
DISTRICTS = ("上城区", "下城区", "江干区", "拱墅区", "西湖区", "滨江区", "萧山区", "余杭区")
COUNTIES = ("桐庐县", "淳安县", "建德市", "富阳市", "临安市")
UNITS = (*DISTRICTS, *COUNTIES, "杭州经济技术开发区")
GROWTH, STRUCTURE, SAVING = "一类1 工业经济增长", "一类2 投资结构", "一类3 节能降耗"
OWN_ENERGY = {"区": "万元工业增加值综合能耗下降率", "县(市)": "万元生产总值综合能耗下降率"}
VETO = "党风廉政重大问题"


@cache
def scheme() -> Scheme:
    place = find_scheme(SYSTEM)
    found, findings = read_scheme(files.read(place.path), system=place.system)
    assert found is not None and findings == ()
    return found


def folder() -> Path:
    return find_scheme(SYSTEM).folder


@cache
def returns() -> tuple[Snapshot, ...]:
    return tuple(files.read(path) for path in sorted((folder() / "回收").glob("*.xlsx")))


def blank() -> Snapshot:
    return files.read(folder() / "空白表.xlsx")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# -- the scheme ------------------------------------------------------------------------


def test_the_scheme_is_the_system_whose_name_it_bears() -> None:
    assert scheme().system == SYSTEM
    assert {u.name for u in scheme().units} == set(UNITS)
    assert {u.name for u in scheme().units if u.group == "县(市)"} == set(COUNTIES)
    assert {u.group for u in scheme().units} == {"区", "县(市)"}


def test_inputs_are_exactly_those_of_the_source(shared: Path) -> None:
    wanted_ = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    assert [(i.item, i.name, i.unit, i.kind) for i in scheme().asked] == [
        (r["item"], r["input"], r["unit"], r["kind"]) for r in wanted_
    ]
    assert [i.target for i in scheme().asked] == [
        Decimal(r["target"]) if r["target"] else None for r in wanted_
    ]
    assert ["|".join(i.applies_to) for i in scheme().asked] == [r["per"] for r in wanted_]
    assert all(
        i.direction == r["direction"] or not r["direction"]
        for i, r in zip(scheme().asked, wanted_, strict=True)
    )


def test_items_points_and_classes_are_those_of_the_source(shared: Path) -> None:
    wanted_ = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    facts = dict.fromkeys(
        (r["item"], Decimal(r["points"]), r["group"]) for r in wanted_ if r["points"]
    )
    assert [(i.key, i.points, i.category) for i in scheme().indicators] == list(facts)
    classes = {c: [i for i in scheme().indicators if i.category == c] for c in ("一类", "二类")}
    assert {c: sum(i.points or 0 for i in found) for c, found in classes.items()} == {
        "一类": 56,
        "二类": 44,
    }


def test_the_points_of_each_line_of_a_checklist_are_those_of_the_source(shared: Path) -> None:
    for r in rows(shared / "data" / f"{SYSTEM}-inputs.csv"):
        if r["item"] not in (STRUCTURE, SAVING):
            continue
        indicator = scheme().indicator_by_key[r["item"]]
        assert indicator.rule is not None
        term = indicator.rule.terms[indicator.feeds.index(r["input"])]
        assert term.canonical(indicator.rule.inputs).endswith(f"得{r['note']}分")


def test_every_clause_is_read_and_every_figure_it_needs_is_bound() -> None:
    for indicator in scheme().indicators:
        assert indicator.rule is not None
        assert len(indicator.feeds) == len(indicator.rule.inputs) > 0


def test_a_district_is_asked_for_one_measure_of_energy_and_a_county_for_the_other() -> None:
    for unit in scheme().units:
        asked = {i.name for i in scheme().asked_of(unit.name)}
        assert asked & {*OWN_ENERGY.values()} == {OWN_ENERGY[unit.group]}
        assert len(asked) == len(scheme().asked) - 1


def test_what_the_text_only_implies_is_listed_beside_the_score() -> None:
    rule = scheme().indicator_by_key[GROWTH].rule
    assert rule is not None
    said = [a.sentence for a in rule.assumptions]
    assert any("限额以上工业投资的4分" in s and "原文没有单列" in s for s in said)
    assert any("只管销售产值和投资" in s for s in said)
    assert {("G1", "另加"), ("G7", "整步")} <= {(a.code, a.taken) for a in rule.assumptions}
    for indicator in scheme().indicators[3:]:
        assert indicator.rule is not None
        (by,) = indicator.rule.assumptions
        assert (by.code, by.taken, by.alternatives) == ("G17", "按比例", ("不得分",))


def test_the_lint_finds_the_bonus_without_a_cap_and_nothing_else() -> None:
    (fault,) = lint(scheme())
    assert (fault.code, fault.severity) == ("lint-bonus-uncapped", Severity.NOTE)
    assert GROWTH in fault.text
    assert "50亿元加1分" in fault.found and "5%" not in fault.found and "0.5分" not in fault.found


# -- the source sentences --------------------------------------------------------------


def source_sentences(shared: Path) -> dict[str, str]:
    """Each item's words in the column 评分标准 of the annex."""
    text = (shared / "seeds" / f"{SYSTEM}.txt").read_text(encoding="utf-8")
    annex = text[text.index("一类目标(56分)") :]
    found = re.findall(
        r"共12分。\S+?扣4分。|完成目标\d+分。(?:\S+?(?:扣2分|任务的得1分)。)?", annex
    )
    assert len(found) == len(scheme().indicators) == 17
    return dict(zip((i.key for i in scheme().indicators), found, strict=True))


def exceptions() -> set[str]:
    """The items that docs/source-sentences.md lists for this system, each with its reason."""
    text = (REPO / "docs" / "source-sentences.md").read_text(encoding="utf-8")
    lines = [[c.strip() for c in line.split("|")] for line in text.splitlines()]
    listed = [cells for cells in lines if len(cells) == 6 and cells[1] == SYSTEM]
    assert all(cells[3] and cells[4] for cells in listed)
    return {cells[2] for cells in listed}


def read(sentence: str, readings: Mapping[str, str]) -> Rule | None:
    try:
        return parse(sentence, readings=readings)
    except RuleError:
        return None


def test_the_sentences_of_the_source_carry_the_rules_of_our_clauses(shared: Path) -> None:
    different = set()
    for key, sentence in source_sentences(shared).items():
        indicator = scheme().indicator_by_key[key]
        ours, theirs = (read(c, indicator.readings) for c in (indicator.clause, sentence))
        assert ours is not None
        if theirs is None or not theirs.same_rule(ours):
            different.add(key)
    assert different == exceptions()


def test_the_parts_of_the_first_sentence_carry_the_rules_of_our_lines(shared: Path) -> None:
    sales, energy, _ = source_sentences(shared)[GROWTH].removeprefix("共12分。").split(";")
    ours = scheme().indicator_by_key[GROWTH].clause.split("\n")
    assert parse(sales).same_rule(parse(ours[0]))
    # without the other measure in its bracket, and the joining word
    county, cuts = re.subn(r"\([^()]*下降5%[^()]*\)|并按", "", energy)
    assert cuts == 2
    district = parse(ours[2])
    falls = np.array([-30, 0, 0.5, 3.3, 3.99, 4, 4.01, 6.2, 7.99, 8, 8.01, 25])
    theirs = evaluate(parse(county), Frame([falls]), points=Decimal(4))
    for mark in (4.0, 5.0):
        found = evaluate(district, Frame([falls + mark - 4], [mark]), points=Decimal(4))
        assert found.tolist() == pytest.approx(theirs.tolist(), abs=0.005)
    assert theirs[[0, 3, 5, 7, 9, 11]].tolist() == [0, 3.3, 4, 5.1, 6, 6]


def test_the_grades_are_those_of_the_source(shared: Path) -> None:
    text = (shared / "seeds" / f"{SYSTEM}.txt").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"奖励按得分高低取[^。]+。", text)
    assert parse_grades(sentence).grades == parse_grades(scheme().grades).grades


# -- figures ---------------------------------------------------------------------------


@cache
def outcome(cohort: str) -> Outcome:
    return assess(SYSTEM, data=[GOLDEN / f"{cohort}.csv"])


def expected(cohort: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (GOLDEN / f"{cohort}.expected.json").read_text(encoding="utf-8")
    )
    return found


def as_line(s: Standing) -> dict[str, Any]:
    return {
        "unit": s.unit,
        "group": s.group,
        "items": dict(s.items),
        "base_total": s.base_total,
        "blocks": dict(s.blocks),
        "total": s.total,
        "complete": s.complete,
        "rank": s.rank,
        "rank_all": s.rank_all,
        "grade": s.grade,
    }


def test_there_are_cohorts() -> None:
    assert len(COHORTS) >= 12


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_figure_place_and_grade_is_that_of_the_working_paper(cohort: str) -> None:
    found = {s.unit: as_line(s) for s in outcome(cohort).ranking.standings}
    assert found == {line["unit"]: line for line in expected(cohort)["units"]}


@pytest.mark.parametrize("cohort", COHORTS)
def test_whoever_is_excellent_below_80_is_named_with_the_arithmetic(cohort: str) -> None:
    found = [f for f in outcome(cohort).findings if f.code == "lint-grade-below"]
    assert sorted(f.unit for f in found) == sorted(expected(cohort)["excellent_below_80"])
    for fault in found:
        total = next(s.total for s in outcome(cohort).ranking.standings if s.unit == fault.unit)
        assert fault.severity is Severity.VERIFY and fault.found == f"{total:g} < 80"


def test_the_worked_examples_come_out_as_printed() -> None:
    first = {s.unit: s for s in outcome("h1").ranking.standings}
    assert [first[u].items[GROWTH] for u in ("甲区", "乙县", "丙县")] == [15.60, 7.30, 4.00]
    assert first["甲区"].items["一类4 工业规划与招商引资"] == 6.80
    third = {s.unit: (s.total, s.rank, s.grade) for s in outcome("h3").ranking.standings}
    assert third == {
        "甲区": (104.20, 6, None),
        "乙区": (99.10, 1, "优秀"),
        "丙区": (95.40, 2, "优秀"),
        "丁市": (78.60, 3, "优秀"),
        "戊县": (78.60, 3, "优秀"),
        "己县": (77.00, 5, None),
    }


def test_a_vetoed_unit_is_shown_behind_the_ranked_ones_with_its_total() -> None:
    standings = outcome("h3").ranking.standings
    assert [s.unit for s in standings][-1] == "甲区"
    assert (standings[-1].vetoed, standings[-1].total) == (True, 104.20)


def test_an_open_veto_leaves_a_unit_incomplete_and_is_said() -> None:
    unit = next(s for s in outcome("gaps").ranking.standings if s.unit == "壬区")
    assert None not in unit.items.values()
    assert (unit.complete, unit.rank, unit.grade) == (False, None, None)
    assert any(n.code == "veto-open" and n.input == VETO for n in unit.notes)
    assert any(f.unit == "壬区" and f.input == VETO for f in outcome("gaps").findings)


def test_the_other_measure_of_energy_is_neither_missing_nor_used() -> None:
    codes = {(f.unit, f.code) for f in outcome("gaps").findings if f.input in OWN_ENERGY.values()}
    assert codes == {
        ("戊区", "value-missing"),
        ("戊区", "value-not-asked"),
        ("子县", "value-missing"),
        ("子县", "value-not-asked"),
        ("寅县", "value-not-asked"),
        ("卯县", "value-not-asked"),
        ("癸区", "value-missing"),
    }


def test_a_completion_of_1_is_one_percent_and_half_a_percent_is_half_a_percent() -> None:
    unit = next(s for s in outcome("marks").ranking.standings if s.unit == "甲区")
    assert unit.items["一类6 中小企业成长"] == 0.08
    assert unit.items["二类1 经济运行监测"] == 0.02


def test_the_working_shows_target_steps_and_the_measure_that_counts() -> None:
    table = outcome("h1").ranking.table
    row, item = table.units.index("乙县"), table.items.index(GROWTH)
    shown = str(working(table, row, scheme().indicators[item]))
    assert "工业销售产值:118,目标120" in shown
    assert "万元生产总值综合能耗下降率 3.3" in shown and "工业增加值综合能耗" not in shown
    assert "目标4" in shown and shown.endswith("四舍五入为 7.30")
    names = [n for n, _ in sources(table, row, scheme().indicators[0])]
    assert names == [
        "工业销售产值",
        "工业销售产值目标",
        "上年工业销售产值",
        "限额以上工业投资增长率",
        "万元生产总值综合能耗下降率",
    ]


# -- the native formulas ---------------------------------------------------------------


@pytest.fixture(scope="module")
def calculated(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Calculated]:
    books: dict[str, tuple[Patch, Changes]] = {
        cohort: (report(outcome(cohort).ranking, (), RUN), {}) for cohort in COHORTS
    }
    return calculate(soffice, tmp_path_factory.mktemp(SYSTEM), books)


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_formulas_come_to_the_working_paper_s_results(
    cohort: str, calculated: dict[str, Calculated]
) -> None:
    ranking, native = outcome(cohort).ranking, calculated[cohort]
    lines = {line["unit"]: line for line in expected(cohort)["units"]}
    for standing in ranking.standings:
        found = native.line(standing, ranking)
        assert found == wanted(standing, ranking)
        line = lines[standing.unit]
        assert {key: found[key] for key in line["items"]} == line["items"]
        assert (found["总分"], found["名次"]) == (line["total"], line["rank"])
        assert native.cell(standing.unit, "与排名表\n一致") == "一致"


# -- the form --------------------------------------------------------------------------

COLUMNS = ("序", "考核内容及达到的要求", "评分标准", "自评分", "考核分")


def test_the_form_has_the_columns_of_the_annex_in_their_order() -> None:
    form = blank().sheets[0]
    cells = {value: (row, column) for row, column, value in form.filled()}
    spots = [cells[heading] for heading in COLUMNS]
    assert len({row for row, _ in spots}) == 1
    assert [column for _, column in spots] == sorted(column for _, column in spots)
    assert any(str(v).startswith("一类(6项,56分)") for v in cells)
    assert any(str(v).startswith("二类(11项,44分)") for v in cells)
    numbers = [form.value(r, spots[0][1]) for r in range(spots[0][0] + 1, len(form.rows) + 1)]
    found = [str(n) for n in numbers if str(n).isdigit()]
    assert found == [*map(str, range(1, 7)), *map(str, range(1, 12))]


def test_the_blank_form_asks_for_every_input_and_every_self_score_and_holds_no_figure() -> None:
    snapshot = blank()
    binding, findings = bind(snapshot, scheme())
    assert binding is not None and findings == ()
    assert list(binding.inputs) == [i.name for i in scheme().asked]
    assert list(binding.self_scores) == [i.key for i in scheme().indicators]
    form = snapshot.sheet(binding.sheet)
    assert form is not None and form.protected
    given_ = next(c for r, c, v in form.filled() if v == "考核分")
    for row, column in (*binding.inputs.values(), *binding.self_scores.values()):
        assert form.value(row, column) is None and (row, column) in form.unlocked
        assert (row, given_) not in form.unlocked


def test_the_form_prints_on_two_pages_of_a4_and_its_remarks_on_another(
    tmp_path: Path, soffice: Office
) -> None:
    (pdf,) = soffice.convert([folder() / "空白表.xlsx"], "pdf", tmp_path)
    data = pdf.read_bytes()
    assert data.count(b"/Type/Page/") + data.count(b"/Type/Page ") == 3
    assert b"/MediaBox[0 0 841" in data or b"/MediaBox [0 0 841" in data  # A4, landscape


# -- the returned forms ----------------------------------------------------------------


def test_there_is_one_returned_form_a_unit_and_nothing_is_wrong_with_it() -> None:
    entries, findings = collect_entries(returns(), scheme())
    assert findings == () and set(entries.units) == set(UNITS)
    settled, findings = validate(entries, scheme())
    assert findings == ()
    assert all(e.state == "given" for e in (*settled, *settled.self_scores.values()))
    assert len(settled.self_scores) == len(UNITS) * len(scheme().indicators)


def test_every_returned_form_says_that_its_figures_are_invented() -> None:
    for snapshot in returns():
        texts = [str(v) for _, _, v in snapshot.sheets[0].filled()]
        assert any("示例" in t and "虚构" in t for t in texts)
    table = rows(folder() / "source" / "示例.csv")
    assert {r["source_note"] for r in table} == {"示例(虚构)"}


def test_the_returned_forms_give_what_the_golden_cohort_gives(tmp_path: Path) -> None:
    out = tmp_path / "结果.xlsx"
    run = kpixl("rank", SYSTEM, "--data", folder() / "回收", "--out", out, "--json", cwd=tmp_path)
    assert run.code == 0, run.err
    assert run.json["findings"] == []
    lines = {u["unit"]: u for u in run.json["units"]}
    for line in expected("fourteen")["units"]:
        assert {k: lines[line["unit"]][k] for k in line} == line
    last = run.json["units"][-1]
    assert (last["rank"], last["grade"]) == (14, None)
    sheets = openpyxl.load_workbook(out, read_only=True).sheetnames
    assert {"排名", "自评与考核", "追溯", "公式核对"} <= set(sheets)


def test_self_scores_stand_beside_the_scores_with_their_gap(tmp_path: Path) -> None:
    run = kpixl("score", SYSTEM, "--data", folder() / "回收", "--json", cwd=tmp_path)
    own = {(r["unit"], r["item"]): Decimal(r["value"]) for r in rows(folder() / "source/自评.csv")}
    for unit in run.json["units"]:
        given_ = [own[unit["unit"], item] for item in unit["items"]]
        assert list(unit["self_score"]["items"].values()) == [float(v) for v in given_]
        assert unit["self_score"]["total"] == float(sum(given_))
        assert unit["self_score"]["gap"] == float(sum(given_) - Decimal(str(unit["total"])))
    out = tmp_path / "结果.xlsx"
    kpixl("rank", SYSTEM, "--data", folder() / "回收", "--out", out, cwd=tmp_path)
    sheet = openpyxl.load_workbook(out)["自评与考核"]
    found = {
        (unit, what): total
        for unit, what, total in _stacked(
            [[c.value for c in row[:4]] for row in sheet.iter_rows(min_row=4)]
        )
    }
    for unit in run.json["units"]:
        name = unit["unit"]
        assert found[name, "考核分"] == unit["total"]
        assert found[name, "自评分"] == unit["self_score"]["total"]
        assert found[name, "差距"] == unit["self_score"]["gap"]


def _stacked(lines: list[list[Any]]) -> list[tuple[str, str, Any]]:
    """Unit, what and figure of each row; the unit stands in the first of three."""
    found, unit = [], ""
    for _, name, what, total in lines:
        unit = name or unit
        if what in ("自评分", "考核分", "差距"):
            found.append((unit, what, total))
    return found


def test_a_self_score_never_changes_a_score(tmp_path: Path) -> None:
    forms = _copied(tmp_path)
    book = openpyxl.load_workbook(forms / "西湖区.xlsx")
    sheet = book.worksheets[0]
    binding, _ = bind(files.read(forms / "西湖区.xlsx"), scheme())
    assert binding is not None
    spots = binding.self_scores
    sheet.cell(*spots["一类4 工业规划与招商引资"]).value = 9
    sheet.cell(*spots["二类1 经济运行监测"]).value = "3分"
    sheet.cell(*spots["二类2 企业服务与培训"]).value = -1
    sheet.cell(*spots["二类3 自主创新"]).value = None
    sheet.cell(*spots[GROWTH]).value = 40  # no cap: any number of whole steps
    book.save(forms / "西湖区.xlsx")
    found = assess(SYSTEM, data=[forms])
    said = {f.code for f in found.findings}
    assert said == {"self-score-bounds", "self-score-number", "self-score-missing"}
    bounds = [f.input for f in found.findings if f.code == "self-score-bounds"]
    assert bounds == ["一类4 工业规划与招商引资", "二类2 企业服务与培训"]
    assert blocking(found.findings)
    units = {s.unit: as_line(s) for s in found.ranking.standings}
    assert units == {line["unit"]: line for line in expected("fourteen")["units"]}
    standing = next(s for s in found.ranking.standings if s.unit == "西湖区")
    own = self_score(standing, found.ranking.table)
    assert own is not None and own.gap is None and own.gaps["二类1 经济运行监测"] is None


def _copied(tmp_path: Path) -> Path:
    shutil.copytree(folder() / "回收", tmp_path / "回收")
    return tmp_path / "回收"


def test_a_veto_and_a_blank_typed_into_the_forms_do_what_the_text_says(tmp_path: Path) -> None:
    forms = _copied(tmp_path)
    change(forms / "萧山区.xlsx", {VETO: "是"})
    change(forms / "滨江区.xlsx", {VETO: None})
    change(forms / "临安市.xlsx", {"上年工业销售产值": None})
    run = kpixl("score", SYSTEM, "--data", forms, "--json", cwd=tmp_path)
    assert run.code == 1
    units = {u["unit"]: u for u in run.json["units"]}
    # ten of the fourteen are ranked
    assert {u: units[u]["rank"] for u in ("萧山区", "江干区", "滨江区", "临安市")} == {
        "萧山区": 11,
        "江干区": 11,
        "滨江区": None,
        "临安市": None,
    }
    assert units["萧山区"]["total"] == 104.0 and units["萧山区"]["grade"] is None
    assert units["滨江区"]["complete"] is False and units["滨江区"]["total"] == 99.4
    assert units["临安市"]["items"][GROWTH] is None
    assert {u: units[u]["grade"] for u in ("上城区", "西湖区", "杭州经济技术开发区")} == {
        "上城区": "优秀",
        "西湖区": "优秀",
        "杭州经济技术开发区": "优秀",
    }


@pytest.mark.parametrize(
    ("typed", "shown", "gives"),
    [
        (0.85, "0%", 6.8),
        (85, "General", 6.8),
        (1, "0%", 8.0),
        (1, "General", 0.08),
        ("是", "@", 8.0),
    ],
)
def test_a_completion_counts_as_its_cell_shows_it(
    typed: object, shown: str, gives: float, tmp_path: Path
) -> None:
    path = tmp_path / "上城区.xlsx"
    shutil.copy(folder() / "回收" / "上城区.xlsx", path)
    book = openpyxl.load_workbook(path)
    cell = form_cell(book.worksheets[0], "高新技术产业完成情况")
    cell.value, cell.number_format = typed, shown
    book.save(path)
    (unit,) = [s for s in assess(SYSTEM, data=[path]).ranking.standings if s.unit == "上城区"]
    assert unit.items["一类5 高新技术产业"] == gives


@pytest.mark.parametrize("typed", ["85%", "基本完成", 0.85, 1001])
def test_a_completion_that_may_mean_two_things_is_asked_and_not_guessed(
    typed: object, tmp_path: Path
) -> None:
    forms = _copied(tmp_path)
    change(forms / "上城区.xlsx", {"高新技术产业完成情况": typed})
    found = assess(SYSTEM, data=[forms])
    unit = next(s for s in found.ranking.standings if s.unit == "上城区")
    codes = [f.code for f in found.findings if f.unit == "上城区" and f.input]
    if typed == 1001:  # beyond its bounds: to be confirmed, and counted as 100 %
        assert (codes, unit.items["一类5 高新技术产业"]) == (["value-judged-bounds"], 8.0)
        return
    assert unit.items["一类5 高新技术产业"] is None and not unit.complete
    assert codes and blocking(found.findings)


# -- what holds for any figures ---------------------------------------------------------

Row: TypeAlias = tuple[str, Mapping[str, float | None]]  # group, figures
Cohort: TypeAlias = dict[str, Row]
# 工业销售产值目标 and 上年工业销售产值 have no direction of their own.
UNDIRECTED = ("工业销售产值目标", "上年工业销售产值")


def figure_of(asked: Input) -> st.SearchStrategy[float]:
    """Figures as a unit would report them; a completion in percent points."""
    if asked.kind == "yes_no":
        return st.sampled_from([0.0, 0.0, 0.0, 1.0] if asked.name == VETO else [0.0, 1.0])
    if asked.kind == "judged":
        return st.integers(0, 10000).map(lambda hundredths: hundredths / 100)
    low = -1500 if asked.kind == "percent" else 0
    high = 2500 if asked.kind == "percent" else 90000
    return st.integers(low, high).map(lambda hundredths: hundredths / 100)


def figures(group: str, *, blanks: bool) -> st.SearchStrategy[dict[str, float | None]]:
    """One unit's figures for everything that it is asked for."""
    blank_ = [st.none()] if blanks else []
    asked = scheme().asked_of("某单位", group)
    return st.fixed_dictionaries({a.name: st.one_of(figure_of(a), *blank_) for a in asked})


def lines(*, blanks: bool) -> st.SearchStrategy[Row]:
    groups = st.sampled_from(sorted(OWN_ENERGY))
    return groups.flatmap(lambda g: figures(g, blanks=blanks).map(lambda row: (g, row)))


def cohorts(*, blanks: bool = True) -> st.SearchStrategy[Cohort]:
    """One to five units of both kinds."""
    return st.lists(lines(blanks=blanks), min_size=1, max_size=5).map(
        lambda found: {f"单位{number}": line for number, line in enumerate(found, 1)}
    )


def standings(cohort: Cohort) -> dict[str, Standing]:
    """Scored and ranked, by unit."""
    entries = Entries(
        units=tuple(cohort),
        groups={unit: group for unit, (group, _) in cohort.items()},
        cells={
            (unit, name): Entry(
                unit=unit,
                input=name,
                raw=value,
                value=value,
                state="blank" if value is None else "given",
            )
            for unit, (_, row) in cohort.items()
            for name, value in row.items()
        },
    )
    return {s.unit: s for s in rank(score(scheme(), entries)).standings}


def own_figures(s: Standing) -> tuple[object, ...]:
    return dict(s.items), dict(s.blocks), s.base_total, s.total, s.complete, s.vetoed


def exact_sum(scores: list[float | None]) -> float | None:
    """What a reader with a calculator adds up."""
    there = [Decimal(str(value)) for value in scores if value is not None]
    return float(sum(there)) if there else None


@given(data=st.data(), cohort=cohorts())
def test_the_order_of_the_units_changes_nothing(data: st.DataObject, cohort: Cohort) -> None:
    order = data.draw(st.permutations(list(cohort)))
    before, after = standings(cohort), standings({unit: cohort[unit] for unit in order})
    assert {u: as_line(s) for u, s in before.items()} == {u: as_line(s) for u, s in after.items()}


@given(cohort=cohorts(), other=lines(blanks=True))
def test_another_unit_changes_nobody_s_own_figures(cohort: Cohort, other: Row) -> None:
    before, after = standings(cohort), standings({**cohort, "外来": other})
    for unit, standing in before.items():
        assert own_figures(after[unit]) == own_figures(standing)
        ranked = (after["外来"].complete, after["外来"].vetoed)
        if not after["外来"].complete or ranked == (True, True):
            assert (after[unit].rank, after[unit].grade) == (standing.rank, standing.grade)


@given(data=st.data(), cohort=cohorts(blanks=False))
def test_raising_a_figure_never_lowers_its_own_item(data: st.DataObject, cohort: Cohort) -> None:
    unit = data.draw(st.sampled_from(list(cohort)))
    group, row = cohort[unit]
    directed = [
        i
        for i in scheme().asked_of("某单位", group)
        if i.direction == "up" and i.name not in UNDIRECTED
    ]
    asked = data.draw(st.sampled_from(directed))
    before = row[asked.name]
    assert before is not None
    higher = data.draw(figure_of(asked).filter(lambda value: value >= before))
    raised = {**cohort, unit: (group, {**row, asked.name: higher})}
    old, new = (standings(c)[unit].items[asked.item] for c in (cohort, raised))
    assert old is not None and new is not None and new >= old


@given(cohort=cohorts())
def test_sums_are_those_of_the_items_shown(cohort: Cohort) -> None:
    for standing in standings(cohort).values():
        blocks = {
            c: exact_sum([standing.items[i.key] for i in scheme().indicators if i.category == c])
            for c in ("一类", "二类")
        }
        assert dict(standing.blocks) == blocks
        assert standing.total == standing.base_total == exact_sum(list(standing.items.values()))


@given(cohort=cohorts())
def test_every_item_but_the_first_lies_between_0_and_its_points(cohort: Cohort) -> None:
    for standing in standings(cohort).values():
        for indicator in scheme().indicators:
            value = standing.items[indicator.key]
            top = float("inf") if indicator.key == GROWTH else float(indicator.points or 0)
            assert value is None or 0 <= value <= top


@given(data=st.data(), cohort=cohorts(blanks=False))
def test_a_blank_never_counts_as_zero(data: st.DataObject, cohort: Cohort) -> None:
    unit = data.draw(st.sampled_from(list(cohort)))
    group, row = cohort[unit]
    asked = data.draw(st.sampled_from(scheme().asked_of("某单位", group)))
    lacking = standings({**cohort, unit: (group, {**row, asked.name: None})})[unit]
    assert (lacking.complete, lacking.rank, lacking.grade) == (False, None, None)
    full = standings(cohort)[unit]
    assert lacking.items == {k: None if k == asked.item else v for k, v in full.items.items()}


@given(cohort=cohorts())
def test_places_and_grades_follow_from_the_totals_of_one_list(cohort: Cohort) -> None:
    found = standings(cohort).values()
    ranked = [s for s in found if s.complete and not s.vetoed]
    for s in found:
        assert s.rank == s.rank_all
        if not s.complete:
            assert (s.rank, s.grade) == (None, None)
        elif s.vetoed:
            assert (s.rank, s.grade) == (len(ranked) + 1, None)
        else:
            assert s.total is not None
            place = 1 + sum(o.total is not None and o.total > s.total for o in ranked)
            assert s.rank == place
            assert s.grade == ("优秀" if place <= 3 else "达标" if s.total >= 80 else None)
