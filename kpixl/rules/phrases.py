"""The builders of the stock phrases: tokens of one segment in, a part out.

A builder is headed by a phrase that it accepts, and says for the clerk what it does: both go
to docs/rules.zh-CN.md.  It reads each number through
`Segment.take`, so that a number nobody took can be refused at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.errors import RuleError
from kpixl.rules.expr import Ties
from kpixl.rules.formula import read_formula
from kpixl.rules.normalise import Normal
from kpixl.rules.parts import (
    AnyMissPart,
    BlendPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    FormulaPart,
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
    TierPart,
    TiersPart,
)
from kpixl.rules.scanner import Figure, Token, read_numeral
from kpixl.rules.terms import Amount, Counted, Mark
from kpixl.rules.vocabulary import FORM_HEAD, NUMBER


@dataclass
class Segment:
    """The tokens that one phrase covers, and the numbers its builder has read."""

    normal: Normal
    tokens: tuple[Token, ...]
    flat: Decimal
    ties: Ties
    used: set[Figure] = field(default_factory=set)

    def find(self, *names: str) -> Token | None:
        """The first token of one of these classes."""
        return next((t for t in self.tokens if t.name in names), None)

    def get(self, *names: str) -> Token:
        """The first token of one of these classes, which the pattern guarantees."""
        token = self.find(*names)
        assert token is not None, names
        return token

    def all(self, *names: str) -> tuple[Token, ...]:
        """All tokens of these classes, in order."""
        return tuple(t for t in self.tokens if t.name in names)

    def take(self, token: Token, group: str = "n") -> Decimal | None:
        """A number of a token, marked as read; None where the token has none."""
        figure = token.figures.get(group)
        if figure is None:
            return None
        self.used.add(figure)
        return figure.value

    def need(self, token: Token, group: str = "n") -> Decimal:
        """A number that the pattern guarantees."""
        value = self.take(token, group)
        assert value is not None
        return value

    def label(self, start: int = 0, stop: int | None = None) -> str:
        """The subject among some of the tokens, in the clause's own words."""
        tokens = [t for t in self.tokens[start:stop] if t.name in _NAMING]
        return tidy("".join(t.text for t in tokens))

    def before(self, name: str) -> str:
        """The subject in front of the first token of a class."""
        return self.label(0, self.tokens.index(self.get(name)))

    def refuse(self, token: Token, reason: str, wanted: str) -> RuleError:
        """A refusal that points at a token."""
        return RuleError(
            self.normal.original,
            self.normal.position(token.start),
            self.normal.phrase(token.start, token.end),
            reason,
            wanted,
        )


Verb: TypeAlias = Literal["得", "加", "扣"]
_VERBS: dict[str, Verb] = {"GIVE": "得", "ADD": "加", "SUB": "扣"}
_SPOKEN: dict[str, Verb] = {
    "得": "得", "计": "得", "记": "得", "加": "加", "奖励": "加", "扣": "扣", "减": "扣",
}  # fmt: skip
_WAYS: dict[str, Literal["up", "down", "both"]] = {
    "EVUP": "up",
    "EVDOWN": "down",
    "EVSYM": "both",
}
_NAMING = frozenset(
    {
        "BRACKET",
        "WHO",
        "GROW",
        "YEAR",
        "SAMEW",
        "EVERY",
        "SUBJ",
        "DUN",
        "DO",
        "TASK",
        "UNMET",
        "OVERC",
        "GES",
    }
)
_AMOUNTS = ("PPT", "PCT", "QTY", "CNT")


def tidy(label: str) -> str:
    """A subject as the name of an input: without the particles around it.

    >>> tidy("淘汰落后设备的"), tidy("根据各街道利润")
    ('淘汰落后设备', '各街道利润')
    """
    label = re.sub(
        r"^(?:根据|其中|以及|的|、|(?:并|且|另)按$|是?指(?![标数导挥定]))+", "", label.strip("、 ")
    )
    return re.sub(r"(?:的|等|、)+$", "", label) or label


def formula(s: Segment) -> Part:
    """得分=[(本值-本类最低值)/(本类最高值-本类最低值)×40+60]/100×分值

    照公式算。能用的词:本值(完成值、实际值)、目标值、上年值、本类最高值、本类最低值、本类平均值、
    名次、分值,和+-×÷、括号、百分号。
    """
    token = s.get("FORM")
    head = re.match(FORM_HEAD, token.text)
    start = token.start + (head.end() if head else 0)
    end = token.end
    while end > start and s.normal.text[end - 1] in " ":
        end -= 1
    read = read_formula(s.normal, start, end, flat=s.flat, ties=s.ties)
    s.used |= read.figures
    said = re.match(r"(?:考核|综合|最终)*", token.text)
    ahead = s.label(0, s.tokens.index(token)) + (said[0] if said else "")
    if re.fullmatch(r"(?:该|本|各|单)?项?(?:考核|综合|最终)*指标?", ahead) and "" in read.labels:
        ahead = ""
    return FormulaPart(read.expr, read.labels, None, ahead)


def blend(s: Segment) -> Part:
    """其中总量、亩均、增速三项得分分别以30%、20%、50%的权重计入得分

    写在公式后面。几个数各按同一公式算出得分,再乘以各自的权重相加;权重合计须为100%,各部分不单独舍
    入。
    """
    shares = s.all("PCT")
    weights = tuple(s.need(t) / 100 for t in shares)
    first = s.tokens.index(shares[0])
    text = re.sub(r"(?:的)$", "", s.label(0, first))
    labels = tuple(tidy(p) for p in re.split(r"、及|、|以及|及|和|与", text) if p)
    if len(labels) != len(weights):
        raise s.refuse(
            shares[0], f"有{len(labels)}个名称,却有{len(weights)}个权重", "名称与权重一一对应"
        )
    counted = s.find("NITEMS")
    if counted and s.need(counted) != len(labels):
        raise s.refuse(counted, f"写明的项数与列出的{len(labels)}项不符", f"{len(labels)}项")
    if sum(weights) != 1:
        total = f"{sum(weights) * 100:f}".rstrip("0").rstrip(".")
        raise s.refuse(shares[-1], f"权重合计为{total}%", "合计为100%的权重")
    return BlendPart(labels, weights)


