"""块的约定: what the items of a block give together, and which of them a cut falls on.

Like a scoring clause, it is read completely or refused.  The items keep their own clauses;
the block only says how much room there is and who fills it first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.printing import number
from kpixl.rules.scanner import check_damage

EXAMPLE = "本块合计不超过30分;超过部分从“某项”中减"


@dataclass(frozen=True, slots=True)
class BlockRule:
    """A block clause that was read completely.

    `cap` is the most that the items give together.  `cut` names the items that lose what is
    too much, the first one first; `filled` names those that count before the others.  Both
    hold the names as the clause has them; at most one of them is given.
    """

    source: str
    cap: Decimal
    cut: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        """The clause read back; reading it gives the same cap and order."""
        text = f"本块合计不超过{number(self.cap)}分"
        if self.cut:
            text += f";超过部分依次从{_listed(self.cut)}中减"
        if self.filled:
            text += f";先计{_listed(self.filled)}"
        return text


def _listed(names: tuple[str, ...]) -> str:
    return "、".join(f"“{name}”" for name in names)


_NAMES = r"(?P<names>[^,;。]+?)"
_MOST = "(?:最多|最高|至多|不超过|不得超过|不高于|不多于)"
_N = r"[0-9]+(?:\.[0-9]+)?"
_CAP = lazily(
    r"(?:(?:本|全|该)(?:块|板块)|块内|以上|上述)?(?:各项|各指标|所有指标)?(?:的?得分)?"
    rf"(?:合计|总计|相加|之和|总分)(?:得分|加分|计分)?{_MOST}(?:得|计|为|加)?"
    rf"(?P<cap>{_N})分(?:为限|封顶)?"
)
_CUT = lazily(
    rf"(?:超过|超出)(?:(?P<again>{_N})分)?的?(?:部分|分数)?,?(?:依次)?(?:从|由|在)"
    rf"{_NAMES}(?:的得分|得分)?(?:中|里)?(?:依次)?(?:扣减|核减|冲减|减去|扣除|减|扣)(?=[,;。]|$)"
)
_FILLED = (
    lazily(rf"按(?:照)?{_NAMES}的?(?:先后)?(?:顺序|次序)(?:依次)?(?:计入|计算|计)(?=[,;。]|$)"),
    lazily(rf"(?:先|优先|依次)(?:计入|计算|计)(?:入)?{_NAMES}(?=[,;。]|$)"),
)
# The cap once more, in other words.
_AGAIN = lazily(
    rf"(?:超过|超出)(?:(?P<again>{_N})分)?的?(?:部分|分数)?,?(?:不计(?:分|入)?|按(?P<counts>{_N})分计)(?=[,;。]|$)"
)
_BREAK = lazily(r"[,;。\n]+")


@lru_cache(maxsize=256)
def parse_block(clause: str) -> BlockRule:
    """Read a block clause completely, or refuse it (RuleError).

    >>> parse_block("本块各项得分合计不超过30分,超过部分从招引大项目中扣减。").canonical
    '本块合计不超过30分;超过部分依次从“招引大项目”中减'
    """
    normal = normalise(clause)
    if not normal.text.strip():
        raise RuleError(clause, 0, "", "没有内容", f"如“{EXAMPLE}”")
    check_damage(normal)
    cap: Decimal | None = None
    cut: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    said_again: list[tuple[int, Decimal]] = []
    at = 0
    while at < len(normal.text):
        if skipped := _BREAK.match(normal.text, at):
            at = skipped.end()
            continue
        if found := _CAP.match(normal.text, at):
            if cap is not None:
                raise _refusal(normal, at, "合计写了两次", "一个上限")
            cap = Decimal(found["cap"])
        elif found := _AGAIN.match(normal.text, at) or _CUT.match(normal.text, at):
            parts = found.groupdict()
            numbers = (parts.get("again"), parts.get("counts"))
            said_again += [(at, Decimal(n)) for n in numbers if n is not None]
            if "names" in parts:
                if cut or filled:
                    raise _refusal(normal, at, "先后写了两次", "一种先后")
                cut = _names(normal, found)
        elif found := _first(normal.text, at):
            if cut or filled:
                raise _refusal(normal, at, "先后写了两次", "一种先后")
            filled = _names(normal, found)
        else:
            raise _refusal(normal, at, "看不懂这是块的什么约定", f"如“{EXAMPLE}”")
        at = found.end()
        if at < len(normal.text) and not _BREAK.match(normal.text, at):
            raise _refusal(normal, at, "这里不该有这些字", "分号或句号")
    if cap is None or cap <= 0:
        raise _refusal(normal, 0, "没有写明合计最多多少分", f"如“{EXAMPLE}”")
    for at, other in said_again:
        if other != cap:
            raise _refusal(normal, at, "与合计的上限不一致", f"{number(cap)}分")
    return BlockRule(clause, cap, cut, filled)


def _first(text: str, at: int) -> re.Match[str] | None:
    return next((m for p in _FILLED if (m := p.match(text, at))), None)


def _names(normal: Normal, found: re.Match[str]) -> tuple[str, ...]:
    """The names of a list, in the clause's own spelling and without quotation marks."""
    names: list[str] = []
    start = found.start("names")
    for part in found["names"].split("、"):
        end = start + len(part)
        lead = len(part) - len(part.lstrip("“"))
        tail = len(part) - len(part.rstrip("“"))
        name = normal.phrase(start + lead, end - tail).strip()
        if not name or name in names:
            raise _refusal(normal, start, "指标名称空缺或重复", "各指标的名称,用顿号隔开")
        names.append(name)
        start = end + 1
    return tuple(names)


def _refusal(normal: Normal, at: int, reason: str, wanted: str) -> RuleError:
    stop = min(len(normal.text), at + 8)
    phrase = normal.phrase(at, stop) or "句末"
    return RuleError(normal.original, normal.position(at), phrase, reason, wanted)
