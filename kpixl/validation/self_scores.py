"""自评分: what a unit gives itself, checked against what the item can give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpixl.entries import Entries, Entry, State
from kpixl.findings import Finding, blocking, finding
from kpixl.numbers import read_number
from kpixl.scheme.headings import text_of
from kpixl.scheme.items import Indicator
from kpixl.scheme.lint import item_gives
from kpixl.scheme.model import Scheme


def check_self_scores(entries: Entries, scheme: Scheme) -> tuple[Entries, tuple[Finding, ...]]:
    """The same entries with the self-scores that can be used, and what is wrong with the others.

    They never touch a score: they only stand beside it.
    """
    settled: dict[tuple[str, str], Entry] = {}
    findings: list[Finding] = []
    for (unit, item), entry in entries.self_scores.items():
        found = tuple(_faults(entry, scheme.indicator_by_key[item]))
        findings += found
        usable = not blocking(found) and text_of(entry.raw) != ""
        value = float(entry.raw) if usable and isinstance(entry.raw, int | float) else None
        state: State = "given" if usable else "unreadable" if found else "blank"
        settled[unit, item] = entry.settled(state, value)
    scores: dict[str, list[Entry]] = {}
    for (unit, _), entry in settled.items():
        scores.setdefault(unit, []).append(entry)
    for unit, own in scores.items():
        blank = [e for e in own if e.state == "blank"]
        if blank:
            items = "全部" if len(blank) == len(own) else "、".join(e.input for e in blank)
            findings.append(
                finding("self-score-missing", place=blank[0].place, unit=unit, found=items)
            )
    return replace(entries, self_scores=settled), tuple(findings)


def _faults(entry: Entry, indicator: Indicator) -> Iterator[Finding]:
    """A self-score is a number of points, at most what the item can give."""
    text = text_of(entry.raw)
    if not text:
        return
    name = entry.input

    def wrong(code: str, **facts: str) -> Finding:
        place, unit = entry.place, entry.unit
        return finding(code, place=place, unit=unit, input=name, found=text, name=name, **facts)

    if isinstance(entry.raw, bool) or not isinstance(entry.raw, int | float):
        reading = read_number(text, "分")
        proposal = f"(建议值 {reading.plain})" if reading else ""
        yield wrong("self-score-number", proposal=proposal)
        return
    most = None
    if indicator.points is not None:
        given = indicator.points
        if indicator.rule is not None:
            given = item_gives(indicator.rule, indicator.points)[1]
        most = float(given) if given.is_finite() else None
    if entry.raw < 0 or (most is not None and entry.raw > most):
        wanted = "不小于 0" if most is None else f"0 至 {most:g}"
        yield wrong("self-score-bounds", wanted=wanted)