def judged(s: Segment) -> Part:
    """成效显著的,最高加5分

    由考核单位评定加(得)几分,不低于0,不超过所写的最高分。
    """
    cap = s.get("CAPADD", "CAPITEM")
    quality = s.get("QUALITY")
    label = s.before("QUALITY") + tidy(quality.text)
    return JudgedPart(label, s.need(cap), "加" if cap.name == "CAPADD" else "得")


def judge(s: Segment) -> Part:
    """落实不好的,酌情扣2-6分

    由考核单位酌情评定扣分或加分。写了幅度的不超出幅度;没有发生的填0。
    """
    token = s.get("RANGED", "ANYSUB", "ANYADD", "SUB", "ADD", "GIVE", "UPTOADD")
    word = s.find("JUDGEW")
    quality = s.find("QUALITY")
    label = s.label(0, s.tokens.index(token)) + (tidy(quality.text) if quality else "")
    if not label and word is not None and re.match("视|根据", word.text):
        label = tidy(word.text)
    label = label or token.text
    low = Decimal(0)
    high: Decimal | None = None
    if token.name == "RANGED":
        spoken = (
            token.parts["verb"]
            .removesuffix("分")
            .removeprefix("可")
            .removeprefix("给予")
            .removeprefix("予以")
        )
        verb: Verb = _SPOKEN.get(spoken, "扣" if spoken.startswith("扣") else "得")
        low, high = s.need(token), s.need(token, "n2")
        if low >= high:
            raise s.refuse(token, "前一个数不小于后一个数", "从小到大的两个数")
    elif token.name in ("ANYSUB", "ANYADD"):
        verb = "扣" if token.name == "ANYSUB" else "加" if token.text == "加分" else "得"
        if verb == "加":
            raise s.refuse(token, "没有写最多加几分", "酌情加分,最高加N分")
    else:
        verb = _VERBS["ADD" if token.name == "UPTOADD" else token.name]
        high = s.need(token)
    if not label or label == token.text:
        raise s.refuse(token, "不知道评议的是什么", "要评议的事")
    return JudgedPart(label, high, verb, low, "酌情")


def judge_capped(s: Segment) -> Part:
    """创新做法成效明显的,酌情加分,最高加3分

    由考核单位评定,不低于0,不超过所写的分数。
    """
    given = s.get("ANYADD", "ANYSUB")
    cap = s.get("CAPADD", "CAPITEM", "CAPSUB", "CAPANY")
    verb: Verb = "扣" if given.name == "ANYSUB" else "加" if given.text == "加分" else "得"
    fits = {"CAPADD": "加", "CAPITEM": "得", "CAPSUB": "扣"}.get(cap.name, verb)
    if fits != verb:
        raise s.refuse(cap, "与前面的加分、扣分不一致", f"最多{verb}N分")
    quality = s.find("QUALITY")
    label = s.label(0, s.tokens.index(given)) + (tidy(quality.text) if quality else "")
    if not label:
        raise s.refuse(given, "不知道评议的是什么", "要评议的事")
    high = [s.need(cap, group) for group in cap.figures]
    return JudgedPart(label, high[0], verb, Decimal(0), "酌情")


def each_slash(s: Segment) -> Part:
    """重伤1人扣15分/次

    每发生一次扣(加、得)所写的分。
    """
    token = s.get("SUBPER", "ADDPER", "GIVEPER")
    ahead = s.tokens[: s.tokens.index(token)]
    for t in ahead:
        if t.name in _AMOUNTS:
            s.take(t)
    name = tidy("".join(t.text for t in ahead if t.name in (*_NAMING, *_AMOUNTS)))
    verb = _VERBS[token.name.removesuffix("PER")]
    words = Counted(name, "", token.parts["unit"], "", slash=True)
    return CountPart(words, Decimal(1), verb, s.need(token))


def give(s: Segment) -> Part:
    """制定实施方案得1分

    做到的得所写的分,没做到的不得分。事情是“完成…目标任务”、后面又写了未完成怎么办的,填实际完
    成数,与目标值比较。
    """
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS")
    behind = s.tokens.index(token)
    ahead = s.tokens[:behind]
    if token.name == "BPTS" and s.label(0, behind) in ("上线", "下线"):
        raise s.refuse(token, "像是“上限”的笔误", "最多扣N分,或最高得N分")
    return GivePart(
        s.label(0, behind),
        _points(s, token),
        _task(ahead),
        given=_given(ahead),
        bare=token.name == "BPTS",
    )


# How the name of a quantity ends, so that a figure can be held against it.
_QUANTITY = re.compile(
    r"(?:[数值率幅速度量额]|水平|比重|比例|面积|收入|任务|指标|目标|要求|标准|增长|增速)$"
)


def _given(tokens: tuple[Token, ...]) -> tuple[str, str] | None:
    """增速达到全县平均增幅 as a figure and what it is held against; None where it is not so."""
    words = [t for t in tokens if t.name in _NAMING]
    names = [t.name for t in words]
    if "DO" not in names or names[-1] in ("DO", "TASK"):
        return None
    at = len(names) - 1 - names[::-1].index("DO")
    figure = tidy("".join(t.text for t in words[:at]))
    other = tidy("".join(t.text for t in words[at + 1 :]))
    if (not at or _QUANTITY.search(figure)) and _QUANTITY.search(other):
        return figure or "完成值", other
    return None


_SIDES: dict[str, Literal[">=", ">", "<=", "<"]] = {
    "GEQ": ">=",
    "SAMEP": ">=",
    "LEQ": "<=",
    "GT": ">",
    "LT": "<",
}


