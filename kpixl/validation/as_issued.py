"""A return against the form as it was issued: what was changed, put in, taken out or moved.

Positions are those of the return; a row or column that stands elsewhere is told with its old
and its new position, and is looked at where it now is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpixl.address import a1, column_name
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Scalar, Sheet, Snapshot, Spot
from kpixl.numbers import conversion
from kpixl.scheme.headings import text_of
from kpixl.templates.issued import IssuedForm, IssuedSheet, plain

_GAP = -0.3  # what a row or column that has no partner costs
_SAME = 0.6  # how alike two rows have to be to be one that was moved


@dataclass(frozen=True)
class Changes:
    """What a comparison found, and what need not be said again by others.

    `cells` are the changed cells of the return, `lost` the inputs whose row can't be read by
    its name any more, `shifted` whether rows or columns moved at all.
    """

    findings: tuple[Finding, ...]
    cells: frozenset[tuple[str, str]] = frozenset()
    lost: frozenset[str] = frozenset()
    shifted: bool = False


def changes(snapshot: Snapshot, form: IssuedForm) -> Changes:
    """Everything in a return that is not as it was issued, outside of the cells to fill in."""
    findings: list[Finding] = []
    cells: set[tuple[str, str]] = set()
    lost: set[str] = set()
    shifted = False
    for number, issued in enumerate(form.sheets):
        sheet = _partner(snapshot, issued, first=number == 0)
        if sheet is None:
            if number:
                place = Place(snapshot.source.name)
                findings.append(
                    finding("form-sheet-missing", place=place, unit=form.unit, name=issued.name)
                )
            continue
        one = _Comparison(snapshot.source.name, sheet, issued, form)
        found = list(one.findings())
        findings += found
        cells |= {(sheet.name, f.place.cell) for f in found}
        lost |= one.lost
        shifted |= one.shifted
    return Changes(tuple(findings), frozenset(cells), frozenset(lost), shifted)


def _partner(snapshot: Snapshot, issued: IssuedSheet, *, first: bool) -> Sheet | None:
    """The sheet of a return that an issued one became; the form itself may be renamed."""
    named = snapshot.sheet(issued.name)
    if named is not None or not first:
        return named

    def alike(sheet: Sheet) -> int:
        return sum(plain(sheet.value(*s)) == text for s, text in issued.texts.items())

    return max(snapshot.sheets, key=alike, default=None)


class _Comparison:
    """One sheet of a return beside the same sheet as it was issued."""

    def __init__(self, file: str, sheet: Sheet, issued: IssuedSheet, form: IssuedForm) -> None:
        self.file, self.sheet, self.issued, self.form = file, sheet, issued, form
        self.lost: set[str] = set()
        self.shifted = False

    def findings(self) -> Iterator[Finding]:
        """The differences, the shape first."""
        if not any(True for _ in self._changed(None, None)):
            return
        rows = self._rows()
        columns = self._columns(rows)
        if all(rows.get(r) == r for r in rows) and all(columns.get(c) == c for c in columns):
            if len(rows) == self.issued.height and len(columns) == self.issued.width:
                rows_, columns_ = None, None
            else:
                rows_, columns_ = rows, columns
        else:
            rows_, columns_ = rows, columns
        swapped = self._swapped(rows)
        for old, new in swapped.items():
            yield self._moved_row(old, new)
        yield from self._row_shape({o: n for o, n in rows.items() if o not in swapped}, rows)
        yield from self._column_shape(columns)
        moved = columns_ is not None and (
            len(columns) < self.issued.width or any(c != d for c, d in columns.items())
        )
        for spot, now in self._changed(rows_, columns_):
            # a cover whose merged cells were pulled apart says nothing of its own
            if not (moved and spot[0] < self.issued.head) and spot[0] not in swapped:
                yield from self._cell(spot, now)

    # -- single cells ------------------------------------------------------------------

    def _now(
        self, spot: Spot, rows: Mapping[int, int] | None, columns: Mapping[int, int] | None
    ) -> Spot | None:
        """Where an issued cell now stands; None where its row or column is gone."""
        row = spot[0] if rows is None else rows.get(spot[0])
        column = spot[1] if columns is None else columns.get(spot[1])
        return None if row is None or column is None else (row, column)

    def _changed(
        self, rows: Mapping[int, int] | None, columns: Mapping[int, int] | None
    ) -> Iterator[tuple[Spot, Spot]]:
        """Locked cells that hold something else than they were issued with: issued, and now."""
        issued = self.issued
        for spot, now, found in self._standing(issued.texts, rows, columns):
            if found != issued.values[spot] and plain(found) != issued.texts[spot]:
                yield spot, now
        for spot, now, found in self._standing(issued.blank, rows, columns):
            if found is not None and text_of(found) != "":
                yield spot, now

    def _standing(
        self,
        spots: Iterable[Spot],
        rows: Mapping[int, int] | None,
        columns: Mapping[int, int] | None,
    ) -> Iterator[tuple[Spot, Spot, Scalar]]:
        """Issued cells that are still there, where they now stand, and what they now hold."""
        cells = self.sheet.rows
        still = rows is None and columns is None
        for spot in spots:
            now = spot if still else self._now(spot, rows, columns)
            if now is None:
                continue
            row, column = now
            try:
                found = cells[row - 1][column - 1]
            except IndexError:  # beyond what the return has
                found = None
            yield spot, now, found

    def _cell(self, spot: Spot, now: Spot) -> Iterator[Finding]:
        issued, scheme = self.issued, self.form.scheme
        was, found = issued.values.get(spot), self.sheet.value(*now)
        name = issued.labels.get(spot[0], "")
        role = issued.roles.get(spot[1], "") if spot[0] > issued.head else ""
        given = scheme.input_by_name.get(name)
        if text_of(was) == scheme.form_id:
            yield self._say("form-version", now, found, wanted=scheme.form_id)
        elif spot[0] < issued.head and _years(was) != _years(found):
            yield self._say("form-year", now, found, wanted=text_of(was))
        elif spot in issued.blank:
            what = issued.headings.get(spot[1]) or a1(*now)
            label = f"{name} {what}".strip() if spot[0] > issued.head else what
            yield self._say("form-label-changed", now, found, name=label, wanted="空白")
        elif self._is_unit(spot):
            pass  # whose form it is, is another check's matter
        elif role == "计量单位" and given is not None:
            factor = conversion(text_of(found), given.unit) if given.unit else None
            proposal = "请按方案的计量单位重填"
            if factor is not None:
                proposal = f"1{text_of(found)}合 {float(factor):.15g}{given.unit}"
            self.lost.add(name)
            yield self._say(
                "form-measure-changed",
                now,
                found,
                name=name,
                wanted=given.unit,
                proposal=proposal,
            )
        elif role == "目标":
            yield self._say("form-target-changed", now, found, name=name, wanted=text_of(was))
        elif role == "分值":
            label = self._item(spot[0])
            yield self._say("form-points-changed", now, found, name=label, wanted=text_of(was))
        else:
            what = issued.headings.get(spot[1], "") if spot[0] > issued.head else ""
            if role == "数据项" and name:
                self.lost.add(name)
                label = f"数据项 {name}"
            elif spot[0] > issued.head and role:
                label = f"{name} {what}".strip()
            else:
                label = _short(text_of(was))
            yield self._say("form-label-changed", now, found, name=label, wanted=text_of(was))

    def _is_unit(self, spot: Spot) -> bool:
        unit = self.form.unit
        return bool(unit) and spot[0] < self.issued.head and self.issued.values.get(spot) == unit

    def _item(self, row: int) -> str:
        """The item that a row belongs to, for what stands once for several rows."""
        columns = [c for c, role in self.issued.roles.items() if role == "指标"]
        for at in range(row, self.issued.head, -1):
            for column in columns:
                if (at, column) in self.issued.values:
                    return _short(text_of(self.issued.values[at, column]))
        return self.issued.labels.get(row, a1(row, 1))

    def _say(self, code: str, spot: Spot, found: Scalar = None, **facts: Any) -> Finding:
        text = text_of(found)
        if code in ("form-label-changed", "form-target-changed", "form-points-changed"):
            text = text or "空白"
            facts["wanted"] = _short(facts["wanted"], 60)
        name = self.issued.labels.get(spot[0], "")
        return finding(
            code,
            place=Place(self.file, self.sheet.name, a1(*spot)),
            unit=self.form.unit,
            input=name if name in self.form.scheme.input_by_name and not self.shifted else "",
            found=_short(text, 60),
            **facts,
        )

    # -- rows and columns --------------------------------------------------------------

    def _rows(self) -> dict[int, int]:
        """Which row of the return each issued row became."""
        issued = [Counter[str]() for _ in range(self.issued.height)]
        for (row, _), text in self.issued.texts.items():
            issued[row - 1][text] += 1
        last = max((r for r, _, _ in self.sheet.filled()), default=0)
        there = [Counter(t for v in row if (t := plain(v))) for row in self.sheet.rows[:last]]
        while len(there) < len(issued):
            there.append(Counter())
        pairs = _aligned(issued, there, _row_likeness)
        rows = {i + 1: j + 1 for i, j in pairs.items()}
        return {**rows, **self._by_name(rows, last)}

    def _by_name(self, rows: Mapping[int, int], last: int) -> dict[int, int]:
        """Rows that found no partner by their content, but one row alone bears their name."""
        column, partners = self._label_column(), {*rows.values()}
        free: dict[str, list[int]] = {}
        for row in range(1, last + 1):
            if row not in partners:
                free.setdefault(plain(self.sheet.value(row, column)), []).append(row)
        return {
            old: found[0]
            for old, label in self.issued.labels.items()
            if old not in rows and len(found := free.get(plain(label), [])) == 1
        }

    def _columns(self, rows: Mapping[int, int]) -> dict[int, int]:
        """Which column of the return each issued column became, by the headings."""
        head = rows.get(self.issued.head)
        same = {c: c for c in range(1, self.issued.width + 1)}
        if head is None or not self.issued.headings:
            return same
        wanted = [plain(self.issued.headings.get(c, "")) for c in same]
        width = max(self.sheet.width, 1)
        found = [plain(self.sheet.value(head, c)) for c in range(1, width + 1)]
        while len(found) > len(wanted) and not found[-1]:
            found.pop()
        if sum(map(bool, wanted)) < 2:
            return same
        pairs = _aligned(wanted, found, _text_likeness)
        return {i + 1: j + 1 for i, j in pairs.items()}

    def _label_column(self) -> int:
        return next((c for c, role in self.issued.roles.items() if role == "数据项"), 1)

    def _swapped(self, rows: Mapping[int, int]) -> dict[int, int]:
        """Rows whose names have changed places while the rest of the table stayed."""
        column = self._label_column()
        now = {old: plain(self.sheet.value(new, column)) for old, new in rows.items()}
        wrong = {
            old: plain(label)
            for old, label in self.issued.labels.items()
            if old in rows and (old, column) in self.issued.texts and now[old] != plain(label)
        }
        found = {}
        for old, label in wrong.items():
            others = [o for o in wrong if now[o] == label]
            if len(others) == 1:
                found[old] = rows[others[0]]
        return found

    def _moved_row(self, old: int, now: int) -> Finding:
        self.shifted = True
        return self._say(
            "form-row-moved",
            (now, self._label_column()),
            f"第 {now} 行",
            name=self.issued.labels.get(old) or self._text(old),
            old=old,
            new=now,
        )

    def _row_shape(self, rows: dict[int, int], every: Mapping[int, int]) -> Iterator[Finding]:
        issued, place = self.issued, self.issued.labels
        gone = [r for r in range(1, issued.height + 1) if r not in every]
        last = max((r for r, _, _ in self.sheet.filled()), default=0)
        partners = set(every.values())
        top, end = 1, max(partners, default=0)
        new = [r for r in range(top, min(last, end) + 1) if r not in partners]
        straight = _straight(rows)
        for old, now in rows.items():
            if old not in straight:
                yield self._moved_row(old, now)
        for row in new:
            self.shifted = True
            found = "、".join(t for v in self.sheet.rows[row - 1] if (t := text_of(v))) or "空行"
            yield self._say("form-row-inserted", (row, 1), found, at=row, count=issued.height)
        for row in gone:
            if not self._text(row):
                continue  # a row for remarks that was never filled in
            self.shifted = True
            if place.get(row) in self.form.scheme.input_by_name:
                self.lost.add(place[row])
            name = place.get(row) or self._text(row)
            yield self._say("form-row-deleted", (row, 1), "没有这一行", name=name, old=row)

    def _text(self, row: int) -> str:
        texts = (t for (r, _), v in sorted(self.issued.values.items()) if r == row for t in [v])
        return _short(next((text_of(t) for t in texts), ""))

    def _column_shape(self, columns: dict[int, int]) -> Iterator[Finding]:
        issued = self.issued
        gone = [c for c in range(1, issued.width + 1) if c not in columns]
        partners = set(columns.values())
        new = [c for c in range(1, max(partners, default=0) + 1) if c not in partners]
        straight = _straight(columns)
        head = issued.head
        for old, now in columns.items():
            if old not in straight:
                self.shifted = True
                yield self._say(
                    "form-column-moved",
                    (head, now),
                    f"{column_name(now)} 列",
                    name=issued.headings.get(old, ""),
                    old=column_name(old),
                    new=column_name(now),
                )
        for column in new:
            self.shifted = True
            yield self._say(
                "form-column-inserted",
                (head, column),
                text_of(self.sheet.value(head, column)) or "空列",
                at=column_name(column),
                count=issued.width,
            )
        for column in gone:
            self.shifted = True
            yield self._say(
                "form-column-deleted",
                (head, column),
                "没有这一列",
                name=issued.headings.get(column, ""),
                old=column_name(column),
            )


def _years(value: Scalar) -> str:
    import re

    return "".join(re.findall(r"(?:19|20)\d\d", text_of(value)))


def _short(text: str, most: int = 24) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _row_likeness(one: Any, other: Any) -> float:
    if not one and not other:
        return 0.2
    if not one or not other:
        return 0.0
    common = sum((one & other).values())
    return float(common / sum(one.values()))


def _text_likeness(one: Any, other: Any) -> float:
    if not one and not other:
        return 0.2
    return 1.0 if one == other else 0.0


def _aligned(
    one: Sequence[Any], other: Sequence[Any], likeness: Callable[[Any, Any], float]
) -> dict[int, int]:
    """Which member of `other` each member of `one` is: in order first, then those that moved."""
    n, m = len(one), len(other)
    like = [[likeness(a, b) for b in other] for a in one]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        best[i][0] = i * _GAP
    for j in range(1, m + 1):
        best[0][j] = j * _GAP
    for i in range(1, n + 1):
        row, above, mine = best[i], best[i - 1], like[i - 1]
        for j in range(1, m + 1):
            row[j] = max(above[j - 1] + mine[j - 1], above[j] + _GAP, row[j - 1] + _GAP)
    pairs: dict[int, int] = {}
    i, j = n, m
    while i and j:
        if abs(best[i][j] - best[i - 1][j - 1] - like[i - 1][j - 1]) < 1e-9:
            i, j = i - 1, j - 1
            pairs[i] = j
        elif abs(best[i][j] - best[i - 1][j] - _GAP) < 1e-9:
            i -= 1
        else:
            j -= 1
    loose = [i for i in range(n) if one[i] and (i not in pairs or like[i][pairs[i]] < _SAME)]
    free = {j for j in range(m) if other[j]}
    free -= {j for i, j in pairs.items() if like[i][j] >= _SAME}
    for i in loose:
        near = max(free, key=lambda j: like[i][j], default=None)
        if near is not None and like[i][near] >= _SAME and pairs.get(i) != near:
            for rival in [k for k, v in pairs.items() if v == near]:
                del pairs[rival]
            pairs[i] = near
            free.discard(near)
    return pairs


def _straight(pairs: Mapping[int, int]) -> set[int]:
    """The members that kept their order: a longest run of pairs that rises on both sides.

    Of several the one with the most that stand where they stood.
    """
    items = sorted(pairs.items())
    length = [(1, int(old == now)) for old, now in items]
    before = [-1] * len(items)
    for k, (old, now) in enumerate(items):
        for h in range(k):
            longer = (length[h][0] + 1, length[h][1] + int(old == now))
            if items[h][1] < now and longer > length[k]:
                length[k], before[k] = longer, h
    at = max(range(len(items)), key=lambda k: length[k], default=-1)
    kept = set()
    while at >= 0:
        kept.add(items[at][0])
        at = before[at]
    return kept
