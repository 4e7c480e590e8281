"""A block clause is read completely or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpixl.errors import RuleError
from kpixl.rules.blocks import parse_block

READABLE: dict[str, tuple[int | str, tuple[str, ...], tuple[str, ...]]] = {
    "本块合计不超过30分": (30, (), ()),
    "本块各项得分合计最多30分。": (30, (), ()),
    "各项合计不得超过12.5分;超过部分从招引项目中扣减": ("12.5", ("招引项目",), ()),
    "本块合计最高得30分,超出部分依次从“甲”、“5 乙”中减去": (30, ("甲", "5 乙"), ()),
    "本块合计不超过30分,先计龙头企业": (30, (), ("龙头企业",)),
    "本块合计不超过30分;按甲、乙、丙的先后顺序计入": (30, (), ("甲", "乙", "丙")),
    "超过部分从乙中减;本块合计不超过30分": (30, ("乙",), ()),
    "以上各项合计最多30分,超过30分的部分从乙中减": (30, ("乙",), ()),
    "本块合计不超过30分,超过的按30分计;先计甲": (30, (), ("甲",)),
    "本块合计不超过30分,超过部分不计": (30, (), ()),
}
REFUSED = [
    ("", "没有内容"),
    ("超过部分从乙中减", "没有写明合计最多多少分"),
    ("本块合计不超过30分的一半", "这里不该有这些字"),
    ("本块合计不超过05分", "以0开头"),
    ("本块合计不超过30分,其中甲减半", "看不懂这是块的什么约定"),
    ("本块合计不超过30分;本块合计不超过20分", "合计写了两次"),
    ("本块合计不超过30分;先计甲;超过部分从乙中减", "先后写了两次"),
    ("本块合计不超过30分;超过部分从甲、甲中减", "空缺或重复"),
    ("本块合计不少于30分", "看不懂这是块的什么约定"),
    ("本块合计不超过30分,超过20分的部分从甲中减", "与合计的上限不一致"),
    ("本块合计不超过30分,超过的按20分计", "与合计的上限不一致"),
    ("本块合计不超过0分", "没有写明合计最多多少分"),
    ("本块平均不超过30分", "看不懂这是块的什么约定"),
]


@pytest.mark.parametrize("clause", READABLE)
def test_cap_and_order_are_those_of_the_clause(clause: str) -> None:
    cap, cut, filled = READABLE[clause]
    rule = parse_block(clause)
    assert (rule.cap, rule.cut, rule.filled) == (Decimal(cap), cut, filled)


@pytest.mark.parametrize("clause", READABLE)
def test_the_canonical_wording_gives_the_same_cap_and_order(clause: str) -> None:
    rule = parse_block(clause)
    again = parse_block(rule.canonical)
    assert (again.cap, again.cut, again.filled) == (rule.cap, rule.cut, rule.filled)
    assert again.canonical == rule.canonical


@pytest.mark.parametrize(("clause", "reason"), REFUSED)
def test_anything_else_is_refused_with_its_reason(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse_block(clause)


@pytest.mark.parametrize("clause", READABLE)
@pytest.mark.parametrize("word", ["不", "减半", "除外", "另", "累计", "至少", "5"])
def test_a_word_put_in_anywhere_changes_the_reading_or_is_refused(clause: str, word: str) -> None:
    before = parse_block(clause)
    for at in range(len(clause) + 1):
        try:
            after = parse_block(clause[:at] + word + clause[at:])
        except RuleError:
            continue
        changed = (after.cap, after.cut, after.filled) != (before.cap, before.cut, before.filled)
        assert changed, clause[:at] + word + clause[at:]
