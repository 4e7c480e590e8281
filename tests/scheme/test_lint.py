"""What the lint says of a scheme, and of which it says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from kpixl.errors import RuleError
from kpixl.findings import CATALOGUE, Finding
from kpixl.rules import Rule, parse
from kpixl.scheme.items import Block, Indicator, Input, Unit
from kpixl.scheme.lint import CHECKS, lint
from kpixl.scheme.model import Scheme
from kpixl.workspace.schemes import load_scheme

LADDER = "企业数最多的得10分,排名每下降1位减0.5分"
BAND = "得分=[(本值-本类最低值)÷(本类最高值-本类最低值)×40+60]÷100×分值"


def item(
    name: str,
    points: int | str | None,
    clause: str,
    *,
    content: str = "",
    bonus: bool = False,
    block: str = "",
    readings: Mapping[str, str] | None = None,
) -> Indicator:
    """An indicator whose clause is read, or has no rule where it can't be."""
    rule: Rule | None
    try:
        rule = parse(clause, readings=readings)
    except RuleError:
        rule = None
    return Indicator(
        key=name,
        number="",
        name=name,
        points=None if points is None else Decimal(points),
        clause=clause,
        bonus=bonus,
        block=block,
        content=content,
        readings=dict(readings or {}),
        rule=rule,
        feeds=tuple(f"{name}{i}" for i in range(len(rule.inputs))) if rule else (),
    )


def scheme(
    *items: Indicator,
    units: Sequence[tuple[str, str]] = (),
    total: int | None = None,
    blocks: Sequence[Block] = (),
    grades: str = "",
    only: Sequence[str] = (),
) -> Scheme:
    """A scheme of these indicators; units are pairs of name and group."""
    return Scheme(
        system="试",
        title="试",
        year=2020,
        version="1",
        basis="",
        units=tuple(Unit(name, group) for name, group in units),
        indicators=items,
        inputs=tuple(
            Input(name, i.key, "", "number", applies_to=tuple(only))
            for i in items
            for name in i.feeds
        ),
        total=None if total is None else Decimal(total),
        blocks=tuple(blocks),
        grades=grades,
    )


def found(*items: Indicator, **more: object) -> list[tuple[str, str]]:
    """Code and arithmetic of what the lint finds, points budget aside unless it is set."""
    given = scheme(*items, **more)  # type: ignore[arg-type]
    if "total" not in more:
        budget = sum((i.points or Decimal(0) for i in items if not i.bonus), Decimal(0))
        given = scheme(*items, **{**more, "total": budget})  # type: ignore[arg-type]
    return [(f.code, f.found) for f in lint(given)]


def shipped() -> tuple[Finding, ...]:
    read, faults = load_scheme("wenzhou-2015")
    assert read is not None
    assert faults == ()
    return lint(read)


# -- the scheme in the package ---------------------------------------------------------


def test_of_the_packaged_scheme_it_says_what_its_text_gets_wrong_and_nothing_else() -> None:
    cap, heading = shipped()
    assert cap.code == "lint-points-clause"
    assert "“1 企业风险排查处置”" in cap.text and "“最高加5分”" in cap.text
    assert cap.found == "10 ≠ 5"
    assert heading.code == "lint-heading-rule"
    assert "“7 “机器换人”技改投资”" in heading.text
    assert "排名得分" in heading.text and "以评分标准为准" in heading.text
    assert "本类最高值" in heading.found


def test_a_disagreement_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [str(f.severity) for f in shipped()] == ["核", "核"]


def test_each_finding_names_the_cell_of_the_clause() -> None:
    assert all(f.place.sheet == "指标" and f.place.cell for f in shipped())


# -- points budget -----------------------------------------------------------------------


def test_base_items_add_up_to_100_unless_the_scheme_says_otherwise() -> None:
    items = (item("甲", 60, BAND), item("乙", 35, BAND), item("丙", 10, BAND, bonus=True))
    assert found(*items, total=None) == [("lint-points-budget", "60+35=95")]
    assert found(*items, total=95) == []
    assert found(*items, total=90) == [("lint-points-budget", "60+35=95")]


