"""Points in a column of their own, per case behind the points, and words that say how it is scored."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand


@worked_by_hand(
    (
        # 扣分标准 is a column: 3 cases of 1
        ("路面有积尘、垃圾的\n扣分标准:1分/项", 10, (3,), (), (), 7),
        ("绿地内有杂草;灌木散乱;苗木成片死亡。\n扣分标准:0.5分/项", 10, (4,), (), (), 8),
        ("单独用稿的计20分每篇,综合用稿的计10分每篇", 100, (2, 3), (), (), 70),
        ("简报用稿计2.5分每篇", 100, (3,), (), (), 7.5),
        ("头版用稿的每篇计8分,其他的计3分每篇", 100, (1, 2), (), (), 14),
        # for all of it, less for each that is missing, beside another deduction: 6 - 2 - 1.5
        ("建立组织、制度、台账,得6分。每缺一项扣2分,内容不齐备扣1—5分", 6, (1, 1.5), (), (), 2.5),
        # a veto beside what scores, of the item or of all
        ("出现事故一次扣2分;火化区出现土葬的一票否决,该项不得分", 10, (1, 1), (), (), 0),
        ("出现事故一次扣2分;火化区出现土葬的一票否决,该项不得分", 10, (1, 0), (), (), 8),
        ("打击犯罪得力,得5分。重大事故一票否决,出现较小事故一次扣2分", 5, (2,), (), (), 1),
        # money beside the points, and where a thing is
        ("迟到的每次扣1分,罚款50元", 10, (3,), (), (), 7),
        ("县级媒体采用每条0.5分,奖励撰写人工作经费50元;", 100, (4,), (), (), 2),
        ("旷工的扣5分,并扣发当月奖金。病事假按天扣除工资", 10, (1,), (), (), 5),
        ("校园周边200米范围内存在食品摊贩的,扣0.5分", 2, (1,), (), (), 1.5),
        # for each that is done, up to what the item is worth
        ("完成每项应急任务得1分,满分5分", 5, (3,), (), (), 3),
        ("每项任务完成得1分,满分5分", 5, (7,), (), (), 5),
        ("采用得分制,完成每项任务得1分,满分5分", 5, (2,), (), (), 2),
        ("实行加分制,每获一次表彰加1分", 10, (2,), (), (), 2),
        # 否则相应扣分: 2 less what the assessor takes
        ("认真宣传,得2分;否则相应扣分", 2, (0.5,), (), (), 1.5),
        # a sum over the year is the figure's name
        ("审核错情累计条数不超过3条得1分,否则不得分", 1, (3,), (), (), 1),
        ("审核错情累计条数不超过3条得1分,否则不得分", 1, (4,), (), (), 0),
        # what closes the item beside intervals of counted things
        (
            "错情数3条以下得2分,3-5条得1分,超过5条的不得分。发生伪造的,不得分",
            2,
            (2, 0),
            (),
            (),
            2,
        ),
        (
            "错情数3条以下得2分,3-5条得1分,超过5条的不得分。发生伪造的,不得分",
            2,
            (2, 1),
            (),
            (),
            0,
        ),
        # no third row of 一次, 两次, but a mark of its own
        ("未设立机构的扣0.5分;人员不足2人的扣0.5分", 2, (0, 1), (), (), 1.5),
        ("未设立机构的扣0.5分;人员不足2人的扣0.5分", 2, (1, 2), (), (), 1.5),
    )
)
def test_what_is_scored_is_what_the_table_says(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "按照委办〔2017〕45号文件要求聘用顾问的得1分",
        "按《关于推行制度的意见》(开委办〔2017〕45号)要求聘用顾问的得1分",
    ],
)
def test_the_number_of_a_document_is_part_of_a_name(clause: str) -> None:
    (only,) = parse(clause).inputs
    assert only.kind == "yes_no"
    assert "45号" in only.label


def test_a_veto_that_does_not_say_what_it_does_to_the_item_is_shown_as_another_rule() -> None:
    rule = parse("打击犯罪得力,得5分。重大事故一票否决,出现较小事故一次扣2分")
    assert "重大事故一票否决" in rule.canonical
    assert "G65" in {a.code for a in rule.assumptions}


@pytest.mark.parametrize("clause", ["每投资1万美元,奖励800元", "罚款50元的扣1分"])
def test_money_and_points_that_run_into_each_other_are_refused(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)


def test_what_each_of_them_gives_is_counted() -> None:
    assert [i.kind for i in parse("完成每项任务得1分,满分5分").inputs] == ["count"]
    assert [i.kind for i in parse("各项任务均完成得5分").inputs] == ["yes_no"]