def held(s: Segment) -> Part:
    """增长率不低于上年的得5分

    与上年值(或另一个数)比:不低于的得分,低于的不得分或扣分。与上年“持平”是指不低于上年。
    """
    side = s.find(*_SIDES) or s.all("DO")[-1]
    token = s.get("GIVE", "FULL", "FULLPCT", "ADD", "SUB", "ZERO", "PROP")
    at, behind = s.tokens.index(side), s.tokens.index(token)
    after = [t for t in s.tokens[at + 1 : behind] if t.name not in ("DE", "COMMA", "THAT")]
    op = _SIDES.get(side.name, ">=")
    if token.name in ("ZERO", "PROP", "SUB") and op != "<":
        raise s.refuse(side, "不知道达到后怎样", "低于…的不得分")
    label = s.label(0, at)
    if side.name == "SAMEP" or (len(after) == 1 and after[0].name == "PRIORW"):
        mark = Mark(None, "", "prior")
    elif after and after[-1].name == "PCT" and after[0].name == "TASK":
        mark = Mark(s.need(after[-1]), "%", "of")
    else:
        words = tidy("".join(t.text for t in after))
        if all(t.name == "TASK" for t in after):
            mark = Mark()
        elif _QUANTITY.search(words):
            mark = Mark(None, "", "given", words)
        else:
            raise s.refuse(after[0], "不知道与哪个数相比", "目标、上年,或一个数据的名称")
    if token.name in ("ZERO", "PROP", "SUB"):
        kind: Literal["zero", "prop", "lose"] = (
            "zero" if token.name == "ZERO" else "prop" if token.name == "PROP" else "lose"
        )
        said = "".join(t.text for t in s.tokens[:behind] if t.name not in ("DE", "COMMA"))
        amount = _points(s, token) if kind == "lose" else None
        return BranchPart(kind, mark, said, label, amount)
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    figure = label or "完成值"
    return GivePart(figure, _points(s, token), figure, mark, op=op, verb=verb)


def give_when(s: Segment) -> Part:
    """比值为1时,得2分

    达到所写的数得这些分;后面的“每少…扣…”“每多…加…”从这个数算起。
    """
    token = s.get("GIVE", "FULL", "BPTS")
    at = s.get(*_AMOUNTS, "NUM")
    figure = re.sub("为$", "", s.label(0, s.tokens.index(at))) or "完成值"
    return GivePart(figure, _points(s, token), figure, _mark(s, at))


def give_limit(s: Segment) -> Part:
    """事故起数控制在5起以内得满分

    数值不超过所写的数(含本数)就得分,超过的不得分。
    """
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS")
    at = s.get(*_AMOUNTS)
    place = s.tokens.index(at)
    behind = s.tokens[place + 1 : s.tokens.index(token)]
    figure = s.label(0, s.tokens.index(s.get("LEQ"))) or s.label(0, place) or "完成值"
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA", "THAT", "LES"))
    return GivePart(figure, _points(s, token), figure, _mark(s, at), thing, op="<=")


def give_under(s: Segment) -> Part:
    """发生率小于3%得20分

    小于所写的数才得分。
    """
    token = s.get("GIVE", "FULL", "FULLPCT")
    at = s.get(*_AMOUNTS)
    figure = s.label(0, s.tokens.index(s.get("LT"))) or "完成值"
    behind = s.tokens[s.tokens.index(at) + 1 : s.tokens.index(token)]
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA", "THAT"))
    return GivePart(figure, _points(s, token), figure, _mark(s, at), thing, op="<")


def give_beyond(s: Segment) -> Part:
    """超额完成5%以上加1分

    超过目标达到所写的百分比,就得分或加分。
    """
    token = s.get("GIVE", "ADD")
    at = s.get("PCT")
    label = s.label(0, s.tokens.index(s.get("OVERC")))
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    mark = Mark(s.need(at), "%", "over")
    return GivePart(label, _points(s, token), label or "完成值", mark, verb=verb)


def lose_at(s: Segment) -> Part:
    """到位资金未达到3万元的,扣3分

    数值没有达到所写的数就扣一次分,达到(含本数)的不扣。
    """
    token = s.get("SUB")
    at = s.get(*_AMOUNTS)
    side = s.get("UNMET", "LT", "GT")
    if side.name == "UNMET" and not side.text.endswith(("达到", "达", "达不到")):
        raise s.refuse(
            side, "不知道是没有做的一个一个计,还是没有达到这个数", "每1个扣N分,或未达到N扣M分"
        )
    ahead = s.tokens[: s.tokens.index(token)]
    said = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    label = s.label(0, s.tokens.index(side))
    op: Literal["<", ">"] = ">" if side.name == "GT" else "<"
    return BranchPart("lose", _mark(s, at), said, label, _points(s, token), op)


def lose(s: Segment) -> Part:
    """未制定应急预案的,扣2分

    出现所写的情况就扣分(或加分),没有出现的不动。
    """
    token = s.get("SUB", "ADD")
    label = s.label(0, s.tokens.index(token))
    return FaultPart(label, _points(s, token), "扣" if token.name == "SUB" else "加")


def each_one(s: Segment) -> Part:
    """被上级采用1条得2分

    “1条得2分”这样的写法,每发生一次计一次分。
    """
    counted = s.get("CNT")
    points = s.get("GIVE", "FULL", "ADD", "SUB", "BPTS")
    verb = _VERBS.get(points.name, "得")
    one = s.need(counted)
    unit = counted.text[counted.figures["n"].end - counted.start :]
    at = s.tokens.index(counted)
    if verb in ("得", "加") and (unit not in _EVENTS or one != 1):
        # 平台1个得10分: once there is one, or for each of them; a reading decides
        return GivePart(
            s.label(0, at),
            _points(s, points),
            s.label(0, at),
            Mark(one, unit),
            s.label(at + 1),
            True,
            verb=verb,
        )
    if one != 1:
        raise s.refuse(counted, "不知道是每个都得分,还是达到这个数才得分", "每1个…,或达到N、N以上")
    if points.number() is None:
        raise s.refuse(points, "每一次都得满分,不知道是多少", "写明得几分")
    words = Counted(s.label(0, at), "", unit, s.label(at + 1))
    return CountPart(words, one, verb, s.need(points))


