"""The readings: what a clause may leave open, how it is taken, what else it could be.

The codes are those of the readings that hold everywhere; 读法 in the scheme workbook
(`G7=整步;G3=密集`) switches them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpixl.errors import BadArgument
from kpixl.rules.model import Assumption


@dataclass(frozen=True, slots=True)
class Reading:
    """A question: its code, the values it takes (the default first) and a sentence each."""

    code: str
    question: str
    choices: tuple[tuple[str, str], ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The values that 读法 accepts."""
        return tuple(value for value, _ in self.choices)


READINGS: dict[str, Reading] = {
    r.code: r
    for r in (
        Reading(
            "G1",
            "加分是否可以超过分值",
            (
                ("补足", "不靠加分就能得满分值的,加分加在分值之外,否则补到分值为止"),
                ("另加", "加分在分值之外另加"),
            ),
        ),
        Reading(
            "G3",
            "名次并列如何计",
            (
                ("竞争", "数值相同的名次相同,后面的名次顺延空出(1、2、2、4)"),
                ("密集", "数值相同的名次相同,后面的名次不空出(1、2、2、3)"),
                ("平均", "数值相同的取所占名次的平均数(1、2.5、2.5、4)"),
            ),
        ),
        Reading(
            "G5",
            "本类数值全部相同时如何计",
            (
                ("最高", "本类数值全部相同时,都按最高值计"),
                ("最低", "本类数值全部相同时,都按最低值计"),
            ),
        ),
        Reading(
            "G7",
            "不足一个单位的部分如何计",
            (
                ("整步", "不足一个单位的部分不计"),
                ("按比例", "不足一个单位的部分按比例计"),
            ),
        ),
        Reading(
            "G8",
            "数值越大越好还是越小越好",
            (
                ("越大越好", "数值越大越好"),
                ("越小越好", "数值越小越好"),
            ),
        ),
        Reading(
            "G16",
            "只写了扣分,从多少分扣起",
            (
                ("分值", "条款只写扣分的,从分值扣起"),
                ("只计扣分", "条款只写扣分的,只计扣分,得负分"),
            ),
        ),
        Reading(
            "G21",
            "“N个得几分”是达到就得,还是每N个都得",
            (
                ("达到即得", "达到这个数即得,多了不再加"),
                ("每个", "每达到一次这个数都得"),
            ),
        ),
        Reading(
            "G33",
            "“其余按比例”以什么为准",
            (
                ("与最高之比", "其余按与最高(最好)值之比计"),
                ("最高最低之间", "其余按在最高值与最低值之间的位置计,最差的为0"),
            ),
        ),
        Reading(
            "G34",
            "公式里的百分数按多少代入",
            (
                ("小数", "公式里的百分数按小数代入(96%为0.96)"),
                ("百分点", "公式里的百分数按百分点代入(96%为96)"),
            ),
        ),
        Reading(
            "G35",
            "加权的各部分得分,满分是多少",
            (
                ("分值", "各部分按本项分值打分"),
                ("百分制", "各部分按百分制打分,合计后折算为本项分值"),
            ),
        ),
        Reading(
            "G36",
            "前百分之几不是整数个单位时如何计",
            (
                ("舍去", "前百分之几不是整数个单位的,零头舍去"),
                ("进一", "前百分之几不是整数个单位的,零头进一"),
            ),
        ),
        Reading(
            "G31",
            "名次由本表的数据排出,还是直接填报",
            (
                ("排出", "名次由本类各单位的数据排出"),
                ("填报", "名次直接填报"),
            ),
        ),
        Reading(
            "G32",
            "按百分比递减,是占第一名得分的百分比,还是占分值的百分比",
            (
                ("第一名得分", "每降一名,减第一名得分的这个百分比"),
                ("分值", "每降一名,减分值的这个百分比"),
            ),
        ),
        Reading(
            "G22",
            "两档相接处的数归哪一档",
            (
                ("上档", "正好等于两档相接处的数,按较高的一档计"),
                ("下档", "正好等于两档相接处的数,按较低的一档计"),
            ),
        ),
        Reading(
            "G23",
            "两档之间的小数归哪一档",
            (
                ("按下档", "没有达到上一档起点的,按下一档计"),
                ("按上档", "超过下一档终点的,按上一档计"),
                ("四舍五入", "先四舍五入为整数再归档"),
            ),
        ),
        Reading(
            "G27",
            "超过最高一档的如何计",
            (
                ("最高档", "超过最高一档的,按最高一档计"),
                ("不计", "超过最高一档的不计"),
            ),
        ),
        Reading(
            "G28",
            "写成几到几的目标按哪个数",
            (
                ("下限", "写成几到几的目标,以前一个数为目标"),
                ("上限", "写成几到几的目标,以后一个数为目标"),
            ),
        ),
        Reading(
            "G29",
            "“左右”如何算达到",
            (("不少于", "写“左右”的,达到这个数才算完成"),),
        ),
        Reading(
            "G30",
            "几个档次都符合的如何计",
            (("就高", "几个档次只能符合一个;填了几个的,按得分最高的一个计"),),
        ),
        Reading(
            "G37",
            "没有写明的上限是加分的还是得分的",
            (
                ("加分", "没有写明的上限只限制加分"),
                ("得分", "没有写明的上限限制本项得分"),
            ),
        ),
        Reading(
            "G38",
            "几种情形都符合的是相加还是取最高",
            (
                ("相加", "几种情形的得分相加"),
                ("取最高", "几种情形只按得分最高的一种计"),
            ),
        ),
        Reading(
            "G39",
            "全县、全市平均水平是哪个数",
            (
                ("本组平均", "平均水平按本组各单位的平均数计"),
                ("公布数", "平均水平按公布的数计,填在目标里"),
            ),
        ),
        Reading(
            "G40",
            "不重复计分如何填报",
            (("填一次", "不重复计分的,同一件事只填报一次,按得分最高的一级填"),),
        ),
        Reading(
            "G41",
            "几个规模都符合的填在哪里",
            (("填最高一级", "同一个项目几个规模都符合的,只填在最高的一级"),),
        ),
        Reading(
            "G62",
            "几个数据分档、只达到一个的如何计",
            (
                ("都达到", "几个标准都达到才得这一档,有一个没有达到的看下一档"),
                ("有一个达到", "几个标准有一个达到就得这一档"),
            ),
        ),
        Reading(
            "G70",
            "两个数之间按比例,是占什么的比例",
            (
                ("占上档", "两个数之间按比例的,按占较高那个数的比例得分"),
                ("完成率", "两个数之间按比例的,按占100%的比例得分"),
                ("插值", "两个数之间按比例的,从较低那个数的0分均匀升到较高那个数的得分"),
            ),
        ),
        Reading(
            "G71",
            "只写了高于和低于的,正好相等的如何计",
            (
                ("按高于", "正好等于所比的数,按高于计"),
                ("按低于", "正好等于所比的数,按低于计"),
            ),
        ),
        Reading(
            "G63",
            "几个数据分档、没有写到的情形如何计",
            (("不得分", "几个数据分档的,没有写到的情形不得分"),),
        ),
        Reading(
            "G64",
            "偏差更大、没有写到的如何计",
            (("不得分", "偏差大于写到的各档的,不得分"),),
        ),
        Reading(
            "G61",
            "“其中”的一部分另有计分时如何计",
            (
                ("另计", "其中的这一部分只按后面的分计,不再按前面的计"),
                ("都计", "其中的这一部分既按前面的计,又按后面的计"),
            ),
        ),
        Reading(
            "G60",
            "功效系数法没有写满意值、不允许值的如何计",
            (
                ("60起", "满意值、不允许值取本类最高值、最低值,最低的得60%,最高的得满分"),
                ("0起", "满意值、不允许值取本类最高值、最低值,最低的得0分,最高的得满分"),
            ),
        ),
        Reading(
            "G20",
            "没有数字的要求是否单独算一项",
            (
                ("只计有数的", "同一条里有数字的要求各算一项,没有数字的只作说明"),
                ("都计", "同一条里每一句要求各算一项,没有数字的按完成程度评议"),
                ("合为一项", "同一条里没有数字的要求合为一项,按完成程度评议,有数字的各算一项"),
            ),
        ),
        Reading(
            "G19",
            "得分和扣分写在一起时,从多少分扣起",
            (
                ("从该分扣起", "先写的得分是起点,后面的扣分从它扣起"),
                ("完成才得", "先写的得分要完成才得,再从中扣分"),
            ),
        ),
        Reading(
            "G51",
            "几个要求写在一起的,是都达到才得分,还是达到几个得几分之几",
            (
                ("都达到", "几个要求写在一起的,都达到才得分"),
                ("按个数", "几个要求写在一起的,达到几个得几分之几"),
            ),
        ),
        Reading(
            "G52",
            "写在最后的扣分、按比例对哪些项适用",
            (("每一项", "写在几项后面的扣分、按比例,对前面每一项都适用"),),
        ),
        Reading(
            "G53",
            "本项里写的一票否决如何计",
            (("另计", "一票否决的后果按方案的否决规定,本项只计不得分"),),
        ),
        Reading(
            "G65",
            "另起一句的一票否决如何计",
            (("另计", "另起一句的一票否决不改变本项得分,后果按方案的否决规定,须在方案里另写"),),
        ),
        Reading(
            "G82",
            "“第一次、第二次”扣的分是否相加",
            (
                ("相加", "每一次各扣各的,几次的相加"),
                ("只扣最后一次", "只按最后一次的扣,前面几次的不再另扣"),
            ),
        ),
        Reading(
            "G83",
            "次数比写到的更多的如何扣",
            (("按最后一档", "次数比写到的更多的,按写到的最后一档扣"),),
        ),
        Reading(
            "G85",
            "写到的最后一次以后再发生的如何扣",
            (
                ("再扣", "写到的最后一次以后再发生的,每次再扣最后一次的分"),
                ("不再扣", "写到的最后一次以后再发生的,不再扣分"),
            ),
        ),
        Reading(
            "G86",
            "“有下列情形之一的扣N分”,有几种的如何扣",
            (
                ("扣一次", "所列的情形有一种或几种,都只扣一次"),
                ("各扣", "所列的情形有几种就扣几次"),
            ),
        ),
        Reading(
            "G87",
            "“各扣N分”前面看不出是哪几件的如何扣",
            (
                ("按件数", "看不出是哪几件的,有几件就扣几次"),
                ("扣一次", "看不出是哪几件的,只扣一次"),
            ),
        ),
        Reading(
            "G88",
            "“甲、乙和丙”是三件还是两件",
            (
                ("三件", "用“和”“及”“或”连起来的最后两个名称,各算一件"),
                ("两件", "用“和”“及”“或”连起来的最后两个名称,合算一件"),
            ),
        ),
        Reading(
            "G84",
            "写明扣谁的分的,从谁的得分里扣",
            (
                (
                    "各扣各的",
                    "写明扣谁的分的,只从他自己的得分里扣:被考核的是谁,就填谁的,不是的填“否”或0",
                ),
            ),
        ),
        Reading(
            "G80",
            "减半、加倍、不扣分的情形如何填报",
            (("替代", "减半、加倍、不扣分的情形填“是”的,只按它计,不再按前面的计"),),
        ),
        Reading(
            "G93",
            "没有写单位的率、满意度是什么",
            (("百分数", "没有写单位的率、满意度按百分数计"),),
        ),
        Reading(
            "G81",
            "没有扣分处的“不扣分”如何计",
            (("满分", "得分的事写“不扣分”的,不因此失分,按得满这些分计"),),
        ),
        Reading(
            "G26",
            "每季、每月的要求按多少计",
            (
                ("全年", "每季、每月的要求按全年合计的数计"),
                ("一期", "只按一期的数计"),
            ),
        ),
        Reading(
            "G24",
            "未达到的扣几分,从哪里扣",
            (
                ("倒扣", "未达到的不得分,并倒扣这些分"),
                ("从该分扣", "未达到的,从达到时的得分中扣这些分"),
            ),
        ),
        Reading(
            "G25",
            "“每提高”“每增加”是比目标还是比上年",
            (
                ("比目标", "从目标算起"),
                ("比上年", "从上年数算起"),
            ),
        ),
        Reading(
            "G17",
            "没有写未完成时如何计",
            (
                ("不得分", "未完成的不得分"),
                ("按比例", "未完成的按完成比例得分"),
            ),
        ),
        Reading(
            "G18",
            "“个百分点”或“%”是数值之差,还是完成率之差",
            (
                ("差额", "与目标(上年数)相差的百分点数"),
                ("完成率", "占目标(上年数)的百分比与100%之差"),
            ),
        ),
    )
}


