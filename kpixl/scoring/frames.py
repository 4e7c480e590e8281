"""The figures that rules are applied to: columns of inputs, targets of units, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kpixl.rules.frame import Codes, Floats, Frame, Grouping
from kpixl.scheme.cases import is_member
from kpixl.scheme.derive import Derivation, Either, Member, Name, inputs_of
from kpixl.scheme.derive import evaluate as evaluate_derivation
from kpixl.scheme.items import Indicator
from kpixl.scheme.model import Scheme


def item_frame(
    scheme: Scheme,
    indicator: Indicator,
    columns: Mapping[str, Floats],
    groups: Codes | Grouping | None,
    targets: Mapping[str, Floats] | None = None,
) -> Frame:
    """The figures of one indicator, in the order of its rule's inputs.

    A target is the unit's own, else that of the 数据项 sheet, else that of the sentence.
    """
    assert indicator.rule is not None
    marks: list[Any] = []
    for name, asked in zip(indicator.feeds, indicator.rule.inputs, strict=True):
        given = scheme.input_by_name[name].target
        common = asked.target if given is None else given
        marks.append((targets or {}).get(name, float("nan") if common is None else float(common)))
    return Frame([columns[name] for name in indicator.feeds], marks, (), groups)


def target_columns(
    scheme: Scheme, units: Sequence[str], columns: Mapping[str, Floats] | None = None
) -> dict[str, Floats]:
    """One target a unit for each input that some unit has a target of its own for.

    With `columns`, the figures of all inputs, there are also the targets that units enter
    themselves, and those of a choice between inputs (甲 或 乙), which has the target of the
    one that counts.
    """
    result: dict[str, Floats] = {}
    for name in dict.fromkeys(name for _, name in scheme.targets):
        common = scheme.input_by_name[name].target if name in scheme.input_by_name else None
        rest = float("nan") if common is None else float(common)
        result[name] = np.array([float(scheme.targets.get((u, name), rest)) for u in units])
    if columns is None:
        return result
    for given in scheme.inputs:
        if given.target_input in columns:
            result[given.name] = columns[given.target_input]
    for name, tree in scheme.derivations.items():
        if isinstance(tree, Either) and scheme.input_by_name[name].target is None:
            result[name] = _target_of_choice(scheme, tree, columns, result)
    return result


def _target_of_choice(
    scheme: Scheme, tree: Derivation, columns: Mapping[str, Floats], own: Mapping[str, Floats]
) -> Floats:
    """The target of the first figure that there is; of no figure, none."""
    if isinstance(tree, Either):
        there = ~np.isnan(evaluate_derivation(tree.left, columns))
        left = _target_of_choice(scheme, tree.left, columns, own)
        return np.where(there, left, _target_of_choice(scheme, tree.right, columns, own))
    size = len(next(iter(columns.values())))
    if not isinstance(tree, Name):
        return np.full(size, np.nan)
    common = scheme.input_by_name[tree.name].target
    return own.get(tree.name, np.full(size, np.nan if common is None else float(common)))


def group_codes(groups: Sequence[str]) -> Codes | None:
    """One number for each group label, None where all units are in one group."""
    labels = {label: i for i, label in enumerate(dict.fromkeys(groups))}
    if len(labels) <= 1:
        return None
    return np.array([labels[g] for g in groups], dtype=np.intp)


def member_columns(
    scheme: Scheme, units: Sequence[str], groups: Sequence[str]
) -> dict[str, Floats]:
    """For each 算式 分组=… whether a unit is one of them; missing where its group is not known."""
    result: dict[str, Floats] = {}
    for tree in scheme.derivations.values():
        if isinstance(tree, Member):
            answers = (is_member(scheme, tree, u, g) for u, g in zip(units, groups, strict=True))
            result[tree.key] = np.array([np.nan if a is None else float(a) for a in answers])
    return result


def derived_columns(scheme: Scheme, asked: Mapping[str, Floats]) -> dict[str, Floats]:
    """The asked figures and those derived from them, missing where a divisor is 0 (G14)."""
    columns = dict(asked)
    for name, tree in scheme.derivations.items():
        columns[name] = evaluate_derivation(tree, columns)
    return columns


def asked_inputs(scheme: Scheme, indicator: Indicator) -> tuple[str, ...]:
    """The inputs that a form asks for on behalf of an indicator, derived ones resolved."""
    trees = scheme.derivations
    result: list[str] = []
    todo = list(indicator.feeds)
    while todo:
        name = todo.pop(0)
        if name in trees:
            todo[:0] = inputs_of(trees[name])
        elif name not in result:
            result.append(name)
            todo[:0] = filter(None, (scheme.input_by_name[name].target_input,))
    return tuple(result)
