"""Rules × data → points, for all units at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, finding
from kpixl.rules.amounts import percent
from kpixl.rules.evaluate import evaluate
from kpixl.rules.expr import Position, walk
from kpixl.rules.frame import Codes, Floats, Grouping
from kpixl.scheme.derive import Member, inputs_of
from kpixl.scheme.model import Scheme
from kpixl.scoring.blocks import cut_notes, within_blocks
from kpixl.scoring.frames import (
    asked_inputs,
    derived_columns,
    group_codes,
    item_frame,
    member_columns,
    target_columns,
)
from kpixl.scoring.model import Note, ScoreTable


def score(scheme: Scheme, entries: Entries) -> ScoreTable:
    """Score every unit on every indicator.

    A figure that is missing leaves its items blank, never 0 (G4), unless the scheme says
    otherwise; what does not apply to a unit is treated as the scheme says (G15).
    """
    units = entries.units
    groups = tuple(entries.groups.get(u, "") for u in units)
    counting, own = _assessed(scheme, entries)
    filled, remarks = _policies(scheme, entries, counting)
    asked = {
        i.name: np.array([_figure(filled.get((u, i.name))) for u in units], dtype=np.float64)
        for i in scheme.asked
    }
    columns = derived_columns(scheme, {**asked, **member_columns(scheme, units, groups)})
    codes = group_codes(groups)
    targets = target_columns(scheme, units, columns)
    scores = _item_scores(scheme, columns, groups=codes, targets=targets)
    excluded = np.zeros(scores.shape, dtype=bool)
    _not_applicable(scheme, entries, codes, scores, excluded, remarks)
    if own is not None:
        scores[~own] = np.nan
        excluded &= own
    _refused(scheme, scores, excluded, own, remarks)
    table = ScoreTable(
        scheme,
        entries,
        units,
        groups,
        within_blocks(scheme, np.where(excluded, np.nan, scores)),
        excluded,
        columns,
        targets,
        tuple(() for _ in units),
        uncut=scores,
        own=own,
    )
    for row, note in cut_notes(table):
        remarks[row].append(note)
    findings = (*_divisors(table), *_flat_bands(table), *_incomplete(table, remarks))
    return replace(table, notes=tuple(tuple(r) for r in remarks), findings=findings)


def score_columns(
    scheme: Scheme,
    columns: Mapping[str, Floats],
    *,
    groups: Codes | None = None,
    targets: Mapping[str, Floats] | None = None,
) -> NDArray[np.float64]:
    """Item scores of shape (units, indicators) from one array of shape (units,) an input.

    `columns` holds derived inputs too (`derived_columns`), NaN for missing; `groups` one
    code a unit, None for one group; `targets` the targets of inputs whose units have targets of
    their own (`target_columns`).  An indicator whose clause could not be read is blank.
    """
    return within_blocks(scheme, _item_scores(scheme, columns, groups=groups, targets=targets))


def _item_scores(
    scheme: Scheme,
    columns: Mapping[str, Floats],
    *,
    groups: Codes | None,
    targets: Mapping[str, Floats] | None,
) -> NDArray[np.float64]:
    """The items by their own clauses alone, before their blocks hold them."""
    size = len(next(iter(columns.values()))) if columns else 0
    scores = np.full((size, len(scheme.indicators)), np.nan)
    grouping = None if groups is None else Grouping(groups)
    for column, indicator in enumerate(scheme.indicators):
        rule = indicator.rule
        if rule is None or len(indicator.feeds) != len(rule.inputs):
            continue
        frame = item_frame(scheme, indicator, columns, grouping, targets)
        scores[:, column] = evaluate(rule, frame, points=indicator.points, decimals=scheme.decimals)
    return scores


# -- who is assessed on what ----------------------------------------------------------


def _assessed(
    scheme: Scheme, entries: Entries
) -> tuple[list[frozenset[str]], NDArray[np.bool_] | None]:
    """The inputs that count for each unit, and its items (None: all of them, for all units).

    A unit of the roster is assessed on what its form asks for, whatever else it sends; one
    that only the data know, on what they hold for it.
    """
    if not any(i.applies_to for i in scheme.asked):
        return [frozenset(i.name for i in scheme.asked)] * len(entries.units), None
    sent: dict[str, set[str]] = {}
    for entry in entries:
        sent.setdefault(entry.unit, set()).add(entry.input)
    counting: list[frozenset[str]] = []
    for unit in entries.units:
        names = {i.name for i in scheme.asked_of(unit, entries.groups.get(unit))}
        if scheme.unit_named(unit) is None:
            group, got = entries.groups.get(unit, ""), sent.get(unit, set())
            others = {n for n in got if scheme.for_other_groups(scheme.input_by_name[n], group)}
            names |= got - others
        counting.append(frozenset(names))
    items = [{i.name for i in scheme.asked if i.item == n.key} for n in scheme.indicators]
    own = np.array([[not i or bool(i & names) for i in items] for names in counting], dtype=bool)
    return counting, None if own.all() else own


# -- policies of the scheme -----------------------------------------------------------


def _figure(entry: Entry | None) -> float:
    return float("nan") if entry is None or entry.value is None else entry.value


def _policies(
    scheme: Scheme, entries: Entries, counting: Sequence[frozenset[str]]
) -> tuple[dict[tuple[str, str], Entry], list[list[Note]]]:
    """The entries that count, missing figures filled as 缺报 says, and a note for each."""
    filled = {
        (unit, name): entry
        for unit, names in zip(entries.units, counting, strict=True)
        for name in names
        if (entry := entries.get(unit, name)) is not None
    }
    remarks: list[list[Note]] = [[] for _ in entries.units]
    for row, unit in enumerate(entries.units):
        for item in scheme.asked:
            if item.name not in counting[row]:
                continue
            entry = entries.get(unit, item.name)
            blank = entry or Entry(unit, item.name)
            policy, mark = scheme.missing_of(item), scheme.factor(item, blank.mark)
            replaced = policy == "上年值" and blank.last_year is not None
            if blank.state == "last_year" or (blank.state == "blank" and replaced):
                given = f" {blank.last_year:.15g}" if blank.last_year is not None else ""
                text = f"“{item.name}”无本年数,采用上年数{given}"
                remarks[row].append(Note("last-year", item.name, text))
            if mark is not None and (blank.value is not None or replaced):
                text = f"“{item.name}”{blank.mark},按{percent(mark)}计"
                remarks[row].append(Note("mark", item.name, text))
            if blank.state != "blank":
                continue
            if replaced and blank.last_year is not None:
                value = scheme.counted(item, blank.last_year, blank.mark)
                filled[unit, item.name] = replace(blank, value=value, state="last_year")
            elif policy == "按0":
                filled[unit, item.name] = replace(blank, value=0.0, state="given")
                text = f"“{item.name}”缺报,按方案计为0"
                remarks[row].append(Note("counted-as-zero", item.name, text))
    return filled, remarks


def _not_applicable(
    scheme: Scheme,
    entries: Entries,
    codes: Codes | None,
    scores: NDArray[np.float64],
    excluded: NDArray[np.bool_],
    remarks: list[list[Note]],
) -> None:
    """Items that do not apply to a unit, as 不涉及 says (G15); never 0."""
    if scheme.not_applicable == "询问":
        return
    for column, indicator in enumerate(scheme.indicators):
        names = asked_inputs(scheme, indicator)
        rows = [
            row
            for row, unit in enumerate(entries.units)
            if any(
                (entry := entries.get(unit, name)) is not None and entry.state == "not_applicable"
                for name in names
            )
        ]
        means = scores[:, column].copy()
        for row in rows:
            remarks[row].append(
                Note(
                    "not-applicable",
                    indicator.key,
                    f"“{indicator.name}”不涉及,{scheme.not_applicable}",
                )
            )
            if scheme.not_applicable == "满分" and indicator.points is not None:
                scores[row, column] = float(indicator.points)
            elif scheme.not_applicable == "本组均分":
                mates = means if codes is None else means[codes == codes[row]]
                known = mates[~np.isnan(mates)]
                if len(known):
                    from kpixl.rounding import round_half_up

                    scores[row, column] = round_half_up(float(known.mean()), scheme.decimals)
            elif scheme.not_applicable == "剔除并折算":
                excluded[row, column] = True


def _refused(
    scheme: Scheme,
    scores: NDArray[np.float64],
    excluded: NDArray[np.bool_],
    own: NDArray[np.bool_] | None,
    remarks: list[list[Note]],
) -> None:
    """缺报 = 拒绝: a unit that lacks a figure is not scored at all."""
    if scheme.missing != "拒绝":
        return
    lacking = np.isnan(scores) & ~excluded & (True if own is None else own)
    for row in np.flatnonzero(lacking.any(axis=1)):
        scores[row, :] = np.nan
        excluded[row, :] = False
        remarks[row].append(Note("refused", "", "数据不全,按方案不予评分"))


# -- what is said about the scores ----------------------------------------------------


def _divisors(table: ScoreTable) -> list[Finding]:
    """Derived figures that are missing although all their parts are there."""
    found: list[Finding] = []
    for name, tree in table.scheme.derivations.items():
        if isinstance(tree, Member):
            continue
        parts = [table.columns[part] for part in inputs_of(tree)]
        there = ~np.isnan(np.array(parts)).any(axis=0)
        for row in np.flatnonzero(there & np.isnan(table.columns[name])):
            unit = table.units[row]
            divisor = inputs_of(tree)[-1]
            entry = table.entries.get(unit, divisor)
            found.append(
                finding(
                    "score-divisor",
                    unit=unit,
                    input=divisor,
                    name=name,
                    found=_shown(entry),
                    **({"place": entry.place} if entry else {}),
                )
            )
    return found


def _shown(entry: Entry | None) -> str:
    return "空白" if entry is None or entry.raw is None else str(entry.raw)


def _flat_bands(table: ScoreTable) -> list[Finding]:
    """Bands whose ends are equal: every unit of the group holds the highest value (G5)."""
    found: list[Finding] = []
    for indicator in table.scheme.indicators:
        rule = indicator.rule
        if rule is None or len(indicator.feeds) != len(rule.inputs):
            continue
        banded = {
            node.input
            for term in rule.terms
            for node in walk(term.expr())
            if isinstance(node, Position)
        }
        frame = table.frame(indicator)
        for i in sorted(banded):
            span = np.broadcast_to(
                np.asarray(frame.stat("max", i) - frame.stat("min", i)), len(frame)
            )
            flat = (span == 0) & ~np.isnan(frame.values[i])
            for label in dict.fromkeys(table.groups[row] for row in np.flatnonzero(flat)):
                name = indicator.feeds[i]
                value = next(
                    frame.values[i][row]
                    for row in np.flatnonzero(flat)
                    if table.groups[row] == label
                )
                where = f"{label}:" if label else ""
                found.append(
                    finding(
                        "score-flat-band", input=name, name=name, found=f"{where}均为{value:.15g}"
                    )
                )
    return found


def _incomplete(table: ScoreTable, remarks: list[list[Note]]) -> list[Finding]:
    """Units that lack an item: which, and that they are not ranked (G12)."""
    found: list[Finding] = []
    blank = table.blank()
    for row in np.flatnonzero(blank.any(axis=1)):
        unit = table.units[row]
        items = [table.items[c] for c in np.flatnonzero(blank[row])]
        text = f"缺“{'”“'.join(items)}”,总分未完整,不参加排名"
        remarks[row].append(Note("incomplete", "", text))
        found.append(finding("score-incomplete", unit=unit, name=unit, found="、".join(items)))
    return found