# Counted things that come one by one, so that “1条得2分” can only mean each of them.
_EVENTS = frozenset({"条", "篇", "次", "起", "例", "处", "人次", "篇次", "期", "件"})


def any_miss(s: Segment) -> Part:
    """未完成其中一项扣2分

    有几项没完成,就扣几次。前面已逐项写明得分的,这句只是重复,不另外扣。
    """
    return AnyMissPart(s.need(s.get("ANYMISS")))


def phrase_formula(s: Segment) -> Part:
    """增幅最高的得10分,其余按(增幅实际值÷增幅最高值)×10计算得分

    与“得分=…”相同,公式写在“按…计算得分”中间。前面写的最高分须与公式算出的一致。
    """
    token = s.get("FORMP")
    start = token.start + token.text.index("按") + 1
    if s.normal.text.startswith("照", start):
        start += 1
    end = start + len(
        re.sub(r"(?:计算得分|计算|计分|得分)$", "", token.text[start - token.start :])
    )
    read = read_formula(s.normal, start, end, flat=s.flat, ties=s.ties)
    s.used |= read.figures
    best = s.find("BEST")
    top = s.find("GIVE", "FULL")
    ahead = s.label(0, s.tokens.index(best if best else token))
    return FormulaPart(read.expr, read.labels, _points(s, top) if top else None, ahead)


def require(s: Segment) -> Part:
    """新增规上企业15家以上

    只有要求、没有分数的条款,按本方案的默认规则计分:每一行要求完成多少算多少(最多100%),几行取平均
    ,再乘以分值。“不超过”的要求,超过时按要求数除以实际数。
    """
    at = s.get(*_AMOUNTS)
    place = s.tokens.index(at)
    ahead, behind = s.tokens[:place], s.tokens[place + 1 :]
    limit = any(t.name == "LEQ" for t in ahead) or any(t.name == "LES" for t in behind[:1])
    if limit and any(t.name in ("GEQ", "GES") for t in (*ahead[-1:], *behind[:1])):
        raise s.refuse(at, "既说不少于,又说不超过", "只写一种")
    if behind and behind[0].name in ("GES", "LES"):
        behind = behind[1:]
    said = [t for t in (*ahead, *behind) if t.name in _REQUIRING]
    if said and ahead and said[-1] is ahead[-1] and said[-1].name == "DO":
        said = said[:-1]
    if unmet := next((t for t in said if t.name == "UNMET"), None):
        raise s.refuse(unmet, "不知道未达到怎样计", "未达到N的扣M分,或不得分")
    if graded := next((t for t in said if re.search("等次|评优|名单", t.text)), None):
        raise s.refuse(graded, "这是对等次的规定,不是要求", "写在方案的等次或否决里")
    mark = _mark(s, at)
    periods = [t for t in said if t.name == "PERIOD" and t.text in _A_YEAR]
    within = len(periods) == 1 and at.name == "CNT" and mark.number is not None
    if within and mark.number is not None:
        mark = Mark(mark.number * _A_YEAR[periods[0].text], mark.unit)
        said = [t for t in said if t is not periods[0]]
    words = "".join(t.text for t in said if t.name != "OFWH")
    said_of = (within and periods[0].text) or ""
    about = s.find("ABOUT") is not None
    return RequirePart(tidy(words) or "完成值", mark, limit, said_of, None, about)


def require_named(s: Segment) -> Part:
    """新增500万元以上规下企业80家

    数字在名称里的(500万元以上的企业)不是目标,后面的数才是。
    """
    amounts = [t for t in s.tokens if t.name in _AMOUNTS]
    at = amounts[-1]
    for named in amounts[:-1]:
        s.take(named)
    place = s.tokens.index(at)
    ahead, behind = list(s.tokens[:place]), list(s.tokens[place + 1 :])
    if behind and behind[0].name == "GES":
        behind = behind[1:]
    while ahead and ahead[-1].name in ("GEQ", "DO"):
        ahead.pop()
    known = _REQUIRING | set(_AMOUNTS)
    words = "".join(t.text for t in (*ahead, *behind) if t.name in known and t.name != "OFWH")
    return RequirePart(tidy(words), _mark(s, at), False)


def require_range(s: Segment) -> Part:
    """全年实施智能制造项目3-5个

    写成几到几的,以前一个数为目标。
    """
    at = s.get("RANGE")
    low, high = s.need(at), s.need(at, "n2")
    if low >= high:
        raise s.refuse(at, "前一个数不小于后一个数", "从小到大的两个数")
    place = s.tokens.index(at)
    around = (*s.tokens[:place], *s.tokens[place + 1 :])
    words = "".join(t.text for t in around if t.name in _REQUIRING and t.name != "OFWH")
    mark = Mark(low, at.parts["unit2"])
    return RequirePart(tidy(words) or "完成值", mark, False, "", high)


# How often a period comes in the year that an assessment is about.
_A_YEAR = {
    "每年": 1, "每年度": 1, "每半年": 2, "每季": 4, "每季度": 4, "每月": 12, "每个月": 12,
}  # fmt: skip
_REQUIRING = _NAMING | {"PERIOD", "YEAR", "OFWH"}


def tier(s: Segment) -> Part:
    """增速80%—90%(不含90%)的得8分

    看数值落在哪一档,得哪一档的分。各档须首尾相接,不留空、不重叠。“以上”“以下”含本数,写“(不
    含)”的不含。
    """
    result = s.tokens[-1]
    verb = _VERBS.get("ADD" if result.name == "NOADD" else result.name, "得")
    nothing = result.name in ("ZERO", "NOADD")
    amount = Amount(Decimal(0)) if nothing else _points(s, result)
    at = s.get("RANGE", "SPAN", "PTS", *_AMOUNTS)
    figure = _figure(s.tokens[: s.tokens.index(at)])
    if scored := s.find("SCOREW"):
        figure += scored.text
    verb_or_any = None if result.name == "ZERO" else verb
    behind = [t for t in s.tokens[s.tokens.index(at) + 1 :] if t.name in _NAMING]
    thing = tidy("".join(t.text for t in behind if t.name != "GES"))
    part = _interval(s, s.tokens[s.tokens.index(at) :], figure, amount, verb_or_any)
    return replace(part, thing=thing)


