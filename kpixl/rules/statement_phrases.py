"""The stock phrases of rules that are not an item's score: the table and its builders.

A builder's docstring is the phrase.  A builder takes its numbers through the segment and
puts all free words into the part; a number that nobody took refuses the statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, cast

from kpixl.patterns import lazily
from kpixl.rules.gates import Check, Condition, Consequence, Op, Sanction
from kpixl.rules.model import Assumption
from kpixl.rules.scanner import Token
from kpixl.rules.scheme_wide import (
    ClassMarks,
    DataRule,
    Deadline,
    GradeNames,
    LevelRule,
    NoEffect,
    Quota,
    Ratio,
    Rounding,
    SchemeLimit,
    Source,
    Stacking,
    Take,
    When,
)
from kpixl.rules.statement_scanner import Segment, paired
from kpixl.rules.vocabulary import effect_words
from kpixl.rules.words.elements import COUNTS


@dataclass(frozen=True, slots=True)
class ListHead:
    """有下列情形之一的,一票否决: the conditions follow."""

    consequences: tuple[Consequence, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One condition of such a list."""

    conditions: tuple[Condition, ...]
    taken: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """A sanction as one sentence gives it."""

    sanction: Sanction
    taken: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Joint:
    """Punctuation and numbers of paragraphs."""


Whole: TypeAlias = (
    DataRule | Source | Rounding | Stacking | SchemeLimit | Quota | Ratio | ClassMarks
    | LevelRule | GradeNames | Deadline | NoEffect
)  # fmt: skip
Part: TypeAlias = ListHead | Listed | Gate | Joint | Whole

_CONSEQUENCES = ("VETO", "BAR", "BARGRADE", "SETGRADE", "DOWN", "TZERO", "TCAP", "TSUB", "LAST")
_EVENT = lazily(r"(?:发生|出现|造成|导致|存在|有|被|受到)")
# A bare number behind these counts what happened: 死亡1人, 有2项, 通报批评2次.
_HAPPENED = lazily(
    r"(?:发生|出现|造成|导致|有|死亡|受伤|重伤|伤亡|连续|查实|通报|批评|曝光|约谈|问责|处分)$"
)
_GOES_ON = lazily(
    r"(?:且|并|造成|导致|引发|产生|影响|情节|经|一经|受到|被|仍|拒不|整改|后果|性质|社会)"
)
_AT_LEAST = Assumption("条件次数", "条件里的次数、人数,多于所写的也算(有1项即1项以上)", "以上")
_ANY_OF = Assumption("条件并列", "用顿号并列的几个数,有一个达到就算", "任一")
_ROUND_DOWN = Assumption("名额取整", "按比例算出的名额不是整数的,小数舍去", "舍去")
_HIGHEST = Assumption("重复计分", "只计一次而几次分数不同的,取最高的一个", "取高")


# -- conditions ------------------------------------------------------------------------------


def _without_lead(tokens: Sequence[Token]) -> list[Token]:
    found = list(tokens)
    while found and found[0].name in ("IF", "COMMA", "ITEMNO"):
        found.pop(0)
    while found and found[-1].name in ("COMMA", "DEUNIT"):
        found.pop()
    return found


def conditions(
    segment: Segment, given: Sequence[Token]
) -> tuple[list[Condition], list[Assumption]]:
    """The conditions that some words hold; any of them suffices.

    Words without a threshold are one fact, whatever 或 and 、 stand in them: it is asked as
    it is written.  Thresholds and facts side by side are conditions of their own.
    """
    tokens = _without_lead(given)
    if not tokens:
        raise segment.refusal(given, "没有写明条件", "如“发生重大安全事故”")
    text = segment.words(tokens, "发生的事情,如“发生重大安全事故”")
    _no_second_thought(segment, tokens)
    _relations_used(segment, tokens)
    amounts = [i for i, t in enumerate(tokens) if t.name == "AMT"]
    if not amounts:
        unmet = _unmet(segment, tokens)
        return [Condition(text, unmet)], []
    pieces = _pieces(tokens)
    if all(any(t.name == "AMT" for t in p) for p in pieces):
        return _figures(segment, tokens, text, pieces)
    found: list[Condition] = []
    taken: list[Assumption] = []
    for piece in pieces:
        if not _STANDS_ALONE.match("".join(t.text for t in piece)):
            raise segment.refusal(piece, "不知道数和前后的词怎样连", "每种情形各写一句")
        part, assumed = conditions(segment, piece)
        found += part
        taken += assumed
    return found, taken


