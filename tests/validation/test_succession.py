"""Which return of a unit counts, and what a later one changes."""

from __future__ import annotations

from datetime import date

from kpixl.entries import Entries
from kpixl.findings import Place
from kpixl.validation.returned import Reading
from kpixl.validation.succession import Seen, succession


def sent(file: str, sha256: str, day: date | None = None, **figures: str) -> Reading:
    return Reading(
        file=file,
        sha256=sha256,
        unit="甲街道",
        place=Place(file, "填报表", "B3"),
        entries=Entries(("甲街道",), {}, {}),
        findings=(),
        day=day,
        figures={name: (f"H{n}", text) for n, (name, text) in enumerate(figures.items(), 10)},
    )


def seen(file: str, sha256: str, **figures: str) -> Seen:
    cells = {name: (f"H{n}", text) for n, (name, text) in enumerate(figures.items(), 10)}
    return Seen("甲街道", sha256, file, "2016-01-10", cells)


def test_a_return_that_came_after_one_already_seen_corrects_it() -> None:
    order = succession(
        "甲街道",
        [sent("甲街道.xlsx", "2", 产值="13", 利润="5")],
        [seen("甲街道.xlsx", "1", 产值="12", 利润="5")],
    )
    assert (order.number, order.rivals) == (2, ())
    (change,) = order.changes
    assert (change.label, change.cell, change.before, change.now) == ("产值", "H10", "12", "13")
    (told,) = order.findings
    assert told.code == "form-return-corrected"
    assert told.text == "第 2 次报送,比“甲街道.xlsx”改了 1 处:产值(H10) 12→13"


def test_the_old_return_may_still_lie_beside_its_correction() -> None:
    old, new = sent("甲街道.xlsx", "1", 产值="12"), sent("甲街道-2.xlsx", "2", 产值="")
    for both in ([old, new], [new, old]):
        order = succession("甲街道", both, [seen("甲街道.xlsx", "1", 产值="12")])
        assert order.used is new
        assert [r for r, _ in order.aside] == [old]
        assert [(c.before, c.now) for c in order.changes] == [("12", "")]


def test_a_run_that_is_repeated_counts_no_return_twice() -> None:
    old, new = sent("甲街道.xlsx", "1", 产值="12"), sent("甲街道更正.xlsx", "2", 产值="13")
    before = [seen("甲街道.xlsx", "1", 产值="12"), seen("甲街道更正.xlsx", "2", 产值="13")]
    order = succession("甲街道", [old, new], before)
    assert (order.used, order.number) == (new, 2)
    assert [(c.before, c.now) for c in order.changes] == [("12", "13")]


def test_figures_are_shown_as_a_sheet_shows_them() -> None:
    order = succession(
        "甲街道",
        [sent("甲街道.xlsx", "2", 产值="382.2500000000001")],
        [seen("甲街道.xlsx", "1", 产值="347.5")],
    )
    assert [f.text.partition(":")[2] for f in order.findings] == ["产值(H10) 347.5→382.25"]


def test_the_same_figures_in_two_files_are_one_return() -> None:
    one, two = sent("甲街道.xlsx", "1", 产值="12.50"), sent("甲街道 副本.xlsx", "2", 产值="12.5")
    order = succession("甲街道", [one, two])
    assert (order.used, order.number, order.rivals) == (one, 1, ())
    assert [f.code for f in order.findings] == ["form-return-repeated"]


def test_a_file_s_name_or_a_later_day_tells_which_of_two_new_returns_is_the_correction() -> None:
    old, new = sent("甲街道.xlsx", "1", 产值="12"), sent("甲街道(更正).xlsx", "2", 产值="13")
    assert succession("甲街道", [old, new]).used is new
    assert succession("甲街道", [new, old]).used is new
    early = sent("a.xlsx", "1", date(2016, 1, 5), 产值="12")
    late = sent("b.xlsx", "2", date(2016, 1, 8), 产值="13")
    for both in ([early, late], [late, early]):
        order = succession("甲街道", both)
        assert order.used is late
        assert [(c.before, c.now, c.since) for c in order.changes] == [("12", "13", "a.xlsx")]


def test_two_returns_whose_order_nobody_can_tell_are_left_to_the_office() -> None:
    one, two = sent("a.xlsx", "1", 产值="12"), sent("b.xlsx", "2", 产值="13")
    order = succession("甲街道", [one, two])
    assert order.rivals == (two,)
    assert order.changes == ()
    same_day = [
        sent("a.xlsx", "1", date(2016, 1, 5), 产值="12"),
        sent("b.xlsx", "2", date(2016, 1, 5), 产值="13"),
    ]
    assert len(succession("甲街道", same_day).rivals) == 1


def test_a_word_in_the_unit_s_own_name_does_not_make_a_correction() -> None:
    one = Reading(**{**sent("修改办.xlsx", "1", 产值="12").__dict__, "unit": "修改办"})
    two = Reading(**{**sent("b.xlsx", "2", 产值="13").__dict__, "unit": "修改办"})
    assert len(succession("修改办", [one, two]).rivals) == 1


def test_going_back_to_an_earlier_return_is_no_new_one() -> None:
    earlier = [seen("a.xlsx", "1", 产值="12"), seen("b.xlsx", "2", 产值="13")]
    order = succession("甲街道", [sent("b.xlsx", "2", 产值="13")], earlier)
    assert order.number == 2
    assert [(c.before, c.now) for c in order.changes] == [("12", "13")]
