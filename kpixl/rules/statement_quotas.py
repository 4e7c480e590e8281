"""How many may have a grade, and what differs by the unit's class: the builders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.model import Assumption
from kpixl.rules.scanner import Token
from kpixl.rules.scheme_wide import (
    ClassMarks,
    GradeNames,
    LevelRule,
    MarkedByClass,
    Quota,
    Ratio,
)
from kpixl.rules.statement_gates import one_grade
from kpixl.rules.statement_parts import Part
from kpixl.rules.statement_scanner import Segment

_ROUND_DOWN = Assumption("名额取整", "按比例算出的名额不是整数的,小数舍去", "舍去")


def quota(segment: Segment) -> Part:
    """优秀比例不超过20%"""
    token = segment.need("QUOTA")
    percent, count = segment.take(token, "n"), segment.take(token, "n2")
    grade, soft = one_grade(token.parts["grade"]), token.parts.get("soft", "")
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
    grades = tuple(one_grade(t.parts["grade"]) for t in tokens)
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
    kinds: set[tuple[MarkedByClass, str, str]] = set()
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
            what: MarkedByClass = "points" if value.name == "CLASSPOINTS" else "factor"
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
    return ClassMarks("", name, kind_of, unit, tuple(marks))


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
