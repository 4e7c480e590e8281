"""All months of a ledger: each figure by itself, and against the months beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, finding
from kpixl.scheme.headings import text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.validation.validate import validate

# What is said of the last month only: earlier ones may be blank, and were settled at their time.
_OF_THE_LAST = frozenset({"value-missing", "value-zero", "value-last-year", "value-differs"})


def month_findings(by_month: Mapping[int, Entries], scheme: Scheme) -> tuple[Finding, ...]:
    """What is wrong with the figures of all months; of the last one also what is missing."""
    found: list[Finding] = []
    settled: dict[int, Entries] = {}
    last = max(by_month)
    for month, entries in by_month.items():
        settled[month], faults = validate(entries, scheme)
        found += [f for f in faults if month == last or f.code not in _OF_THE_LAST]
    for given in scheme.asked:
        months = sorted(by_month)
        series = [settled[m].cells.get(("", given.name)) for m in months]
        found += _slips(given, months, series)
        found += _gaps(given, months, series)
    return tuple({(f.place, f.code, f.input): f for f in reversed(found)}.values())[::-1]


def _slips(
    given: Input, months: Sequence[int], series: Sequence[Entry | None]
) -> Iterator[Finding]:
    """A figure some ten thousand times that of both months beside it, or of the only one."""
    if not given.quantified:
        return
    known = [(m, e) for m, e in zip(months, series, strict=True) if e is not None and e.value]
    for at, (_, entry) in enumerate(known):
        beside = [known[n] for n in (at - 1, at + 1) if 0 <= n < len(known)]
        ratios = [abs((entry.value or 0) / (other.value or 1)) for _, other in beside]
        times = next(
            (
                factor
                for factor in (1e4, 1e8)
                if ratios
                and (
                    all(factor / 8 <= r <= factor * 8 for r in ratios)
                    or all(factor / 8 <= 1 / r <= factor * 8 for r in ratios if r)
                )
            ),
            None,
        )
        # of two months alone either may be the wrong one: the target decides, elsewhere
        if times is None or len(known) < 3:
            continue
        month, other = beside[0]
        if len(beside) == 1 and not _alone(known, at):
            continue
        value = entry.value or 0.0
        proposal = value / times if ratios[0] > 1 else value * times
        yield finding(
            "value-magnitude",
            place=entry.place,
            input=given.name,
            found=text_of(entry.raw),
            name=given.name,
            against=f"{month}月的 {other.value:.10g} ",
            times="1 万" if times == 1e4 else "1 亿",
            mixed="万和亿,或元和万" if times == 1e4 else "元和亿",
            proposal=f"{proposal:.6g}{given.unit}",
        )


def _alone(known: Sequence[tuple[int, Entry]], at: int) -> bool:
    """Whether the first or last month stands against two that agree with each other."""
    near, further = (1, 2) if at == 0 else (at - 1, at - 2)
    ratio = abs((known[near][1].value or 1) / (known[further][1].value or 1))
    return 0.01 < ratio < 100


def _gaps(given: Input, months: Sequence[int], series: Sequence[Entry | None]) -> Iterator[Finding]:
    """A blank month between two with figures is missing; one before all others is told."""
    filled = [n for n, e in enumerate(series) if e is not None and e.state != "blank"]
    if not filled:
        return
    for at, entry in enumerate(series[: filled[-1]]):
        if entry is None or entry.state != "blank" or not entry.place.cell:
            continue  # a month that has no column is told as that
        code = "value-missing" if at > filled[0] else "ledger-month-blank"
        yield finding(
            code,
            place=entry.place,
            input=given.name,
            name=f"{given.name} {months[at]}月",
            wanted=f"数字({given.unit})" if given.unit else "数字",
        )
