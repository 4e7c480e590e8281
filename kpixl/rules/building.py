"""What the shapes of clauses build a rule with, and how they refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from kpixl.patterns import lazily
from kpixl.rules.assumptions import take
from kpixl.rules.model import Assumption, InputKind, RuleInput, Term
from kpixl.rules.parts import GivePart, Part, TextPart
from kpixl.rules.vocabulary import less_is_better

_P = TypeVar("_P")


@dataclass(frozen=True, slots=True)
class Placed:
    """A part with its place in the clause, for refusals."""

    part: Part
    start: int
    end: int


def of_kind(placed: Sequence[Placed], kind: type[_P]) -> list[tuple[Placed, _P]]:
    """The parts of one kind, each with its place."""
    return [(p, p.part) for p in placed if isinstance(p.part, kind)]


class Refused(Exception):
    """The parts do not make a rule.

    `at` is the part that does not fit, or the words of the clause (None: the whole).
    """

    def __init__(self, at: Placed | str | None, reason: str, wanted: str) -> None:
        self.at, self.reason, self.wanted = at, reason, wanted
        super().__init__(reason)


# What no name of a thing or a figure ends in, begins with, or is.
_DANGLING = lazily(
    r"(?:[不未没无须或也但仅只]|(?<!人)才|(?<![许认])可|(?<![供响反效对适相感])应|(?<![而况])且|(?<![合兼归吞])并"
    r"|(?<![普涉])及|(?<![饱总共缓温])和|(?<![参给])与|可以|最多可|不得|左右|分为|[加减扣增][至到])$|(?:^|,)按(?![时期质量需规])[\u4e00-\u9fff]$|^为?止|^(?:以后|之后|以前|之前|如|若|凡|一旦|并|或|且|另|还|即|多|少|缺|有|无|的|已|也|则|都|均|至少|少于|多于|以|按|用)$"
)
# 没项未完成, 没少一种, 没人扣1分: 每 miswritten
_MISWRITTEN = lazily(
    r"没(?:缺少|少)|没缺(?:$|一|1)|没(?:个|件|份|种(?!植)|户(?!口)|家|项(?!目)|次(?!序)|条(?!件|理|款)"
    r"|名(?!称|字|单|额)|处(?!理|置|罚)|起(?!草|到|来)|例(?!会))|(?:^|,)没人$"
)
# 查看两年资料,每低5%扣1分: where the figure is found, not which it is
_CHECKED = lazily(
    "^(?:现场|实地)?(?:查看|查阅|抽查|检查|核查)[^,]*(?:资料|记录|台[账帐]|档案|文件)$"
)
# 完成每项任务得1分: of each, and not of all
_EACH_OF = lazily(
    r"每一?(?:户|个|次|项|人|家|件|处|名|例|起|份|条)(?:$|(?:任务|工作|指标|活动|事项|目标)(?!.*(?:[均都全]|逐一)))"
)
# 按责任书规定,每差1个百分点扣2分
_BY_WHAT = lazily(
    "(?:按照?|根据|依据|依照|对照)[^,]*(?:规定|要求|标准|办法|责任书|任务书|方案|通知)"
)
_REMARK = lazily(r"\([^()]*\)")
_SINGLE = lazily("^单(?:个|项|件|次|篇|起|例)[^,]{0,4}$")
# 少一有, 打掉的一团伙, 有一档案不合格: how many there are; 一般, 一票否决, 一等奖 are names
_ONE_OF = lazily(
    r"(?:^|,)(?:少|缺少?)“?[一1](?![般0-9])|(?:^|,)少(?![数年儿先])"
    r"|(?:^|,)有一(?![个套支般定批些名位部])|的一(?![般定致律并把岗票线系体直旦批级类季年月周等经贯步项次])"
)
# 第1～3项未完成: each of them, or all together
_ITEMS = lazily(
    r"第(?:\(?[0-9]{1,2}\)?|[一二三四五六七八九十]{1,3}|[①-⑳⑴-⒇])(?:、|和|~|-|—|至|到)+第?\(?[0-9一二三四五六七八九十①-⑳⑴-⒇]"
    r"|(?:前|(?:以上|上述)[^,]{0,4}?)[二两三四五六七八九十2-9]项"
)
_CONDITIONS = lazily(
    r"且|并且|除.+外|每(?![年季月周个半天日]|[次起]$|一?项|万人|百|千|户|亩|生|家庭)"
)
_TWO = lazily(r"[数率额量值度积](?:和|及|与)[\u4e00-\u9fff]{2,}[数率额量值度积]$")
# 死亡3人以上的,每起扣10分: how grave the event is that is counted
_GRAVE = lazily("(?:死亡|重伤|受伤|伤亡|中毒|失踪|损失)在?(?:达到?|超过)?[0-9][^,]*$")
# how large each of them is: 规模50户以上每个, 发现垃圾3袋以上每处
_SIZED = lazily(
    "(?:规模|面积|投资额?|金额|标的额?|产值|长度|人口|用地|占地|(?:发现|查出|存在)[^,0-9]{1,8})在?(?:达到?)?[0-9][^,]*$"
)
# 逾期3天以上 says what is counted, 5亿元以上 not of what
_OPEN_AMOUNT = lazily(
    r"[0-9](?!个?(?:天|日|工作日|月|小时|分钟|周|年)以)(?:[\u4e00-\u9fff%]{0,4})(?:以上|以下|以内)$"
)


def is_remark(part: Part) -> bool:
    """(注:不足5个的检查全部): words in brackets alone, which nobody has to do."""
    return isinstance(part, TextPart) and _REMARK.fullmatch(part.text) is not None


def _no_name(label: str, kind: InputKind, verb: str = "得") -> str:
    """What is wrong with a label as the name of an input, "" if nothing is."""
    if _DANGLING.search(label):
        return "话没有说完"
    if _REMARK.fullmatch(label):
        return "只是括号里的说明"
    if _MISWRITTEN.search(label):
        return "“没”像是“每”的误写"
    counted = kind == "count" and verb == "扣"  # 新增1处违建且未制止的: an attribute
    found = _CONDITIONS.search(label)
    if kind not in ("yes_no", "judged") and found and not (counted and found[0] == "且"):
        return f"“{found[0]}”是另一个条件"
    if kind not in ("yes_no", "judged") and not counted and re.search(",(?:并|且|同时)", label):
        return "有两个条件"
    if kind in ("number", "percent") and re.search("(?:未|没有|不)(?:能)?(?:完成|达到)", label):
        return "说的是没有完成"
    if kind == "yes_no" and _EACH_OF.search(label):
        return "“每…”是要计数的"
    if kind in ("number", "percent") and _CHECKED.search(label):
        return "说的是怎样查验"
    if kind in ("number", "percent") and _BY_WHAT.fullmatch(label):
        return "说的是依据"
    if kind in ("number", "percent") and _TWO.search(label):
        return "是两个数据"
    once = kind == "yes_no" or "的一" in label
    if once and (one := _ONE_OF.search(label)):
        return f"“{one[0].lstrip(',')}…”是要计数的"
    if kind == "yes_no" and _SINGLE.search(label):
        return "“单…”是要计数的"
    if kind == "yes_no" and _ITEMS.search(label):
        return "不知道是每一项都计,还是几项合起来计"
    sized = _GRAVE.search(label) or _SIZED.search(label) or re.search("(?:^|,)单", label)
    if kind == "count" and _OPEN_AMOUNT.search(label) and not sized:
        return "里面有一个标准"
    return ""


# Whom points are for is no thing to be done: 其他区县得3分, 无此项任务的得满分.
_WHOM = lazily(
    r"^(?:(?:主城各?区|山区县?|平原县?|城区|乡镇|街道|区|县|镇|乡)(?:完成|达到)(?:目标|任务|目标任务)|(?:主城|其他|其它|其余|上述|所有)?各?(?:区县|县区|县市|市县|乡镇|镇乡|镇街|区|县|市|乡|镇|街道|单位|部门|地区|企业|学校)"
    r"(?:\([^)]*\))?|(?:无|没有)[^,]{0,16}(?:任务|工作|项目|村|业务|指标)的?(?:[乡镇县市区单位部门街道]+)?)(?:均|都|一律)?$"
)


# What an item's clause can't decide.
_WHOLE_SCHEME = lazily(r"(?:考核|考评|年度)?总(?:得)?分$|考核结果$|考核等次$")


class Builder:
    """Collects terms, inputs and assumptions while the parts are gone through."""

    def __init__(self, readings: Mapping[str, str]) -> None:
        self.readings = readings
        self.terms: list[Term] = []
        self.inputs: list[RuleInput] = []
        self.taken: dict[str, Assumption] = {}
        self._of_points: set[str] = set()  # notes that give way to one of what is counted
        self.heading: GivePart | None = None  # a line that only sums up the others
        self.restated = False  # 每少一项扣2分 said only again what each part gives
        self.open_cap = ""  # of what a cap is that does not say so: bonus, item
        self.remarks: list[str] = []  # words inside phrases that name what they give
        self.summed = False  # a bound says that points add up: 累计不超过5分
        self.based = False  # 以8分为基准 says where additions and deductions start from
        self.head = ""  # the figure that the clause is about, where it says so first

    def more_is_better(self, label: str, *, taken: bool = False) -> bool:
        """Whether the largest figure comes first, which the clause does not say (G8).

        `taken` says that coming first takes points: then the largest does, whatever it is.
        """
        least = less_is_better(label) and not taken
        return self.reading("G8", "越小越好" if least else "越大越好") == "越大越好"

    def input(
        self,
        at: Placed,
        label: str,
        kind: InputKind,
        unit: str = "",
        target: Decimal | None = None,
        verb: str = "得",
        *,
        among: bool = False,
    ) -> int:
        """The number of a new input; two figures of one clause never share a name.

        `among` are some of those that another input counts, told by a standard of their own.
        """
        if label.count("(") != label.count(")") or label.find(")") < label.find("("):
            # half of a bracket: the other half belongs to another phrase
            raise Refused(at, f"“{label}”只有半个括号", "括号里的话另起一句,或写完整")
        if not re.search("\\w", label):
            raise Refused(at, "没有写是什么", "要做的事,或数据的名称")
        if wrong := _no_name(label, "yes_no" if among else kind, verb):
            raise Refused(at, f"“{label}”不像一个名称:{wrong}", "要做的事,或数据的名称")
        whom = label.rpartition(",")[2] if "的," in label else label
        if kind == "yes_no" and verb == "得" and (_WHOM.match(whom) or _WHOM.match(label)):
            raise Refused(at, f"“{label}”是哪些单位,不是要做的事", "写在方案的分组或不涉及里")
        if kind == "yes_no" and _WHOLE_SCHEME.search(label):
            raise Refused(at, f"“{label}”说的是总分,不是这一项", "写在方案的否决、等次等规定里")
        if any(i.label == label for i in self.inputs):
            raise Refused(at, f"“{label}”写了两次", "每件事只写一次")
        self.inputs.append(RuleInput(label, kind, unit, target))
        return len(self.inputs) - 1

    def reading(self, code: str, default: str = "") -> str:
        """The value of a reading; that it was taken is noted."""
        value, assumption = take(code, self.readings, default)
        if code in self._of_points:
            self._of_points.discard(code)
            self.taken[code] = assumption
        self.taken.setdefault(code, assumption)
        return value

    def whole_points(self) -> bool:
        """Whether only whole steps of percentage points count: not unless a reading says so (G7).

        Beside what is counted in steps the note is that of what is counted.
        """
        value, assumption = take("G7", self.readings, "按比例")
        if "G7" not in self.taken:
            self.taken["G7"] = assumption
            self._of_points.add("G7")
        return value == "整步"
