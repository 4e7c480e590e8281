"""A rule from its terms: its canonical wording, its bounds and its assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.amounts import percent
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import PerUnit
from kpixl.rules.gravest import with_gravest
from kpixl.rules.model import Limits
from kpixl.rules.parts import (
    HeadPart,
    TextPart,
)
from kpixl.rules.printing import number
from kpixl.rules.rule import Rule, is_deduction
from kpixl.rules.terms import FullPoints

# 10亿元以上项目: the same thing may also be one of 5亿元以上项目
_SIZED = lazily(r"(?:[0-9]|亿|万)[^,]{0,4}以上")


def is_note(label: str) -> bool:
    """Whether a heading only says that remarks follow: 备注, (注."""
    return label.strip("\n(备") == "注"


def _whole_brackets(text: str) -> str:
    """A remark without the half of a bracket whose other half is a comma now."""
    if text.count("(") > text.count(")"):
        return text.removeprefix("(")
    return text.removesuffix(")") if text.count(")") > text.count("(") else text


def finish(
    source: str, b: Builder, texts: Sequence[Placed], limits: Limits, worth: Decimal | None
) -> Rule:
    if any(isinstance(p.part, TextPart) and p.part.stack for p in texts):
        b.reading("G40")
        counted = any(isinstance(t, PerUnit) for t in b.terms)
        top = next(
            (p for p in texts if isinstance(p.part, TextPart) and p.part.stack == "最高"), None
        )
        if top is not None and not counted and "G38" not in b.taken:
            raise Refused(top, "不知道是哪几种情形取最高", "与这几种情形写在一起")
    b.terms[:] = with_gravest(b)
    inputs = tuple(b.inputs)
    if sum(i.kind == "count" and _SIZED.search(i.label) is not None for i in inputs) > 1:
        b.reading("G41")
    deducts = any(is_deduction(t) for t in b.terms)
    gives = any(not t.bonus and not is_deduction(t) for t in b.terms)
    if deducts and not gives and b.reading("G16") == "分值":
        b.terms.insert(0, FullPoints())
    pieces = [text for t in b.terms if (text := t.canonical(inputs))]
    if b.heading is not None:
        pieces.insert(0, f"{b.heading.label}得{b.heading.amount.text()}")
    if deducts and (limits.least is None or not limits.floor):
        pieces.append("扣完为止" if limits.floor else "扣分不封顶")
    if limits.bonus is not None:
        number_ = limits.bonus.text()
        pieces.append(f"{number_}封顶" if b.open_cap == "bonus" else f"最多加{number_}")
    if limits.deduction is not None:
        pieces.append(f"最多扣{limits.deduction.text()}")
    if limits.item is not None:
        highest = f"{number(limits.item)}分"
        summed = "累计" if b.summed and "G21" in b.taken else ""
        pieces.append(f"{highest}封顶" if b.open_cap == "item" else f"{summed}最高得{highest}")
    if limits.share is not None:
        pieces.append(f"最高得基本分的{percent(limits.share)}")
    if limits.full:
        pieces.append("最高不超过满分")
    if "G97" in b.taken:
        pieces.append("[没有写每的按读法]")
    if limits.least is not None:
        least = limits.least.text()
        pieces.append(f"扣至{least}为止" if "G152" in b.taken else f"最低得{least}")
    if limits.decimals is not None:
        kept = f"{limits.decimals}位小数" if limits.decimals else "整数"
        what = "" if "G151" in b.taken else "得分"
        pieces.append(f"{what}四舍五入保留{kept}")
    if worth is not None:
        pieces.append(f"[分值{number(worth)}分]")
    # What is read as having no effect is shown, so that nobody has to trust it unseen.
    said = [p.part.text for p in texts if isinstance(p.part, TextPart) and p.part.text]
    said = [_whole_brackets(text) for text in said + b.remarks]
    heads = [p.part.label for p in texts if isinstance(p.part, HeadPart)]
    named = [label for label in heads if not is_note(label)]  # (注:…) is said as 说明
    if named:
        pieces[0] = ":".join((*named, pieces[0]))
    if said:
        pieces.append("[说明:" + ",".join(said).replace(":,", ":") + "]")
    if any(t.bonus for t in b.terms) and not limits.whole:
        b.reading("G1")
    return Rule(
        source=source,
        terms=tuple(b.terms),
        inputs=inputs,
        canonical=";".join(pieces),
        assumptions=tuple(b.taken.values()),
        readings=dict(b.readings),
        limits=limits,
        stated=worth,
    )