def tier_list(s: Segment) -> Part:
    """投资1亿元以下、1亿元—5亿元、5亿元以上的,分别得3分、6分、10分

    几档的范围列在前面,各档的分依次列在后面,个数须相同。
    """
    token = s.get("LEVELS")
    amounts = [s.need(token, group) for group in token.figures]
    starts = [i for i, t in enumerate(s.tokens) if t.name in ("RANGE", "SPAN", *_AMOUNTS)]
    if len(starts) != len(amounts):
        found = f"前面是{len(starts)}档,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "档次与分数一一对应")
    figure = _figure(s.tokens[: starts[0]])
    verb = _SPOKEN[token.parts["verb"]]
    return TiersPart(
        tuple(
            _interval(s, s.tokens[i:], figure, Amount(points), verb)
            for i, points in zip(starts, amounts, strict=True)
        )
    )


def _interval(
    s: Segment, tokens: tuple[Token, ...], figure: str, amount: Amount, verb: Verb | None
) -> TierPart:
    """The interval that some tokens begin with."""
    at = tokens[0]
    if at.name in ("RANGE", "SPAN"):
        unit, upper = at.parts.get("unit"), at.parts["unit2"]
        if unit not in (None, upper):
            raise s.refuse(at, "两端的单位不同", "同一个单位")
        low, high = s.need(at), s.need(at, "n2")
        if low >= high:
            raise s.refuse(at, "前一个数不小于后一个数", "从小到大的两个数")
        if at.name == "SPAN":
            return TierPart(figure, upper, low, True, high, False, amount, verb)
        _same_end(s, at, "low", low)
        _same_end(s, at, "high", high)
        ends = _inside(at.parts.get("low")), _inside(at.parts.get("high"))
        return TierPart(figure, upper, low, ends[0], high, ends[1], amount, verb)
    mark = s.need(at)
    unit = _unit(at)
    if s.find("LEQ"):
        return TierPart(figure, unit, None, None, mark, True, amount, verb)
    if s.find("GEQ"):
        return TierPart(figure, unit, mark, True, None, None, amount, verb)
    side = next(t for t in tokens if t.name in ("GES", "GESX", "LES", "LESX"))
    for group in ("end", "end2"):
        _same_end(s, side, group, mark)
    inside = False if side.name.endswith("X") else True if "含" in side.text else None
    if side.name.startswith("GES"):
        return TierPart(figure, unit, mark, inside, None, None, amount, verb)
    return TierPart(figure, unit, None, None, mark, inside, amount, verb)


def _inside(text: str | None) -> bool | None:
    return None if text is None else "不含" not in text


def _same_end(s: Segment, token: Token, group: str, number_: Decimal) -> None:
    """90%(不含90%): the number in the bracket is the one before it."""
    found = re.search(NUMBER, token.parts.get(group, ""))
    if found and read_numeral(found[0]) != number_:
        raise s.refuse(token, "括号里的数与前面的不同", "同一个数")


def stated(s: Segment) -> Part:
    """(3分)

    本项的分值,再说一遍;应与分值栏一致。
    """
    token = s.get("STATED")
    values = [s.need(token, group) for group in token.figures]
    return StatedPart(values[0], token.text.startswith("("))


def give_at(s: Segment) -> Part:
    """增加值增速达到10%得10分

    数值达到所写的数(含本数)就得分(或加分),达不到不得分。
    """
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS", "ADD")
    at = s.get(*_AMOUNTS)
    place = s.tokens.index(at)
    ahead, behind = s.tokens[:place], s.tokens[place + 1 : s.tokens.index(token)]
    limited = any(t.name == "GEQ" for t in ahead) or any(t.name == "GES" for t in behind[:1])
    reached = not limited and (
        any(t.name == "DO" or t.text.startswith(("完成", "实现")) for t in ahead)
        or (bool(ahead) and ahead[-1].name == "GROW")
    )
    period = s.find("PERIOD")
    spoken = limited or reached or period is not None
    if not spoken and at.name == "CNT" and token.name in ("GIVE", "FULL", "ADD", "BPTS"):
        return each_one(s)
    implied = not spoken
    if implied and (not ahead or token.name == "BPTS"):
        raise s.refuse(at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
    exact = any(t.name == "GEQ" for t in ahead)
    figure = (s.label(0, place) if exact else _figure(ahead)) or "完成值"
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA"))
    if behind and behind[0].name == "GES":
        thing = thing[len(behind[0].text) :]
    if re.search("且|并|同时", thing):
        raise s.refuse(at, "后面还有一个条件,不知道怎样计", "每个条件各写一句")
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    mark = _mark(s, at)
    if period is not None:
        if period.text not in _A_YEAR or at.name != "CNT" or mark.number is None:
            raise s.refuse(period, "不知道全年是多少", "写明全年的数")
        mark = Mark(mark.number * _A_YEAR[period.text], mark.unit)
    said = period.text if period else ""
    return GivePart(
        figure, _points(s, token), figure, mark, thing, verb=verb, period=said, implied=implied
    )


def give_mean(s: Segment) -> Part:
    """增长速度达到全县平均水平的得5分

    达到本类各单位的平均值就得分。没有填数的单位不计入平均。
    """
    token = s.get("GIVE", "FULL", "FULLPCT")
    mean = s.tokens.index(s.get("MEAN"))
    if not any(t.name in ("DO", "GEQ") for t in s.tokens[:mean]):
        raise s.refuse(s.tokens[mean], "不知道是达到、超过还是低于平均值", "达到平均值得N分")
    figure = _figure(s.tokens[:mean]) or "本值"
    return GivePart(figure, _points(s, token), figure, Mark(None, "", "mean", s.get("MEAN").text))


def give_over(s: Segment) -> Part:
    """增幅超过全市平均值的,加1分

    数值超过(不含本数)所写的数或平均值就得分或加分。
    """
    token = s.get("GIVE", "FULL", "ADD")
    place = s.tokens.index(s.get("GT"))
    at = s.find(*_AMOUNTS)
    behind = s.tokens[place + 2 : s.tokens.index(token)]
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA", "THAT", "GES"))
    figure = s.label(0, place)
    if not figure:
        raise s.refuse(s.tokens[place], "不知道是哪个数据超过它", "数据的名称,如“增速超过10%”")
    mark = _mark(s, at) if at else Mark(None, "", "mean", s.get("MEAN").text)
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    return GivePart(figure, _points(s, token), figure, mark, thing, op=">", verb=verb)


def each_named(s: Segment) -> Part:
    """无计划、无措施、无总结的,分别扣1分

    顿号隔开的几件事,每件单独计分,各是所写的分。
    """
    token = s.get("SUB", "ADD", "GIVE")
    ahead = s.tokens[: s.tokens.index(s.get("EACHW"))]
    joined = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    labels = tuple(tidy(p) for p in joined.split("、") if p)
    if len(labels) < 2:
        raise s.refuse(token, "“分别”前面只有一个名称", "用顿号隔开的几个名称")
    amount = s.need(token)
    return LevelsPart(labels, "", "", _VERBS[token.name], (amount,) * len(labels), False)


def levels(s: Segment) -> Part:
    """被国家、省、市采用的信息,每条分别得20、10、5分

    前面几个名称与后面几个分数一一对应。写“每条”“每个”的按件数计,不写的每件只问是或否。
    """
    token = s.get("LEVELS")
    amounts = tuple(s.need(token, group) for group in token.figures)
    step = s.find("EVCNT")
    ahead = s.tokens[: s.tokens.index(step if step else s.get("EACHW", "LEVELS"))]
    names = [t.text for t in ahead if t.name not in ("DUN", "DE", "COMMA")]
    joined = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    labels = [tidy(p) for p in re.split(r"、|和|及|或", joined) if p]
    if len(labels) != len(amounts):
        found = f"前面是{len(labels)}个名称,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "名称与分数一一对应,用顿号隔开")
    if step is not None and s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "每几个合计一次,分不清各是多少", "每个分别…")
    verb = _SPOKEN[token.parts["verb"]]
    unit = step.parts["unit"] if step else ""
    does = step.parts["verb"] if step else ""
    return LevelsPart(tuple(labels), does, unit, verb, amounts, bool(names) and step is not None)


