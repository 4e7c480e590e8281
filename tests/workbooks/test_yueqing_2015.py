"""yueqing-2015 end to end: what it asks, how it scores, what travels with it."""

from __future__ import annotations

import csv
import json
import random
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
from kpixl.findings import blocking
from kpixl.grid import Snapshot
from kpixl.hosts import files
from kpixl.ranking.model import Standing
from kpixl.ranking.rank import rank
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from kpixl.rules.model import RuleInput
from kpixl.rules.rule import Rule
from kpixl.scheme.find import find_scheme
from kpixl.scheme.items import Input
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.score import score
from kpixl.scoring.trace import working
from kpixl.templates.bind import bind
from kpixl.templates.extract import collect_entries
from kpixl.validation import validate
from kpixl.workspace.assessing import assess
from tests.cli.running import REPO, kpixl
from tests.soffice import Office

SYSTEM = "yueqing-2015"
GOLDEN = REPO / "tests" / "golden" / SYSTEM
COHORTS = sorted(path.stem for path in GOLDEN.glob("*.csv"))
ITEMS = (
    "1 增加值增速",
    "2 增加值总量",
    "3 重点项目个数与投资完成",
    "4 土地指标用于新兴产业比例",
    "5 招引大项目",
    "6 创新平台",
    "7 龙头企业",
)
GROWTH, VALUE, PROJECTS, LAND, BIG, PLATFORMS, LEADERS = ITEMS
BLOCKS = {
    "产业发展": (GROWTH, VALUE),
    "项目带动": (PROJECTS, LAND, BIG),
    "创新驱动": (PLATFORMS, LEADERS),
}


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
    assert {u.group for u in scheme().units} == {"县(市、区)"}


def test_inputs_are_exactly_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    assert [(i.item, i.name, i.unit, i.kind, i.direction, i.target) for i in scheme().asked] == [
        (
            r["item"],
            r["input"],
            r["unit"],
            r["kind"],
            r["direction"],
            Decimal(r["target"]) if r["target"] else None,
        )
        for r in wanted
    ]
    assert not any(i.applies_to or i.derived for i in scheme().inputs)


def test_items_points_and_blocks_are_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    facts = dict.fromkeys(
        (r["item"], Decimal(r["points"]) if r["points"] else None, r["group"]) for r in wanted
    )
    assert [(i.key, i.points, i.category) for i in scheme().indicators] == list(facts)
    assert all(i.block == i.category and not i.bonus for i in scheme().indicators)


def test_the_blocks_that_the_text_leaves_to_a_cut_say_where_it_falls() -> None:
    assert {b.name: b.order for b in scheme().blocks} == {
        "项目带动": (PROJECTS, LAND, BIG),
        "创新驱动": (LEADERS, PLATFORMS),
    }
    for block in scheme().blocks:
        assert block.rule is not None
        assert block.points == block.rule.cap == 30


def test_every_clause_is_read_and_every_figure_it_needs_is_bound() -> None:
    for indicator in scheme().indicators:
        asked = [i.name for i in scheme().asked if i.item == indicator.key]
        assert indicator.rule is not None
        assert list(indicator.feeds) == asked


def test_the_lint_finds_what_the_text_says_twice_and_nothing_else() -> None:
    (fault,) = lint(scheme())
    assert (fault.code, fault.found) == ("lint-block-budget", "15+10+10 > 30")
    assert "项目带动" in fault.text


def test_the_output_targets_travel_with_the_scheme_and_every_form(shared: Path) -> None:
    wanted = {
        (r["industry"], float(r["2015"]), float(r["2016"]))
        for r in rows(shared / "data" / f"{SYSTEM}-output.csv")
    }
    for snapshot in (files.read(find_scheme(SYSTEM).path), blank(), *returns()):
        (annex,) = [s for s in snapshot.sheets if "产值目标" in s.name]
        assert wanted == {tuple(r[:3]) for r in annex.rows if isinstance(r[1], float)}


# -- the source sentences --------------------------------------------------------------

# Items in front of whose scoring sentences stands one that only says what they are about and
# how many points they have: docs/source-sentences.md gives the reason for each.
HEADS = {GROWTH: ["25", "15"], LEADERS: ["10"]}


