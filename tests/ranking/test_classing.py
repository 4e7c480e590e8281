"""Classes of enterprises: scores by clause, places, cuts, and what must hold for any table."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kpixl.entries import TableSource
from kpixl.ranking.classing import CLASS, NAME, RANK, SCORE, ClassTable, classify
from kpixl.rules import parse
from kpixl.rules.grades import parse_grades
from kpixl.scheme.items import Indicator, Input
from kpixl.scheme.model import Scheme
from kpixl.scheme.tasks import Classing, Ledger

CLAUSE = "前20%为A;前60%为B;前90%为C;其余为D"
TAX, OUTPUT = "亩均税收", "全员劳动生产率"
NONE = float("nan")


def scheme(clause: str = CLAUSE) -> Scheme:
    rule = parse("得分=本值÷本类平均值×50")
    indicators = tuple(
        Indicator(n, "", n, Decimal(75), rule.source, rule=rule, feeds=(n,)) for n in (TAX, OUTPUT)
    )
    inputs = tuple(Input(n, n, "万元", "number", applies_to=("企业",)) for n in (TAX, OUTPUT))
    return Scheme(
        system="x",
        title="x",
        year=2017,
        version="1",
        basis="",
        units=(),
        indicators=indicators,
        inputs=inputs,
        period="月",
        ledger=Ledger((), classing=Classing(parse_grades(clause), (TAX, OUTPUT), (TAX, OUTPUT))),
    )


def classed(pairs: list[tuple[float, float]], clause: str = CLAUSE) -> ClassTable:
    frame = pd.DataFrame(
        {
            NAME: [f"企业{n}" for n in range(len(pairs))],
            "行": np.arange(2, len(pairs) + 2),
            TAX: [float(a) for a, _ in pairs],
            OUTPUT: [float(b) for _, b in pairs],
        }
    )
    return classify(scheme(clause), frame, TableSource("企业.csv", columns={TAX: 2, OUTPUT: 3}))


def lines(table: ClassTable) -> dict[str, tuple[float, float, str | None]]:
    frame = table.frame
    return {
        str(n): (s, r, c)
        for n, s, r, c in zip(frame[NAME], frame[SCORE], frame[RANK], frame[CLASS], strict=True)
    }


def test_a_tie_at_a_cut_belongs_to_the_higher_class() -> None:
    table = classed([(30, 34), (13, 25), (13, 25), (12, 22), (10, 20), (8, 20), (6, 18), (5, 16),
                     (3, 12), (0, 8)])  # fmt: skip
    found = list(lines(table).values())
    assert [s for s, _, _ in found] == [150, 127.5, 127.5, 115, 100, 90, 75, 65, 45, 20]
    assert [r for _, r, _ in found] == [1, 2, 2, 4, 5, 6, 7, 8, 9, 10]
    assert "".join(c or "-" for _, _, c in found) == "AAABBBCCCD"


def test_an_enterprise_without_a_figure_counts_neither_in_n_nor_in_the_means() -> None:
    table = classed([(10, 20), (10, 20), (900, NONE), (NONE, 900)])
    assert (table.count, dict(table.means)) == (2, {TAX: 10, OUTPUT: 20})
    found = lines(table)
    assert found["企业0"][0] == 100 and found["企业2"][2] is None and np.isnan(found["企业3"][1])


def test_each_half_is_rounded_before_they_are_added() -> None:
    table = classed([(13.001, 26.002), (6.999, 13.998)])
    assert lines(table)["企业0"][0] == 130.02  # 65.005 and 65.005


@pytest.mark.parametrize("tax", [-1, -5])
def test_a_mean_of_0_or_less_classes_nobody_and_says_so(tax: float) -> None:
    table = classed([(tax, 20), (1, 10)])
    assert [c for _, _, c in lines(table).values()] == [None, None]
    assert [(f.code, f.input) for f in table.findings] == [("enterprise-mean", TAX)]


def test_nobody_with_both_figures_is_no_fault() -> None:
    table = classed([(NONE, 20), (1, NONE)])
    assert (table.count, table.findings) == (0, ())


FIGURE = st.integers(0, 4000).map(lambda n: n / 100) | st.just(NONE)
PAIRS = st.lists(st.tuples(FIGURE, FIGURE), min_size=1, max_size=40)


def by_hand(pairs: list[tuple[float, float]]) -> list[tuple[float, int, str] | None]:
    """The rule in fractions; None for an enterprise that is not classed."""
    there = [n for n, (a, b) in enumerate(pairs) if a == a and b == b]
    figures = {n: [Fraction(str(v)) for v in pairs[n]] for n in there}
    means = [
        sum((f[k] for f in figures.values()), Fraction(0)) / max(len(there), 1) for k in (0, 1)
    ]
    if not all(means):
        return [None] * len(pairs)

    def half(value: Fraction, mean: Fraction) -> Fraction:
        return Fraction(int(min(value / mean, Fraction(3, 2)) * 5000 + Fraction(1, 2)), 100)

    scores = {n: sum(half(v, m) for v, m in zip(f, means, strict=True)) for n, f in figures.items()}

    def line(n: int) -> tuple[float, int, str]:
        place = 1 + sum(s > scores[n] for s in scores.values())
        cuts = [place * 10 <= share * len(there) for share in (2, 6, 9)]
        return float(scores[n]), place, "ABC"[cuts.index(True)] if any(cuts) else "D"

    return [line(n) if n in scores else None for n in range(len(pairs))]


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_any_table_comes_out_as_by_hand(pairs: list[tuple[float, float]]) -> None:
    found = lines(classed(pairs))
    for n, wanted in enumerate(by_hand(pairs)):
        score, rank, name = found[f"企业{n}"]
        if wanted is None:
            assert name is None and np.isnan(score) and np.isnan(rank)
        else:
            assert (score, rank, name) == wanted


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    pairs: list[tuple[float, float]], rng: object
) -> None:
    found, turned = lines(classed(pairs)), lines(classed(pairs[::-1]))
    for n in range(len(pairs)):
        assert repr(found[f"企业{n}"]) == repr(turned[f"企业{len(pairs) - 1 - n}"])


@pytest.mark.parametrize(
    "clause",
    [CLAUSE, "前3名为优秀;80分以上为达标", "前10%且90分以上为A;60分(不含)以上为B;其余为C",
     "90分以上为优;80-90分为良;其余为差", "第1-3名为甲;第4-8名为乙", "后10%为末等;其余为合格",
     "前20%为A;20%—60%为B;60%—90%为C;其余为D"],
)  # fmt: skip
@pytest.mark.parametrize("count", [1, 3, 10, 17, 40])
def test_classes_of_columns_are_those_of_single_units(clause: str, count: int) -> None:
    try:
        rule = parse_grades(clause)
    except ValueError:
        pytest.fail(clause)
    rng = np.random.default_rng(count)
    totals: NDArray[np.float64] = np.round(rng.uniform(50, 100, count), 1)
    totals[rng.random(count) < 0.1] = np.nan
    methods: tuple[Literal["min", "dense", "average"], ...] = ("min", "dense", "average")
    for method in methods:
        series = pd.Series(totals).rank(method=method, ascending=False)
        ranks: NDArray[np.float64] = np.asarray(series, dtype=np.float64)
        ranked = int((~np.isnan(totals)).sum())
        single = [
            None if t != t else rule.grade(float(t), float(r), ranked)
            for t, r in zip(totals, ranks, strict=True)
        ]
        assert rule.grade_all(totals, ranks, ranked).tolist() == single
