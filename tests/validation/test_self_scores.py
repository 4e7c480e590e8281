"""自评分 is checked against what its item can give, and never touches a score."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpixl.entries import Entries, Entry
from kpixl.findings import Place
from kpixl.grid import Scalar
from kpixl.rules import parse
from kpixl.scheme.model import Scheme
from kpixl.validation.self_scores import check_self_scores
from tests.books import towns

ITEM = "1 亿元企业"


def sent(scheme: Scheme, *raw: Scalar) -> Entries:
    """One unit's self-scores, in the order of the scheme's items."""
    items = [i.key for i in scheme.indicators]
    return Entries(
        units=("东镇",),
        groups={"东镇": "镇"},
        cells={},
        self_scores={
            ("东镇", item): Entry(
                "东镇", item, raw=value, place=Place("东镇.xlsx", "填报表", f"H{n}")
            )
            for n, (item, value) in enumerate(zip(items, raw, strict=False), 1)
        },
    )


def test_points_up_to_what_the_item_can_give_are_used() -> None:
    entries, findings = check_self_scores(sent(towns(), 10.0, 0.0, 1.5), towns())
    assert findings == ()
    assert [e.value for e in entries.self_scores.values()] == [10.0, 0.0, 1.5]
    assert {e.state for e in entries.self_scores.values()} == {"given"}


@pytest.mark.parametrize(
    ("raw", "code", "expected"),
    [
        (10.01, "self-score-bounds", "0 至 10"),
        (-0.5, "self-score-bounds", "0 至 10"),
        ("9分", "self-score-number", "数字(建议值 9)"),
        ("满分", "self-score-number", "数字"),
        (True, "self-score-number", "数字"),
    ],
)
def test_what_can_t_be_a_self_score_is_a_finding_with_its_cell(
    raw: Scalar, code: str, expected: str
) -> None:
    entries, (fault,) = check_self_scores(sent(towns(), raw, 1.0, 1.0), towns())
    assert (fault.code, fault.unit, fault.input, fault.place.cell) == (code, "东镇", ITEM, "H1")
    assert fault.expected == expected
    assert entries.self_scores["东镇", ITEM].value is None
    assert entries.self_scores["东镇", ITEM].state == "unreadable"


def test_blank_ones_are_one_remark_a_unit() -> None:
    entries, (fault,) = check_self_scores(sent(towns(), 5.0, None, " "), towns())
    assert (fault.code, fault.found) == ("self-score-missing", "2 投资占比、1 基础工作")
    assert [e.value for e in entries.self_scores.values()] == [5.0, None, None]
    _, (every,) = check_self_scores(sent(towns(), None, None, None), towns())
    assert every.found == "全部"


def test_a_form_without_self_scores_is_not_asked_for_them() -> None:
    assert check_self_scores(sent(towns()), towns())[1] == ()


def test_an_item_without_an_end_takes_any_self_score() -> None:
    scheme = towns()
    rule = parse("完成目标任务得10分,每超过1个加1分")
    items = tuple(
        replace(i, rule=rule, points=Decimal(10)) if i.key == ITEM else i for i in scheme.indicators
    )
    entries, findings = check_self_scores(
        sent(scheme, 400.0, 1.0, 1.0), replace(scheme, indicators=items)
    )
    assert findings == () and entries.self_scores["东镇", ITEM].value == 400.0