def source_sentences(shared: Path) -> dict[str, str]:
    """Each item's words in the table of annex 1."""
    text = (shared / "seeds" / f"{SYSTEM}.txt").read_text(encoding="utf-8")
    annex = text[text.rindex("考核项目 | 分值") :]
    cells = [c.strip() for line in annex.splitlines()[1:] for c in line.split("|")]
    clauses = [c for c in cells if ("分" in c and "得" in c) or "加5分" in c]
    first, *others = clauses
    at = first.index("增加值总量按照")
    parts = [first[:at], first[at:], *others]
    assert len(parts) == len(ITEMS)
    return dict(zip(ITEMS, parts, strict=True))


def points_of(rule: Rule, points: Decimal | None) -> list[float]:
    """What a rule gives 300 units in three groups, with ties, halves and figures beyond all marks."""
    rng = random.Random(2015)
    sizes = {"yes_no": (0, 1, 1), "count": (0, 6, 1), "percent": (-2000, 4000, 100)}

    def column(given_: RuleInput) -> list[float]:
        low, high, parts = sizes.get(given_.kind, (0, 900, 10))
        return [rng.randint(low, high) / parts for _ in range(300)]

    marks = [float(i.target or 0) for i in rule.inputs]
    groups = np.arange(300) % 3
    values = [np.array(column(i)) for i in rule.inputs]
    frame = Frame(values, marks, (), groups)
    return [float(x) for x in evaluate(rule, frame, points=points)]


def gives_the_same(sentence: str, item: str) -> bool:
    """Whether a sentence is read, asks for the same figures and gives the same points."""
    indicator = scheme().indicator_by_key[item]
    ours = indicator.rule
    assert ours is not None
    try:
        theirs = parse(sentence)
    except RuleError:
        return False
    if [(i.kind, i.target) for i in ours.inputs] != [(i.kind, i.target) for i in theirs.inputs]:
        return False
    mine = points_of(ours, indicator.points)
    assert len(set(mine)) > 2
    return mine == points_of(theirs, indicator.points)


@pytest.mark.parametrize("item", ITEMS)
def test_the_scoring_sentence_of_the_source_is_the_rule_of_our_clause(
    item: str, shared: Path
) -> None:
    sentence = source_sentences(shared)[item]
    if item in HEADS:
        head, _, sentence = sentence.partition("。")
        assert re.findall(r"\d+(?=分)", head) == HEADS[item]
    assert gives_the_same(sentence, item)


def test_a_cell_of_the_source_that_is_not_read_whole_is_listed_with_its_reason(
    shared: Path,
) -> None:
    text = (REPO / "docs" / "source-sentences.md").read_text(encoding="utf-8")
    lines = [[c.strip() for c in line.split("|")] for line in text.splitlines()]
    listed = {cells[2] for cells in lines if len(cells) == 6 and cells[1] == SYSTEM}
    cells = source_sentences(shared)
    assert {item for item in ITEMS if not gives_the_same(cells[item], item)} == listed


# -- the form --------------------------------------------------------------------------


def test_the_blank_form_asks_for_every_input_and_holds_no_figure() -> None:
    snapshot = blank()
    binding, findings = bind(snapshot, scheme())
    assert binding is not None and findings == ()
    assert list(binding.inputs) == [i.name for i in scheme().asked]
    assert dict(binding.measures) == {i.name: i.unit for i in scheme().asked}
    form = snapshot.sheet(binding.sheet)
    assert form is not None and form.protected
    for row, column in binding.inputs.values():
        assert form.value(row, column) is None and (row, column) in form.unlocked
        assert not {(row, c) for c in range(1, column)} & form.unlocked


def test_the_form_has_the_columns_of_the_annex_with_each_block_merged_over_its_rules() -> None:
    form = blank().sheets[0]
    cells = {value: (row, column) for row, column, value in form.filled()}
    assert [h in cells for h in ("考核项目", "分值", "考核内容及赋分标准", "牵头单位")] == [
        True
    ] * 4
    points = {"产业发展": 40, "项目带动": 30, "创新驱动": 30}
    for name, members in BLOCKS.items():
        row, column = cells[name]
        (area,) = [a for a in form.merged if (row, column) in a]
        asked = [i for i in scheme().asked if i.item in members]
        assert area.bottom - area.top + 1 == len(asked)
        assert column == cells["考核项目"][1]
        assert form.value(row, cells["分值"][1]) == points[name]
        rules = [
            str(form.value(r, cells["考核内容及赋分标准"][1]) or "")
            for r in range(area.top, area.bottom + 1)
        ]
        assert [r.split("\n")[0].split("(")[0] for r in rules if r] == list(members)