def take(code: str, readings: Mapping[str, str], default: str = "") -> tuple[str, Assumption]:
    """The value of a reading and the assumption that says so.

    `default` stands for the reading's own default where the kind of clause has another.

    >>> take("G3", {"G3": "密集"})[0]
    '密集'
    """
    reading = READINGS[code]
    value = readings.get(code) or default or reading.values[0]
    sentence = dict(reading.choices)[value]
    others = tuple(v for v in reading.values if v != value)
    return value, Assumption(code, sentence, value, others)


def by_code(several: Iterable[Assumption]) -> dict[str, Assumption]:
    """The assumptions of parts of a clause, one of a code.

    Of whole steps beside percentage points, which go on in between, the whole steps are told (G7).
    """
    taken: dict[str, Assumption] = {}
    for one in several:
        if one.code != "G7" or one.code not in taken or taken[one.code].taken == "按比例":
            taken[one.code] = one
    return taken


def parse_readings(text: str) -> dict[str, str]:
    """The text of a 读法 cell as codes and values.

    Raises BadArgument for an unknown code or value.

    >>> parse_readings("G7=整步;G3=密集")
    {'G7': '整步', 'G3': '密集'}
    """
    result: dict[str, str] = {}
    for piece in re.split(r"[;；,，、\s]+", text.strip()):
        if not piece:
            continue
        code, sign, value = piece.replace("＝", "=").partition("=")
        code, value = code.strip().upper(), value.strip()
        reading = READINGS.get(code)
        if not sign or reading is None:
            raise BadArgument("读法", piece, "“代码=取值”,代码为" + "、".join(READINGS))
        if value not in reading.values:
            raise BadArgument("读法", piece, f"{code}=" + "、".join(reading.values) + "之一")
        result[code] = value
    return result
