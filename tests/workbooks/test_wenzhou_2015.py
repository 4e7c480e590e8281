"""The workbooks of wenzhou-2015 ask what the source asks and say what their figures are."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from kpixl.findings import blocking
from kpixl.grid import Snapshot
from kpixl.hosts import files
from kpixl.rules import parse
from kpixl.rules.expr import Expr, Named, rebuild
from kpixl.scheme.find import find_scheme
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.bind import bind
from kpixl.templates.extract import collect_entries
from kpixl.validation import validate
from tests.soffice import Office

SYSTEM = "wenzhou-2015"
STREETS = ("星海街道", "海城街道", "沙城街道", "天河街道")


@cache
def scheme() -> Scheme:
    place = find_scheme(SYSTEM)
    found, findings = read_scheme(files.read(place.path), system=place.system)
    assert found is not None and findings == ()
    return found


@cache
def returns() -> tuple[Snapshot, ...]:
    folder = find_scheme(SYSTEM).folder / "回收"
    return tuple(files.read(path) for path in sorted(folder.glob("*.xlsx")))


def blank() -> Snapshot:
    return files.read(find_scheme(SYSTEM).folder / "空白表.xlsx")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_scheme_is_the_system_whose_name_it_bears() -> None:
    assert scheme().system == SYSTEM
    assert tuple(u.name for u in scheme().units) == STREETS
    assert len({u.group for u in scheme().units}) == 1


def test_inputs_are_exactly_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    assert [(i.item, i.name, i.unit, i.kind, i.direction) for i in scheme().asked] == [
        (r["item"], r["input"], r["unit"], r["kind"], r["direction"]) for r in wanted
    ]
    assert [i.target for i in scheme().asked] == [
        Decimal(r["target"]) if r["target"] else None for r in wanted
    ]
    assert not any(i.applies_to for i in scheme().asked)


def test_items_points_and_categories_are_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    facts = dict.fromkeys((r["item"], Decimal(r["points"]), r["group"]) for r in wanted)
    assert [(i.key, i.points, i.category) for i in scheme().indicators] == list(facts)


def test_the_last_two_items_stand_outside_the_hundred() -> None:
    base = [i.points for i in scheme().indicators if not i.bonus and i.points is not None]
    assert sum(base) == 100 == scheme().total
    assert [i.bonus for i in scheme().indicators] == [False] * 7 + [True] * 2


def test_own_targets_are_those_of_annex_1(shared: Path) -> None:
    wanted = {
        (street, r["input"]): Decimal(r[street])
        for r in rows(shared / "data" / f"{SYSTEM}-targets.csv")
        if r["input"]
        for street in STREETS
    }
    assert dict(scheme().targets) == wanted


def test_annex_2_travels_as_an_information_sheet(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-projects.csv")
    for snapshot in (files.read(find_scheme(SYSTEM).path), blank(), *returns()):
        (annex,) = [s for s in snapshot.sheets if "重点项目" in s.name]
        found = {(row[1], row[2], row[3]) for row in annex.rows if len(row) >= 4}
        assert {
            (r["project"], r["enterprise"], float(r["investment_wan_yuan"])) for r in wanted
        } <= found


def test_every_clause_is_read_and_every_figure_it_needs_is_bound() -> None:
    for indicator in scheme().indicators:
        assert indicator.rule is not None
        assert len(indicator.feeds) == len(indicator.rule.inputs) > 0


@pytest.mark.parametrize(
    ("key", "feeds"),
    [
        ("1 规上工业总产值", ("规上工业总产值", "亩均工业总产值", "规上工业总产值增速")),
        ("2 规上企业利润总额", ("工业企业利润总额", "亩均利润", "利润总额增速")),
        ("3 亿元以上企业数量", ("亿元以上企业数量",)),
        ("4 小微企业上规模数量", ("新增规上企业数量",)),
        ("5 新产品产值", ("新产品产值", "新产品产值增速")),
        ("6 工业性投资", ("限额以上工业性投资", "工业性投资增速")),
        ("7 “机器换人”技改投资", ("技改投资占工业性投资比重",)),
        ("1 企业风险排查处置", ("企业风险排查处置加分",)),
        ("2 基础工作", ("强镇方案和年度工作计划", "按时报送工作报表", "信息采用条数")),
    ],
)
def test_each_phrase_of_a_clause_is_fed_by_its_figure(key: str, feeds: tuple[str, ...]) -> None:
    assert scheme().indicator_by_key[key].feeds == feeds


def test_the_share_of_item_7_is_upgrading_by_investment_of_item_6() -> None:
    derived = [i for i in scheme().inputs if i.derived]
    assert [i.derivation for i in derived] == ["技改投资 ÷ 限额以上工业性投资 × 100"]
    assert scheme().input_by_name["限额以上工业性投资"].item == "6 工业性投资"


def source_clauses(shared: Path) -> list[str]:
    """The clauses of annex 3, as its 赋分办法 column has them."""
    text = (shared / "seeds" / f"{SYSTEM}.txt").read_text(encoding="utf-8")
    annex = text[text.rindex("工业强镇(街道)建设考核评价办法") :]
    lines = [line.strip() for line in annex.splitlines() if line.strip()]
    clauses: list[str] = []
    for line in lines:
        if line.startswith("得分=["):
            clauses.append(line)
        elif line.startswith("其中") and clauses:
            clauses[-1] += line
        elif "最多的" in line or "最高加" in line or "得1分" in line:
            clauses.append(line)
    return clauses


def bare(expr: Expr) -> Expr:
    """The arithmetic without the words that the working shows beside it."""
    return rebuild(expr, lambda node: node.inner if isinstance(node, Named) else node)


def test_our_clauses_carry_the_same_rules_as_the_sentences_of_the_source(shared: Path) -> None:
    sentences = source_clauses(shared)
    assert len(sentences) == len(scheme().indicators) == 9
    for indicator, sentence in zip(scheme().indicators, sentences, strict=True):
        source = parse(sentence)
        assert indicator.rule is not None and indicator.points is not None
        ours, theirs = (bare(r.expr(indicator.points)) for r in (indicator.rule, source))
        assert ours == theirs, indicator.key


def test_the_lint_says_where_the_source_disagrees_with_itself() -> None:
    found = {(f.code, f.place.cell[1:]) for f in lint(scheme())}
    rows_ = {i.key: i.place.cell[1:] for i in scheme().indicators}
    assert ("lint-points-clause", rows_["1 企业风险排查处置"]) in found
    assert len(found) == 2 and rows_["7 “机器换人”技改投资"] in {cell for _, cell in found}


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


def test_the_form_prints_on_one_page_of_a4(tmp_path: Path, soffice: Office) -> None:
    path = find_scheme(SYSTEM).folder / "空白表.xlsx"
    (pdf,) = soffice.convert([path], "pdf", tmp_path)
    data = pdf.read_bytes()
    sheets = len(files.read(path).sheets)
    assert data.count(b"/Type/Page/") + data.count(b"/Type/Page ") == sheets
    assert b"/MediaBox[0 0 841" in data or b"/MediaBox [0 0 841" in data  # A4, landscape


# -- the returned forms ----------------------------------------------------------------


def test_there_is_one_returned_form_a_street_and_nothing_is_wrong_with_it() -> None:
    entries, findings = collect_entries(returns(), scheme())
    assert findings == () and entries.units == STREETS
    settled, findings = validate(entries, scheme())
    assert not blocking(findings) and findings == ()
    assert all(e.state == "given" for e in settled)
    assert len(settled.cells) == len(STREETS) * len(scheme().asked)


def test_returned_figures_are_those_of_the_readable_table() -> None:
    entries, _ = collect_entries(returns(), scheme())
    table = rows(find_scheme(SYSTEM).folder / "source" / "示例.csv")
    assert len(table) == len(entries.cells)
    for row in table:
        raw = entries.cells[row["unit"], row["input"]].raw
        assert raw == (row["value"] if isinstance(raw, str) else float(row["value"]))


def test_figures_of_annex_1_stand_where_it_gives_them_and_say_that_they_are_targets() -> None:
    table = rows(find_scheme(SYSTEM).folder / "source" / "示例.csv")
    for row in table:
        target = scheme().targets.get((row["unit"], row["input"]))
        if target is None:
            assert "示例" in row["source_note"]
        else:
            assert Decimal(row["value"]) == target
            assert "附件1目标值" in row["source_note"] and "非完成数" in row["source_note"]


def test_every_returned_form_says_on_its_face_what_its_figures_are() -> None:
    for snapshot in returns():
        texts = [str(v) for _, _, v in snapshot.sheets[0].filled() if isinstance(v, str)]
        assert any("按附件1目标值演示" in t and "不是完成数" in t for t in texts)
        assert sum("附件1目标值" in t and "非完成数" in t for t in texts) == 3
        assert sum(t == "示例(虚构)" for t in texts) == len(scheme().asked) - 3


def test_invented_figures_differ_between_streets() -> None:
    table = rows(find_scheme(SYSTEM).folder / "source" / "示例.csv")
    for given in scheme().asked:
        figures = [r["value"] for r in table if r["input"] == given.name]
        if "示例" in next(r["source_note"] for r in table if r["input"] == given.name):
            assert len(set(figures)) == (2 if given.kind == "yes_no" else len(STREETS))