def test_the_form_prints_on_one_page_of_a4(tmp_path: Path, soffice: Office) -> None:
    path = folder() / "空白表.xlsx"
    (pdf,) = soffice.convert([path], "pdf", tmp_path)
    data = pdf.read_bytes()
    sheets = len(files.read(path).sheets)
    assert data.count(b"/Type/Page/") + data.count(b"/Type/Page ") == sheets
    assert b"/MediaBox[0 0 841" in data or b"/MediaBox [0 0 841" in data  # A4, landscape


MONTHLY = ("重点项目实施情况一览表", "实施进度情况一览表")


@pytest.mark.parametrize("name", MONTHLY)
def test_the_monthly_forms_are_there_with_their_deadline(name: str) -> None:
    assert scheme().deadlines[name] == "每月1日"
    snapshot = files.read(folder() / "月报" / f"{name}.xlsx")
    (form,) = snapshot.sheets
    texts = [v for _, _, v in form.filled() if isinstance(v, str)]
    assert texts[0] == f"2015年新兴产业{name}"
    assert any("每月1日前" in t for t in texts)
    assert form.protected and form.unlocked
    assert all(form.value(*spot) is None for spot in form.unlocked)
    assert any(f"{name}于每月1日前报送" in str(v) for _, _, v in blank().sheets[0].filled())


def test_the_progress_form_has_the_industries_with_their_targets(shared: Path) -> None:
    (form,) = files.read(folder() / "月报" / f"{MONTHLY[1]}.xlsx").sheets
    found = {row[0]: row[1] for row in form.rows if len(row) > 1 and isinstance(row[1], float)}
    wanted = rows(shared / "data" / f"{SYSTEM}-output.csv")
    assert found == {r["industry"]: float(r["2015"]) for r in wanted}


# -- the returned forms ----------------------------------------------------------------


def test_there_is_one_returned_form_a_unit_and_nothing_is_wrong_with_it() -> None:
    entries, findings = collect_entries(returns(), scheme())
    assert findings == () and entries.units == tuple(u.name for u in scheme().units)
    settled, findings = validate(entries, scheme())
    assert not blocking(findings) and findings == ()
    assert len(settled.cells) == len(scheme().units) * len(scheme().asked)


def test_every_figure_of_the_returned_forms_is_marked_as_invented() -> None:
    for snapshot in returns():
        texts = [str(v) for _, _, v in snapshot.sheets[0].filled() if isinstance(v, str)]
        assert sum(t == "示例(虚构)" for t in texts) == len(scheme().asked)
        assert any("虚构的示例数据" in t for t in texts)


# -- figures ---------------------------------------------------------------------------


@cache
def standings(cohort: str) -> dict[str, Standing]:
    outcome = assess(SYSTEM, data=[GOLDEN / f"{cohort}.csv"])
    return {standing.unit: standing for standing in outcome.ranking.standings}


def expected(cohort: str) -> dict[str, dict[str, Any]]:
    text = (GOLDEN / f"{cohort}.expected.json").read_text(encoding="utf-8")
    return {line["unit"]: line for line in json.loads(text)["units"]}


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
    }


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_figure_is_that_of_the_working_paper(cohort: str) -> None:
    found = {unit: as_line(standing) for unit, standing in standings(cohort).items()}
    assert found == expected(cohort)


@pytest.mark.parametrize(
    ("unit", "item", "points"),
    [
        ("甲县", GROWTH, 24.63),
        ("乙县", GROWTH, 17.50),
        ("丙县", GROWTH, 25.00),
        ("甲县", PROJECTS, 14.40),
        ("甲县", LAND, 9.40),
        ("甲县", BIG, 6.20),
        ("丁县", BIG, 5.00),
        ("甲县", LEADERS, 10.00),
        ("甲县", PLATFORMS, 20.00),
    ],
)
def test_the_worked_examples_come_out_as_printed(unit: str, item: str, points: float) -> None:
    assert standings("worked")[unit].items[item] == points