def levels_each(s: Segment) -> Part:
    """每新开、续建1个项目分别加5、2分

    每一种各计各的数,一一对应。
    """
    step = s.get("EVLIST")
    token = s.get("LEVELS")
    amounts = tuple(s.need(token, group) for group in token.figures)
    does = step.parts["verbs"].split("、")
    if len(does) != len(amounts):
        found = f"前面是{len(does)}种,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "一一对应,用顿号隔开")
    if s.need(step) != 1:
        raise s.refuse(step, "每几个合计一次,分不清各是多少", "每1个分别…")
    place = s.tokens.index(step)
    thing = s.label(0, place) + s.label(place + 1, s.tokens.index(token))
    labels = tuple(f"{verb}{thing}" for verb in does)
    return LevelsPart(labels, "", step.parts["unit"], _SPOKEN[token.parts["verb"]], amounts, True)


def head(s: Segment) -> Part:
    """优良天数比率(1分):

    冒号前是本条所说的数据的名称,括号里是分值;本身不计分。
    """
    stated_points = s.find("STATED")
    points = [s.need(stated_points, g) for g in stated_points.figures] if stated_points else [None]
    return HeadPart(
        "".join(t.text for t in s.tokens if t.name not in ("STATED", "COLON")), points[0]
    )


def _points(s: Segment, token: Token) -> Amount:
    """The points of a consequence, a share where it gives one."""
    if token.name.endswith("PCT"):
        return Amount(s.need(token) / 100, share=True, full=s.take(token, "n2"))
    return Amount(s.take(token))


def _mark(s: Segment, token: Token) -> Mark:
    """The mark that an amount sets, in the unit that stands behind its number."""
    return Mark(s.need(token), _unit(token))


def _unit(token: Token) -> str:
    """The unit behind the number of an amount: 1个亿元 is 亿元, 100万 is 万元."""
    unit = token.text[token.figures["n"].end - token.start :]
    if token.name == "QTY":
        unit = unit.removeprefix("个")
        unit = {"亿": "亿元", "万": "万元", "千万": "千万元", "百万": "百万元"}.get(unit, unit)
    return unit


def _figure(tokens: tuple[Token, ...]) -> str:
    """The name of a figure that stands before its mark: 增速达到 → 增速, 完成投资 → 投资.

    完成 or 达到 at the end belongs to the mark, and at the start if there is no other; elsewhere
    it is part of the name.
    """
    words = [t for t in tokens if t.name in _NAMING]
    beyond = next((i for i, t in enumerate(words) if t.name == "OVERC"), None)
    if beyond:  # 项目数超额完成目标数: the figure stands in front
        words = words[:beyond]
    elif beyond == 0 and len(words) == 1:
        words = []
    if words and words[-1].name == "DO":
        words = words[:-1]
    elif words and words[0].name == "DO" and [t.name for t in words].count("DO") == 1:
        words = words[1:]
    return tidy("".join(t.text for t in words))


_FIGURE = frozenset({"SUBJ", "DUN", "GES", "EVERY"})


def _task(tokens: tuple[Token, ...]) -> str | None:
    """The figure that a task is about: 财政收入完成目标任务, 完成财政收入任务 → 财政收入.

    None where the tokens are not one 完成 with one 目标任务 at its end.
    """
    words = [t for t in tokens if t.name not in ("DE", "COMMA", "THAT")]
    names = [t.name for t in words]
    if names == ["DO"]:
        return "完成值"
    if not {"SUBJ", "DUN", "GES", "DO", "TASK", "EVERY"}.issuperset(names):
        return None
    if names.count("DO") != 1 or names[-1] != "TASK":
        return None
    named = _FIGURE | {"TASK"} if names.count("TASK") > 1 else _FIGURE
    return tidy("".join(t.text for t in words[:-1] if t.name in named)) or "完成值"


