"""Each figure is examined once: what is wrong with it, and what it counts as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, Severity, blocking
from kpixl.grid import CellError, Scalar
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.extract import collect_entries
from kpixl.templates.table import POINTS_FORMAT, parse_table
from kpixl.validation import validate
from kpixl.validation.checks import CHECKS
from tests.books import TOWNS, Rows, book, changed, towns
from tests.templates.forms import filled

KINDS: dict[str, list[Scalar]] = {
    "产值": ["亿元", "数值"],
    "利润": ["亿元", "数值"],
    "增速": ["%", "百分数"],
    "家数": ["家", "个数"],
    "方案": ["是/否", "是否"],
    "评议": ["分", "评议"],
    "完成": ["是/否或%", "评议"],
}
UNITS = ("东镇", "西镇", "南街道")


def scheme(low: Scalar = None, high: Scalar = None, **settings: Scalar) -> Scheme:
    """One input of every kind, the bounds on each."""
    tables: dict[str, Rows] = {
        **TOWNS,
        "方案": [*TOWNS["方案"], *([k, v] for k, v in settings.items())],
        "数据项": [
            ["指标", "数据项", "单位", "类型", "下限", "上限"],
            *(["1 亿元企业", name, *facts, low, high] for name, facts in KINDS.items()),
        ],
    }
    found, _ = read_scheme(book(tables), system="towns")
    assert found is not None
    return found


def entries(name: str, *cells: Scalar | tuple[Scalar, str]) -> Entries:
    """One figure a unit for an input, with its number format where one is given."""
    made = {}
    for unit, cell in zip(UNITS, cells, strict=False):
        raw, shown = cell if isinstance(cell, tuple) else (cell, "General")
        made[unit, name] = Entry(
            unit, name, raw=raw, number_format=shown, place=Place("表", "表", "H9")
        )
    units = tuple(u for u, _ in made)
    return Entries(units, dict.fromkeys(units, "镇"), made)


def examine(
    name: str, *cells: Scalar | tuple[Scalar, str], of: Scheme | None = None
) -> tuple[list[Entry], list[Finding]]:
    """What becomes of the figures of one input."""
    given = entries(name, *cells)
    settled, findings = validate(given, of or scheme())
    kept = [e for e in settled if e.input == name]
    return kept, [f for f in findings if f.input == name]


def value(name: str, cell: Scalar, of: Scheme | None = None) -> float | None:
    """What a sound figure counts as."""
    kept, findings = examine(name, cell, of=of)
    assert findings == []
    return kept[0].value


# -- sound figures ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "counts"),
    [
        ("产值", 283.0, 283.0),
        ("利润", -0.5, -0.5),
        ("产值", 0.0, 0.0),
        ("产值", 7, 7.0),
        ("增速", 8.3, 8.3),
        ("增速", -12.0, -12.0),
        ("增速", 0.0, 0.0),
        ("家数", 12.0, 12.0),
        ("家数", 0.0, 0.0),
        ("方案", "是", 1.0),
        ("方案", " 否 ", 0.0),
        ("方案", True, 1.0),
        ("评议", 3.5, 3.5),
        ("完成", 85.0, 85.0),
        ("完成", "是", 100.0),
        ("完成", "否", 0.0),
    ],
)
def test_a_sound_figure_counts_as_itself(name: str, raw: Scalar, counts: float) -> None:
    assert value(name, raw) == counts


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_number_is_never_changed(figure: float) -> None:
    kept, findings = examine("利润", figure)
    assert kept[0].value == figure
    assert [f.code for f in findings] in ([], ["value-magnitude"])  # asked about, and used


# -- percentages (G9) ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "counts"),
    [
        ((0.083, "0.0%"), 8.3),
        ((0.005, "0.00%"), 0.5),
        ((0.07, "0%"), 7.0),
        ((8.3, '0.0"%"'), 8.3),
        ((0.5, '0.0"%"'), 0.5),
        ((0.5, r"0.0\%"), 0.5),
        ((0.5, POINTS_FORMAT), 0.5),
        ((1.5, "General"), 1.5),
        ((1.2, "0%"), 120.0),
    ],
)
def test_the_number_format_tells_points_from_shares(cell: tuple[float, str], counts: float) -> None:
    kept, findings = examine("增速", cell)
    assert findings == [] and kept[0].value == counts


def test_a_share_among_points_is_asked_and_not_used() -> None:
    kept, findings = examine("增速", 0.08, 9.0, 7.5)
    assert [f.code for f in findings] == ["value-percent-doubt"]
    assert [e.value for e in kept] == [None, 9.0, 7.5]


def test_a_small_figure_among_small_ones_is_in_points() -> None:
    kept, findings = examine("增速", 0.8, 1.1, (0.006, "0.0%"))
    assert findings == [] and [e.value for e in kept] == [0.8, 1.1, 0.6]


def test_shares_everywhere_are_asked_everywhere() -> None:
    _, findings = examine("增速", 0.08, 0.07, 0.09)
    assert [f.code for f in findings] == ["value-percent-doubt"] * 3


def test_eight_in_a_percent_format_is_asked() -> None:
    kept, findings = examine("增速", (8.0, "0%"))
    assert [f.code for f in findings] == ["value-percent-doubt"] and kept[0].value is None


def test_a_table_is_in_points_however_small_the_figure() -> None:
    of = scheme()
    text = "unit,input,value\n东镇,增速,0.08\n西镇,增速,9\n"
    table, _ = parse_table(text.encode(), of, name="数据.csv")
    settled, findings = validate(table, of)
    assert settled.cells["东镇", "增速"].value == 0.08
    assert not [f for f in findings if f.input == "增速"]


# -- what is wrong ---------------------------------------------------------------------

FAULTS: Sequence[tuple[str, Scalar, str]] = [
    ("产值", None, "value-missing"),
    ("产值", "  ", "value-missing"),
    ("方案", None, "value-missing"),
    ("产值", CellError("#DIV/0!"), "value-error"),
    ("方案", CellError("#N/A"), "value-error"),
    ("产值", "2000万", "value-number-as-text"),
    ("家数", "约30家", "value-number-as-text"),
    ("增速", "8%", "value-number-as-text"),
    ("评议", "3.5分", "value-number-as-text"),
    ("产值", "较好", "value-not-a-number"),
    ("产值", "30吨", "value-not-a-number"),
    ("产值", date(2020, 5, 3), "value-not-a-number"),
    ("产值", True, "value-not-a-number"),
    ("家数", "/", "value-blank-word"),
    ("方案", "对", "value-yes-no"),
    ("方案", 1.0, "value-yes-no"),
    ("方案", "已完成", "value-yes-no"),
    ("家数", -1.0, "value-range"),
    ("增速", 1200.0, "value-range"),
    ("增速", -1200.0, "value-range"),
    ("家数", 3.5, "value-whole"),
    ("产值", "不涉及", "value-not-applicable"),
]


@pytest.mark.parametrize(("name", "raw", "code"), FAULTS)
def test_a_faulty_figure_has_one_finding_with_its_cell_and_is_not_used(
    name: str, raw: Scalar, code: str
) -> None:
    kept, findings = examine(name, raw)
    assert [f.code for f in findings] == [code]
    found = findings[0]
    assert found.severity is Severity.BLOCK and found.remedy
    assert (found.place.cell, found.unit, found.input) == ("H9", "东镇", name)
    assert kept[0].value is None


@pytest.mark.parametrize(
    ("name", "raw", "proposal"),
    [
        ("产值", "2000万", "0.2亿元"),
        ("产值", "１２。5", "12.5亿元"),
        ("家数", "约30", "约 30家"),
        ("家数", "三十二家", "32家"),
        ("增速", "8.5%", "8.5%"),
        ("完成", "85%", "85%"),
    ],
)
def test_the_number_in_a_text_is_proposed_in_the_units_of_the_input(
    name: str, raw: str, proposal: str
) -> None:
    _, findings = examine(name, raw)
    assert f"建议值 {proposal})" in findings[0].expected


def test_bounds_of_the_scheme_are_bounds_of_the_figure() -> None:
    of = scheme(low=1.0, high=10.0)
    for name in ("产值", "增速", "家数"):
        assert value(name, 10.0, of) == 10.0
        for outside in (0.0, 11.0):
            kept, findings = examine(name, outside, of=of)
            assert [(f.code, f.expected) for f in findings] == [("value-range", "1 至 10")]
            assert kept[0].value is None


def test_a_judged_figure_beyond_its_bounds_is_asked_and_used_since_the_clause_caps_it() -> None:
    kept, findings = examine("评议", 6.0, of=scheme(low=0.0, high=5.0))
    assert [(f.code, f.severity) for f in findings] == [("value-judged-bounds", Severity.VERIFY)]
    assert kept[0].value == 6.0


@pytest.mark.parametrize("policy", ["剔除并折算", "满分", "本组均分"])
def test_not_applicable_is_no_fault_where_the_scheme_has_a_rule_for_it(policy: str) -> None:
    kept, findings = examine("产值", "不涉及", of=scheme(不涉及=policy))
    assert findings == [] and (kept[0].state, kept[0].value) == ("not_applicable", None)


def test_not_applicable_is_never_zero_and_never_blank() -> None:
    kept, _ = examine("方案", "不涉及")
    assert (kept[0].state, kept[0].value) == ("not_applicable", None)


# -- policies for what is missing (G4) -------------------------------------------------


def missing(name: str, last_year: float | None, of: Scheme) -> tuple[Entry, list[str]]:
    entry = Entry("东镇", name, last_year=last_year)
    settled, findings = validate(Entries(("东镇",), {"东镇": "镇"}, {("东镇", name): entry}), of)
    return settled.cells["东镇", name], [f.code for f in findings if f.input == name]


def test_a_blank_is_never_zero_by_itself() -> None:
    kept, codes = missing("产值", 5.0, scheme())
    assert (kept.state, kept.value, codes) == ("blank", None, ["value-missing"])


def test_last_years_figure_counts_only_where_the_scheme_says_so_and_with_a_note() -> None:
    of = scheme(缺报="上年值")
    kept, codes = missing("产值", 5.0, of)
    assert (kept.state, kept.value, codes) == ("last_year", 5.0, ["value-last-year"])
    kept, codes = missing("产值", None, of)
    assert (kept.state, kept.value, codes) == ("blank", None, ["value-missing"])
    kept, codes = missing("评议", 5.0, of)
    assert (kept.state, codes) == ("blank", ["value-missing"])


def test_zero_for_a_blank_counts_only_where_the_scheme_says_so_and_with_a_note() -> None:
    kept, codes = missing("产值", None, scheme(缺报="按0"))
    assert (kept.state, kept.value, codes) == ("given", 0.0, ["value-zero"])


def test_a_mark_multiplies_the_figure_and_an_unknown_one_is_found() -> None:
    of = scheme(口径="专项=60%")
    for mark, counts, codes in (("专项", 4.5, []), ("别的", None, ["value-mark"])):
        entry = Entry("东镇", "增速", raw=7.5, state="given", mark=mark)
        settled, findings = validate(
            Entries(("东镇",), {"东镇": "镇"}, {("东镇", "增速"): entry}), of
        )
        assert settled.cells["东镇", "增速"].value == counts
        assert [f.code for f in findings if f.input == "增速"] == codes


# -- the whole set ---------------------------------------------------------------------


def test_an_input_that_is_not_mentioned_is_missing() -> None:
    _, findings = validate(entries("产值", 1.0), scheme())
    assert [f.input for f in findings if f.code == "value-missing"] == [
        n for n in KINDS if n != "产值"
    ]


def test_an_input_that_is_not_asked_of_a_unit_is_not_missing() -> None:
    of, _ = read_scheme(book(changed("数据项", (3, 7), "街道")), system="towns")
    assert of is not None
    text = "unit,group,input,value\n东镇,镇,报送,是\n丙,街道,报送,是\n"
    table, _ = parse_table(text.encode(), of, name="数据.csv")
    _, findings = validate(table, of)
    assert {f.unit for f in findings if f.input == "技改投资"} == {"丙"}
    assert {f.unit for f in findings if f.input == "工业投资"} == {"东镇", "丙"}


def test_of_a_unit_that_sent_nothing_no_single_figure_is_missed() -> None:
    of = towns()
    forms, _ = collect_entries([filled(of, "东镇")], of)
    settled, findings = validate(forms, of)
    assert findings == () and settled.units == UNITS
    assert not [e for e in settled if e.unit != "东镇"]


def test_what_extraction_could_not_read_is_not_called_missing() -> None:
    entry = Entry("东镇", "产值", state="unreadable")
    settled, findings = validate(
        Entries(("东镇",), {"东镇": "镇"}, {("东镇", "产值"): entry}), scheme()
    )
    assert not [f for f in findings if f.input == "产值"]
    assert settled.cells["东镇", "产值"].value is None


def test_everything_wrong_is_found_in_one_pass() -> None:
    raws: dict[str, Scalar] = {"产值": "2000万", "增速": 0.08, "家数": -1.0, "方案": "对"}
    made = {("东镇", name): Entry("东镇", name, raw=raw) for name, raw in raws.items()}
    _, findings = validate(Entries(("东镇",), {"东镇": "镇"}, made), scheme())
    assert {f.code for f in findings} == {
        "value-number-as-text",
        "value-percent-doubt",
        "value-range",
        "value-yes-no",
        "value-missing",
    }


scalars: st.SearchStrategy[Scalar] = (
    st.none() | st.floats() | st.text(max_size=8) | st.booleans() | st.dates()
) | st.sampled_from([CellError("#REF!"), "不涉及", "约30", "是"])


@given(st.sampled_from(list(KINDS)), scalars)
def test_no_content_breaks_the_pass_and_nothing_blocked_is_used(name: str, raw: Scalar) -> None:
    kept, findings = examine(name, raw)
    assert len(findings) <= 1
    if blocking(findings):
        assert kept[0].value is None
    else:
        assert kept[0].value is not None and kept[0].state == "given"


def test_a_check_is_named_as_the_sentence_that_it_enforces() -> None:
    for check in CHECKS:
        assert len(check.__name__.split("_")) >= 5
        assert check.__doc__
