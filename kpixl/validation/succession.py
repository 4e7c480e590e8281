"""Which return of a unit counts: duplicates, corrected returns, and returns nobody can put in order.

A return follows another one if an earlier run has seen that one, if its file's name says that it
is a correction, or if its cover bears a later day.  Nothing else tells the order of two files:
then both are shown with the cells that differ, and the office decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpixl.findings import Finding, finding
from kpixl.validation.returned import Reading

Figures = Mapping[str, tuple[str, str]]

_CORRECTION = re.compile(
    r"更正|修改|修订|订正|重报|再报|补报|重新报送|最新|定稿|终稿|[(（]\s*改\s*[)）]"
)


@dataclass(frozen=True)
class Seen:
    """A return that an earlier run has seen: its content by hash and its figures."""

    unit: str
    sha256: str
    file: str
    first: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Change:
    """What one return says otherwise than the one before it; blank where it says nothing."""

    unit: str
    label: str
    cell: str
    before: str
    now: str
    since: str


@dataclass(frozen=True)
class Succession:
    """The returns of one unit in order: which counts, which number it has, what it changes.

    `number` counts returns with figures of their own from 1.  `rivals` are others whose order
    nobody can tell; `aside` says of each other file why it does not count.
    """

    unit: str
    used: Reading
    number: int
    changes: tuple[Change, ...] = ()
    rivals: tuple[Reading, ...] = ()
    aside: tuple[tuple[Reading, str], ...] = ()
    findings: tuple[Finding, ...] = ()


def succession(unit: str, returns: Sequence[Reading], seen: Sequence[Seen] = ()) -> Succession:
    """Put the returns of a unit in order; `seen` are those of earlier runs, oldest first."""
    aside: list[tuple[Reading, str]] = []
    different: list[Reading] = []
    for reading in returns:
        twin = next((r for r in different if _same(r, reading)), None)
        if twin is None:
            different.append(reading)
        elif (_rank(reading, seen), -len(reading.file)) > (_rank(twin, seen), -len(twin.file)):
            # of two that are alike the one with the bare name is kept: 甲镇, not 甲镇(2)
            different[different.index(twin)] = reading
            aside.append((twin, f"与“{reading.file}”数据相同"))
        else:
            aside.append((reading, f"与“{twin.file}”数据相同"))
    ordered, rivals = _in_order(different, seen)
    used = ordered[-1]
    aside += [(r, f"已由“{used.file}”更正") for r in ordered[:-1]]
    new = [r.figures for r in ordered if _rank(r, seen) < 0]
    number = max(_numbers([*(s.figures for s in seen), *new]), 1)
    changed: tuple[Change, ...] = ()
    if not rivals:
        others = [s for s in seen if s.sha256 != used.sha256]
        earlier: list[tuple[Figures, str]] = [(s.figures, s.file) for s in others]
        earlier += [(r.figures, r.file) for r in ordered[:-1]]
        last = next((e for e in reversed(earlier) if _plain(e[0]) != _plain(used.figures)), None)
        if last is not None:
            changed = tuple(changes_of(unit, last[0], used.figures, last[1]))
    return Succession(
        unit,
        used,
        number,
        changed,
        tuple(rivals),
        tuple(aside),
        _told(unit, used, aside, changed, number),
    )


def changes_of(unit: str, before: Figures, now: Figures, since: str) -> list[Change]:
    """The figures that differ between two returns of a unit."""
    found = []
    for label in dict.fromkeys((*before, *now)):
        old, new = before.get(label, ("", "")), now.get(label, ("", ""))
        if _spelled(old[1]) != _spelled(new[1]):
            texts = _shown(old[1]), _shown(new[1])
            found.append(Change(unit, label, new[0] or old[0], *texts, since))
    return found


def _in_order(
    returns: Sequence[Reading], seen: Sequence[Seen]
) -> tuple[list[Reading], list[Reading]]:
    """The returns, the one that counts last; and those that could as well count instead of it."""
    known = [r for r in returns if _rank(r, seen) >= 0]
    new = [r for r in returns if _rank(r, seen) < 0]
    known.sort(key=lambda r: _rank(r, seen))
    if len(new) <= 1:
        return [*known, *new], []
    corrected = [r for r in new if _CORRECTION.search(_bare(r))]
    if len(corrected) == 1:
        others = [r for r in new if r is not corrected[0]]
        return [*known, *others, *corrected], []
    days = [r.day or date.min for r in new]
    if all(r.day for r in new) and days.count(max(days)) == 1:
        return [*known, *sorted(new, key=lambda r: r.day or date.min)], []
    return [*known, new[0]], new[1:]


def _bare(reading: Reading) -> str:
    """A file's name without the unit's: 修改 in the name of an office says nothing."""
    return reading.file.replace(reading.unit, "") if reading.unit else reading.file


def _rank(reading: Reading, seen: Sequence[Seen]) -> int:
    """Where a return stands among those of earlier runs; -1 for a new one."""
    hits = [n for n, s in enumerate(seen) if s.sha256 == reading.sha256]
    return hits[-1] if hits else -1


def _same(one: Reading, other: Reading) -> bool:
    if one.sha256 == other.sha256:
        return True
    reasons = [{n: r.text for n, r in x.remarks.reasons.items()} for x in (one, other)]
    return (
        bool(one.figures)
        and _plain(one.figures) == _plain(other.figures)
        and reasons[0] == reasons[1]
        and {f.code for f in one.findings} == {f.code for f in other.findings}
    )


def _numbers(figures: Sequence[Figures]) -> int:
    """How many different returns there were, one after the other."""
    count, last = 0, None
    for own in figures:
        plain = _plain(own)
        if plain != last:
            count, last = count + 1, plain
    return count


def _plain(figures: Figures) -> dict[str, str]:
    return {label: text for label, (_, raw) in figures.items() if (text := _spelled(raw))}


def _spelled(text: str) -> str:
    """A figure as it is compared: 12.50 is 12.5, text stays text."""
    try:
        return f"{float(text):.12g}"
    except ValueError:
        return text.strip()


def _shown(text: str) -> str:
    """A figure as a sheet shows it: 382.25, not 382.2500000000001."""
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return " ".join(text.split())


def _told(
    unit: str,
    used: Reading,
    aside: Sequence[tuple[Reading, str]],
    changed: Sequence[Change],
    number: int,
) -> tuple[Finding, ...]:
    found = [
        finding("form-return-repeated", place=r.place, unit=unit, found=why, name=unit)
        for r, why in aside
        if why.endswith("相同")
    ]
    if changed:
        said = "、".join(
            f"{c.label}({c.cell}) {c.before or '空白'}→{c.now or '空白'}" for c in changed[:6]
        )
        more = f" 等 {len(changed)} 处" if len(changed) > 6 else ""
        found.append(
            finding(
                "form-return-corrected",
                place=used.place,
                unit=unit,
                changes=said + more,
                number=number,
                count=len(changed),
                since=changed[0].since,
            )
        )
    return tuple(found)
