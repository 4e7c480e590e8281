"""What is described beside what scores: 两岸10米内保持整洁。发现垃圾每处扣1分.

A number of the description may stay out of the arithmetic only where the points ask for a figure
of their own; where they ask how far the description was met it is a target, and refused here.
"""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.describing import is_check
from kpixl.rules.parts import (
    AnyMissPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedPart,
    LevelsPart,
    Part,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
)
from kpixl.rules.segment import Segment
from kpixl.rules.words.elements import COUNTED, COUNTS, LUMP, NUMBER

_UNIT = lazily(
    rf"{NUMBER}(?P<unit>%|‰|个百分点|{COUNTED}|{LUMP}|工作日|日|月|年|号|周|级|圈|遍|轮)?"
)
# Units of which one is as good as another for the same thing.
_ALIKE = ("个名人位口", "次场回期", "家户", "篇条件份", "处块个")
_TIME = lazily(r"分钟|小时|天|日|工作日|周|月|季|年|号")
# as far as the description is not met, or beyond it
_SHORT = lazily(r"少|缺|漏|低|不足|不够|差|多|超|(?<!新)增|降|欠|未(?:达|完成)|完不成|达不到")
# 合格率不低于90%, which leaves one of ten
_RATE = lazily(r"(?P<stem>[\u4e00-\u9fff]{2})率[^,0-9]*(?P<n>[0-9]+(?:\.[0-9]+)?)%")
_EACH = lazily(
    r"(?:每个?|各个?)(?:自然|行政)?(?:村|组|户|镇|乡|社区|单位|学校|班|企业|名|人|家|所|点|处)"
)
_LACKS = lazily("[少缺]")
_LATE = lazily(r"推迟|迟|逾期|延迟|延期|拖延|超期|超时")
# 未完成的, 达不到要求的: of what, only the description says
_BACK = lazily(
    r"(?:.*[,;])?(?:人数|数量|次数|频次|面积|时间|比例|人员|经费)?(?:仍|均|都|凡)?(?:未|没有?|没能|不能|未能|完不成|达不到?|不达标|不足|不够|不|低于|少于|超过|高于|缺少|缺)"
    r"(?:能|按[要规][求定]|按标准)?(?:完成|达到|达标|达|落实|做到|执行|到位|符合|够|到)?(?:任务|目标|指标|要求|标准|规定|数量?|以上|上述|的)*(?:,否则)?"
)
_NOT = lazily(
    r"(?:未|没有|没)(?:能|及时|按时|按规定|按要求|认真|严格)?(?P<done>[\u4e00-\u9fff]{2}|[\u4e00-\u9fff]$)"
)


def prose(s: Segment) -> Part:
    """两岸10米内保持整洁,每天清扫2次。发现垃圾的每处扣1分

    只说要做什么、做到什么程度的话,不计分,原样放在“[说明:…]”里。后面的计分要用到其中的数的(每少1次、
    未达到的、按比例),不这样读:那个数是目标。
    """
    said = s.get("PROSE").text
    if is_check(said):
        return TextPart(said, whole=True)
    return TextPart(said, whole=True, units=_units(said))


def prose_worth(s: Segment) -> tuple[Part, ...]:
    """每学期集中开展安全教育2次,并有记录,3分

    要求里的数不止一个、或不是要完成的数量的,全部做到才得分(G120);分数写在括号里也一样。
    """
    points = s.need(s.get("BPTS"))
    return prose(s), StatedPart(points, bracket=True)


def clear_prose(placed: Sequence[Placed]) -> None:
    """Refuse what scores by the numbers of a description: they would be lost in it."""
    texts = [p.part for p in placed if isinstance(p.part, TextPart)]
    told = [text for text in texts if text.units is not None]
    required = any(isinstance(p.part, RequirePart) for p in placed)
    ahead = ""
    for p in placed:
        if told and (why := _asks(p.part, told)):
            raise Refused(p, why, "数据的名称与要达到的数写在同一句里")
        if told and isinstance(p.part, CountPart) and _BACK.fullmatch(ahead):
            raise Refused(p, "不知道前面说明里的数是不是要达到的数", "…每少1个扣N分")
        if not (isinstance(p.part, Joint) and p.part.stop == 0):
            ahead = p.part.text if isinstance(p.part, TextPart) else ""
        match p.part:
            case StepPart() as step if _late(step, texts):
                raise Refused(p, "不知道从哪一天算起", "每迟1天(小时)扣N分")
            case FaultPart(label) if required and _MISSED.fullmatch(label):
                if any(_DONE.search(text.text) for text in texts):
                    raise Refused(p, "不知道是哪一件没有完成", "写明是哪一件没有完成")


