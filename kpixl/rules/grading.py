"""等次 of a scheme: what takes which grade, and how many units may have it.

80分以上为优秀;其余为合格。优秀比例不超过20% is a `GradeRule` with a `Quota`;
按1:3:6的比例评定一、二、三等奖 is a `Ratio` by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpixl.errors import RuleError
from kpixl.rules.grades import Grade, GradeRule, parse_grades
from kpixl.rules.scheme_wide import Quota, Ratio
from kpixl.rules.statements import Several, read_scheme_rule


@dataclass(frozen=True)
class Graded:
    """The grade of a unit; `beyond` is the quota that kept it from a better one."""

    grade: str | None
    beyond: str = ""


@dataclass(frozen=True)
class Grading:
    """How the units of one ranking get their grades."""

    rule: GradeRule | Ratio
    quotas: tuple[Quota, ...] = ()

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades with their conditions; () where only their shares are settled."""
        return self.rule.grades if isinstance(self.rule, GradeRule) else ()

    @property
    def needs_all(self) -> bool:
        """Whether the grade of a unit depends on how many others there are, or on theirs."""
        return isinstance(self.rule, Ratio) or bool(self.quotas) or self.rule.needs_count

    @property
    def needs_rank(self) -> bool:
        """Whether a unit without a place has no grade."""
        return isinstance(self.rule, Ratio) or bool(self.quotas) or self.rule.needs_rank

    def of(
        self,
        totals: Sequence[float | None],
        ranks: Sequence[float | None],
        count: int | None = None,
    ) -> tuple[Graded, ...]:
        """The grades of the units that are ranked together; None is not ranked.

        `count` is how many are ranked, which shares are taken of: else those with a total.

        Units of one place stay together: where they don't all fit into a quota, none of them
        has the grade, and they get the next one whose mark they reach.

        >>> two = read_grading("90分以上为优秀;80分以上为良好;其余为合格。优秀名额不超过1名")
        >>> [g.grade for g in two.of([95.0, 93.0, 85.0, None], [1, 2, 3, None])]
        ['优秀', '良好', '良好', None]
        """
        if count is None:
            count = sum(1 for t in totals if t is not None)
        if isinstance(self.rule, Ratio):
            return tuple(Graded(g) for g in _shared_out(self.rule, ranks, count))
        found = [
            Graded(None if t is None else self.rule.grade(t, r, count))
            for t, r in zip(totals, ranks, strict=True)
        ]
        ladder = sorted(self.rule.grades, key=lambda g: g.order)
        for at, grade in enumerate(ladder):
            quota = next((q for q in self.quotas if q.grade == grade.name), None)
            if quota is None:
                continue
            most = quota.most(count)
            holders = [i for i, g in enumerate(found) if g.grade == grade.name]
            fits = {i: _upto(ranks, holders, ranks[i]) <= most for i in holders}
            for i in holders:
                if not fits[i]:
                    lesser = next((g for g in ladder[at + 1 :] if _reached(g, totals[i])), None)
                    found[i] = Graded(None if lesser is None else lesser.name, quota.canonical)
        return tuple(found)


def _upto(ranks: Sequence[float | None], rows: Sequence[int], place: float | None) -> float:
    """How many of some units have that place or a better one."""
    if place is None:
        return float("inf")
    return sum(1 for i in rows if (r := ranks[i]) is not None and r <= place)


def _reached(grade: Grade, total: float | None) -> bool:
    """Whether a total is enough for a lesser grade; its upper end keeps nobody out."""
    if grade.low is None or total is None:
        return True
    low = float(grade.low)
    return total > low if grade.low_open else total >= low


def _shared_out(ratio: Ratio, ranks: Sequence[float | None], count: int) -> list[str | None]:
    last = ratio.last_places(count)
    rows = range(len(ranks))
    return [
        None
        if place is None
        else next((g for g in ratio.grades if _upto(ranks, rows, place) <= last[g]), None)
        for place in ranks
    ]


def read_grading(text: str) -> Grading:
    """Read 等次 of a scheme completely, or refuse it (RuleError).

    >>> read_grading("前3名为优秀;80分以上为达标").quotas
    ()
    """
    try:
        return Grading(parse_grades(text))
    except RuleError as error:
        try:
            read = read_scheme_rule(text)
        except RuleError:
            raise error from None
    if isinstance(read, Ratio):
        return Grading(read)
    parts = read.parts if isinstance(read, Several) else (read,)
    rules = [p for p in parts if isinstance(p, GradeRule) and not p.of]
    quotas = tuple(p for p in parts if isinstance(p, Quota))
    if len(rules) != 1 or len(quotas) + 1 != len(parts):
        raise RuleError(
            text, 0, text, "等次里还有别的规定", "等次的条件和名额,如“优秀比例不超过20%”"
        )
    known = {g.name for g in rules[0].grades}
    for quota in quotas:
        if quota.grade not in known:
            raise RuleError(
                text, 0, text, f"名额说的“{quota.grade}”不在等次里", "、".join(sorted(known))
            )
    return Grading(rules[0], quotas)
