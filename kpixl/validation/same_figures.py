"""A figure that is asked for in two places is the same in both."""

from __future__ import annotations

from collections.abc import Iterator

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, finding
from kpixl.scheme.headings import text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme


def check_same_figures(entries: Entries, scheme: Scheme) -> Iterator[Finding]:
    """同数: this year's figures of inputs that ask for the same thing, as they were entered.

    Within a unit where it is asked for both; else between the units that are asked for one.
    """
    seen: set[frozenset[str]] = set()
    for one in scheme.asked:
        for name in one.same_as:
            other = scheme.input_by_name.get(name)
            pair = frozenset({one.name, name})
            if other is None or pair in seen:
                continue
            seen.add(pair)
            yield from _differing(entries, one, other)


def _differing(entries: Entries, one: Input, other: Input) -> Iterator[Finding]:
    left, right = ([e for e in entries if e.input == i.name and _given(e)] for i in (one, other))
    both = {e.unit for e in left} & {e.unit for e in right}
    for mine in left:
        for its in right:
            apart = mine.unit != its.unit
            if (apart and both) or mine.raw == its.raw:
                continue
            yield finding(
                "value-differs",
                place=mine.place,
                unit=mine.unit,
                input=mine.input,
                found=f"{text_of(mine.raw)} ≠ {text_of(its.raw)}",
                name=mine.input,
                other=f"{its.unit}的“{its.input}”" if apart else f"“{its.input}”",
            )


def _given(entry: Entry) -> bool:
    return entry.state == "given" and entry.value is not None
