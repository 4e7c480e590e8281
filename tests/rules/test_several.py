"""Figures worked by hand: one rule behind several requirements, gates, what happens otherwise."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # one mark for rates that are named together: 10 - 2×(85-84) - 2×(85-80)
    ("建制率、达标率低于85%的,每降低1个百分点扣2分", 20, (84, 80), (), (), 8),
    ("建制率、达标率均达到85%以上,每降低1个百分点扣2分", 20, (84, 90), (), (), 18),
    ("投诉率、差错率高于5%的,每高1个百分点扣1分", 10, (7, 6), (), (), 7),
    ("建制率、达标率达到85%以上,得10分", 10, (85, 90), (), (), 10),
    ("建制率、达标率达到85%以上,得10分", 10, (84, 90), (), (), 0),
    # what it costs that they are not met: once, however many are not
    ("签订率达100%、兑现率达95%,不达标的扣3分", 10, (99, 90), (), (), 7),
    ("签订率达100%、兑现率达95%,不达标的扣3分", 10, (100, 95), (), (), 10),
    ("结案率达95%以上,息访率达80%以上(10分)\n不达标的扣10分", 10, (94, 80), (), (), 0),
    ("建制率、达标率低于85%的扣2分;迟报1次扣1分", 10, (80, 90, 3), (), (), 5),
    # or all points, of which other things take some
    ("签订率达100%、兑现率达95%,达不到标准不计分", 10, (100, 94), (), (), 0),
    ("签订率达100%、兑现率达95%,达不到标准不计分", 10, (100, 95), (), (), 10),
    ("签订率达100%。兑现率达95%。以上指标不达标不得分。", 10, (100, 95), (), (), 10),
    ("签订率达100%、兑现率达95%,有一项不达标不得分;迟报1次扣1分", 10, (100, 95, 2), (), (), 8),
    ("签订率达100%、兑现率达95%,有一项不达标不得分;迟报1次扣1分", 10, (99, 95, 2), (), (), 0),
    ("签订率达100%。兑现率达95%。以上指标有一项不达标扣3分", 10, (99, 94), (), (), 4),
    # each in its own unit
    ("张贴画500张以上,发放资料5000份以上,少1张(份)扣0.05分", 10, (490, 4980), (), (), 8.5),
    # what is missing of all that is named
    ("定期检查,做好记录,及时通知家属,少1人次扣0.5分", 5, (4,), (), (), 3),
    ("走访看望,组织座谈会,每少一次扣1分", 5, (2,), (), (), 3),
)


@worked_by_hand(ROWS)
def test_figures_come_out_as_worked_by_hand(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("clause", "code", "value", "values", "expected"),
    [
        ("签订率达100%、兑现率达95%,不达标的扣3分", "G131", "各扣", (99, 90), 4),
        ("签订率达100%、兑现率达95%,不达标的不得分", "G51", "按个数", (99, 95), 5),
        ("走访看望,组织座谈会,每少一次扣1分", "G132", "只算最后一件", (3,), 8),
    ],
)
def test_the_other_reading_is_listed_and_counts_otherwise(
    clause: str, code: str, value: str, values: tuple[float, ...], expected: float
) -> None:
    (asked,) = [a for a in parse(clause).assumptions if a.code == code]
    assert value in asked.alternatives
    targets = (5.0,) if code == "G132" else ()
    assert score(clause, 10, values, targets, readings={code: value}) == pytest.approx(expected)


@pytest.mark.parametrize(
    "clause",
    [
        # every one of them below, or any
        "建制率、达标率均低于85%的扣2分",
        # 6 or 3 less than nothing, 7 of 10, or none
        "签订率达100%、兑现率达95%,得10分,不达标的扣3分",
        # words that may be required like the rates
        "制度健全,签订率达100%、兑现率达95%,不达标的扣3分,迟报1次扣1分",
        # of the task, or of the rates
        "完成任务得5分;建制率、达标率低于85%的不得分",
    ],
)
def test_what_stays_open_is_refused(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)
