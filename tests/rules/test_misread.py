"""Points that were counted twice, or taken from the wrong place: right now, or refused."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # a heading's points are those of what stands below it
    ("领导重视(3分)。有专人1分,有机构1分,有方案1分。", 3, (1, 0, 0), (), (), 1),
    ("活动开展3分。每开展一次得0.5分,最高3分。", 3, (4,), (), (), 2),
    ("工作质量(10分)。优秀的得10分,良好的得8分,合格的得6分。", 10, (0, 1, 0), (), (), 8),
    (
        "1.领导重视(3分)。有专人1分,有方案2分。2.工作落实(5分)。每少一次例会扣1分。",
        8,
        (1, 0, 2),
        (),
        (),
        4,
    ),
    (
        "一、组织领导(5分)。1.成立机构(2分)。2.制定方案(3分)。二、落实(4分)。1.有台账(3分)。2.有总结(1分)。",
        9,
        (1, 0, 0, 1),
        (),
        (),
        3,
    ),
    (
        "组织领导5分(有机构2分,有方案3分);宣传3分(印发资料1分,悬挂标语2分)。",
        8,
        (1, 0, 0, 1),
        (),
        (),
        4,
    ),
    (
        "组织领导(5分):有机构2分,有方案3分。宣传(3分):有标语1分,有栏目2分。",
        8,
        (0, 1, 1, 0),
        (),
        (),
        4,
    ),
    # the cap of a sentence holds for that sentence
    ("简报每条得1分,专报每条得2分,最高得6分;制定方案得2分", 8, (2, 5, 1), (), (), 8),
    ("制定方案得2分,有总结得1分,最高得2分;开展活动得3分", 5, (1, 1, 1), (), (), 5),
    (
        "增幅高于全市平均增幅的得5分;\n(2)利用率每超过目标1个百分点得2分,最高得4分",
        9,
        (5, 60),
        (3, 50),
        (),
        9,
    ),
    (
        "收入增长10%得10分,每增减1个百分点加减0.5分,最高得15分\n有制度得2分,无记录扣1分",
        20,
        (60, 0),
        (),
        (),
        17,
    ),
    (
        "收入增长10%得10分,每增减1个百分点加减0.5分,最高得15分\n有制度得2分,无记录扣1分",
        12,
        (12, 1),
        (),
        (),
        12,
    ),
    # what is added up of the times in front of it
    ("有制度得1.5分;未培训的扣0.6分;迟到的每人次扣0.3分,累计扣分不超过0.9分", 2, (1, 5), (), (), 0),
    ("有制度得2分;信息每采用一条得1分,累计不超过5分", 8, (1, 7), (), (), 7),
    # what stands in front of a semicolon is done for the same points
    ("积极组织培训;认真开展宣传,得5分", 5, (0,), (), (), 0),
    # what is left at least
    ("每迟报1次扣1分,扣至0.5分为止", 5, (7,), (), (), 0.5),
    # of levels that hold one another the highest; what a percentage is taken from
    ("被评为市级以上先进单位得加3分;省级以上得加5分", 10, (1, 1), (), (), 5),
    ("得分=10×[1+(实际值-5%)/8%]", 10, (1,), (), (), 5),
)

# clause, why it is refused
REFUSED: tuple[tuple[str, str], ...] = (
    # not what stands below it comes to
    ("建立台账(2分)。按月通报得1分;按季讲评得3分。", "还是本项的分值"),
    # the cap of one sentence, or of all; what is added to what
    ("简报每条得1分,专报每条得2分,合计最高得6分;制定方案得2分", "不知道是不是也算在里面"),
    ("弄虚作假酌情扣3-5分,最多扣10分;被通报的每次扣1-3分", "不知道限制的是哪一处"),
    ("制定方案得2分。基础分60分,每引进1个项目加5分", "还是基础分里的"),
    ("引进项目每个加2分,荣获表彰每次加3分,最多加6分;技术改造每项加2分", "不知道限制的是哪一处"),
    ("位次比上年每上升2位加1分,表彰每次加1分,最多加5分;平台每个加4分", "不知道限制的是哪一处"),
    (
        "投资完成目标计12分,每超1个百分点加1分,总分不超过15分。每引进1个项目加5分",
        "不知道是不是也算在里面",
    ),
    (
        "每发生1起泄密,责任部门扣3分,责任人扣2分,最多扣4分;违法每起扣1分,最多扣4分",
        "不知道限制的是哪一处",
    ),
    # of each of them, or of the last
    (
        "会议4次得4分,每少1次扣1分;门诊满意度不低于90%得2分,住院满意度不低于95%得2分,每低1%扣0.2分",
        "前面已经写过一次",
    ),
    # taken from the points of one of the sentences before it, or behind it
    (
        "完成改造得1.5分,完成率每下降1%扣0.1分;制定方案得1分,无计划扣0.5分;未整改的,一次扣2分",
        "不知道从哪一处的得分里扣",
    ),
    ("优良率同比上升得10分,持平得8分;未签订责任书扣6分;值日情况(1-5分)", "不知道从哪里扣"),
    ("每新增1个平台得2分,无新增不得分;其他创新视情况得分", "还是只有前面这一处不得分"),
    # what is in brackets is of each time, and of what stands in front of it
    ("每发现一起扣1分(轻微的扣0.5分)", "不知道是每次都扣,还是只扣一次"),
    ("有制度得2分,有台账得3分(缺一次记录扣0.5分)", "不知道从哪一处的得分里扣"),
)


@worked_by_hand(ROWS)
def test_points_are_those_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1])


@pytest.mark.parametrize(("clause", "reason"), REFUSED)
def test_what_may_mean_either_is_refused(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse(clause)


def test_levels_beside_other_things_may_count_once() -> None:
    clause = "获国家级表彰得5分,省级3分,市级1分;档案规范得3分"
    assert [(a.code, a.taken) for a in parse(clause).assumptions] == [("G38", "相加")]
    assert score(clause, 10, (1, 1, 1, 1)) == 10
    highest = parse(clause, readings={"G38": "取最高"})
    assert highest.canonical == "获国家级表彰、省级、市级分别得5分、3分、1分;档案规范得3分"


def test_what_is_added_up_may_be_all_there_is() -> None:
    clause = "有制度得2分;信息每采用一条得1分,累计不超过5分"
    assert {a.code: a.alternatives for a in parse(clause).assumptions}["G141"] == ("各处合计",)
    whole = parse(clause, readings={"G141": "各处合计"})
    assert whole.canonical == "有制度得2分;信息,每采用1条得1分;最高得5分"


def test_what_is_required_for_points_together_is_named_together() -> None:
    rule = parse("积极组织培训;认真开展宣传,得5分")
    assert [i.label for i in rule.inputs] == ["做到“积极组织培训;认真开展宣传”"]
    assert [a.code for a in rule.assumptions] == ["G120"]


def test_a_heading_that_may_be_one_of_the_things_is_asked_for() -> None:
    clause = "有机构(3分)。有人员(1分)。有经费(2分)。"
    rule = parse(clause)
    (open_,) = rule.assumptions
    assert (open_.code, open_.taken, open_.alternatives) == ("G140", "另给", ("合计",))
    assert len(rule.inputs) == 3
    assert len(parse(clause, readings={"G140": "合计"}).inputs) == 2


@pytest.mark.parametrize(
    "clause", ["以平均分为基准,每高1分加0.1分", "投资增幅以全市平均增幅为基准,每高1个百分点加0.5分"]
)
def test_what_is_counted_from_is_no_name_of_the_figure(clause: str) -> None:
    with pytest.raises(RuleError, match="不知道从多少算起"):
        parse(clause)


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("设立联络员记4分,3月底前在各村设立联络员记4分,每推迟1个月扣2分", "不知道是标题的分"),
        ("活动预告记3分,活动预告做得好的记3分", "不知道是标题的分"),
        ("投诉经查属实的,每起扣1分,能按要求整改到位的,每起减扣0.5分", "会影响得分"),
        ("未整改的少扣1分", "会影响得分"),
        ("考核评分规定(总分为3分)", "没有说明如何得分"),
    ],
)
def test_what_may_be_said_once_more_or_taken_back_is_refused(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse(clause)


@pytest.mark.parametrize(
    ("clause", "labels"),
    [
        ("迟报1次扣0.4分(以名册为依据),直至扣完该项得分", ["迟报"]),
        ("列入党委工作一起研究的记3分", ["列入党委工作一起研究"]),
        ("与后勤任务一起部署、一起落实得1分", ["与后勤任务一起部署、一起落实"]),
        ("发生一起扣2分", ["发生起数"]),
        ("列入议事日程,有部署,有总结。3分", ["列入议事日程,有部署,有总结"]),
    ],
)
def test_what_is_asked_for_is_what_the_words_say(clause: str, labels: list[str]) -> None:
    assert [i.label for i in parse(clause).inputs] == labels


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("报送一张得3分│“快报”采│用加3分", "表格的线"),
        ("有台账得2分。有制度。3分", "不知道是前面的得分之和"),
    ],
)
def test_columns_and_points_that_may_be_a_sum_are_refused(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse(clause)