def test_the_cut_is_shown_with_its_arithmetic() -> None:
    outcome = assess(SYSTEM, data=[GOLDEN / "worked.csv"])
    table = outcome.ranking.table
    row, item = table.units.index("甲县"), ITEMS.index(BIG)
    shown = working(table, row, table.scheme.indicators[item])
    assert "30−14.40−9.40=6.20" in shown.lines[-1]
    assert shown.lines[-1].endswith("本项10.00分,计 6.20")
    assert shown.score == 6.20


# -- end to end ------------------------------------------------------------------------


def test_the_command_line_ranks_the_returned_forms(tmp_path: Path) -> None:
    forms = Path(shutil.copytree(folder() / "回收", tmp_path / "回收"))
    before = {p.name: p.read_bytes() for p in forms.iterdir()}
    out = tmp_path / "结果.xlsx"
    done = kpixl("score", SYSTEM, "--data", forms, "--out", out, "--json", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert (done.json["system"], done.json["findings"]) == (SYSTEM, [])
    keys = list(expected("returns")["乐清市"])
    assert {u["unit"]: {k: u[k] for k in keys} for u in done.json["units"]} == expected("returns")
    assert [u["rank"] for u in done.json["units"]] == list(range(1, 12))
    blocks = [a["text"] for a in done.json["assumptions"] if "合计不超过30分" in a["text"]]
    assert len(blocks) == 2
    assert {p.name: p.read_bytes() for p in forms.iterdir()} == before
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["排名", "追溯", "公式核对", "核对数据", "运行记录", "封存"]
    texts = [str(c.value) for row in book["追溯"].iter_rows() for c in row if c.value]
    assert any("30−15.00−10.00=5.00" in t for t in texts)  # the cut of 乐清市


def test_the_command_line_checks_the_returned_forms_and_lints_the_scheme(tmp_path: Path) -> None:
    done = kpixl("check", folder() / "回收", "--json", cwd=tmp_path)
    assert (done.code, done.json["findings"]) == (0, [])
    done = kpixl("lint", SYSTEM, "--json", cwd=tmp_path)
    assert done.code == 0
    assert [f["found"] for f in done.json["findings"]] == ["15+10+10 > 30"]


def with_clause(tmp_path: Path, clause: str) -> Path:
    """The scheme workbook as its owner keeps it, with another clause for 创新驱动."""
    path = tmp_path / "方案.xlsx"
    book = openpyxl.load_workbook(find_scheme(SYSTEM).path)
    cells = [c for row in book["指标"].iter_rows() for c in row]
    (cell,) = [c for c in cells if "从“创新平台”中减" in str(c.value or "")]
    cell.value = clause
    book.save(path)
    return path


def test_the_owner_switches_the_cut_in_the_scheme_sheet(tmp_path: Path) -> None:
    path = with_clause(tmp_path, "本块合计不超过30分;超过部分从“龙头企业”中减")
    done = kpixl("score", path, "--data", GOLDEN / "worked.csv", "--json", cwd=tmp_path)
    (line,) = [u for u in done.json["units"] if u["unit"] == "甲县"]
    assert (line["items"][PLATFORMS], line["items"][LEADERS]) == (20.5, 9.5)
    assert line["total"] == 99.33  # as before: only the place of the cut is another


def test_a_block_clause_that_is_not_read_is_told_and_leaves_its_items_blank(
    tmp_path: Path,
) -> None:
    path = with_clause(tmp_path, "本块原则上30分")
    done = kpixl("lint", path, "--json", cwd=tmp_path)
    assert done.code == 1
    assert "scheme-block-clause" in [f["code"] for f in done.json["findings"]]
    done = kpixl("score", path, "--data", GOLDEN / "worked.csv", "--json", cwd=tmp_path)
    assert done.code == 1
    for line in done.json["units"]:
        assert [line["items"][i] for i in BLOCKS["创新驱动"]] == [None, None]
        assert (line["complete"], line["rank"]) == (False, None)
        assert None not in [line["items"][i] for i in (*BLOCKS["产业发展"], *BLOCKS["项目带动"])]


# -- for any figures -------------------------------------------------------------------

Row: TypeAlias = tuple[str, Mapping[str, float | None]]  # group, figures
Cohort: TypeAlias = dict[str, Row]


def figure_of(asked: Input) -> st.SearchStrategy[float]:
    """Figures as a unit would report them: two decimals at most, counts whole and small."""
    if asked.kind == "yes_no":
        return st.sampled_from([0.0, 1.0])
    if asked.kind == "count":
        return st.integers(0, 6).map(float)
    low = -500 if asked.name == "新兴产业增加值增速" else 0
    return st.integers(low, 2000).map(lambda hundredths: hundredths / 100)


def figures(*, blanks: bool) -> st.SearchStrategy[dict[str, float | None]]:
    """One unit's figures for everything that the form asks for."""
    blank_ = [st.none()] if blanks else []
    return st.fixed_dictionaries({a.name: st.one_of(figure_of(a), *blank_) for a in scheme().asked})


def cohorts(*, blanks: bool = True) -> st.SearchStrategy[Cohort]:
    """One to six units in up to two groups."""
    row = st.tuples(st.sampled_from(["区", "县"]), figures(blanks=blanks))
    return st.lists(row, min_size=1, max_size=6).map(
        lambda lines: {f"单位{number}": line for number, line in enumerate(lines, 1)}
    )


def ranked(cohort: Cohort) -> dict[str, Standing]:
    """Scored and ranked, by unit."""
    entries = Entries(
        units=tuple(cohort),
        groups={unit: group for unit, (group, _) in cohort.items()},
        cells={
            (unit, name): Entry(
                unit, name, raw=value, value=value, state="blank" if value is None else "given"
            )
            for unit, (_, row) in cohort.items()
            for name, value in row.items()
        },
    )
    return {s.unit: s for s in rank(score(scheme(), entries)).standings}


def without_place_over_all(standing: Standing) -> dict[str, Any]:
    return {k: v for k, v in as_line(standing).items() if k != "rank_all"}


def exact_sum(scores: list[float | None]) -> float | None:
    """What a reader with a calculator adds up."""
    there = [Decimal(str(value)) for value in scores if value is not None]
    return float(sum(there)) if there else None


@given(data=st.data(), cohort=cohorts())
def test_the_order_of_the_units_changes_nothing(data: st.DataObject, cohort: Cohort) -> None:
    order = data.draw(st.permutations(list(cohort)))
    before, after = ranked(cohort), ranked({unit: cohort[unit] for unit in order})
    assert {u: as_line(s) for u, s in before.items()} == {u: as_line(s) for u, s in after.items()}


@given(cohort=cohorts(), row=figures(blanks=True))
def test_a_unit_of_another_group_changes_nothing(
    cohort: Cohort, row: dict[str, float | None]
) -> None:
    before, after = ranked(cohort), ranked({**cohort, "外来": ("功能区", row)})
    assert {u: without_place_over_all(s) for u, s in before.items()} == {
        u: without_place_over_all(s) for u, s in after.items() if u != "外来"
    }


@given(cohort=cohorts())
def test_sums_are_those_of_the_items_shown(cohort: Cohort) -> None:
    for standing in ranked(cohort).values():
        assert standing.total == standing.base_total == exact_sum(list(standing.items.values()))
        for block, members in BLOCKS.items():
            assert standing.blocks[block] == exact_sum([standing.items[i] for i in members])


@given(cohort=cohorts())
def test_no_block_gives_more_than_its_points_and_nothing_less_than_0(cohort: Cohort) -> None:
    for standing in ranked(cohort).values():
        assert (standing.blocks["产业发展"] or 0) <= 40
        assert (standing.blocks["项目带动"] or 0) <= 30
        assert (standing.blocks["创新驱动"] or 0) <= 30
        assert all(value is None or value >= 0 for value in standing.items.values())


@given(data=st.data(), cohort=cohorts(blanks=False))
def test_a_blank_never_counts_as_zero(data: st.DataObject, cohort: Cohort) -> None:
    asked = data.draw(st.sampled_from(scheme().asked))
    unit = data.draw(st.sampled_from(list(cohort)))
    group, row = cohort[unit]
    full = ranked(cohort)[unit]
    lacking = ranked({**cohort, unit: (group, {**row, asked.name: None})})[unit]
    assert lacking.items[asked.item] is None
    assert (lacking.complete, lacking.rank, lacking.rank_all) == (False, None, None)
    (mates,) = [members for members in BLOCKS.values() if asked.item in members]
    for item in ITEMS:
        now, before = lacking.items[item], full.items[item]
        if item == asked.item:
            continue
        assert now is not None and before is not None
        # what the blank leaves free in its block is room for the item that was cut
        assert now >= before if item in mates else now == before
