"""What whoever signs a ranking has to know about its grades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpixl.findings import Finding, finding
from kpixl.ranking.model import Standing
from kpixl.rules.grades import Grade, GradeRule
from kpixl.rules.printing import number


def grades_below_the_next(standings: Sequence[Standing], rule: GradeRule) -> Iterator[Finding]:
    """Units whose place gives them a grade while their total is too low for a lesser one.

    前3名为优秀;80分以上为达标: the third of a weak year may have less than 80.
    """
    if rule.of:
        return
    by_name = {g.name: g for g in rule.grades}
    marks = [g for g in rule.grades if g.low is not None and not g.by_place and not g.rest]
    for standing in standings:
        grade = by_name.get(standing.grade or "")
        if grade is None or not grade.by_place or grade.low is not None:
            continue
        missed = [m for m in marks if m.high is None and not _reaches(m, standing.total)]
        if missed and standing.total is not None:
            lowest = min(missed, key=lambda m: m.low or 0)
            assert lowest.low is not None
            total, low = number(standing.total), number(lowest.low)
            yield finding(
                "lint-grade-below",
                unit=standing.unit,
                found=f"{total} {'≤' if lowest.low_open else '<'} {low}",
                name=standing.unit,
                grade=grade.name,
                total=total,
                phrase=lowest.canonical(),
            )


def _reaches(mark: Grade, total: float | None) -> bool:
    if total is None or mark.low is None:
        return True
    low = float(mark.low)
    return total > low if mark.low_open else total >= low