def below(s: Segment) -> Part:
    """未完成的不得分

    写在得分后面,说明没有达到时怎么办:不得分,或按完成的比例得分。写在扣分后面的“发生…的,本项不得分”,
    发生了整项就是0分。
    """
    branch = s.get("ZERO", "PROP")
    at = s.find(*_AMOUNTS)
    condition = s.tokens[: s.tokens.index(branch)]
    side = s.find("LT", "GT")
    label = s.label(0, s.tokens.index(side)) if side else ""
    op: Literal["<", ">"] = ">" if side is not None and side.name == "GT" else "<"
    if at is not None and side is not None:
        behind = s.tokens[s.tokens.index(at) + 1 : s.tokens.index(branch)]
        thing = tidy("".join(t.text for t in behind if t.name in _NAMING))
        if (s.find("UNMET") and side.name) or _DENIED.search(thing) or _DENIED.search(label[-1:]):
            raise s.refuse(side, "否定说了两次,不知道是哪一边", "低于N的不得分")
        label = label or thing
    return BranchPart(
        "zero" if branch.name == "ZERO" else "prop",
        _mark(s, at) if at else None,
        "".join(t.text for t in condition if t.name not in ("DE", "COMMA")),
        label,
        None,
        op,
    )


_DENIED = re.compile(r"[不未没无非]|参加|完成|达")


def proportion(s: Segment) -> Part:
    """出口额按任务完成率计分

    得分等于分值乘以完成率,完成率最多按100%计。
    """
    token = s.get("PROP")
    label = s.label(0, s.tokens.index(token))
    if re.search("扣|减", token.text):
        raise s.refuse(token, "没有写什么情况下按比例", "未完成的按比例扣分")
    return GivePart(label or "完成值", Amount(None), label or "完成值", Mark(), prop=True)


def by_rate(s: Segment) -> Part:
    """按办结率计分

    得分为分值乘以这个率,超过100%的部分不计。
    """
    rate = s.get("RATEBY").parts["rate"]
    return GivePart(rate, Amount(None), rate, Mark(Decimal(100), "%"), prop=True)


def bare(s: Segment) -> Part:
    """4分,每少1次会议扣1分

    先写一个总分,后面的扣分从它扣起。
    """
    return GivePart("完成值", _points(s, s.get("BPTS")), "完成值")


def pace(s: Segment) -> Part:
    """按照第一季度完成全年任务的10%,上半年20%,前三季度40%,全年100%分配任务

    说明全年目标怎样分到各季度。年度得分按全年目标算,不受影响。
    """
    token = s.get("PACE")
    shares = [s.need(token, group) for group in token.figures]
    if sorted(shares) != shares or shares[-1] != 100:
        raise s.refuse(token, "各期的进度不是逐期增加到100%", "从小到大,全年100%")
    return TextPart(token.text)


STEP_POINTS = ("ADD", "GIVE", "SUB", "SYM", "ADDPCT", "SUBPCT", "SYMPCT")


def step(s: Segment) -> Part:
    """每超过1个百分点加0.5分

    从目标(或前面写的数)算起,每多一步加几分,每少一步扣几分;不足一步的按比例计,句子或读法另有规定
    的除外。
    """
    head = s.get("EVUP", "EVDOWN", "EVSYM")
    points = s.get(*STEP_POINTS)
    behind = s.tokens[s.tokens.index(head) :]
    at = next(t for t in behind if t.name in (*_AMOUNTS, "NUM"))
    way = _WAYS[head.name]
    if (way == "both") != points.name.startswith("SYM"):
        raise s.refuse(points, "与“每”的方向不合", "每超…加分,每少…扣分,或每增减…加减分")
    adds = points.name in ("ADD", "GIVE", "ADDPCT")
    falls = way != "both" and adds != (way == "up")
    if falls and _FALL.match(head.text) and way == "down":
        # 每下降1个百分点加0.5分: the figure is the decrease, entered as a positive figure (G8)
        way, falls = "up", False
    ahead = s.tokens[: s.tokens.index(head)]
    mark = next((t for t in ahead if t.name in _AMOUNTS), None)
    between = [t for t in behind[1 : behind.index(at)] if t.name in (*_NAMING, "MEAN")]
    if mean := next((t for t in between if "平均" in t.text), None):
        raise s.refuse(mean, "不知道平均数是本组的,还是公布的", "达到平均值得N分,每超过1个百分点…")
    missed = next((i for i, t in enumerate(ahead) if t.name in ("UNMET", "LT", "GT")), 0)
    label = _figure(ahead[:missed] if missed else ahead)
    since = _SINCE.search(label)
    label = "" if _THE_TASK.fullmatch(label) else _SINCE.sub("", label)
    return StepPart(
        way,
        label,
        s.need(at),
        _unit(at),
        _points(s, points),
        _mark(s, mark) if mark else None,
        "得" if points.name == "GIVE" else "加",
        "" if s.find("OVERC") else _rise(head.text),
        "".join(t.text for t in ahead if t.name not in ("DE", "COMMA")),
        "".join(
            t.text for t in behind[behind.index(at) : behind.index(points)] if t.name in _NAMING
        ),
        "".join(t.text for t in behind[1 : behind.index(at)] if t.name in _NAMING),
        any(t.name == "UNMET" for t in ahead[:1]),
        falls,
        "比上年" in head.text or "比去年" in head.text or since is not None,
        head.text in ("每差", "每相差"),
        head.text.startswith(("每缺", "缺")),
    )


_SINCE = re.compile(r"(?:与|同|较|和)(?:上年度?|去年)(?:同期)?(?:相比|比较|比)$")
_THE_TASK = re.compile(r"(?:目标任务|任务|目标|指标|计划)(?:后|的?基础上|以后|之后)?")
_FALL = re.compile(r"每(?:下降|降低|减少|减|降)$")
_RISE = re.compile(r"(?:^比.*)?每?(?:增加|增长|增|提高|上升)$")