def test_the_total_that_the_scheme_states_is_named() -> None:
    (fault,) = lint(scheme(item("甲", 60, BAND), total=50))
    assert "方案写明的总分 50" in fault.text
    (fault,) = lint(scheme(item("甲", 60, BAND)))
    assert "通常的总分 100" in fault.text


def test_a_block_counts_as_a_whole_in_the_budget() -> None:
    items = (item("甲", 20, BAND, block="块"), item("乙", None, "每家得5分", block="块"))
    block = Block("块", "本块合计不超过30分", Decimal(30))
    assert [c for c, _ in found(*items, blocks=[block], total=30)] == []


def test_a_block_can_be_filled_exactly() -> None:
    items = (
        item("甲", 15, "企业数最多的得15分,排名每下降1位减0.3分", block="块"),
        item("乙", 10, "地块数最多的得10分,排名每下降1位减0.2分", block="块"),
        item("丙", 10, "成效显著的,最高得10分", block="块"),
    )
    for points, sign in ((30, ">"), (40, "<")):
        block = Block("块", "", Decimal(points))
        expected = ("lint-block-budget", f"15+10+10 {sign} {points}")
        assert found(*items, blocks=[block], total=points) == [expected]
    assert found(*items, blocks=[Block("块", "", Decimal(35))], total=35) == []


# -- clause against points ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "clause", "arithmetic"),
    [
        (10, "成效显著的,最高加5分", "10 ≠ 5"),
        (15, LADDER, "15 ≠ 10"),
        (8, LADDER, "8 ≠ 10"),
        (10, "制定方案得1分;按时报送得2分", "10 ≠ 3"),
        (2, "制定方案得1分;按时报送得2分", "2 ≠ 3"),
        (10, "报送信息每采用一条得0.1分,最高得8分", "10 ≠ 8"),
    ],
)
def test_what_a_clause_can_give_is_its_points(points: int, clause: str, arithmetic: str) -> None:
    assert found(item("甲", points, clause)) == [("lint-points-clause", arithmetic)]


@pytest.mark.parametrize(
    ("points", "clause"),
    [
        (5, "成效显著的,最高加5分"),
        (10, LADDER),
        (20, BAND),
        (20, BAND + ";总量、亩均、增速得分分别以30%、20%、50%的权重计入"),
        (3, "制定方案得1分;按时报送得2分"),
        (10, "制定方案得1分;报送信息每采用一条得0.1分"),
        (10, "报送信息每采用一条得0.1分,最高得10分"),
    ],
)
def test_a_clause_that_agrees_with_its_points_is_left_alone(points: int, clause: str) -> None:
    assert found(item("甲", points, clause)) == []


def test_the_phrase_with_the_number_is_quoted() -> None:
    (fault,) = lint(scheme(item("甲", 10, "积极开展工作,成效显著的,最高加5分"), total=10))
    assert "评分标准“最高加5分”最多得 5 分" in fault.text


# -- headings ----------------------------------------------------------------------------


def test_a_heading_that_promises_places_wants_a_rule_by_places() -> None:
    for content in ("按比重排名得分", "占比,按名次计分", "企业数量,分类排名"):
        ((code, arithmetic),) = found(item("甲", 20, BAND, content=content))
        assert code == "lint-heading-rule"
        assert "≠" in arithmetic
        assert found(item("甲", 10, LADDER, content=content)) == []
    assert found(item("甲", 20, BAND, content="总量及增速情况")) == []


def test_a_heading_that_promises_a_bonus_wants_one() -> None:
    heading = "按排查情况进行加分"
    assert [c for c, _ in found(item("甲", 20, BAND, content=heading))] == ["lint-heading-rule"]
    assert found(item("甲", 5, "成效显著的,最高加5分", content=heading)) == []
    assert found(item("甲", 20, BAND, content=heading, bonus=True)) == []


