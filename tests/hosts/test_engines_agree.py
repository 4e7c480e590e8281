"""Two engines and LibreOffice calculate the same books; what differs is listed and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from kpixl.addin.engine import own_functions
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.host import Content, Formula, Patch, PutSheet, SheetSpec
from kpixl.hosts.files import read, write_new
from kpixl.hosts.files_write import serial
from kpixl.hosts.formula_prepare import Engine, OwnFunction
from kpixl.hosts.recalculate import ENGINES, Recalculated, recalculate
from tests.hosts.formula_corpus import CORPUS, DATA, LIBREOFFICE_DIFFERS, NOT_DONE
from tests.rules.clauses import BAND
from tests.soffice import Office

TEXTS = [text for texts in CORPUS.values() for text in texts]
COLUMN = 6


def plain(value: Scalar) -> Scalar:
    if isinstance(value, (date, time)):
        return serial(value)
    return None if value == "" else value


def alike(one: Scalar, other: Scalar) -> bool:
    one, other = plain(one), plain(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-9 * max(1, abs(other))
    return one == other


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells: dict[Spot, Content] = dict(DATA)
    cells |= {(row, COLUMN): Formula(text) for row, text in enumerate(TEXTS, 1)}
    path = tmp_path_factory.mktemp("corpus") / "公式.xlsx"
    write_new(path, Patch((PutSheet(SheetSpec("公式", cells)),)))
    return path


@pytest.fixture(scope="module")
def calculated(corpus: Path) -> Mapping[Engine, Recalculated]:
    book = read(corpus)
    return {engine: recalculate(book, {}, engine=engine) for engine in ENGINES}


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_gives_what_libreoffice_gives_but_for_what_is_listed(
    engine: Engine, calculated: Mapping[Engine, Recalculated], corpus: Path, soffice: Office,
    tmp_path: Path,
) -> None:  # fmt: skip
    (made,) = soffice.recalculate([corpus], tmp_path)
    sheet, found = read(made).sheets[0], calculated[engine]
    different: dict[str, Any] = {}
    for row, text in enumerate(TEXTS, 1):
        place = ("公式", (row, COLUMN))
        if place in found.aside:
            continue
        wanted = LIBREOFFICE_DIFFERS.get(text, sheet.value(row, COLUMN))
        if not alike(found.values[place], wanted):
            different[text] = (found.values[place], wanted)
    assert different == {}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_engine_cannot_do_is_set_aside_and_listed(
    engine: Engine, calculated: Mapping[Engine, Recalculated]
) -> None:
    aside = {TEXTS[row - 1] for _, (row, column) in calculated[engine].aside if column == COLUMN}
    assert aside == NOT_DONE[engine]


def sheet(
    values: dict[Spot, Scalar], formulas: dict[Spot, str], **more: Any
) -> Snapshot:  # fmt: skip
    height = max(r for r, _ in (*values, *formulas))
    width = max(c for _, c in (*values, *formulas))
    rows = tuple(
        tuple(values.get((r, c)) for c in range(1, width + 1)) for r in range(1, height + 1)
    )
    names = more.pop("names", {})
    return Snapshot(Source("表.xlsx"), (Sheet("表", rows, formulas=formulas, **more),), names=names)


def values_of(book: Snapshot, engine: Engine, **own: OwnFunction) -> dict[Spot, Scalar]:
    found = recalculate(book, own, engine=engine)
    assert found.aside == {}
    return {spot: value for (_, spot), value in found.values.items()}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1:A3*2", 40.0),  # the cell of the formula's own row
        ("=IF(A1:A3>15,1,0)", 1.0),
        ("=ABS(A1:A3)", 20.0),
        ("=_xlfn.SINGLE(A1:A3)", 20.0),
        ("=SUM(A1:A3*2)", 40.0),  # no Ctrl+Shift+Enter
        ("=SUMPRODUCT(A1:A3*2)", 120.0),
        ("=SUM(INDEX(A1:A3,2):A3)", 50.0),
        ("=SUM(三个)*率", 30.0),
        ("=A1:A1", 10.0),
        ("=SUM(A1:A3)-A1-A2-A3", 0.0),
        ('=IF(0.1+0.2=0.3,"平","不平")', "平"),
        ("=0.1+0.2-0.3", 0.0),
        ('=0.1+0.2&"元"', "0.3元"),
        ('=VALUE("1,234.5")+VALUE("8%")', 1234.58),
        ("=1E3", 1000.0),
    ],
)
def test_a_formula_means_what_it_means_in_a_spreadsheet_program(
    engine: Engine, formula: str, value: Scalar
) -> None:
    book = sheet(
        {(1, 1): 10.0, (2, 1): 20.0, (3, 1): 30.0},
        {(2, 3): formula},
        names={"三个": "表!$A$1:$A$3", "率": "0.5"},
    )
    assert alike(values_of(book, engine)[2, 3], value)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_array_formula_fills_its_area_whatever_the_size_of_its_result(engine: Engine) -> None:
    book = sheet(
        {(1, 1): 1.0, (2, 1): 2.0, (3, 1): 3.0},
        {(1, 2): "=A1:A2*2", (1, 3): "=5", (1, 4): "=A1:A3*10", (1, 5): "=SUM(B1:B2)+D3"},
        arrays=(Area(1, 2, 3, 2), Area(1, 3, 2, 3), Area(1, 4, 3, 4)),
    )
    found = values_of(book, engine)
    assert [found[r, 2] for r in (1, 2, 3)] == [2.0, 4.0, CellError("#N/A")]
    assert [found[r, 3] for r in (1, 2)] == [5.0, 5.0]
    assert [found[r, 4] for r in (1, 2, 3)] == [10.0, 20.0, 30.0]
    assert found[1, 5] == 36.0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_spilling_array_takes_the_area_that_its_result_needs(engine: Engine) -> None:
    values: dict[Spot, Scalar] = {(1, 1): 1.0, (2, 1): 2.0, (3, 1): 3.0}
    formulas = {(1, 2): "=A1:A3*2", (1, 3): "=SUM(B1:B9)"}
    anchor = frozenset({("表", (1, 2))})
    narrow = sheet(values, formulas, arrays=(Area(1, 2, 1, 2),))
    found = recalculate(narrow, {}, engine=engine, spilling=anchor)
    assert found.areas["表", (1, 2)] == Area(1, 2, 3, 2)
    assert found.values["表", (3, 2)] == 6.0 and found.values["表", (1, 3)] == 12.0
    wide = sheet(values | {(4, 2): 9.0, (5, 2): 9.0}, formulas, arrays=(Area(1, 2, 5, 2),))
    found = recalculate(wide, {}, engine=engine, spilling=anchor)
    assert found.blanked == {("表", (4, 2)), ("表", (5, 2))}
    assert found.values["表", (1, 3)] == 12.0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_spilling_array_never_covers_what_stands_there(engine: Engine) -> None:
    book = sheet(
        {(1, 1): 1.0, (2, 1): 2.0, (2, 2): "备注", (1, 2): 2.0},
        {(1, 2): "=A1:A2*2", (1, 3): "=B1+1"},
        arrays=(Area(1, 2, 1, 2),),
    )
    found = recalculate(book, {}, engine=engine, spilling=frozenset({("表", (1, 2))}))
    assert found.aside == {("表", (1, 2)): "结果要占 B1:B2,其中 B2 已有内容"}
    assert found.values == {("表", (1, 3)): 3.0}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_needs_a_formula_without_a_value_is_left_aside_with_it(engine: Engine) -> None:
    book = sheet(
        {(1, 1): 1.0, (2, 2): 7.0},
        {
            (1, 2): "=NOSUCH(A1)", (1, 3): "=B1+1", (1, 4): "=SUM(A1:C1)", (1, 5): "=A1+1",
            (2, 2): "=NOSUCH(A1)", (2, 3): "=B2+1", (3, 1): "=A3+1", (3, 2): "=[1]表!A1",
        },
    )  # fmt: skip
    found = recalculate(book, {}, engine=engine)
    assert {spot: reason for (_, spot), reason in found.aside.items()} == {
        (1, 2): "函数 NOSUCH 不认识",
        (1, 3): "引用的 B1 没有算出",
        (1, 4): "引用的 B1 没有算出",
        (2, 2): "函数 NOSUCH 不认识",
        (3, 1): "公式循环引用",
        (3, 2): "引用了别的工作簿",
    }
    # A stored value is gone on with.
    assert {spot: v for (_, spot), v in found.values.items()} == {(1, 5): 2.0, (2, 3): 8.0}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cell_formatted_as_a_percentage_counts_in_points(engine: Engine) -> None:
    clause = "增长率达到8%的得10分,否则不得分"
    book = sheet(
        {(1, 1): 0.083, (2, 1): 0.083, (3, 1): clause},
        {(1, 2): "=KPISCORE($A$3,10,A1)", (2, 2): "=KPISCORE($A$3,10,A2)"},
        formats={(1, 1): "0.0%", (2, 1): '0.000"%"'},
    )
    found = values_of(book, engine, **own_functions())
    assert found[1, 2] == 10.0 and found[2, 2] == 0.0


@pytest.mark.parametrize("engine", ENGINES)
def test_kpiformula_gets_the_addresses_of_its_arguments(engine: Engine) -> None:
    book = sheet(
        {(1, 1): 200.0, (2, 1): 50.0, (3, 1): BAND, (4, 1): 20.0},
        {
            (1, 2): "=KPIFORMULA(A$3,A$4,A1,,A$1:A$2)",
            (1, 3): "=KPISCORE(A$3,A$4,A1,,A$1:A$2)",
        },
    )
    found = values_of(book, engine, **own_functions())
    native = found[1, 2]
    assert isinstance(native, str) and "$A$1:$A$2" in native and "A$4" in native
    again = sheet({(r, 1): book.sheets[0].value(r, 1) for r in range(1, 5)}, {(1, 4): native})
    assert values_of(again, engine)[1, 4] == found[1, 3] == 20.0


def test_many_formulas_go_to_the_fast_engine_and_few_to_the_other_unless_it_knows_less() -> None:
    few = {(r, 2): f"=A{r}+1" for r in range(1, 11)}
    numbers: dict[Spot, Scalar] = {(r, 1): float(r) for r in range(1, 2101)}
    assert recalculate(sheet(numbers, few), {}).engine == "formulas"
    unknown = {**few, (1, 3): "=SUBTOTAL(9,A1:A9)"}
    assert recalculate(sheet(numbers, unknown), {}).engine == "formualizer"
    many = {(r, 2): f"=A{r}+1" for r in range(1, 2101)}
    assert recalculate(sheet(numbers, many), {}).engine == "formualizer"


def test_chance_gives_each_cell_a_figure_of_its_own() -> None:
    book = sheet({(1, 1): 1.0}, {(r, 2): "=RANDBETWEEN(1,1000000)+A1*0" for r in range(1, 9)})
    found = recalculate(book, {})
    drawn = [float(str(v)) for v in found.values.values()]
    assert found.engine == "formualizer" and len(set(drawn)) > 4
    assert all(value.is_integer() for value in drawn)


def test_what_an_engine_gets_wrong_is_set_aside_with_the_reason() -> None:
    book = sheet(
        {(1, 1): 1.0, (2, 1): 2.0, (3, 1): 4.0},
        {
            (1, 3): "=SUBTOTAL(109,A1:A3)",
            (2, 3): "=XLOOKUP(3,A1:A3,A1:A3,,-1)",
            (3, 3): "=XLOOKUP(2,A1:A3,A1:A3)",
            (4, 3): "=IRR(A1:A3)",
            (5, 3): "=SUM(A1:A3)",
        },
        hidden_rows=frozenset({2}),
    )
    found = recalculate(book, {}, engine="formualizer")
    assert {spot: reason for (_, spot), reason in found.aside.items()} == {
        (1, 3): "SUBTOTAL 遇到隐藏的行",
        (2, 3): "XLOOKUP 的查找方式没有把握算准",
        (4, 3): "函数 IRR 没有把握算准",
    }
    assert {spot: v for (_, spot), v in found.values.items()} == {(3, 3): 2.0, (5, 3): 7.0}


@pytest.mark.parametrize("engine", ENGINES)
def test_constant_arrays_that_an_engine_cannot_join_never_end_the_calculation(
    engine: Engine,
) -> None:
    odd = "=IF({TRUE,FALSE},{1,2,3,4},{10,11,12,13})"
    found = recalculate(sheet({(1, 1): 1.0}, {(1, 2): odd, (2, 2): "=A1+1"}), {}, engine=engine)
    assert found.values["表", (2, 2)] == 2.0
