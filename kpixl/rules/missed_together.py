"""Several requirements and what it costs that they are not met: …100%,…95%,不达标的扣5分."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpixl.patterns import lazily
from kpixl.rules.all_of import MISSED_ANY, goes_on, is_missed_any, need_of
from kpixl.rules.all_terms import spoken
from kpixl.rules.amounts import Amount
from kpixl.rules.bracket_points import run_text
from kpixl.rules.building import Placed
from kpixl.rules.conditions import LOOKS
from kpixl.rules.count_terms import Counted
from kpixl.rules.figure_clause import NAMELESS
from kpixl.rules.mixed import is_take
from kpixl.rules.parts import (
    AllPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    HeadPart,
    Joint,
    Part,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
    TierPart,
)
from kpixl.rules.sentences import in_one_sentence
from kpixl.rules.words.elements import COUNTS


def with_missed_together(placed: Sequence[Placed]) -> list[Placed]:
    """签定率达100%,代管率达95%,不达标的不得分: all points, for all that is required.

    不达标的扣5分 leaves them what stands beside it takes away.
    """
    at = next((n for n, p in enumerate(placed) if _misses(p.part)), None)
    if at is None:
        return list(placed)
    ahead, missed, behind = placed[:at], placed[at].part, placed[at + 1 :]
    wanted = [p for p in ahead if isinstance(p.part, (RequirePart, AllPart))]
    plain = all(isinstance(p.part, _SILENT) or p in wanted for p in ahead)
    plain = plain and not any(_is_one_more(p, wanted, placed) for p in ahead)
    others = all(isinstance(p.part, _SILENT) or is_take(p.part) for p in behind)
    if not (plain and others) or any(isinstance(p.part, RequirePart) for p in behind):
        return list(placed)
    start, stop = wanted[0].start if wanted else 0, wanted[-1].end if wanted else 0
    match [p.part for p in wanted]:
        case [AllPart(bracketed=True, upto=None) as whole] if whole.amount.number is not None:
            needs = whole.needs
            worth = [Placed(StatedPart(whole.amount.number, bracket=True), stop, stop)]
        case [RequirePart(), RequirePart(), *_] if all(map(goes_on, wanted)):
            needs, worth = tuple(map(need_of, wanted)), []
        case _:
            return list(placed)
    said = isinstance(missed, BranchPart) and (missed.whole or misses_one(missed.said))
    whole = AllPart(needs, Amount(None), said)
    inside = [p for p in ahead if start <= p.start < stop]
    found = [p for p in ahead if p not in inside or isinstance(p.part, (TextPart, StatedPart))]
    first = sum(p.start < start for p in found)
    found.insert(first, Placed(whole, start, stop))
    return [*found, *worth, *placed[at:]]


def _is_one_more(p: Placed, wanted: Sequence[Placed], placed: Sequence[Placed]) -> bool:
    """制度健全,签定率达100%,…,不达标的扣5分: words that may be required like what has a number."""
    said = p.part.text if isinstance(p.part, TextPart) and not p.part.note else ""
    beside = any(in_one_sentence(placed, *sorted((p, q), key=lambda r: r.start)) for q in wanted)
    return bool(said) and LOOKS.match(said) is None and beside


_SILENT = (RequirePart, TextPart, Joint, StatedPart, HeadPart, BoundPart)


def _misses(part: Part) -> bool:
    match part:
        case BranchPart("zero", None, said, ""):
            return is_missed_any(said)
        case FaultPart(label, Amount(share=False), "扣"):
            return is_missed_any(label)
        case _:
            return False


def misses_one(said: str) -> bool:
    """Whether they say that one part is enough: 有一项不达标."""
    head = MISSED_ANY.match(said)
    return head is not None and head["one"] is not None


# 少报1条: of what was to be reported, and of nothing else
_LACKS_OF = lazily(
    "[少缺漏欠](?![一二两三四五六七八九十])[\u4e00-\u9fff]{1,2}(?:[0-9]|[一二两三四五六七八九十])"
)


def with_missing_of_all(
    source: str, placed: Sequence[Placed], readings: Mapping[str, str]
) -> list[Placed]:
    """走访看望,组织座谈会,每少1次扣1分: what is missing of either, without how many there have to be.

    G132 tells whether it is of all that stands in the sentence, or of the last.
    """
    figures = (RequirePart, GivePart, BranchPart, TierPart, AllPart)
    if any(isinstance(p.part, figures) for p in placed):
        return list(placed)
    found: list[Placed] = []
    for p in placed:
        own = _LACKS_OF.search(source[p.start : p.end]) is not None
        run = _duties(found) if _is_missing(p.part) and not own else []
        if not run or not isinstance(p.part, StepPart):
            found.append(p)
            continue
        found.append(Placed(TextPart("", note="G132"), run[0].start, run[0].start))
        if readings.get("G132") == "只算最后一件":
            found.append(p)
            continue
        at = found.index(run[0])
        head = f"{run_text(found[at:-2])},{p.part.label}"
        del found[at:-1]
        words = Counted(head, "少" + p.part.lead, p.part.unit, p.part.thing)
        assert p.part.amount.number is not None
        count = CountPart(words, p.part.per, "扣", p.part.amount.number, most=p.part.most)
        found.append(Placed(count, run[0].start, p.end))
    return found


def _duties(found: Sequence[Placed]) -> list[Placed]:
    """What is to be done, right in front in the same sentence."""
    run: list[Placed] = []
    for q in reversed(found):
        text = q.part.text if isinstance(q.part, TextPart) else ""
        plain = bool(text) and isinstance(q.part, TextPart) and not (q.part.note or q.part.whole)
        if plain and not LOOKS.match(text) and not _ABOUT.search(text):
            run.insert(0, q)
        elif not (isinstance(q.part, Joint) and q.part.stop == 0):
            break
    return run


# 为加强管理, 根据要求: why, and by what
_ABOUT = lazily("^(?:为|由|经|在|随机|实地|现场)|情况$|要求$|为准$|的$|中$|[时后内]$")


def _is_missing(part: Part) -> bool:
    """Whether a step counts what is missing of something without a mark."""
    match part:
        case StepPart("down", label, _, unit, amount, None, head=head):
            plain = amount.number is not None and not amount.share and unit in COUNTS
            ways = part.falls or part.rise or part.prior or part.prop or part.unmet
            return plain and not ways and head == label not in ("", *NAMELESS)
        case _:
            return False


def with_bracket_wholes(placed: Sequence[Placed]) -> list[Placed]:
    """生育率达95%以上,多孩率在1%内(60分)。每出现1例扣8分: what is taken from, whatever is reached.

    As of points in brackets behind any other description (G19, G120).
    """
    wholes = [p for p in placed if isinstance(p.part, AllPart)]
    others = [p.part for p in placed if p not in wholes and not isinstance(p.part, _SILENT)]
    if len(wholes) != 1 or not others or not all(map(is_take, others)):
        return list(placed)
    at, part = wholes[0], wholes[0].part
    if not (isinstance(part, AllPart) and part.bracketed and part.upto is None):
        return list(placed)
    said = spoken([(n.label, n.mark, n.op) for n in part.needs], "且" if part.said else "")
    give = GivePart(f"做到“{said}“", part.amount)
    return [Placed(give, p.start, p.end) if p is at else p for p in placed]
