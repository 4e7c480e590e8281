"""Figures worked by hand: what an assessor decides, by marks that are listed or by what is seen."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # the marks that there are; 4 is none of them and counts as 3
    ("按5、3、1评分", 5, (5,), (), (), 5),
    ("按5、3、1评分", 5, (4,), (), (), 3),
    ("按5、3、1三档评分", 5, (0.5,), (), (), 0),
    ("根据完成质量,按4、2、1评分。每拖拉一次扣1分", 4, (4, 3), (), (), 1),
    ("按2、1评分。缺一项扣1分", 2, (1, 2), (), (), 1),
    ("活动组织不好的,按3、2、1扣分", 5, (2,), (), (), 3),
    ("视情况得5分、3分、1分", 5, (3,), (), (), 3),
    # what is seen: judged, and deducted from
    ("按落实情况计分,不落实管护主体不得分", 10, (8, 0), (), (), 8),
    ("按落实情况计分,不落实管护主体不得分", 10, (8, 1), (), (), 0),
    ("办理情况(根据实际情况进行评分)", 6, (4.5,), (), (), 4.5),
    ("按实际效果及记录情况评分。例会少一次扣1分;年会不开展一次扣3分", 8, (7, 2, 1), (), (), 2),
    # looked up: only the deductions count, 4 - 1
    ("根据记录评分,少一次扣1分", 4, (1,), (), (), 3),
    # a remark on the points behind it
    ("按落实情况计分:制定方案得5分,组织演练得2分", 7, (1, 0), (), (), 5),
    # beside other points up to its own bound: 2 + 3, 2 + 2.5
    ("制定方案得2分;根据落实情况评分,最高得3分", 5, (1, 4), (), (), 5),
    ("制定方案得2分;落实情况,根据实际情况评分,最高得3分", 5, (1, 2.5), (), (), 4.5),
    ("完成得5分,未完成的根据实际情况评分", 5, (0, 3), (), (), 3),
    # 可, 将, 由…组 are no part of the name
    ("工作有创新的,可酌情加5-10分", 20, (7,), (), (), 7),
    ("落实不好的,由考核组酌减1-3分", 5, (2,), (), (), 3),
)


@worked_by_hand(ROWS)
def test_what_an_assessor_decides_scores_as_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == row[-1]


def test_readings_say_what_a_clause_leaves_open_about_a_judgement() -> None:
    free = parse("按5、3、1评分", readings={"G89": "照填"})
    assert free.terms != parse("按5、3、1评分").terms
    only = parse("按活动效果评分,例会少一次扣1分", readings={"G90": "只按扣分"})
    assert [i.kind for i in only.inputs] == ["count"]
    share = parse("按任务完成情况计分", readings={"G91": "按比例"})
    assert share.needs_target
    grades = parse("优、良、差分别得5、3、1分")
    assert {a.code: a.taken for a in grades.assumptions}["G38"] == "取最高"


@pytest.mark.parametrize(
    "clause",
    [
        "制定方案得2分;根据落实情况评分",
        "根据落实情况评分;制定方案得2分",
        "制定方案得2分,其他工作根据落实情况评分",
        "制度、活动、效果分别按5、3、1评分",
    ],
)
def test_how_many_points_are_judged_has_to_be_clear_beside_others(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)


@pytest.mark.parametrize("clause", ["按5、3、3评分", "按5、1、3评分", "按5、3、1两档评分"])
def test_the_marks_that_are_listed_have_to_be_in_order(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)


def test_the_working_of_a_case_says_that_its_points_are_more_than_the_item() -> None:
    rule = parse("没有造林任务的乡镇得20分;有任务的乡镇造林面积完成目标得10分")
    frame = Frame([np.array([np.nan]), np.array([1.0])], targets=(5.0, np.nan))
    working = explain(rule, frame, 0, points=Decimal("12.5"))
    assert working.lines[-1] == "得分=12.5,四舍五入为 12.50"
    assert working.notes == ("不超过分值:20 按 12.5 计",)
