"""Tables that others made hold the figures of a scheme, however they are laid out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kpixl.grid import Area, Scalar, Sheet, Snapshot, Source
from kpixl.templates.extract import collect_entries
from tests.books import Rows, book, sheet, towns, with_rows
from tests.templates.forms import FIGURES

UNITS = ("东镇", "西镇", "南街道")
NAMES = ("亿元企业数", "技改投资", "工业投资", "工作方案", "报送")
MEASURES = ("家", "亿元", "亿元", "是/否", "是/否")


def of(name: str) -> list[Scalar]:
    return [FIGURES[u][name] for u in UNITS]


def row_of(unit: str) -> list[Scalar]:
    return [FIGURES[unit][n] for n in NAMES]


def across(*, heading: str = "完成情况") -> Sheet:
    """Units as columns below one heading."""
    rows: Rows = [
        ["2020年镇街考核数据", *[None] * 4],
        ["数据项", "计量单位", heading, None, None],
        [None, None, *UNITS],
        *([n, m, *of(n)] for n, m in zip(NAMES, MEASURES, strict=True)),
        ["填表人:张三", None, "审核人:李四", None, None],
    ]
    areas = [Area(1, 1, 1, 5), Area(2, 1, 3, 1), Area(2, 2, 3, 2), Area(2, 3, 2, 5)]
    return sheet("数据", rows, merged=areas)


def down(units: tuple[str, ...] = UNITS) -> Sheet:
    """Units as rows, with their measures in the headings."""
    heads = [f"{n}({m})" if "/" not in m else n for n, m in zip(NAMES, MEASURES, strict=True)]
    rows: Rows = [
        ["附件2", *[None] * 6],
        ["序号", "镇街名称", *heads],
        *([float(k), u, *row_of(u)] for k, u in enumerate(units, 1)),
        [None, "合计", 22.0, 28.0, 46.5, None, None],
    ]
    return sheet("Sheet1", rows)


def single(unit: str, *, name: str = "", cover: str = "") -> Sheet:
    """One table a unit, without a 数据项 heading, the unit on the cover or as the sheet's name."""
    rows: Rows = [
        [f"{cover}:{unit}" if cover else None, None, None],
        ["考核内容", "单位", "实绩"],
        *([n, m, FIGURES[unit][n]] for n, m in zip(NAMES, MEASURES, strict=True)),
    ]
    return sheet(name or "考核表", rows)


def halves() -> tuple[Sheet, ...]:
    """Two tables with half of the indicators each, their sheets in the wrong order."""
    rows: Rows = [["单位", *NAMES[2:]], *([u, *row_of(u)[2:]] for u in UNITS)]
    first: Rows = [["考核对象", *NAMES[:2]], *([u, *row_of(u)[:2]] for u in reversed(UNITS))]
    return (sheet("表二", rows), sheet("表一", first))


LAYOUTS: Mapping[str, tuple[Sheet, ...]] = {
    "units as columns": (across(),),
    "units as columns, spread heading": (across(heading="完 成 实 绩"),),
    "units as rows": (down(),),
    "a table a sheet, named after the unit": tuple(single(u, name=u) for u in UNITS),
    "a table a sheet, the unit on its cover": tuple(
        single(u, name=f"表{n}", cover="被考核单位") for n, u in enumerate(UNITS)
    ),
    "half of the indicators a sheet": halves(),
    "behind a cover": (sheet("封面", [["镇街考核"], ["填报日期", "2021-01-05"]]), down()),
}


def figures(*sheets: Sheet) -> tuple[dict[tuple[str, str], Scalar], list[str]]:
    scheme = towns()
    snapshot = Snapshot(Source("表.xlsx", "aa"), sheets)
    entries, findings = collect_entries([snapshot], scheme)
    return {k: e.raw for k, e in entries.cells.items()}, [f.text for f in findings]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_all_figures_of_all_units_are_found(layout: tuple[Sheet, ...]) -> None:
    found, said = figures(*layout)
    assert said == []
    assert found == {(u, n): FIGURES[u][n] for u in UNITS for n in NAMES}


def test_an_unknown_name_is_told_and_takes_nothing() -> None:
    rows = [list(r) for r in across().rows]
    rows[4][0] = "技改投入额"
    found, said = figures(sheet("数据", rows, merged=across().merged))
    assert not {v for (_, n), v in found.items() if n == "技改投资" and v is not None}
    assert any("技改投入额" in s for s in said)


def test_a_name_of_the_users_own_is_known() -> None:
    from kpixl.scheme.reader import read_scheme

    tables = {**with_rows("方案"), "同义词": [["标准名", "别称"], ["技改投资", "技改投入额、技改"]]}
    scheme, findings = read_scheme(book(tables), system="towns")
    assert scheme is not None and findings == ()
    rows = [list(r) for r in across().rows]
    rows[4][0] = "技改投入额"
    snapshot = Snapshot(Source("表.xlsx", "aa"), (sheet("数据", rows, merged=across().merged),))
    entries, said = collect_entries([snapshot], scheme)
    assert said == ()
    assert {u: entries.cells[u, "技改投资"].raw for u in UNITS} == {
        u: FIGURES[u]["技改投资"] for u in UNITS
    }


def test_a_unit_that_the_roster_does_not_know_is_told_and_not_scored() -> None:
    rows = [list(r) for r in down().rows]
    rows[3][1] = "北镇"
    found, said = figures(sheet("Sheet1", rows))
    assert ("西镇", "技改投资") not in {k for k, v in found.items() if v is not None}
    assert any("北镇" in s for s in said)
    assert found["东镇", "技改投资"] == 24.0
