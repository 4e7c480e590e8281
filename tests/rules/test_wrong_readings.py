"""Clauses that were read as something else once: read rightly, or refused at the right place."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from kpixl.rules.vocabulary import less_words
from tests.rules.figures import Row, score, worked_by_hand

# clause, the phrase at which it is refused
REFUSED: tuple[tuple[str, str], ...] = (
    # more is better, and less is
    ("合格率60%以上得5分,每超过2个百分点扣0.4分", "每超过2个百分点扣0.4分"),
    ("合格率不低于60%得5分,每高2个百分点扣0.4分", "每高2个百分点扣0.4分"),
    ("合格率60%以上得5分,每低5个百分点加0.3分", "每低5个百分点加0.3分"),
    ("合格率60%以上得5分,每差5个百分点加0.3分", "每差5个百分点加0.3分"),
    ("合格率60%以下得5分,每低2个百分点扣0.4分", "每低2个百分点扣0.4分"),
    ("漏检率低于5%得5分,每少1个百分点扣1分", "每少1个百分点扣1分"),
    ("漏检率控制在5%以内得5分,每超1个百分点加1分", "每超1个百分点加1分"),
    ("合格率达到60%得5分,每下降5个百分点加0.3分", "每下降5个百分点加0.3分"),
    ("负债率达到60%得5分,每超2个百分点扣0.4分,低于46%不得分", "低于46%不得分"),
    ("投诉量与上年持平得5分,每减少1件加0.5分", "每减少1件加0.5分"),
    ("超额完成的,每减少1000亩,加0.05分", "每减少"),
    # what does not count twice, and a verb: of this sentence, or of all
    ("获国家级荣誉加5分,省级加3分,两者不重复计分;表现突出的加2分", ",两者不重复计分"),
    ("签约项目每个加2分,同一项目不重复计分,培育产值1亿元以上企业,每增加1家加2分", "不重复计分"),
    ("获国家级表彰加3分,省级加2分,省级以下不加分,未按期整改扣5分", "不加分"),
    ("每发现一处差错扣3分;开展活动,1次1分", "开展活动,1次1分"),
    ("每发现一处差错扣3分。开展活动,1次1分", "开展活动,1次1分"),
    # a task is no part of a rate that is no completion; whose deduction it is
    ("合格率97%以上得4分;92%以上97%以下得2分;92%以下得0分,完成目标10分", "完成目标10分"),
    ("没有任务的镇得6分;有任务的镇造林面积完成目标得10分。打架的,每例扣2分", "没有任务的镇得6分"),
    (
        "门诊满意度不低于90%得2分,住院满意度不低于95%得2分,每低1%扣0.2分;完成投资得4分",
        "住院满意度不低于95%得2分",
    ),
    ("负荷率不低于75%,合格率不低于95%,得5分;每缺一份材料扣1分", "负荷率不低于75%"),
    (
        "加强领导。没有任务的镇得6分;有任务的镇造林面积完成目标得10分,未完成按比例得分",
        "有任务的镇造林面积完成目标得10分",
    ),
    ("1.5月底前建成得5分", "月"),
    # 不扣分 is not 不得分
    ("执行率95%以上得满分,每降1%扣0.5分,90%以下不扣分", "90%以下不扣分"),
    ("发生1起扣1分,发生2起以上的不扣分", "发生1起扣1分"),
    ("完成率90%以上的,按完成率计分;90%以下的不扣分", "90%以下的不扣分"),
    ("每件扣0.5分,加满3分为止", "加满3分为止"),
    # given back, given for what was not done
    ("有人上访不得分,领导到场处理的加还3分", "加还"),
    ("未按规定调整分工(4分)", "(4分)"),
    ("资料不规范2分", "资料不规范2分"),
    ("迟报5分,漏报10分", "迟报5分"),
    ("违规1次5分", "违规1次5分"),
    ("无记录2分,记录不全1分", "无记录2分"),
    ("水质反弹的,每月次10分,扣完为止;断面不达标的,每月次扣5分", "水质反弹的,每月次10分"),
    # the points for reaching it, or those of the item; a bound of both, or of the last
    ("登记率达到96%以上;(15分)登记率每提高1%加5分", "(15分)"),
    (
        "引进资金5万元以上的加1分,在此基础上每增5万元加1分,引进外资5万美元以上加5分,加分最高不超过10分",
        "引进外资5万美元以上加5分",
    ),
    # of the bonus, of the deduction, or of the item
    ("每增减1%加减1分,最高10分,最低0分", "最高10分"),
    ("每新增1家加2分,每迟报1次扣1分,最多5分", "最多5分"),
    ("工业投资达到10亿万元得5分", "10亿万"),
    ("以第一名为满分,其余按比例得分", "以第一名为满分,其余按比例得分"),
    # of the figure itself, or of a part of it
    ("完成目标得10分,每低1%扣1分,低于90%的加倍扣分", "90%"),
    # what the parts of a thing come to, or something else beside them
    ("健全网络制度记10分。落实经费的记6分;配备人员的记4分", "健全网络制度记10分"),
    ("措施列入计划(10分);指标全面完成(45分)(牛、猪、羊各占20分)", "牛、猪、羊各占20分"),
    ("开展活动无记录的3分,未开展的不得分", "开展活动无记录的3分"),
    # for whom what stands before it does not hold
    ("例会每缺1次扣1分,新建的支部可以不设", "新建的支部可以不设"),
    # what a unit gets where it does not happen, which figure it is, of which things it is said
    ("发生火灾,领导赶赴现场处置。(10分)", "发生火灾,领导赶赴现场处置。(10分)"),
    ("查看上年资料,每低5%扣1分", "查看上年资料,每低5%扣1分"),
    ("有一项报表漏报的,扣1分;未及时上报的,扣0.5分", "未及时上报的,扣0.5分"),
    # how many of them there are is not asked for
    ("建立网络得2分,打掉的一团伙加3分", "打掉的一团伙加3分"),
    ("对五类人员排查,打掉的一团伙加3分。漏查的每个团伙减2分", "打掉的一团伙加3分"),
    ("有一档案不合格扣1分", "有一档案不合格扣1分"),
    # the other way round, or what happens otherwise
    ("每增1个百分点加0.5分,反之扣0.5分", "反之"),
    # points that have lost their 分 look like the number of an item
    ("断面监测(20)推进编制(30分)", "(20)"),
    # a second bound of the same figure, or another figure
    ("投资额不低于5000万元,不高于1亿元得5分", "投资额不低于5000万元"),
    # a percentage point is nothing that is counted
    ("进度同步得5分,每滞后1个百分点扣0.2分", "每滞后1个"),
    ("每发生1起扣2分,加完为止", "加完为止"),
    # what a unit gets where nothing is found; what a task gives that is not met
    (
        "自查发现违建、但在15天内拆除的,得10分;未在15天内拆除的,得5分",
        "自查发现违建、但在15天内拆除的,得10分",
    ),
    ("完成任务得5分;未完成任务的,该项分值为3分", "分值"),
    ("有制度得2分;有台账得3分;全得全扣", "全得全扣"),
    # of the points in its sentence, or of all of them
    ("制定方案得2分,组织实施得3分,未制定方案不得分", "未制定方案不得分"),
    ("制定方案得2分,组织实施得3分,未制定方案扣2分", "未制定方案扣2分"),
    # each of them, or once
    ("每新增1个绿色食品得1分、地理标志得3分", "地理标志得3分"),
    ("种植达30亩的大户每户计1分", "种植达30亩"),
    ("真实、合格各1分,发现1项不合格扣1分", "发现1项不合格扣1分"),
    ("完成征兵任务得4分,每欠1名扣1分;漏报1次扣1分;比例达75%以上加0.5分", "完成征兵任务"),
    # before anything is given; a heading, or a thing that is done
    ("被通报每次扣1分;放流完成任务得2分", "被通报每次扣1分"),
    ("责任落实(10分)。未开会每次扣1分。事故控制(10分)。事故每起扣5分", "责任落实(10分)"),
    ("挂牌率100%得2分,擅自拆除每处扣2分;资金到位得2分", "擅自拆除每处扣2分"),
    # what there ought to be none of, or enough of
    ("未发生2起以上事故得5分", "未发生"),
    # a second mark inside a name; two kinds of units; whose rate it is
    ("各区不少于10人,每少1人扣1分;各开发区不少于4人,每少1人扣1分", "各开发区"),
    ("完成征订任务得3分,完成率90%以上得2分,80%以上得1分;有记录得2分", "完成率"),
    # what falls may rise as well
    ("立案数下降10%以上得6分,下降10%以内得4分", "立案数下降"),
    ("立案数下降10%以上得6分,下降不足10%得4分,上升10%以内得2分", "上升10%以内得2分"),
    ("每漏报1次扣2分,允许出现负分", "允许出现负分"),
    # each time, which isn't asked for; points below 0, or less of those before
    ("发生泄漏的扣2分,累计扣分", "累计扣分"),
    ("每新增1家得1分,上不封顶", "上不封顶"),
    ("未完成的,分值5分", "分值"),
)

ROWS: tuple[Row, ...] = (
    # what is said ahead is none of the things that are listed; a date behind the number of a line
    ("加强领导。(1)有场所;(2)设备齐全;(3)有队伍(每项各2分)", 6, (1, 1, 0), (), (), 4),
    ("(1)有场所;(2)设备齐全;(3)有队伍(每项各2分)", 6, (1, 1, 0), (), (), 4),
    ("评分标准:完成率100%得10分;弄虚作假的,不得分", 10, (100, 0), (), (), 10),
    # what is looked at is no requirement; what is hidden is counted, not all there is
    ("在建无公示牌每户扣1分(抽查10户)", 10, (3,), (), (), 7),
    # what has its deduction is done with: 2 - 3×1, and nothing of the account with the checks
    ("每年带队检查不少于2次,少一次扣3分;建立台账的得10分", 10, (1, 1), (), (), 7),
    # the parts of a heading, whose points are theirs
    ("组建班子1分。成立小组的计0.4分;落实经费的计0.6分", 1, (1, 0), (), (), 0.4),
    ("宣传发动2分。编印资料的计2分", 2, (0,), (), (), 0),
    ("宣传发动2分;编印资料2分", 4, (1, 0), (), (), 2),
    ("建立制度得4分;有记录得2分;有总结得2分", 8, (1, 1, 0), (), (), 6),
    # 反之 for 否则; no points of 两 in 两分类
    ("成立小组的,得1分,反之,不得分", 1, (1,), (), (), 1),
    ("未设置两分类箱,每发现一处扣1分", 5, (3,), (), (), 2),
    # what falls is said to fall more
    ("能耗下降3%得5分,每下降1个百分点加1分", 10, (5,), (), (), 7),
    ("漏检率不超过5%得5分,每下降1个百分点加1分", 10, (3,), (), (), 7),
    # each of them, as of the first
    ("发生一般渗漏1起扣2分,较大渗漏扣5分", 20, (1, 2), (), (), 8),
    ("迟报1次扣1分,漏报扣2分", 10, (1, 3), (), (), 3),
    ("创建县级花园村1个加1分,市级加2分", 10, (1, 3), (), (), 7),
    ("每有1人被警告扣1分,被记过扣2分", 10, (1, 3), (), (), 3),
    ("缺席例会每次扣2分,由他人顶替的扣1分", 10, (1, 3), (), (), 5),
    ("发现一处孳生地扣0.05分,阳性的扣0.2分", 1, (2, 1), (), (), 0.7),
    ("被《简报》采用,单篇计5分", 20, (3,), (), (), 15),
    # what an item is worth and how far deductions and additions go, in other words
    ("(分值:5分)每漏报1次扣1分,本项扣完为止", 5, (7,), (), (), 0),
    ("每漏报1次扣1分,扣完为止,不计负分", 5, (2,), (), (), 3),
    ("每漏报1次扣2分,可倒扣", 5, (4,), (), (), -3),
    ("每漏报1次扣2分,扣分上限4分", 5, (4,), (), (), 1),
    ("每新增1家得1分,封顶5分", 10, (7,), (), (), 5),
    ("每新增1家加2分,直至满分", 5, (4,), (), (), 5),
    ("每采用1篇加2分,加分不封顶", 5, (4,), (), (), 8),
    ("采取倒扣分制,每漏报1次扣1分", 5, (2,), (), (), 3),
    ("漏报的一律扣2分,超过规定时间上报的每次扣1分", 10, (1, 3), (), (), 5),
    ("若未上报的,每次扣1分", 5, (2,), (), (), 3),
    ("逾期的,应扣2分", 5, (1,), (), (), 3),
    # closes the item, or says how far deductions go
    ("每损毁1亩扣1分;出现5亩以上连片损毁1处,扣完该项分值", 7, (6, 1), (), (), 0),
    ("每损毁1亩扣1分,扣完该项分值", 7, (3,), (), (), 4),
    ("没有自评表扣4分;计划、措施不明确的,每少1项扣2分", 10, (1, 2), (), (), 2),
    # what was found missing is counted, not what is there
    ("制度落实得3分;抽查发现每少一次扣2分", 8, (0,), (), (), 3),
    ("推行清单制度加5分,抽查发现每少推行一个科室扣1分", 10, (1, 2), (), (), 13),
    # until nothing is left is no case of its own
    ("预警不漏报得3分;预警每漏报1次扣1分,直至不得分", 3, (2,), (), (), 1),
    ("预警不漏报得3分;预警每漏报1次扣1分,直至不得分", 3, (5,), (), (), 0),
    # a cap at the end of a sentence is that sentence's
    ("年度排名前3名得2分,其他依次递减0.1分;外宣发稿一次得1分,最多2分", 4, (3, 1), (), (), 4),
    ("超过3个工作日答复的扣1分", 5, (4,), (), (), 4),
    # weights of percentages come to points of a hundred
    ("得分=及时率×30%+准确率×70%", 100, (95, 90), (), (), 91.5),
    ("得分=满意度×10%", 10, (95,), (), (), 9.5),
    ("得分=及时率÷10", 10, (95,), (), (), 9.5),
    # and times points they are fractions
    ("得分=及时率×0.5", 1, (96,), (), (), 0.48),
    ("得分=及时率×1", 1, (95,), (), (), 0.95),
    ("每漏水1起扣2分(最多扣5分),每迟报1次扣1分(最多扣3分)", 20, (4, 4), (), (), 12),
    ("简报每条得1分,最多10分,被省级采用的另加2分", 30, (3, 2), (), (), 7),
    # of what was not late at all nothing is taken
    ("延期1天以内扣1分,延期1-5天扣2分,延期5天以上不得分", 5, (0,), (), (), 5),
    ("延期1天以内扣1分,延期1-5天扣2分,延期5天以上不得分", 5, (0.5,), (), (), 4),
    ("延期1天以内扣1分,延期1-5天扣2分,延期5天以上不得分", 5, (6,), (), (), 0),
    # the rest of a step, not the whole figure
    ("每超1万元加1分,不足1万元的不计分", 10, (12.5,), (10,), (), 2),
    ("完成目标得10分,每低1%扣1分,不足1%的不扣分", 10, (97.5,), (100,), (), 8),
    # one of two states that are given points; a deduction goes on
    ("按时上报2分,未按时上报1分", 2, (0, 1), (), (), 1),
    ("迟到1次扣1分,早退1次2分", 10, (1, 2), (), (), 5),
    # what is done of a task, against its target
    ("全面完成新造林面积得总分值,少一个百分点扣1分", 30, (450,), (500,), (), 20),
    ("完成投资额得5分,每少10%扣1分", 5, (80,), (100,), (), 3),
    # more than last year
    ("投诉量比上年增加的,每增加1件扣0.5分", 5, (12,), (), (10,), 4),
    ("投诉量同比上升的,每上升10%扣0.5分", 5, (12,), (), (10,), 4),
    ("比上年增加的,每增加1件扣0.5分", 5, (9,), (), (10,), 5),
    ("在完成任务的前提下,每超1个百分点加1分", 5, (102,), (100,), (), 2),
    # twice as much again is no 2%
    ("产值增长2倍以上得5分", 5, (1.9,), (), (), 0),
    ("产值增长5亿元得5分,每少1亿元扣1分", 5, (4,), (), (), 4),
    # up to the points of the item, up to so many
    ("实施项目20个得5分,每增加1个加0.5分,加满为止", 8, (30,), (), (), 8),
    ("每新增1起得2分(限5分)", 10, (3,), (), (), 5),
    # points behind the full stop are those of all that stands before it
    ("镇村签订责任状;落实巡查制度。(5分)", 5, (1,), (), (), 5),
    ("1.镇村签订责任状;2.落实巡查制度。(5分)", 5, (0,), (), (), 0),
    ("镇村签订责任状;落实巡查制度。(5分)乡有专人。(3分)", 8, (0, 1), (), (), 3),
    # the cap is that of what is counted in front of it
    ("开展活动2分,报送信息1篇得0.5分,最高得6分", 10, (1, 14), (), (), 8),
    ("开展活动2分,报送信息1篇得0.5分,最高得6分", 10, (0, 14), (), (), 6),
    ("开展活动2分,报送信息1篇得0.5分,最高得6分", 10, (1, 4), (), (), 4),
    (
        "开展活动2分,报送信息1篇得0.5分,最高得6分;\n采用信息1篇得1分,最高得2分",
        10,
        (1, 12, 3),
        (),
        (),
        10,
    ),
    # a heading whose parts have deductions
    ("落实政策(5分)。有方案得3分,有台账得2分,错报1例扣1分", 5, (1, 0, 1), (), (), 2),
    ("落实政策5分。有方案3分,未制定扣1分;有台账2分,漏记扣1分", 5, (1, 0), (), (), 4),
    ("分值5分。有方案得3分,未制定扣1分;有台账得2分", 5, (1, 0), (), (), 2),
    ("每漏报1次扣2分,该项可负分", 5, (4,), (), (), -3),
    ("近视率下降1%以上得3分,下降不足1%得1分,上升不得分", 3, (-0.5,), (), (), 0),
    # what stands in the sentence of some points is about these, not about all of them
    ("制定方案得2分,未制定不得分;组织实施得3分", 5, (0, 1), (), (), 3),
    ("制定方案(2分),未制定不得分;组织实施(3分)", 5, (0, 1), (), (), 3),
    ("方案(4分),未制定不得分,记录不全扣1分;实施(6分),漏报扣2分", 10, (1, 0, 1), (), (), 7),
    ("方案(4分),未制定不得分,记录不全扣1分;实施(6分),漏报扣2分", 10, (0, 1, 0), (), (), 6),
    ("无事故得2分,发生一般事故扣1分,较大事故扣2分;档案规范1分", 3, (1, 0, 1), (), (), 2),
    ("档案规范得1分;无火灾得2分,每发生1起扣1分", 3, (1, 3), (), (), 1),
    ("制定方案得2分,发现造假的不得分;组织实施得3分", 5, (1, 1, 1), (), (), 3),
    # each of what is counted in front of it
    ("每查处1起一般案件得1分,重大案件得3分", 10, (1, 2), (), (), 7),
    ("每上报1条得0.5分,被采用得1分", 10, (4, 2), (), (), 4),
    ("发现1处扣1分,未及时整改扣2分", 10, (3, 2), (), (), 3),
    # words in brackets stay where they stand
    ("例会每缺1次扣1分(以记录为准),无台账的扣2分", 6, (1, 1), (), (), 3),
    ("每发生1起扣2分,限5分", 10, (3,), (), (), 5),
)

# clause, how its figures are named and measured
INPUTS: tuple[tuple[str, list[tuple[str, str, str]]], ...] = (
    ("产值增长2倍以上得5分", [("产值增长", "number", "倍")]),
    ("发生渗漏,每停水1次扣2分", [("发生渗漏停水", "count", "次")]),
    ("每瞒报漏报1宗违法用地扣0.5分", [("瞒报漏报违法用地", "count", "宗")]),
    ("按时到会得6分,每缺席1次晨会扣3分", [("缺席晨会", "count", "次")]),
    ("花园村,每新开工1个得1分", [("花园村新开工", "count", "个")]),
    ("花园村,每发现1处扣1分", [("花园村", "count", "处")]),
    ("责任事故零发生,发生一起扣5分", [("责任事故零发生,发生起数", "count", "起")]),
    ("无重大事件发生;如发生一起扣2分", [("发生起数", "count", "起")]),
    ("制度未上墙,每少1个扣1分", [("制度未上墙少个数", "count", "个")]),
    ("加强水利建设计4分", [("加强水利建设", "yes_no", "是/否")]),
    ("辖区内无二次棺葬现象得5分", [("辖区内无二次棺葬现象", "yes_no", "是/否")]),
    ("每年至少召开2次专题会议得2分", [("召开专题会议", "count", "次")]),
    ("组建不少于30人的救援队伍得2分", [("组建的救援队伍", "count", "人")]),
    ("⑴流动人口工作(6分)。逻辑纠错达100%,每低1个百分点扣1分", [("逻辑纠错", "percent", "%")]),
    ("实现两位数增长得5分", [("实现两位数增长", "yes_no", "是/否")]),
    ("超过3个工作日答复的扣1分", [("完成值", "count", "个工作日")]),
)


@pytest.mark.parametrize(("clause", "phrase"), REFUSED)
def test_a_clause_that_may_mean_either_is_refused_where_it_does(clause: str, phrase: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(clause)
    place = clause.rindex(phrase) + 1
    assert (refused.value.phrase, refused.value.position) == (phrase, place)


@worked_by_hand(ROWS)
def test_points_are_those_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1])


def test_points_of_the_item_that_its_parts_go_beyond_are_refused() -> None:
    with pytest.raises(RuleError, match="写明分值3分,各处的得分合计有5分"):
        parse("(本项3分)。有方案得1分,有总结得1分,效果好得3分")


def test_a_cap_may_hold_before_anything_is_taken() -> None:
    clause = "每化解1件得1分,最高得5分;未按期化解的每件扣0.5分"
    row = (np.array([6.0]), np.array([1.0]))
    found = {
        value: evaluate(
            parse(clause, readings={"G96": value}),
            Frame(list(row), targets=(np.nan, np.nan), priors=()),
            points=Decimal(5),
        ).tolist()
        for value in ("扣分之后", "扣分之前")
    }
    assert found == {"扣分之后": [5.0], "扣分之前": [4.5]}


def test_how_many_there_have_to_be_may_be_left_to_the_target() -> None:
    clause = "走访看望少一次扣1分"
    (open_,) = [a for a in parse(clause).assumptions if a.code == "G95"]
    assert (open_.taken, open_.alternatives) == ("实际数", ("缺少数",))
    missing = parse(clause, readings={"G95": "缺少数"})
    assert [i.label for i in missing.inputs] == ["走访看望少次数"]


def test_a_heading_behind_all_points_is_no_name_of_what_they_are_for() -> None:
    rule = parse("有机构。(5分)\n部门:明确科室。")
    assert rule.canonical == "有机构得5分;[说明:部门:明确科室]"


@pytest.mark.parametrize(("clause", "expected"), INPUTS)
def test_a_figure_is_asked_for_by_all_that_tells_it_from_others(
    clause: str, expected: list[tuple[str, str, str]]
) -> None:
    assert [(i.label, i.kind, i.unit) for i in parse(clause).inputs] == expected


@pytest.mark.parametrize(
    ("clause", "better"),
    [
        *((f"{word}数排名第一得10分,每下降一名扣1分", "越小越好") for word in less_words()),
        ("投诉办结率排名第一得10分,每下降一名扣1分", "越大越好"),
        ("能耗降低率排名第一得10分,每下降一名扣1分", "越大越好"),
        ("造林面积排名第一得10分,每下降一名扣1分", "越大越好"),
        ("投诉率排名后三位扣5分", "越小越好"),
        ("投诉率排名前三位扣5分", "越大越好"),
        ("死亡率第一名得满分,其余按比例得分", "越小越好"),
    ],
)
def test_the_name_of_a_figure_tells_which_end_of_a_ranking_is_its_best(
    clause: str, better: str
) -> None:
    assert {a.code: a.taken for a in parse(clause).assumptions}["G8"] == better