_STANDS_ALONE = lazily(r"(?:发生|出现|造成|受到|被|存在|有|一次|累计|死亡|总分|考核得分|年度总分)")


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    """What 或 and 、 separate."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.name in ("OR", "DUN"):
            if found[-1]:
                found.append([])
        else:
            found[-1].append(token)
    for piece in found:
        while piece and piece[-1].name == "COMMA":
            piece.pop()
    return [p for p in found if p]


def _figures(
    segment: Segment, tokens: Sequence[Token], text: str, pieces: Sequence[Sequence[Token]]
) -> tuple[list[Condition], list[Assumption]]:
    """死亡10人、重伤50人以上重大事故: a threshold in each piece, the last noun for all."""
    scope = 2 if tokens[0].name == "ABOVE" and tokens[1:2] and tokens[1].name == "COMMA" else 0
    if tokens[0].name == "ABOVE" and not scope:
        scope = 1
    rest = tokens[scope:]
    if strange := [t for t in rest if t.name in ("COMMA", "ALSO")]:
        raise segment.refusal(strange, "数以外还有别的条件", "一个条件一句话")
    trimmed = [[t for t in p if t not in tokens[:scope]] for p in pieces]
    noun = ""
    last = trimmed[-1]
    at = max(i for i, t in enumerate(last) if t.name == "AMT")
    behind = [t for t in last[at + 1 :] if t.name not in _ENDS]
    if len(trimmed) > 1 and behind:
        noun = segment.words(behind)
        last = last[: len(last) - len(behind)]
        trimmed[-1] = last
    ends = [t.name for t in last if t.name in _ENDS]
    taken: list[Assumption] = []
    tests = [_test(segment, p, ends[-1] if ends else "", noun, taken) for p in trimmed]
    if len(tests) > 1:
        taken.append(_ANY_OF)
    return [Condition(text, tuple(tests))], taken


def _unmet(segment: Segment, tokens: Sequence[Token]) -> tuple[Check, ...]:
    """未完成…任务: the figure is below its target."""
    if [t.name for t in tokens] == ["UNMET", "SUBJ", "TASK"]:
        return (Check(segment.words([tokens[1]]), "<", None, ""),)
    return ()


def _no_second_thought(segment: Segment, tokens: Sequence[Token]) -> None:
    """No second 若, no part behind a comma that is a sentence of its own."""
    for at, token in enumerate(tokens):
        if token.name == "IF" and token.text not in ("对", "对于", "如"):
            raise segment.refusal([token], "条件里又有一个条件", "一个条件一句话")
        if token.name == "COMMA":
            rest = "".join(t.text for t in tokens[at + 1 :])
            above = at == 1 and tokens[0].name == "ABOVE"
            if not above and not _GOES_ON.match(rest):
                raise segment.refusal(tokens[at:], "逗号前后是两件事", "用“、”“或”并列,或各写一句")


# 市级以上, 较大以上事故: above what stands on a scale of names
_LEVELS = ("级", "一般", "较大", "重大")


def _relations_used(segment: Segment, tokens: Sequence[Token]) -> None:
    """以上, 超过 … stand beside a number, or behind a level (市级以上)."""
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else None
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.name in ("GES", "GESX", "LES", "LESX"):
            level = before is not None and before.text.endswith(_LEVELS)
            if before is None or not (before.name == "AMT" or (level and token.name == "GES")):
                raise segment.refusal([token], "前面没有数", "如“3人以上”")
        if token.name in ("GT", "LT", "GEQ") and (after is None or after.name != "AMT"):
            raise segment.refusal([token], "后面没有数", "如“低于60分”")


_ENDS = {"GES": ">=", "GESX": ">", "LES": "<=", "LESX": "<"}
_HEADS = {"GEQ": ">=", "GT": ">", "LT": "<"}


def _test(
    segment: Segment, piece: Sequence[Token], shared: str, noun: str, taken: list[Assumption]
) -> Check:
    """The threshold of a piece; `shared` is the relation that the last piece states for all."""
    amounts = [i for i, t in enumerate(piece) if t.name == "AMT"]
    if len(amounts) != 1:
        raise segment.refusal(piece, "一处有两个数", "用“或”分开")
    i = amounts[0]
    token = piece[i]
    value = segment.take(token)
    assert value is not None
    unit = token.parts["unit"]
    head = piece[i - 1] if i and piece[i - 1].name in _HEADS else None
    end = piece[i + 1] if i + 1 < len(piece) and piece[i + 1].name in _ENDS else None
    if head is not None and end is not None:
        raise segment.refusal([head, token, end], "“超过”和“以上”写重了", "只写一个")
    if end is not None:
        again = segment.take(end)
        if again is not None and again != value:
            raise segment.refusal([token, end], "括号里的数与前面的不一致", "同一个数")
    before = piece[: i - 1] if head else piece[:i]
    after = [t for t in piece[i + 1 :] if t is not end]
    lead = segment.words(before)
    op = _HEADS[head.name] if head else _ENDS[end.name] if end else _ENDS.get(shared)
    if (
        op is None
        and (unit in COUNTS or unit in ("人", "年", "个月"))
        and (_HAPPENED.search(lead) or not lead)
    ):
        taken.append(_AT_LEAST)
        op = ">="
    if op is None:
        raise segment.refusal([token], "不知道是达到、超过还是低于这个数", "如“3人以上”“低于60分”")
    lead = _EVENT.sub("", lead, count=1) if _EVENT.match(lead) else lead
    lead = re.sub(r"(?<=.)(?:有|发生|出现)$", "", lead)
    behind = segment.words(after).removeprefix("的") or noun
    label = f"{lead}({behind})" if lead and behind else lead or behind
    if not label:
        raise segment.refusal([token], "不知道是什么的数", "如“死亡3人以上”")
    return Check(label, cast(Op, op), value, unit)


# -- consequences ----------------------------------------------------------------------------


def _one_grade(text: str) -> str:
    return text.strip("“")


def _honour(segment: Segment, token: Token) -> Consequence:
    parts = token.parts
    what = parts.get("what") or parts.get("what2") or parts.get("what3") or ""
    period = parts.get("within", "")
    what = what.removesuffix("的")
    if not re.search(r"[评奖优先彰誉号]", what):
        raise segment.refusal([token], "不知道取消什么资格", "如“取消评优资格”")
    return Consequence("bar", period + what)


def consequence(segment: Segment, token: Token) -> Consequence:
    """What one consequence says."""
    value = segment.take(token)
    match token.name:
        case "VETO":
            field = token.parts.get("field", "")
            if field:
                at = token.text.index(field) + token.start
                segment.words([Token("SUBJ", field, at, at + len(field), {}, {})])
            return Consequence("veto", field)
        case "BAR":
            return _honour(segment, token)
        case "BARGRADE":
            grade = token.parts.get("grade") or token.parts["grade2"]
            if re.match(r"不|未|差|较差|最差|末|后进|落后|一般|较一般|基本", grade):
                raise segment.refusal([token], f"“{grade}”不是要争取的等次", "如“不得评为优秀”")
            return Consequence("bar_grade", _one_grade(grade))
        case "SETGRADE":
            parts = token.parts
            named = parts.get("grade") or parts.get("grade2") or parts["grade3"]
            return Consequence("set_grade", _one_grade(named))
        case "DOWN":
            if value is None or value < 1 or value != int(value):
                raise segment.refusal([token], "不知道降几个等次", "如“降一个等次”")
            return Consequence("down", number=value)
        case "TZERO":
            return Consequence("zero")
        case "TCAP":
            return Consequence("cap", number=value)
        case "TSUB":
            return Consequence("deduct", number=value)
        case _:
            return Consequence("last")


def _consequences(segment: Segment, tokens: Sequence[Token]) -> tuple[Consequence, ...]:
    found = tuple(consequence(segment, t) for t in tokens if t.name in _CONSEQUENCES)
    kinds: list[str] = [c.kind for c in found]
    single = {"set_grade", "cap", "zero", "down", "deduct"}
    if len(set(found)) != len(found) or any(kinds.count(k) > 1 for k in single):
        raise segment.refusal(tokens, "同一种处理写了两次", "每种处理只写一次")
    return found


# -- builders -------------------------------------------------------------------------------


def gate(segment: Segment) -> Part:
    """发生重大安全事故的,取消评优资格"""
    tokens = list(segment.tokens)
    matter = ""
    names = [t.name for t in tokens]
    if "VETO" in names and "DEUNIT" in names and names.index("VETO") < names.index("DEUNIT"):
        at = names.index("VETO")
        if names[at + 1] == "COMMA":
            # 环境保护实行一票否决,对…的,…
            matter = segment.words(tokens[:at])
            if tokens[at].parts.get("field"):
                raise segment.refusal(
                    [tokens[at]], "看不出否决的是什么事", "如“环境保护实行一票否决”"
                )
            tokens = tokens[at + 2 :]
    last_de = max(i for i, t in enumerate(tokens) if t.name == "DEUNIT")
    met: list[Condition] = []
    taken: list[Assumption] = []
    start = 0
    for i, token in enumerate(tokens[: last_de + 1]):
        if token.name == "DEUNIT":
            piece = list(tokens[start:i])
            while piece and piece[0].name in ("DUN", "OR", "COMMA"):
                piece.pop(0)
            found, assumed = conditions(segment, piece)
            met += found
            taken += assumed
            start = i + 1
    follows = _consequences(segment, tokens[last_de + 1 :])
    _not_for_each(segment, follows, taken)
    if matter and not follows:
        follows = (Consequence("veto"),)
    return Gate(Sanction(tuple(met), follows, matter), tuple(taken))


_BEGINS = lazily(r"(?:凡|如|若|如果|对)?(?:发生|出现|造成|受到|被|存在|一次死亡|累计|未完成)")


def bare_gate(segment: Segment) -> Part:
    """发生重大安全事故,一票否决"""
    tokens = list(segment.tokens)
    at = next(i for i, t in enumerate(tokens) if t.name in (*_CONSEQUENCES, "WHATEVER"))
    before = tokens[:at]
    if not _BEGINS.match("".join(t.text for t in before)):
        raise segment.refusal(before, "看不出是什么情形", "如“发生…的,一票否决”")
    if _HEDGED.search("".join(t.text for t in before)):
        raise segment.refusal(before[-1:], "这个词改变后面的处理", "如“发生…的,一票否决”")
    met, taken = conditions(segment, before)
    follows = _consequences(segment, tokens[at:])
    _not_for_each(segment, follows, taken)
    return Gate(Sanction(tuple(met), follows), tuple(taken))


# What turns or weakens a consequence that stands right behind it.
_HEDGED = lazily(
    r"(?:[不未非无可应将要需才就则即暂也仍]|可以|一定|应当|必须|不会|原则上|一般|视情|考虑|建议|酌情)$"
)


def _not_for_each(
    segment: Segment, follows: Sequence[Consequence], taken: Sequence[Assumption]
) -> None:
    """发生1起事故的,总分扣5分 may well mean each of them."""
    if _AT_LEAST in taken and any(c.kind == "deduct" for c in follows):
        raise segment.refusal(
            segment.tokens, "不知道是扣一次,还是每一起(人、项)都扣", "写明“2起以上”,或“每起扣N分”"
        )


def list_head(segment: Segment) -> Part:
    """有下列情形之一的,一票否决:"""
    return ListHead(_consequences(segment, segment.tokens))


def listed(segment: Segment) -> Part:
    """(1)发生重大安全事故的"""
    found, taken = conditions(segment, segment.tokens)
    return Listed(tuple(found), tuple(taken))


_WHENS: dict[str, When] = {
    "MISSING": "missing", "MISSZERO": "missing_or_zero", "UNSENT": "unsent", "NOTASK": "no_task",
}  # fmt: skip
_TAKES: dict[str, Take] = {
    "TAKEPRIOR": "prior", "TAKEZERO": "zero", "ITEMZERO": "item_zero", "ITEMFULL": "item_full",
    "ITEMMEAN": "item_mean", "ITEMLOW": "item_low", "ITEMSUB": "item_less", "SPREAD": "spread",
    "SKIPPED": "skip",
}  # fmt: skip


def data_rule(segment: Segment) -> Part:
    """无当年数据的,采用上年数据"""
    case = segment.need(*_WHENS)
    what = segment.need(*_TAKES)
    de = segment.need("DEUNIT")
    before = [t for t in segment.tokens if t.start < de.start]
    words = _case_words(segment, before, case)
    take = _TAKES[what.name]
    if case.name == "NOTASK" and take == "prior":
        raise segment.refusal([what], "没有任务的,用不上上年数据", "如“该项得满分”")
    return DataRule(
        "",
        _WHENS[case.name],
        take,
        words,
        number=segment.take(what),
        whom=what.parts.get("whom", ""),
        how=what.parts.get("how", ""),
        about=_about(before, case),
    )


_REASON = lazily(r"(?:因|由于)[^,;。0-9]{1,16}?(?:原因|因素),?")


def _about(tokens: Sequence[Token], case: Token) -> str:
    """The figures that a case names beside itself and its reason."""
    return _REASON.sub("", "".join(t.text for t in _without_lead(tokens) if t is not case))


def _case_words(segment: Segment, tokens: Sequence[Token], case: Token) -> str:
    found = _without_lead(tokens)
    bare = [t for t in found if t is not case]
    segment.words(bare)
    lead = [t for t in bare if t.start < case.start]
    if lead and re.search(r"[未不非没无]", "".join(t.text for t in lead)):
        # 未发现数据缺失的: the words before turn what follows
        raise segment.refusal(lead, "不知道是有还是没有", "如“无当年数据的”")
    if lead and re.search(r"[或且并]|[和及、]$", "".join(t.text for t in lead)):
        raise segment.refusal(lead, "这里还有别的情况", "每种情况各写一句")
    for token in bare:
        if token.name == "IF" and token.text not in ("对", "对于", "如"):
            raise segment.refusal([token], "条件里又有一个条件", "一个条件一句话")
    return paired("".join(t.text for t in found))


def marked(segment: Segment) -> Part:
    """没有专门统计的,按相关数据的60%计算"""
    what = segment.need("TAKESHARE")
    before = _without_lead([t for t in segment.tokens if t.start < segment.need("DEUNIT").start])
    words = segment.words(before)
    share = segment.take(what)
    if share is None or not 0 < share <= 100:
        raise segment.refusal([what], "不是100%以内的比例", "如“按相关数据的60%计算”")
    return DataRule("", "marked", "share", words, number=share, whom=what.parts["of"])


_FIGURES = lazily(r"数据|指标|数字|数值|完成数|结果|口径|得分")


def source(segment: Segment) -> Part:
    """各项数据以统计部门公布的数据为准"""
    token = segment.need("SOURCE")
    before = _without_lead([t for t in segment.tokens if t.end <= token.start])
    what = segment.words(before)
    if not _FIGURES.search(what) or re.search(r"[不未非]", what):
        raise segment.refusal(before, "不知道是什么的来源", "如“各项数据”")
    who = token.parts["who"]
    at = token.text.index(who) + token.start
    # the sentence stays in one piece: the words of the authority are free text too
    inner = Token("SUBJ", who, at, at + len(who), {}, {})
    return Source("", what, segment.words([inner]))


_SCORES = lazily(
    r"(?:各项|各单项|考核|最终|综合|计算|年度|总|单项|指标|的)*(?:得分|分数|总分|成绩|结果|分值)"
)


def rounding(segment: Segment) -> Part:
    """得分四舍五入保留2位小数"""
    token = segment.need("ROUND")
    before = [t for t in segment.tokens if t.end <= token.start]
    what = "".join(t.text for t in before)
    if not _SCORES.fullmatch(what):
        raise segment.refusal(before or segment.tokens, "不知道什么数要保留小数", "如“得分”")
    decimals = segment.take(token)
    if decimals is not None and (decimals != int(decimals) or decimals > 6):
        raise segment.refusal([token], "小数位数不对", "0到6位")
    return Rounding("", what, int(decimals or 0))


_SEVERAL = lazily(r"多次|多个|多项|几个|不同|两个|两项|两次")
_VERBS = {"加分": "加分", "加": "加分", "扣分": "扣分", "扣": "扣分", "加减分": "加减分"}
_HOW = {"HIGHEST": "highest", "ONCE": "once", "SUMUP": "sum"}


def stacking(segment: Segment) -> Part:
    """同一事项多次获奖的,按最高分计,不重复计分"""
    hows = segment.named(*_HOW)
    first = hows[0]
    if any(t.name == "SUMUP" for t in hows) and len(hows) > 1:
        raise segment.refusal(hows, "既累计又不重复", "其中之一")
    before = _without_lead([t for t in segment.tokens if t.end <= first.start])
    text = segment.words(before, "同一件事,如“同一项目多次获奖”")
    if not _SEVERAL.search(text) and not any(t.name == "SAME" for t in before):
        raise segment.refusal(before, "看不出什么事重复", "如“同一项目多次获奖的”")
    _no_second_thought(segment, before)
    for token in before:
        segment.take(token)  # 两个以上的刊物: shown in the words of the condition
    if any(t.name in ("GT", "LT", "GEQ", "UNMET") for t in before):
        raise segment.refusal(before, "看不出什么事重复", "如“同一项目多次获奖的”")
    how = _HOW[first.name]
    if how != "sum" and text.startswith("不同"):
        raise segment.refusal(before, "不同的事无所谓重复", "如“同一项目多次获奖的”")
    verbs = {_VERBS.get(v, "计分") for t in hows for k, v in t.parts.items()} - {"计分"}
    if len(verbs) > 1:
        raise segment.refusal(hows, "既加分又扣分", "加分、扣分各写一句")
    taken = (_HIGHEST,) if how == "once" else ()
    of = verbs.pop() if verbs else "计分"
    return Stacking("", Condition(text), how, of, taken)  # type: ignore[arg-type]


def limit(segment: Segment) -> Part:
    """各项加分合计不超过10分"""
    token = segment.need("LIMADD", "LIMSUB", "LIMEACH", "LIMPART", "TCAP", "LIMITEM", "LIMFLOOR")
    if token.name == "LIMFLOOR":
        return SchemeLimit("", "floor")
    if token.name == "LIMITEM":
        percent, times = segment.take(token, "n"), segment.take(token, "n2")
        share = Decimal(1)
        if percent is not None:
            share = percent / 100
        elif times is not None:
            share = times
        return SchemeLimit("", "item", share=share)
    value = segment.take(token)
    of = {"LIMADD": "bonus", "LIMSUB": "deduction", "TCAP": "total"}.get(token.name)
    scope = token.parts.get("scope", "")
    if of is None:
        verb = token.parts.get("verb") or token.parts["verb2"]
        of = "bonus" if "加" in verb else "deduction"
        of = of if scope else f"each_{of}"
    if scope and (
        any(word in scope for word in effect_words()) or re.search("[除外未不非无如]", scope)
    ):
        raise segment.refusal([token], f"“{scope}”里有条件", "各项扣分合计不超过N分")
    return SchemeLimit("", of, number=value, scope=scope)  # type: ignore[arg-type]


def quota(segment: Segment) -> Part:
    """优秀比例不超过20%"""
    token = segment.need("QUOTA")
    percent, count = segment.take(token, "n"), segment.take(token, "n2")
    grade, soft = _one_grade(token.parts["grade"]), token.parts.get("soft", "")
    if percent is not None:
        if not 0 < percent <= 100:
            raise segment.refusal([token], "不是100%以内的比例", "如“优秀比例不超过20%”")
        return Quota("", grade, share=percent / 100, soft=soft, assumptions=(_ROUND_DOWN,))
    if count is None or count != int(count):
        raise segment.refusal([token], "名额不对", "如“优秀名额不超过3名”")
    return Quota("", grade, count=int(count), soft=soft)


def _grade_names(text: str) -> tuple[str, ...]:
    """一、二、三等奖 is 一等奖, 二等奖, 三等奖."""
    names = re.split(r"、|和|及", text)
    tail = re.fullmatch(r"[一二三四五六](等奖?|级|类|档)", names[-1])
    return tuple(n + tail[1] if tail and re.fullmatch("[一二三四五六]", n) else n for n in names)


def ratio(segment: Segment) -> Part:
    """按1:3:6的比例评定一等奖、二等奖、三等奖"""
    token = segment.need("RATIO")
    parts = tuple(int(p) for p in token.parts["ratio"].split(":"))
    grades = _grade_names(token.parts["grades"])
    if len(parts) != len(grades) or len(set(grades)) != len(grades) or 0 in parts:
        raise segment.refusal([token], "比例的个数与等次的个数不同", "一个等次一个数")
    return Ratio("", parts, grades, (_ROUND_DOWN,))


def shares(segment: Segment) -> Part:
    """优秀占20%,良好占50%,合格占30%"""
    tokens = segment.named("GRADESHARE")
    grades = tuple(_one_grade(t.parts["grade"]) for t in tokens)
    parts = [segment.take(t) or Decimal(0) for t in tokens]
    if sum(parts) != 100 or any(p <= 0 or p != int(p) for p in parts):
        raise segment.refusal(tokens, f"各等次的比例合计为{sum(parts)}%", "合计为100%的整数比例")
    if len(set(grades)) != len(grades):
        raise segment.refusal(tokens, "同一等次写了两次", "一个等次一个数")
    return Ratio("", tuple(int(p) for p in parts), grades, (_ROUND_DOWN,))


def class_list(segment: Segment) -> Part:
    """一类、二类、三类区新增企业分别为3家、2家、1家"""
    tokens = list(segment.tokens)
    named = segment.named("CLASS")
    amounts = segment.named("AMT")
    numbers = [segment.take(t) for t in amounts]
    units = {t.parts["unit"] for t in amounts}
    if len(named) != len(amounts) or len(units) != 1 or "分" in units:
        raise segment.refusal(tokens, "各类的数不是同一件事", "每类一个数,计量单位相同")
    first, each = tokens.index(named[0]), tokens.index(segment.need("EACHIS"))
    lead = [t for t in tokens[:first] if t.name != "COLON"]
    inner = tokens[tokens.index(named[-1]) + 1 : each]
    label = segment.words(lead) if lead else ""
    said = segment.words(inner) if inner else ""
    if bool(label) == bool(said):
        raise segment.refusal(
            tokens, "不知道是什么的目标", "如“一类、二类区新增企业分别为3家、2家”"
        )
    # 一类、二类区 is 一类区, 二类区
    tail = _CLASS_HEAD.sub("", named[-1].text)
    names = [t.text if _CLASS_HEAD.sub("", t.text) else t.text + tail for t in named]
    if len(set(names)) != len(names):
        raise segment.refusal(named, "同一类写了两次", "一类一个数")
    if not all(_OF_UNITS.search(n) for n in names):
        raise segment.refusal(named, "不知道是哪一类单位", "如“一类区”“二类乡镇”")
    marks = tuple((n, v) for n, v in zip(names, numbers, strict=True) if v is not None)
    return ClassMarks("", (label or said).removesuffix("的"), "target", units.pop(), marks)


_POINTS_OR_FACTOR = r"基本分|基础分|满分|分值|标准分|(?:难度|调节|分类|折算|考核|权重)?系数"
_OF_UNITS = lazily(r"(?:区|区域|地区|乡镇|镇街|街道|县|市|单位|部门|园区|村)$")
_CLASS_HEAD = lazily(r"^第?.(?:类|组|片区|片)")


def classes(segment: Segment) -> Part:
    """新增企业:一类区为3家,二类区为2家"""
    tokens = list(segment.tokens)
    starts = [i for i, t in enumerate(tokens) if t.name == "CLASS"]
    lead = [t for t in tokens[: starts[0]] if t.name != "COLON"]
    label = segment.words(lead) if lead else ""
    marks: list[tuple[str, Decimal]] = []
    kinds: set[tuple[str, str, str]] = set()
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        piece = [t for t in tokens[start + 1 : end] if t.name not in ("COMMA", "DUN", "SEMI")]
        value = next(t for t in piece if t.name in ("AMT", "CLASSPOINTS", "CLASSFACTOR"))
        number = segment.take(value)
        assert number is not None
        inner = [t for t in piece if t is not value]
        if inner and inner[-1].name == "MUST" and value.name == "AMT":
            inner.pop()
        if inner and inner[0].name == "MUST" and value.name == "AMT":
            inner.pop(0)
        if value.name != "AMT" and any(t.name == "MUST" for t in inner):
            raise segment.refusal(piece, "各类的数前面多了这些字", "如“一类区基本分20分”")
        said = segment.words(inner)
        if value.name == "AMT":
            if value.parts["unit"] == "分":
                raise segment.refusal([value], "不知道是什么分", "如“基本分20分”")
            if said and (label or (marks and said != next(iter(kinds))[1])):
                raise segment.refusal(piece, "各类的数不是同一件事", "各类写同一个指标")
            kinds.add(("target", said or label or (next(iter(kinds))[1] if kinds else ""),
                       value.parts["unit"]))  # fmt: skip
        else:
            what = "points" if value.name == "CLASSPOINTS" else "factor"
            unit = "分" if what == "points" else ""
            kinds.add((what, said + value.parts["kind"], unit))
        marks.append((tokens[start].text, number))
    if len(kinds) != 1 or len({name for name, _ in marks}) != len(marks):
        raise segment.refusal(tokens, "各类的数不是同一件事", "每类一个数,计量单位相同")
    kind_of, name, unit = kinds.pop()
    if kind_of == "target" and not any(_OF_UNITS.search(n) for n, _ in marks):
        raise segment.refusal(tokens, "不知道是哪一类单位", "如“一类区”“二类乡镇”")
    if kind_of != "target" and not re.fullmatch(_POINTS_OR_FACTOR, name):
        raise segment.refusal(tokens, "不知道是什么的类别", "如“一类区系数1.2”")
    if kind_of == "target" and not name:
        raise segment.refusal(tokens, "不知道是什么的目标", "如“新增企业:一类区为3家,二类区为2家”")
    if kind_of != "target" and label:
        raise segment.refusal(
            lead, "各类的数前面多了这些字", "如“一类区基本分20分,二类区基本分18分”"
        )
    return ClassMarks("", name, kind_of, unit, tuple(marks))  # type: ignore[arg-type]


def levels(segment: Segment) -> Part:
    """年度投资:Ⅰ级标准30亿元,Ⅱ级标准6亿元"""
    tokens = list(segment.tokens)
    head = next(i for i, t in enumerate(tokens) if t.name == "COLON")
    # 累计投资: a total over years is the figure's name here
    label = _figure_name(segment, tokens[:head])
    found = [t for t in tokens if t.name == "LEVEL"]
    units = {t.parts["unit"] for t in found}
    marks = [(t.parts["level"] + ("级" if t.parts["level"] in "ⅠⅡⅢⅣⅤ" else ""), segment.take(t))
             for t in found]  # fmt: skip
    numbers = [m for _, m in marks if m is not None]
    if len(units) != 1 or len({n for n, _ in marks}) != len(marks):
        raise segment.refusal(found, "各级的数不能比较", "每级一个数,计量单位相同")
    if numbers != sorted(numbers, reverse=True) or len(set(numbers)) != len(numbers):
        raise segment.refusal(found, "各级的数不是从高到低", "从高到低的各级标准")
    taken = (Assumption("等级标准", "达到标准数(含)即为该级,取最高的一级", "含本数"),)
    pairs = tuple((name, mark) for name, mark in marks if mark is not None)
    return LevelRule("", label, units.pop(), pairs, taken)


def _figure_name(segment: Segment, tokens: Sequence[Token]) -> str:
    text = "".join(t.text for t in tokens)
    if text.startswith("累计") and tokens[0].name == "SUBJ":
        first = tokens[0]
        rest = Token("SUBJ", first.text[2:], first.start + 2, first.end, {}, {})
        segment.words([rest, *tokens[1:]])
        return text
    return segment.words(tokens)


_EVERYBODY = lazily(
    r"(?:对|将)?(?:各|被考核|参评)(?:[省市县区镇乡村地()、]|街道|单位|部门|企业|园区|分为)+"
)


def grade_names(segment: Segment) -> Part:
    """分为优秀、良好、合格3个等次"""
    token = segment.need("GRADELIST")
    segment.words([t for t in segment.tokens if t.name == "SUBJ"])
    loose = [t for t in segment.tokens if t.name == "SUBJ"]
    if any(not _EVERYBODY.fullmatch(t.text) for t in loose):
        raise segment.refusal(loose, "等次前面多了这些字", "如“分为优秀、良好、合格3个等次”")
    names = _grade_names(token.parts["grades"])
    count = segment.take(token)
    if (count is not None and count != len(names)) or len(set(names)) != len(names):
        raise segment.refusal([token], "等次的个数不对", f"{len(names)}个")
    return GradeNames("", names)


def deadline(segment: Segment) -> Part:
    """各单位于1月15日前报送自评材料"""
    token = segment.need("BYDATE")
    who = [t for t in segment.tokens if t.end <= token.start and t.name != "NOTE"]
    what = [t for t in segment.tokens if t.start >= token.end]
    act = segment.words([t for t in what if t.name != "COMMA"])
    if not re.search(r"报|送|上报|自评|提交|完成|总结|自查", act):
        raise segment.refusal(what, "不知道到时要做什么", "如“报送自评材料”")
    if re.search(r"末位|否决|取消|各单位应?于|等次", "".join(t.text for t in what)):
        raise segment.refusal(what, "里面还有另一条规定", "另起一句")
    if re.search(r"[不未非]|除", "".join(t.text for t in who)):
        raise segment.refusal(who, "看不出是谁", "如“各单位于1月15日前”")
    return Deadline("", segment.words(who), token.parts["day"], "".join(t.text for t in what))


def no_effect(segment: Segment) -> Part:
    """考核结果予以通报"""
    token = segment.need("KNOWN")
    # its free places are held to the same as any free words
    segment.words([Token("SUBJ", token.text, token.start, token.end, {}, {})])
    return NoEffect("", token.text.removeprefix("并且").removeprefix("并"))


def joint(segment: Segment) -> Part:
    """;"""
    for token in segment.tokens:
        segment.take(token)
    return Joint()


@dataclass(frozen=True, slots=True)
class Production:
    """A row: pattern, builder, and its cost where the fewest-phrases rule is not enough."""

    pattern: str
    build: Callable[[Segment], Part]
    cost: int | None = None


ALIASES = {
    "CQ": "(VETO | BAR | BARGRADE | SETGRADE | DOWN | TZERO | TCAP | TSUB | LAST)",
    "CQS": "(WHATEVER COMMA?)? CQ ((COMMA | DUN)? ALSO? CQ)*",
    # free words of a condition; the builder looks at each
    "C": "(SUBJ | IF | ALSO | OR | MUST | TASK | UNMET | GEQ | GT | LT | AMT | GES | GESX | LES "
    "| LESX | DUN | COMMA | SAME | ABOVE | TIMEW | TOTALW | SCOREW | STATE | YEAR | CLASS)",
    "FIRST": "(SUBJ | IF | MUST | TASK | UNMET | GEQ | GT | LT | AMT | SAME | ABOVE | TIMEW | TOTALW "
    "| SCOREW | STATE | YEAR | CLASS)",
    "COND": "(FIRST C* | IF? SUBJ VETO)",
    "L": "(SUBJ | IF | ALSO | OR | MUST | SAME | TASK | YEAR | DUN)+",
    "HOW": "(HIGHEST | ONCE | SUMUP)",
    "LACKS": "(MISSING | MISSZERO | UNSENT | NOTASK)",
    "TAKES": "(TAKEPRIOR | TAKEZERO | ITEMZERO | ITEMFULL | ITEMMEAN | ITEMLOW | SPREAD | SKIPPED)",
    "CLASSED": "CLASS L? (AMT | CLASSPOINTS | CLASSFACTOR)",
    "END": "(COMMA | SEMI | DOT | COLON)",
}

PRODUCTIONS: tuple[Production, ...] = (
    Production("(L VETO COMMA)? COND DEUNIT (COMMA? (DUN | OR) COND DEUNIT)* COMMA? CQS", gate),
    Production("COND COMMA? CQS", bare_gate),
    Production("ANYOF COMMA? CQS (COLON | COMMA | DOT | SEMI)", list_head),
    Production("ITEMNO? COND DEUNIT", listed),
    Production("ITEMNO COND", listed),
    Production("(L COMMA?)? LACKS DEUNIT COMMA? TAKES", data_rule),
    Production("(L COMMA?)? (MISSING | MISSZERO) DEUNIT COMMA? ITEMSUB", data_rule),
    Production(
        "(FIRST | UNSENT | MISSING) (C | UNSENT | MISSING)* DEUNIT COMMA? TAKESHARE", marked
    ),
    Production("L SOURCE", source),
    Production("L? ROUND", rounding),
    Production("FIRST C* DEUNIT COMMA? HOW ((COMMA | DUN) HOW)?", stacking),
    Production("(SAME | SUBJ)+ COMMA? HOW ((COMMA | DUN) HOW)?", stacking),
    Production("(LIMADD | LIMSUB | LIMEACH | LIMPART | TCAP | LIMITEM | LIMFLOOR)", limit),
    Production("QUOTA", quota),
    Production("RATIO", ratio),
    Production("GRADESHARE ((COMMA | DUN | SEMI) GRADESHARE)+", shares),
    Production(
        "(L COLON)? CLASS ((DUN | COMMA) CLASS)+ L? EACHIS AMT ((DUN | COMMA) AMT)+", class_list
    ),
    Production("(L COLON)? CLASSED ((COMMA | DUN | SEMI) CLASSED)+", classes),
    Production("L COLON LEVEL ((COMMA | DUN | SEMI) LEVEL)+", levels),
    Production("(GRADING COMMA?)* SUBJ? GRADING* GRADELIST", grade_names),
    Production("NOTE? L BYDATE (L COMMA)* L", deadline),
    Production("KNOWN", no_effect),
    Production("END+", joint, cost=1),
    Production("ITEMNO", joint, cost=2),
)
