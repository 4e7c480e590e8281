"""Figures worked by hand: one rule behind several requirements, gates, what happens otherwise."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # one mark for rates that are named together: 10 - 2×(85-84) - 2×(85-80)
    ("建制率、达标率低于85%的,每降低1个百分点扣2分", 20, (84, 80), (), (), 8),
    ("建制率、达标率均达到85%以上,每降低1个百分点扣2分", 20, (84, 90), (), (), 18),
    ("投诉率、差错率高于5%的,每高1个百分点扣1分", 10, (7, 6), (), (), 7),
    ("建制率、达标率达到85%以上,得10分", 10, (85, 90), (), (), 10),
    ("建制率、达标率达到85%以上,得10分", 10, (84, 90), (), (), 0),
    # what it costs that they are not met: once, however many are not
    ("签订率达100%、兑现率达95%,不达标的扣3分", 10, (99, 90), (), (), 7),
    ("签订率达100%、兑现率达95%,不达标的扣3分", 10, (100, 95), (), (), 10),
    ("结案率达95%以上,息访率达80%以上(10分)\n不达标的扣10分", 10, (94, 80), (), (), 0),
    ("建制率、达标率低于85%的扣2分;迟报1次扣1分", 10, (80, 90, 3), (), (), 5),
    # or all points, of which other things take some
    ("签订率达100%、兑现率达95%,达不到标准不计分", 10, (100, 94), (), (), 0),
    ("签订率达100%、兑现率达95%,达不到标准不计分", 10, (100, 95), (), (), 10),
    ("签订率达100%。兑现率达95%。以上指标不达标不得分。", 10, (100, 95), (), (), 10),
    ("签订率达100%、兑现率达95%,有一项不达标不得分;迟报1次扣1分", 10, (100, 95, 2), (), (), 8),
    ("签订率达100%、兑现率达95%,有一项不达标不得分;迟报1次扣1分", 10, (99, 95, 2), (), (), 0),
    ("签订率达100%。兑现率达95%。以上指标有一项不达标扣3分", 10, (99, 94), (), (), 4),
    # each in its own unit
    ("张贴画500张以上,发放资料5000份以上,少1张(份)扣0.05分", 10, (490, 4980), (), (), 8.5),
    # what is missing of all that is named
    ("定期检查,做好记录,及时通知家属,少1人次扣0.5分", 5, (4,), (), (), 3),
    ("走访看望,组织座谈会,每少一次扣1分", 5, (2,), (), (), 3),
    ("走访看望,组织座谈会,每少开一次扣1分", 5, (3,), (5,), (), 3),  # of the last alone
    # what makes the whole item 0, beside what only takes: figures of their own
    ("每1处不到位扣2分。淹死树木10株以上的该项不得分。", 10, (2, 9), (), (), 6),
    ("每1处不到位扣2分。淹死树木10株以上的该项不得分。", 10, (0, 10), (), (), 0),
    ("每有1处断档扣4分;断档率高于5%的不得分", 10, (1, 5), (), (), 6),
    ("每有1处断档扣4分;断档率高于5%的不得分", 10, (0, 5.1), (), (), 0),
    ("断档率高于5%、成活率低于85%该项不得分", 10, (6, 90), (), (), 0),
    ("合格率低于85%且覆盖率低于60%的,本项不得分", 10, (80, 60), (), (), 10),
    ("合格率低于85%且覆盖率低于60%的,本项不得分", 10, (80, 59), (), (), 0),
    ("合格率低于85%或覆盖率低于60%的,本项不得分", 10, (80, 60), (), (), 0),
    ("无计划或完成率全年低于90%,上半年低于30%不得分", 10, (0, 90, 30), (), (), 10),
    ("无计划或完成率全年低于90%,上半年低于30%不得分", 10, (1, 90, 30), (), (), 0),
    ("无计划或完成率全年低于90%,上半年低于30%不得分", 10, (0, 95, 29), (), (), 0),
    ("未制定计划或完成率低于60%的不得分;迟报1次扣1分", 10, (3, 0, 60), (), (), 7),
    ("超过下达的控制指标本项不得分", 10, (1,), (), (), 0),
    ("每投诉1次扣2分;死亡人数超过指标的不得分", 10, (1, 0), (), (), 8),
    # what is said otherwise says nothing new
    ("每完成一项得2分,反之,不得分", 10, (3,), (), (), 6),
    ("每完成一项得2分,未完成的不得分", 10, (3,), (), (), 6),
    ("制定制度的得1分;制定计划的得1分。否则不得分。", 2, (1, 0), (), (), 1),
    ("制定年度计划得2分,否则不得分", 2, (1,), (), (), 2),
    # not done in one of the periods
    ("每月召开会议2次,未召开的扣1分", 10, (20,), (), (), 6),
    ("每年召开1次民主生活会,未召开的不得分,走过场的酌情扣分", 5, (2, 0), (), (), 3),
    ("每年召开1次民主生活会,未召开的不得分,走过场的酌情扣分", 5, (0, 1), (), (), 0),
    # what the deductions beside points in brackets are taken from
    ("生育率达95%以上,多孩率在1%内(60分)。每出现1例违规扣8分", 60, (2,), (), (), 44),
    # exceptions: ahead of what they spare, and behind it
    ("经批准的不扣分,迟到每次扣1分,早退每次扣2分", 10, (2, 1), (), (), 6),
    ("群团组织每缺1个扣1分(新建的支部可以没有),无专人的扣2分", 10, (2, 1), (), (), 6),
    ("被责令重作的,一件扣3分(若有新诉求的,不扣分)", 10, (2,), (), (), 4),
    ("发现1处扣2分。出现遗体土葬的一票否决,本项不得分", 10, (2, 0), (), (), 6),
    ("发现1处扣2分。出现遗体土葬的一票否决,本项不得分", 10, (0, 1), (), (), 0),
    ("无治安事故,满意度达到95%,得8分", 8, (1, 95), (), (), 8),
    ("投诉3次以上或群访2次以上的,本项不得分;每发现1处扣1分", 10, (2, 2, 1), (), (), 8),
    ("投诉3次以上或群访2次以上的,本项不得分;每发现1处扣1分", 10, (0, 3, 0), (), (), 0),
    # either of two marks, or both
    ("自筹资金达5000元以上的或争取资金达1万元以上用于修路的计2分", 2, (4000, 1), (), (), 2),
    ("自筹资金达5000元以上的或争取资金达1万元以上用于修路的计2分", 2, (4000, 0.5), (), (), 0),
    (
        "合格率达到95%且优秀率达到30%的得5分,合格率达到90%且优秀率达到20%的得3分",
        5,
        (96, 29),
        (),
        (),
        3,
    ),
    ("无治安事故,满意度达到95%,得8分", 8, (0, 99), (), (), 0),
)


@worked_by_hand(ROWS)
def test_figures_come_out_as_worked_by_hand(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("clause", "code", "value", "values", "expected"),
    [
        ("签订率达100%、兑现率达95%,不达标的扣3分", "G131", "各扣", (99, 90), 4),
        ("签订率达100%、兑现率达95%,不达标的不得分", "G51", "按个数", (99, 95), 5),
        ("走访看望,组织座谈会,每少一次扣1分", "G132", "只算最后一件", (3,), 8),
        ("断档率高于5%、成活率低于85%该项不得分", "G133", "都有", (6, 90), 10),
        ("断档率高于5%、成活率低于85%该项不得分", "G133", "都有", (6, 84), 0),
        ("每月召开会议2次,未召开的扣1分", "G134", "只扣一次", (1,), 9),
    ],
)
def test_the_other_reading_is_listed_and_counts_otherwise(
    clause: str, code: str, value: str, values: tuple[float, ...], expected: float
) -> None:
    (asked,) = [a for a in parse(clause).assumptions if a.code == code]
    assert value in asked.alternatives
    targets = (5.0,) if code == "G132" else ()
    assert score(clause, 10, values, targets, readings={code: value}) == pytest.approx(expected)


@pytest.mark.parametrize(
    "clause",
    [
        # every one of them below, or any
        "建制率、达标率均低于85%的扣2分",
        # 6 or 3 less than nothing, 7 of 10, or none
        "签订率达100%、兑现率达95%,得10分,不达标的扣3分",
        # words that may be required like the rates
        "制度健全,签订率达100%、兑现率达95%,不达标的扣3分,迟报1次扣1分",
        # of the task, or of the rates
        "完成任务得5分;建制率、达标率低于85%的不得分",
        # the whole item, or the last of its parts
        "制度健全得5分,台账齐全得5分;合格率低于85%或覆盖率低于60%的不得分",
        # of what is counted before, or of something else
        "发现问题每处扣1分,发现问题10个以上的不得分",
        "每投诉1次扣1分,投诉超过3次或群访超过2次的不得分",
        "每发现1处扣1分,否则不得分",
        # a figure below last year's, and what must not have happened: both, or the first alone
        "无治安事故,案件低于前两年平均数,得8分",
        "按责任书规定,每差1个百分点扣2分",
        "每完成1项任务得2分,未完成任务的扣1分",
        # two figures, one of them under half its name, or with half a mark in it
        "完成率每低1个百分点扣1分,满意度低于70%的不得分",
        "培训覆盖率90%以上或参训人数100人以上得3分,覆盖率80%以上得2分",
        "年销售额500万元以上或从业人员50人以上企业达到3家得2分",
        "普及率、合格率达到90%,得满分,每低1个百分点扣0.1分,扣完为止",
    ],
)
def test_what_stays_open_is_refused(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)
