"""A grade by place below the points that a lesser grade asks for is named."""

from __future__ import annotations

import pytest

from kpixl.ranking.doubts import grades_below_the_next
from kpixl.ranking.model import Standing
from kpixl.rules.grades import parse_grades


def standing(total: float | None, grade: str | None) -> Standing:
    return Standing(
        unit="甲",
        group="",
        row=0,
        items={},
        blocks={},
        base_total=total,
        total=total,
        complete=total is not None,
        rank=1,
        rank_all=1,
        grade=grade,
        vetoed=False,
        notes=(),
    )


@pytest.mark.parametrize(
    ("clause", "total", "grade", "found"),
    [
        ("前3名为优秀;80分以上为达标", 79.99, "优秀", ["79.99 < 80"]),
        ("前3名为优秀;80分以上为达标", 80.0, "优秀", []),
        ("前3名为优秀;80分以上为达标", 70.0, None, []),
        ("前3名为优秀;高于80分为达标", 80.0, "优秀", ["80 ≤ 80"]),
        # the lowest mark that is missed is the one to name
        ("前3名为优秀;80分以上为良好;60分以上为合格", 55.0, "优秀", ["55 < 60"]),
        ("前3名为优秀;80分以上为良好;60分以上为合格", 70.0, "优秀", ["70 < 80"]),
        # a grade that asks for points itself needs no remark
        ("前3名且90分以上为优秀;80分以上为达标", 95.0, "优秀", []),
        ("90分以上为优秀;80分以上为达标", 85.0, "达标", []),
        ("前3名为优秀;其余为一般", 10.0, "优秀", []),
    ],
)
def test_a_place_that_outruns_the_points(
    clause: str, total: float, grade: str | None, found: list[str]
) -> None:
    faults = grades_below_the_next([standing(total, grade)], parse_grades(clause))
    assert [f.found for f in faults] == found


def test_an_incomplete_unit_has_no_grade_to_doubt() -> None:
    rule = parse_grades("前3名为优秀;80分以上为达标")
    assert list(grades_below_the_next([standing(None, None)], rule)) == []
