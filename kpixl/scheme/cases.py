"""What a clause that differs from unit to unit asks of one unit: only what its own case needs."""

from __future__ import annotations

from collections.abc import Mapping

from kpixl.rules.case_terms import Case, Cases, cases_of
from kpixl.rules.expr import only_last
from kpixl.scheme.derive import Member, inputs_of
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import Indicator
from kpixl.scheme.model import Scheme


def is_member(scheme: Scheme, tree: Member, unit: str, group: str) -> bool | None:
    """Whether a unit is in one of the groups, or is one of the units, that an 算式 names.

    None where nobody has said in which group the unit is.
    """
    wanted = {spelling(name) for name in tree.names}
    known = scheme.unit_named(unit)
    names = {unit} if known is None else {known.name, *known.aliases}
    if wanted & {spelling(name) for name in (*names, group) if name}:
        return True
    return False if group else None


def spared(
    scheme: Scheme, unit: str, group: str, answers: Mapping[str, float | None]
) -> frozenset[str]:
    """The inputs that nothing asks of a unit, since they belong to cases of other units.

    `answers` holds the unit's figures by input.  An input that anything else uses is never
    spared, nor is one where it is still open which case is the unit's.
    """
    found: set[str] = set()
    for indicator in scheme.indicators:
        cases = cases_of(indicator.rule) if indicator.rule is not None else None
        if cases is None or indicator.rule is None or not indicator.feeds:
            continue
        own = _asked_of(scheme, indicator, cases, unit, group, answers)
        if own is not None:
            found |= {*indicator.feeds} - own - _elsewhere(scheme, indicator)
    return frozenset(found)


def _asked_of(
    scheme: Scheme,
    indicator: Indicator,
    cases: Cases,
    unit: str,
    group: str,
    answers: Mapping[str, float | None],
) -> set[str] | None:
    """What the unit's case needs, and what tells that it is that; None where that is open."""
    needed: set[str] = set()
    for case in cases.of:
        if case.test is not None:
            name = indicator.feeds[case.test]
            needed.add(name)
            if case.reached:
                return None  # the figure itself decides, and every case needs it
            tree = scheme.derivations.get(name)
            holds = (
                is_member(scheme, tree, unit, group)
                if isinstance(tree, Member)
                else None
                if answers.get(name) is None
                else answers[name] == 1
            )
            if holds is None:
                return None
            if not holds:
                continue
        return needed | {indicator.feeds[i] for i in _figures(case)}
    return None


def _figures(case: Case) -> set[int]:
    """The inputs of a case but for those of which only the others' figures count."""
    others: set[int] = set()
    for term in case.terms:
        others |= only_last(term.expr())
    return {i for n, i in enumerate(case.inputs) if n not in others}


def _elsewhere(scheme: Scheme, indicator: Indicator) -> set[str]:
    """The inputs that something beside this indicator uses."""
    used = {name for i in scheme.indicators if i.key != indicator.key for name in i.feeds}
    used |= {name for tree in scheme.derivations.values() for name in inputs_of(tree)}
    used |= {i.target_input for i in scheme.inputs if i.target_input}
    return used | {scheme.veto}
