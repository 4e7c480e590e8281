"""What a result carries, held against the returns that it says it was computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, finding
from kpixl.reporting.seal import Sealed
from kpixl.verification.compare import alike


def against_returns(sealed: Sealed, returned: Mapping[int, Entries]) -> Iterator[Finding]:
    """Where figures and files differ; `returned` is by month, that of the year under 0.

    A figure whose file is not there is not compared: its file is named once.
    """
    carried = {0: sealed.entries} if sealed.entries is not None else dict(sealed.months)
    files: dict[str, str] = {}
    for entries in carried.values():
        files |= entries.sources if entries is not None else {}
    there: dict[str, str] = {}
    for entries in returned.values():
        there |= entries.sources
    for name, digest in sorted(files.items()):
        if name not in there:
            yield finding("verify-file-missing", place=Place(name), name=name)
        elif there[name] != digest:
            yield finding(
                "verify-file-differs", place=Place(name), found=there[name], digest=digest
            )
    for name in sorted(there.keys() - files.keys()):
        yield finding("verify-file-unused", place=Place(name), name=name)
    for month, entries in carried.items():
        if entries is not None:
            yield from _figures(entries, returned.get(month), there)


def _figures(
    carried: Entries, returned: Entries | None, there: Mapping[str, str]
) -> Iterator[Finding]:
    cells = {} if returned is None else returned.cells
    for key in dict.fromkeys((*carried.cells, *cells)):
        ours, theirs = carried.cells.get(key), cells.get(key)
        known = any(e is not None and e.place.file in there for e in (ours, theirs))
        if not known or _same(ours, theirs):
            continue
        shown = theirs if theirs is not None and theirs.place.file else ours
        assert shown is not None
        unit, name = key
        yield finding(
            "verify-figure-differs",
            place=shown.place,
            unit=unit,
            input=name,
            found=_words(ours),
            name=name,
            returned=_words(theirs),
        )


def _same(ours: Entry | None, theirs: Entry | None) -> bool:
    if ours is None or theirs is None:
        one = ours or theirs
        return one is None or one.state == "blank"
    return (
        (ours.state, ours.mark) == (theirs.state, theirs.mark)
        and alike(ours.value, theirs.value)
        and alike(ours.raw, theirs.raw)
    )


def _words(entry: Entry | None) -> str:
    if entry is None or entry.state == "blank":
        return "空白"
    value = entry.raw if entry.raw is not None else entry.value
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    return f"{text}({entry.mark})" if entry.mark else text
