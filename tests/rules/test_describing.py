"""What is only described beside what scores stays out of the arithmetic, and nothing else does."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.describing import duty_words
from kpixl.rules.vocabulary import effect_words
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    ("必须建立台账。每发现1处隐患扣2分", 10, (3,), (), (), 4),
    ("堆放物每天及时清运到位。发现垃圾的每处扣1分", 10, (2,), (), (), 8),
    ("如果有突发任务,应及时到场。迟到的每次扣1分", 5, (1,), (), (), 4),
    ("要最大限度争取支持。每获得1次支持得1分", 5, (4,), (), (), 4),
    ("不得以任何理由推诿。每推诿1次扣1分", 5, (2,), (), (), 3),
    ("主干道两侧50米内应保持整洁。每发现1处垃圾扣0.5分", 5, (3,), (), (), 3.5),
    ("学校应配备2名以上专职保安。发生安全事故的每起扣5分", 10, (1,), (), (), 5),
    ("城区道路每天清扫2次以上,发现垃圾每处扣1分", 10, (4,), (), (), 6),
    ("各单位应于12月20日前报送总结。未报送的扣2分", 5, (1,), (), (), 3),
    ("每月5日前报送2份报表,每迟报1天扣1分", 5, (2,), (), (), 3),
    ("每季度开展1次排查,建立隐患台账。台账缺失的扣2分", 5, (1,), (), (), 3),
    ("成立领导小组,每季度召开1次会议。未成立领导小组的扣2分,记录不全的扣1分", 5, (1, 0), (), (), 3),
    ("遗体火化率必须达到100%,发现问题,应立即制止。每新增寄存1例扣1分", 10, (2,), (), (), 8),
    ("18.要最大限度减少污染。每被投诉1次扣1分", 5, (1,), (), (), 4),
    # what brackets say of the words in front
    ("有专用通道,6分;入户率达到市级标准(城区达75%,乡镇达60%),4分", 10, (1, 0), (), (), 6),
    ("建立巡查小组(组长1名,组员3名以上)得2分,未建立的不得分", 2, (1,), (), (), 2),
    ("未组织学习的(查看手册,随机抽4个),缺一个,扣1分;未开会的,扣1分", 4, (2, 1), (), (), 1),
    # how it is found out
    ("抽查1个村,走访10户农户,每发现1户没有联系卡的扣1分", 5, (2,), (), (), 3),
    ("每个村随机走访5户,查看使用情况。每有1户不能使用扣2分", 10, (1,), (), (), 8),
    # what must not be done, and what nobody may
    ("专项经费不得挪作他用,得1分", 1, (1,), (), (), 1),
    ("未发现任何违规行为得5分,否则不得分", 5, (0,), (), (), 0),
    # must in front of a mark says nothing new
    ("合格率应达到90%以上得5分", 5, (90,), (), (), 5),
    ("合格率必须不低于90%得5分", 5, (89,), (), (), 0),
    ("差错率须控制在5%以内得5分", 5, (6,), (), (), 0),
    ("改厕率必须达到85%以上。污水直排的每户扣0.5分", 5, (2,), (), (), 4),
    ("确保不发生3人以上死亡事故。发生一般事故的每起扣5分", 10, (1,), (), (), 5),
    ("每户建有厕所。未签订责任书的每户扣2分", 10, (3,), (), (), 4),
    # how many are missing in all villages
    ("每村配备2名保洁员。每少1名扣1分", 5, (3,), (), (), 2),
    ("深埋须经同意后方可实施,否则应予以制止。没有证明的每例扣1分", 5, (1,), (), (), 4),
    ("存放在本镇以外的每例扣1分", 5, (2,), (), (), 3),
    ("必须按时上报,否则扣2分", 5, (1,), (), (), 3),
    # a number that the points ask for is a target: eighteen of 24, eighteen of twenty
    ("每月报送不少于2篇。每少1篇扣1分", 10, (18,), (), (), 4),
    ("必须固定联系20名群众。每少1名扣1分", 10, (18,), (), (), 8),
    # all of what is required
    ("每村配备2名保洁员,每天清扫1次(4分)", 4, (1,), (), (), 4),
    ("每村配备2名保洁员,每天清扫1次(4分)", 4, (0,), (), (), 0),
    ("建立制度。落实责任(5分)", 5, (1,), (), (), 5),
    ("有工作计划(1分),每村配备2名保洁员(2分),台账齐全(1分)", 4, (1, 0, 1), (), (), 2),
    ("每村配备2名保洁员,每天清扫1次(基本分4分)", 4, (1,), (), (), 4),
    ("骨灰深埋须经批准后方可实施。没有证明的每例扣1分", 5, (2,), (), (), 3),
)


@worked_by_hand(ROWS)
def test_what_only_describes_leaves_the_points_to_what_scores(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "clause",
    [
        # the number is what the points are counted from
        "每年培训2次、演练1次。完不成的按比例扣分",
        "必须完成20个项目。每完成1个得1分",
        "每月报送2篇。每采用1篇得1分",
        "死亡人数必须控制在3人以内。每死亡1人扣5分",
        "每村必须有2名保洁员,人数不足的扣1分",
        "每人每周至少写一篇报道,未完成的每次月考扣0.5分",
        # once, or each time that it was not done
        "每季度召开2次会议,做好记录。未召开的扣2分",
        "建设标准:每村1个,面积不少于30平方米。未建的扣2分",
        # as many as a rate leaves may be no fault
        "合格率不低于90%。每发现1例不合格扣1分",
        "6月底前完成全部任务的50%,12月底前全部完成。未完成的扣5分",
        # from a time limit that only words say
        "信访件应在15日内办结。每超1天扣0.5分",
        # what gives points may hold what stands in front of it
        "每学期开展演练2次。制定方案得2分",
        "应于30分钟内到位。装备齐全得5分",
        # it says what counts
        "若发生火情,任务减半。每发现1起扣1分",
        "若完不成任务,应予核减。每发现1起扣1分",
        "如果获奖,应加倍计分。每起扣1分",
        "应在3日内整改到位,逾期加倍。每发现1处扣1分",
        "每村限报2篇,应及时报送。每采用1条得1分",
        "必须按30%折算。每报送1条得1分",
        "任何一项未完成。甲得2分;乙得2分",
        "甲得2分;乙得3分。两项必须同时具备",
        "以上各项必须全部完成。甲得2分;乙得2分",
        "一次3处以上的不计,应及时整改。每发现1处扣1分",
        "每项得分不得超过3分。每发现1处扣1分",
        "任何一项未完成的扣2分",
        "必须按时上报,否则不予认可。每例扣1分",
        "除本镇以外的每例扣1分",
        "经验收合格方可得分。每例扣1分",
        # conditions of what is behind them
        "队伍应有20人,装备不齐,管理混乱的,扣2分;每少1人扣1分",
        "完成任务必须得5分",
    ],
)
def test_a_description_that_changes_the_points_is_refused(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)


@pytest.mark.parametrize(
    "remark",
    [
        "主动上报的从轻处理",
        "上级通报的从重处理",
        "主动整改的酌减",
        "因灾造成的可以申请核减",
        "方案是活动的前提",
        "弄虚作假的全部收回",
        "未制定方案的,后面也不给",
        "新成立的单位视情况而定",
        "首次给予口头提醒",
        "检查2次,取平均",
    ],
)
def test_a_remark_that_moves_the_points_without_saying_how_far_is_refused(remark: str) -> None:
    with pytest.raises(RuleError):
        parse(f"每发现1处扣1分。{remark}。")


def test_each_thing_that_gives_points_is_counted_though_a_word_of_frequency_heads_it() -> None:
    assert parse("每项有总结得2分").inputs[0].kind == "count"


def test_every_word_and_number_of_a_description_stands_in_the_canonical_wording() -> None:
    clause = "两岸10米内保持整洁,每天清扫2次。每发现1处垃圾扣0.5分"
    note = "[说明:两岸10米内保持整洁,每天清扫2次]"
    rule = parse(clause)
    assert rule.canonical.endswith(note)
    assert parse(rule.canonical).same_rule(rule)
    for old, new in (("10", "20"), ("2次", "3次"), ("整洁", "干净"), ("每天", "每周")):
        assert parse(clause.replace(old, new)).canonical != rule.canonical


def test_points_behind_several_requirements_say_what_doing_some_of_them_gives() -> None:
    clause = "每村配备2名保洁员,每天清扫1次(4分)"
    rule = parse(clause)
    assert [(a.code, a.taken, a.alternatives) for a in rule.assumptions] == [
        ("G120", "全部做到", ("评定",))
    ]
    assert [i.kind for i in rule.inputs] == ["yes_no"]
    judged = parse(clause, readings={"G120": "评定"})
    assert [i.kind for i in judged.inputs] == ["judged"]
    assert judged.canonical == "做到“每村配备2名保洁员,每天清扫1次”,最高得4分"


def test_quotation_marks_in_a_requirement_stand_within_those_around_it() -> None:
    rule = parse("达到“四有”标准,每月检查1次以上,有记录(3分)")
    assert rule.canonical == "做到“达到‘四有’标准,每月检查1次以上,有记录”得3分"
    assert [a.code for a in rule.assumptions] == ["G120"]


@pytest.mark.parametrize("word", duty_words()["anywhere"] + duty_words()["plain"])
def test_a_word_that_only_requires_is_part_of_a_description(word: str) -> None:
    described = parse(f"{word}工作落实。每发现1处隐患扣2分")
    assert described.canonical == f"每发现1处隐患扣2分;扣完为止;[说明:{word}工作落实]"


def test_what_a_description_may_say_of_its_numbers_are_effect_words_of_no_consequence() -> None:
    within = set(duty_words()["within"])
    assert within.isdisjoint({"减半", "加倍", "除外", "否决", "取消", "不予", "其余", "扣"})
    assert {"以上", "每", "必须"} <= within & set(effect_words())


@pytest.mark.parametrize(
    "clause",
    [
        "组织演练(全年不少于2次),得3分,每少1次扣1分",
        "完成率(达到95%以上)得5分,每低1个百分点扣0.5分",
        "巡查到位(每月12次),得4分,未完成的按比例扣分",
        "有通道(不含2条小路),得3分",
        "有通道(2条以上得1分),得3分",
    ],
)
def test_numbers_in_brackets_that_points_may_ask_for_are_no_part_of_a_name(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)
