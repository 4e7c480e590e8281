"""The builders of formulas: written with signs, in words, and their definitions."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.expr import (
    MINUS_ONE,
    Compare,
    Comparison,
    Const,
    Div,
    Expr,
    Mul,
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Stat,
    Target,
    Value,
    map_children,
    rebuild,
    walk,
)
from kpixl.rules.formula import read_formula
from kpixl.rules.parts import (
    BlendPart,
    BranchPart,
    DefinitionPart,
    FormulaPart,
    Part,
    ZeroIfPart,
)
from kpixl.rules.phrases import formula, phrase_formula
from kpixl.rules.segment import AMOUNTS, NAMING, Segment, mark_of, tidy
from kpixl.rules.spoken import in_signs
from kpixl.rules.vocabulary import is_percent

_BEFORE = lazily(r"^(?:得分)?(?:按照?|以|为|由)")
_BEHIND = lazily(r"(?:折算)?(?:计算得分|计算|计分|得分|记分|赋分|折算)$")


def spoken_formula(s: Segment) -> Part:
    """按实际完成值占目标值的比例乘以分值计算得分

    与“得分=…”相同,用文字写出:乘以、除以、加上、减去,A占B的比例,A与B之比。只写比例、没有写乘以多少的,
    乘以分值。
    """
    token = s.get("FORMW")
    before, behind = _BEFORE.search(token.text), _BEHIND.search(token.text)
    start = token.start + (before.end() if before else 0)
    end = token.start + (behind.start() if behind else len(token.text))
    if s.normal.text[start:end].count("“") == 2 and s.normal.text[start] == "“":
        start, end = start + 1, end - 1  # 按“完成数÷目标数×分值”计分
        if s.normal.text[end] != "“":
            raise s.refuse(token, "引号没有包住整个公式", "按“…”计分")
    text = in_signs(s.normal, start, end)
    read = read_formula(text, 0, len(text.text), flat=s.flat, ties=s.ties)
    expr = read.expr
    if not any(isinstance(node, (Points, Const)) for node in walk(expr)):
        if not isinstance(expr, Div):
            raise s.refuse(token, "没有写乘以多少分", "乘以分值")
        expr = Mul((expr, Points()))
    ahead = s.label(0, s.tokens.index(token))
    return FormulaPart(expr, read.labels, None, ahead)


def formula_below(s: Segment) -> Part:
    """完成目标得10分,未完成的,得分=实际完成值÷目标值×8

    写在得分后面:达到的得所写的分,没有达到的照公式算。
    """
    return replace(_any_formula(s), ahead="", below=_condition(s, "prop"))


def formula_from(s: Segment) -> tuple[Part, ...]:
    """完成率90%以上的,按完成率×6计分

    达到所写的数才照公式算,达不到的整项不得分。
    """
    at, side = s.get(*AMOUNTS), s.get("GES", "GESX")
    place = s.tokens.index(at)
    label = s.label(0, place)
    if s.label(place + 1, s.tokens.index(s.get(*_FORMULAS))) not in ("", side.text):
        raise s.refuse(at, "不知道是哪个数据达到它", "…以上的,得分=…")
    mark = mark_of(s, at)
    op: Comparison = "<=" if "不含" in side.text else "<"
    said = f"{label}{mark.text()}以下" if op == "<=" else f"{label}低于{mark.text()}"
    none = BranchPart("zero", mark, said, label, None, "<=" if op == "<=" else "<")
    return replace(_any_formula(s), ahead=""), none


_FORMULAS = ("FORM", "FORMW", "FORMP")


def _any_formula(s: Segment) -> FormulaPart:
    build = {"FORM": formula, "FORMW": spoken_formula, "FORMP": phrase_formula}
    part = build[s.get(*_FORMULAS).name](s)
    assert isinstance(part, FormulaPart)
    return part


def _condition(s: Segment, kind: Literal["zero", "prop"]) -> BranchPart:
    """What stands before a formula: 未完成的, 低于10%的."""
    token, at = s.get(*_FORMULAS), s.find(*AMOUNTS)
    side = s.find("LT", "GT", "UNMET", "ELSE")
    ahead = s.tokens[: s.tokens.index(token)]
    said = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    if side is not None and side.name == "GT":
        raise s.refuse(side, "不知道没有超过的如何计", "未达到的,得分=…")
    mark = mark_of(s, at) if at else None
    if mean := s.find("MEAN"):
        mark = Mark(None, "", "mean", mean.text)
    elif s.find("PRIORW"):
        mark = Mark(None, "", "prior")
    label = s.label(0, s.tokens.index(side)) if side else ""
    return BranchPart(kind, mark, said, label)


def definition(s: Segment) -> Part:
    """其中完成率=实际完成数÷目标数×100%

    写在“得分=…”后面,说明公式里的名称怎样算。写在分档前面的,说明填报的数怎样算出。
    """
    token = s.get("DEF")
    at = token.text.index("=")
    name = re.sub(r"^(?:其中|式中)[:,]?", "", token.text[:at])
    start, end = token.start + at + 1, token.end
    written = s.normal.text[start:end]
    if written.endswith(")") and written.count(")") > written.count("("):
        end -= 1  # the bracket around all that is defined
    read = read_formula(s.normal, start, end, flat=s.flat, ties=s.ties)
    return DefinitionPart(name, read.expr, read.labels, s.normal.text[start:end])


def defined(s: Segment) -> tuple[Part, ...]:
    """得分=A÷B×10,A为实际完成数,B为目标数

    公式里的字母各是什么;没有写是什么的字母读不懂。
    """
    token = s.get("DEFS")
    names = token.parts["sym"].split("、")
    start = token.start + token.text.rindex(token.parts["what"])
    pieces = token.parts["what"].split("、")
    if len(pieces) != len(names) or (len(names) > 1) != ("分别" in token.text):
        found = f"前面是{len(names)}个字母,后面是{len(pieces)}个名称"
        raise s.refuse(token, found, "一一对应,用顿号隔开")
    parts = []
    for name, piece in zip(names, pieces, strict=True):
        end = start + len(piece)
        text = in_signs(s.normal, start, end)
        read = read_formula(text, 0, len(text.text), flat=s.flat, ties=s.ties)
        parts.append(DefinitionPart(name, read.expr, read.labels))
        start = end + 1
    return tuple(parts)


def ratio_times(s: Segment) -> Part:
    """指参保人数占总人口数的比例。计算方法以比例值乘以8直接得分

    前面说的是哪个比例,得分就是它乘以所写的数;百分数按小数代入(G34)。
    """
    token = s.get("RATIOBY")
    label = s.label(0, len(s.tokens) - 2).removeprefix("指")
    if label.endswith("之比"):
        label += "例"
    if not is_percent(label):
        raise s.refuse(token, "不知道是什么的比例", "…占…的比例。以比例值乘以N得分")
    return FormulaPart(Mul((Value(0), Const(s.need(token)))), (label,))


def bare_formula(s: Segment) -> Part:
    """实际完成数÷目标数×6分

    与“得分=…”相同,公式前面没有写“得分=”的。
    """
    token = s.get("FORMB")
    read = read_formula(s.normal, token.start, token.end, flat=s.flat, ties=s.ties)
    s.used |= read.figures
    taken = any(
        isinstance(node, Mul) and node.factors[:1] == (MINUS_ONE,) and _has_value(node)
        for node in walk(read.expr)
    )
    ahead = s.normal.text[: token.start]
    if taken or _KIND.search(ahead) or any(map(_FAULT.search, read.labels)):
        raise s.refuse(token, "不知道是得的分,还是扣的分", "得分=…,或每…扣N分")
    return FormulaPart(read.expr, read.labels)


# 扣分:发生起数×2分, 违纪人数×0.5分: points that are taken
_KIND = lazily("[加扣减][分减罚][^,;。\n]{0,4}:$")
_FAULT = lazily(
    "违|迟|缺|漏|未|不|无|事故|差错|失误|逾期|超期|投诉|信访|上访|死亡|受伤|通报|处分|发生|隐患|问题"
)


def _has_value(expr: Expr) -> bool:
    return any(isinstance(node, Value) for node in walk(expr))


def weighted(s: Segment) -> Part:
    """民主测评得分按10%计入总分

    本项的得分是这个得分乘以所写的百分比。
    """
    token = s.get("WEIGHTED")
    label = _scored(s, 0, s.tokens.index(token))
    share = Const(s.need(token, next(iter(token.figures))) / 100, percent=True)
    return FormulaPart(Mul((Value(0), share)), (label,))


def prorated(s: Segment) -> Part:
    """群众测评得分,按权重折算

    把一个已有的得分折算为本项的分:按百分制打的分除以100乘以分值,或者本来就是按分值打的(G35)。
    """
    token = s.get("PRORATED")
    return BlendPart((_scored(s, 0, s.tokens.index(token)).removesuffix("得分"),), (Decimal(1),))


def weighted_parts(s: Segment) -> Part:
    """民主测评得分按40%计入,领导评价得分按60%计入

    几个得分乘以各自的百分比相加;百分比合计须为100%。
    """
    labels, weights, start = [], [], 0
    for token in s.all("WEIGHTED"):
        at = s.tokens.index(token)
        labels.append(_scored(s, start, at).removesuffix("得分"))
        weights.append(s.need(token, next(iter(token.figures))) / 100)
        start = at + 1
    if sum(weights) != 1:
        total = sum(weights, Decimal(0)) * 100
        raise s.refuse(s.get("WEIGHTED"), f"权重合计为{total:.4g}%", "合计为100%的权重")
    return BlendPart(tuple(labels), tuple(weights))


def _scored(s: Segment, start: int, stop: int) -> str:
    """测评得分, 民主测评: the name of a score."""
    words = s.tokens[start:stop]
    label = tidy("".join(t.text for t in words if t.name in (*NAMING, "SCOREW", "ANYADD")))
    if re.search("(?:得分|成绩|分数|评分|考核分|测评分)$", label):
        return label
    if re.search("(?:测评|考评|评议|评价|考核|评估)(?:结果)?$", label):
        return label.removesuffix("结果") + "得分"
    raise s.refuse(s.get("WEIGHTED", "PRORATED"), f"“{label}”不是一个得分", "…得分按N%计入总分")


_COMPARED: dict[str, Comparison] = {"≥": ">=", "≤": "<=", ">": ">", "<": "<"}


def zero_if(s: Segment) -> Part:
    """若指标值≥2×基准值,则得0分

    写在“得分=…”后面:满足写明的大小关系的,整项得0分,不再按公式计算。
    """
    token = s.get("IFZERO")
    op = token.parts["op"]
    begin = token.start + token.text.index(token.parts["left"])
    middle = begin + len(token.parts["left"])
    start = middle + len(op)
    sides = [
        read_formula(s.normal, a, b, flat=s.flat, ties=s.ties)
        for a, b in ((begin, middle), (start, start + len(token.parts["right"])))
    ]
    labels = list(sides[0].labels)
    labels += [label for label in sides[1].labels if label not in labels]
    numbers = {n: labels.index(label) for n, label in enumerate(sides[1].labels)}
    test = Compare(_COMPARED[op], sides[0].expr, renumbered(sides[1].expr, numbers))
    return ZeroIfPart(test, tuple(labels))


def base(s: Segment) -> Part:
    """以参评企业最高值为基准值

    写在“得分=…”前面,公式里的“基准值”就是本类的最高(最低、平均)值。
    """
    token = s.get("BASEDEF")
    stats: dict[str, Stat] = {"高": "max", "大": "max", "低": "min", "小": "min", "均": "mean"}
    return DefinitionPart(token.parts["name"], Peer(stats[token.parts["end"][-1]], 0), ("",))


def substituted(
    part: FormulaPart, definitions: list[DefinitionPart]
) -> tuple[Expr, tuple[str, ...], str]:
    """A formula with its definitions put in, the labels that are left, and a name that was
    defined and is not used (or is used for another role than its own figure)."""
    expr, labels = part.expr, list(part.labels)
    for given in reversed(definitions):
        if given.name not in labels:
            return expr, tuple(labels), given.name
        at = labels.index(given.name)
        moved = {}
        for number, label in enumerate(given.labels):
            if label not in labels:
                labels.append(label)
            moved[number] = labels.index(label)
        inner = renumbered(given.expr, moved)
        uses = [node for node in walk(expr) if getattr(node, "input", None) == at]
        if not all(isinstance(node, Value) for node in uses):
            return expr, tuple(labels), given.name
        expr = replaced(expr, at, inner)
        labels.pop(at)
        expr = renumbered(expr, {n: n - (n > at) for n in range(len(labels) + 1)})
    return expr, tuple(labels), ""


def in_order(part: FormulaPart) -> FormulaPart:
    """The same formula with its inputs in the order in which they are read."""
    met = [node.input for node in walk(part.expr) if isinstance(node, _FIGURES)]
    order = list(dict.fromkeys(met))
    numbers = {old: new for new, old in enumerate(order)}
    labels = tuple(part.labels[old] for old in order)
    return replace(part, expr=renumbered(part.expr, numbers), labels=labels)


_FIGURES = (Value, Target, Prior, Peer, Rank, Position)


def renumbered(expr: Expr, numbers: dict[int, int]) -> Expr:
    """The same arithmetic with its inputs numbered anew."""

    def one(node: Expr) -> Expr:
        if isinstance(node, _FIGURES):
            return replace(node, input=numbers[node.input])
        return node

    return rebuild(expr, one)


def replaced(expr: Expr, number: int, inner: Expr) -> Expr:
    """The arithmetic with an expression in the place of an input."""

    def go(node: Expr) -> Expr:
        if isinstance(node, Value) and node.input == number:
            return inner
        return map_children(node, go)

    return go(expr)