def clear_asides(placed: Sequence[Placed], asides: Sequence[str]) -> None:
    """Refuse what counts by the numbers of brackets that were taken for part of a name."""
    told = [TextPart(said, whole=True, units=_units(said)) for said in asides if not is_check(said)]
    for p in placed:
        asks = isinstance(p.part, (CountPart, StepPart))
        if told and (asks or (isinstance(p.part, BranchPart) and p.part.kind == "prop")):
            if isinstance(p.part, CountPart) and any(a in p.part.words.label for a in asides):
                continue  # the number is that of what is counted
            if why := _asks(p.part, told):
                raise Refused(p, why, "数据的名称与要达到的数写在同一句里")


# 未完成的, beside a figure and 12月底前全部完成
_MISSED = lazily(r"(?:未|没有|没|不能)(?:完成|达到)(?:任务|目标)?的?")
_DONE = lazily(r"(?<![未不没])(?:全部|全面|按[期时])(?:完成|达到)")
# 15日内办结, of which 每超1天 is no figure that has a target
_WITHIN = lazily(rf"{NUMBER}(?:个?(?:工作日|小时|日|天|月)|分钟)(?:之|以)?[内前]")


def _late(step: StepPart, texts: Sequence[TextPart]) -> bool:
    """Whether a step goes on from a time limit that only words say."""
    if step.mark is not None or not _TIME.fullmatch(step.unit.removeprefix("个")):
        return False
    said = [step.label, *(t.text for t in texts if not step.label)]
    return any(_WITHIN.search(words) for words in said)


# how often, which asks how often it was not done
_OFTEN = lazily("每(?:天|日|周|月|季|半年|学期)")


def _asks(part: Part, told: Sequence[TextPart]) -> str:
    """Why points may rest on the numbers of descriptions, "" where they don't."""
    match part:
        case TextPart() | Joint() | StatedPart() | BoundPart() | HeadPart() | LevelsPart():
            return ""
        case RequirePart() | AnyMissPart():
            return ""
        case CountPart(words) if words.missed or not _counts_them(words, told):
            return ""
        case StepPart(way="down", mark=None) as step if _is_missing(step, told):
            return ""
        case FaultPart(label) | JudgedPart(label, verb="扣") if not _BACK.fullmatch(label):
            return ""
        case GivePart(bare=True, mark=None, task=None):
            return ""  # for all of it, where nothing else scores
        case GivePart() | JudgedPart():
            return "不知道得分的条件里有没有前面说明的要求"
        case _:
            return "不知道前面说明里的数是不是要达到的数"


# 未开展的, whatever is to be done so often
_ANY_DOING = lazily("开展|落实|执行|做到|完成|进行|实施|按要")


def often_missed(label: str, texts: Sequence[TextPart]) -> bool:
    """Whether a deduction is for not doing what descriptions say is to be done several times."""
    told = [text for text in texts if text.units is not None]
    return _once(label, [t for t in texts if _OFTEN.search(t.text) or t in told])


def _once(label: str, told: Sequence[TextPart]) -> bool:
    """Whether a deduction is for not doing what has to be done several times."""
    for text in told:
        missed = _NOT.fullmatch(label) if text.units is None else _NOT.search(label)
        for said in text.text.split(",") if missed else ():
            several = _OFTEN.search(said) or (text.units and _counted(_units(said)))
            # 未建的, with no word of what
            done = missed["done"] if missed else ""
            if missed and several and (done in said or len(done) == 1 or _ANY_DOING.match(done)):
                return True
    return False


def _units(said: str) -> tuple[str, ...]:
    return tuple(m["unit"] or "" for m in _UNIT.finditer(said))


def _counted(units: Sequence[str]) -> bool:
    return any(unit in COUNTS and not _TIME.fullmatch(unit.removeprefix("个")) for unit in units)


def _is_missing(step: StepPart, told: Sequence[TextPart]) -> bool:
    """Whether 每少1名 counts what is missing in all, where each village needs so many."""
    parts = [part for t in told if t.units is not None for part in t.text.split(",")]
    alike = [p for p in parts if any(_alike(step.unit, unit) for unit in _units(p))]
    counted = step.unit in COUNTS and not step.prop and not step.falls
    return counted and bool(alike) and all(map(_EACH.search, alike))


def _counts_them(words: Counted, told: Sequence[TextPart]) -> bool:
    """Whether a count may be that of what a description asks so many of."""
    said = f"{words.head}{words.does}{words.thing}"
    rates = (m for t in told for m in _RATE.finditer(t.text))
    if any(m["stem"] in said and float(m["n"]) < 100 for m in rates):
        return True
    short = _SHORT.search(said) or _BACK.fullmatch(words.head + words.does)
    parts = [part for t in told if t.units is not None for part in t.text.split(",")]
    if _LACKS.search(said):  # how many are missing in all, where each village needs so many
        parts = [part for part in parts if not _EACH.search(part)]
    units = {unit for part in parts for unit in _units(part) if unit}
    timely = {unit for unit in units if _TIME.fullmatch(unit.removeprefix("个"))}
    if _TIME.fullmatch(words.unit.removeprefix("个")):
        return bool(timely) and _LATE.search(said) is None
    counted = units - timely
    return bool(counted and short) or any(_alike(words.unit, unit) for unit in counted)


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in units and other in units for units in _ALIKE)