# -- ladders -----------------------------------------------------------------------------


def test_a_ladder_that_falls_below_zero_for_the_roster_is_found_with_its_place() -> None:
    units = [(f"单位{i}", "") for i in range(30)]
    assert found(item("甲", 10, LADDER), units=units) == [
        ("lint-ladder-below-zero", "第22名:10-0.5×(22-1)=-0.5")
    ]
    assert found(item("甲", 10, LADDER), units=units[:21]) == []


def test_only_units_of_one_group_and_of_the_item_count_for_a_ladder() -> None:
    units = [(f"单位{i}", "甲组" if i % 2 else "乙组") for i in range(40)]
    assert found(item("甲", 10, LADDER), units=units) == []
    units += [(f"又{i}", "甲组") for i in range(5)]
    assert [c for c, _ in found(item("甲", 10, LADDER), units=units)] == ["lint-ladder-below-zero"]
    assert found(item("甲", 10, LADDER), units=units, only=["乙组"]) == []


# -- bonuses, grades, unreadable clauses -------------------------------------------------


def test_an_item_without_an_upper_limit_is_found() -> None:
    open_ended = "制定方案得4分;每新增一家加1分"
    ((code, arithmetic),) = found(item("甲", 4, open_ended))
    assert (code, arithmetic) == ("lint-bonus-uncapped", "每新增1家加1分")
    assert found(item("甲", 4, open_ended + ",最多加6分")) == []
    assert found(item("甲", 10, "报送信息每采用一条得0.1分")) == []
    assert [c for c, _ in found(item("甲", None, "每新增一家得5分"))] == ["lint-bonus-uncapped"]


def test_a_grade_above_all_points_is_found() -> None:
    items = (
        item("甲", 60, BAND),
        item("乙", 40, BAND),
        item("丙", 5, "成效显著的,最高加5分", bonus=True),
    )
    grades = "前3名为优秀;{}分以上为达标"
    assert found(*items, grades=grades.format(105)) == []
    assert found(*items, grades=grades.format("105.5")) == [
        ("lint-grade-out-of-reach", "60+40+5=105 < 105.5")
    ]


def test_a_grade_for_a_place_beyond_the_roster_is_found() -> None:
    units = [(f"单位{i}", "") for i in range(4)]
    grades = "前3名为优秀;第5-6名为良好"
    assert found(item("甲", 60, BAND), units=units, grades=grades) == [
        ("lint-grade-out-of-reach", "4 < 5")
    ]
    units += [("单位4", "")]
    assert found(item("甲", 60, BAND), units=units, grades=grades) == []


def test_an_unreadable_grade_clause_blocks() -> None:
    (fault,) = lint(scheme(item("甲", 60, BAND), total=60, grades="表现好的为优秀"))
    assert (fault.code, str(fault.severity)) == ("lint-grades-unread", "强")
    assert fault.found == "表现好的为优秀"


def test_an_unreadable_clause_blocks_and_says_which_character() -> None:
    (fault,) = lint(scheme(item("甲", 10, "每少一家扣0..5分"), total=10))
    assert (fault.code, str(fault.severity)) == ("lint-clause-unread", "强")
    assert "第6字“0..5分”" in fault.text
    assert fault.found == "每少一家扣0..5分"


# -- the list ----------------------------------------------------------------------------


def test_every_check_is_named_as_a_sentence_and_explains_itself() -> None:
    for check in CHECKS:
        assert check.__name__.count("_") >= 3
        assert check.__doc__


def test_every_code_of_the_lint_says_how_to_mend_it() -> None:
    codes = [code for code in CATALOGUE if code.startswith("lint-")]
    assert len(codes) >= len(CHECKS)
    for code in codes:
        assert CATALOGUE[code].expected and CATALOGUE[code].remedy, code