def _rise(text: str) -> Literal["", "提高", "降低"]:
    """Whether a step is said with a word that may mean a change from last year."""
    return "提高" if _RISE.match(text) else "降低" if _FALL.match(text) else ""


def each_period(s: Segment) -> Part:
    """对监管得力的,每季度加0.5分

    每有一个季度(月)做到,计一次分;填做到了几个季度(月)。
    """
    at = s.get("PERIOD", "EVPER")
    points = s.get("ADD", "SUB")
    place = s.tokens.index(at)
    per = s.take(at) or Decimal(1)
    unit = at.parts.get("unit") or at.text.removeprefix("每")
    if unit in ("年", "年度"):
        raise s.refuse(at, "一年考核一次,不知道“每年”是几次", "写明次数")
    words = Counted(s.label(0, place), "", unit, s.label(place + 1))
    if not words.head + words.thing:
        raise s.refuse(at, "不知道每期看的是什么", "…的,每季度加N分")
    return CountPart(words, per, _VERBS[points.name], s.need(points))


def over_each(s: Segment) -> Part:
    """超额完成目标每个加0.2分

    超过目标的部分,每多一个加所写的分。
    """
    step = s.get("EVCNT")
    per = s.take(step)
    ahead = s.tokens[: s.tokens.index(step)]
    if step.parts["verb"]:
        raise s.refuse(step, "不知道是超额的每个,还是另外的", "超额完成目标,每超过1个加N分")
    return StepPart(
        "up",
        "",
        Decimal(1) if per is None else per,
        step.parts["unit"],
        _points(s, s.get("ADD")),
        head="".join(t.text for t in ahead if t.name not in ("DE", "COMMA")),
    )


def count(s: Segment) -> Part:
    """报送信息,每采用一条得0.1分

    按件数计分:件数乘以每件的分。写“每5亩”的,满5亩才算一次。
    """
    step = s.get("EVCNT")
    points = s.get("GIVE", "ADD", "SUB", "BPTS")
    per = s.take(step)
    verb = _VERBS.get(points.name, "得")
    if not step.text.startswith("每") and verb == "得":
        raise s.refuse(step, "不知道是每个都得分,还是有了就得分", "每有1个得N分,或有1个以上得N分")
    place = s.tokens.index(step)
    ahead = s.tokens[:place]
    for token in ahead:  # a number in the name of the counted thing
        if token.name in _AMOUNTS:
            if s.tokens[s.tokens.index(token) - 1].name == "DO":
                raise s.refuse(token, "不知道是达到这个数才计,还是只计这样的", "每个…得N分")
            s.take(token)
    name = tidy("".join(t.text for t in ahead if t.name in (*_NAMING, *_AMOUNTS)))
    words = Counted(name, step.parts["verb"], step.parts["unit"], s.label(place + 1))
    return CountPart(
        words,
        Decimal(1) if per is None else per,
        verb,
        s.need(points),
    )


_OVER_ALL = re.compile(r"以上|各项|本项|该项|合计|累计|总计|总分|为止|负分")

BOUNDS: dict[str, Literal["bonus", "deduction", "both", "item", "any", "floor", "no_floor"]] = {
    "CAPADDFULL": "bonus",
    "CAPBOTHFULL": "both",
    "CAPANY": "any",
    "CAPADD": "bonus",
    "CAPADDPCT": "bonus",
    "CAPSUB": "deduction",
    "CAPSUBPCT": "deduction",
    "CAPBOTH": "both",
    "CAPITEM": "item",
    "FLOOR": "floor",
    "NOFLOOR": "no_floor",
}


def bound(s: Segment) -> Part:
    """最多加6分

    写在得分、加分、扣分后面,给它们定上限或下限。“扣完为止”是扣到0为止,“扣分不封顶”是可以扣成
    负分。
    """
    token = s.get(*BOUNDS)
    values = [s.need(token, group) for group in token.figures]
    amount: Amount | None = Amount(values[0]) if values else None
    if token.name.endswith("PCT"):
        amount = Amount(values[0] / 100, share=True)
    elif token.name.endswith("FULL"):
        amount = Amount(None)
    return BoundPart(BOUNDS[token.name], amount, bool(_OVER_ALL.search(token.text)))


def text(s: Segment) -> Part:
    """考核各街道总产值情况

    说明性的话,不计分;里面不能有数字,也不能有会影响得分的词(如“减半”“除外”)。放在“[说明:
    …]”里也一样。
    """
    if sign := next((t for t in s.tokens if "=" in t.text and t.name == "SUBJ"), None):
        raise s.refuse(sign, "这个算式没有被公式用到", "写进得分=…里")
    if s.tokens[0].text.startswith("/"):
        raise s.refuse(s.tokens[0], "不知道是每个都计,还是合起来计", "每次扣N分")
    for token in s.all("PACE"):
        for group in token.figures:
            s.take(token, group)
    said = "".join(t.text for t in s.tokens if t.name not in ("ASIDE", "ASIDEEND"))
    top, once = s.find("TOPMOST"), s.find("NOREPEAT")
    stack: Literal["", "一次", "最高"] = "最高" if top else "一次" if once else ""
    return TextPart(said, any(t.name == "SAMEW" for t in s.tokens), stack)


def stacking(s: Segment) -> Part:
    """同一事项不重复计分

    同一件事只填报一次;写“就高”“取最高”的,几种情形只按得分最高的一种计。
    """
    said = "".join(t.text for t in s.tokens).strip(",")
    return TextPart(said, stack="最高" if s.find("TOPMOST") else "一次")


def joint(s: Segment) -> Part:
    """;

    标点和序号只起分隔作用,不影响得分。序号可以写(1)、1.、①、(一)。
    """
    if any(t.name in ("DOT", "ITEMNO") or "\n" in t.text for t in s.tokens):
        return Joint(2)
    return Joint(1 if s.find("SEMI") else 0)
