"""Where the sentences of a clause end, and what stands in one of them."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.rules.building import Placed
from kpixl.rules.parts import Joint, Part


def ends(part: Part) -> bool:
    """Whether a part is the semicolon or full stop behind a sentence, and no comma."""
    return isinstance(part, Joint) and part.stop > 0


def sentence(placed: Sequence[Placed], at: int) -> tuple[int, int]:
    """From where to where the sentence goes in which a part stands."""
    stops = [n for n, p in enumerate(placed) if ends(p.part)]
    return max((n + 1 for n in stops if n < at), default=0), min(
        (n for n in stops if n > at), default=len(placed)
    )


def in_one_sentence(placed: Sequence[Placed], first: Placed, last: Placed) -> bool:
    """Whether no sentence ends between two parts."""
    return not any(ends(p.part) for p in placed if first.start < p.start < last.start)


def cut_at(placed: Sequence[Placed], scoring: Sequence[Placed], stop: int) -> list[list[Placed]]:
    """What scores, sentence by sentence; `stop` 1 cuts at semicolons too."""
    groups: list[list[Placed]] = [[]]
    same = {id(p) for p in scoring}  # parts of long texts are not compared with each other
    for p in placed:
        if isinstance(p.part, Joint) and p.part.stop >= stop and groups[-1]:
            groups.append([])
        elif id(p) in same:
            groups[-1].append(p)
    return [g for g in groups if g]
