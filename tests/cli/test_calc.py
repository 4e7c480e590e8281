"""`kpixl calc`: formulas get their values, and nothing else of a workbook changes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from kpixl.grid import CellError
from kpixl.hosts.calc_read import read_document
from kpixl.hosts.files import read
from tests.calc import Calc
from tests.cli.running import kpixl
from tests.hosts.packages import rewritten
from tests.rules.clauses import BAND
from tests.soffice import Office

LADDER = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"
UNITS = (("甲", 200.0, 0.083), ("乙", 50.0, 0.1), ("丙", 120.5, 0.02))
SPELLINGS = ("[1]!KPISCORE", "_xll.kpiscore", "'kpixl.xlam'!KpiScore")


def small(path: Path) -> Path:
    """A book as an Excel user types it: our functions by five spellings, native ones around."""
    book = xlsxwriter.Workbook(str(path))
    sheet, total = book.add_worksheet("评分"), book.add_worksheet("汇总 2015")
    percent = book.add_format({"num_format": "0.0%"})
    sheet.write_row("A1", ["单位", "产值", "占比", "得分", "名次", "核对", "说明"])
    sheet.write("J1", BAND)
    sheet.write("J2", "占比达到8%的得10分,否则不得分")
    sheet.write("J3", 20)
    for n, ((unit, value, share), spelling) in enumerate(zip(UNITS, SPELLINGS, strict=True), 2):
        sheet.write(n - 1, 0, unit)
        sheet.write(n - 1, 1, value)
        sheet.write(n - 1, 2, share, percent)
        sheet.write_formula(f"D{n}", f"={spelling}(J$1,J$3,B{n},,B$2:B$4)", None, 7)
        sheet.write_formula(f"E{n}", f"=RANK(D{n},D$2:D$4)")
        prefix = "_xlfn." if n == 3 else "_xludf."  # both for what Excel did not know
        sheet.write_formula(f"F{n}", f"={prefix}KPISCORE(J$2,10,C{n})")
        sheet.write_formula(f"G{n}", f'=A{n}&":"&TEXT(D{n},"0.00")')
    sheet.write_array_formula("H2:H4", "{=KPISCORE(J1,J3,B2:B4)}")
    sheet.write_dynamic_array_formula("I2", "=KPISCORE(J1,J3,B2:B4)")
    total.write_formula("A1", "=SUM(评分!D2:D4)")
    total.write_formula("A2", "=A1/(B1-B1)")
    total.write_formula("A3", "=A1>50")
    total.write_formula("A4", '=IF(B9="","",B9)')
    total.write_formula("A5", "=DATE(2016,1,15)", book.add_format({"num_format": "yyyy-mm-dd"}))
    total.insert_textbox("D2", "文本框")
    book.add_chart({"type": "column"})
    book.close()
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def formulas(data: bytes) -> list[bytes]:
    """The formula elements of a sheet, without the area that a spilling one fills."""
    found = re.findall(rb"<f[ >].*?</f>", data)
    return [re.sub(rb' ref="I2(?::I\d+)?"', b"", f) for f in found]


@pytest.mark.parametrize("engine", ["formulas", "formualizer"])
def test_all_functions_are_calculated_and_all_else_keeps_its_bytes(
    engine: str, tmp_path: Path
) -> None:
    book, out = small(tmp_path / "考核表.xlsx"), tmp_path / "新.xlsx"
    before = book.read_bytes()
    done = kpixl("calc", book, "--out", out, "--engine", engine, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.json["engine"] == engine
    assert done.json["formulas"] == done.json["calculated"] == 19
    assert [f["code"] for f in done.json["findings"]] == ["calc-error"]
    assert book.read_bytes() == before
    old, new = parts(book), parts(out)
    assert list(old) == list(new)
    touched = {name for name in old if old[name] != new[name]}
    assert touched == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    for name in touched:
        assert formulas(old[name]) == formulas(new[name])
    score, total = read(out).sheets
    assert [score.value(r, 4) for r in (2, 3, 4)] == [20.0, 12.0, 15.76]
    assert [score.value(r, 5) for r in (2, 3, 4)] == [1.0, 3.0, 2.0]
    assert [score.value(r, 6) for r in (2, 3, 4)] == [10.0, 10.0, 0.0]
    assert [score.value(r, 7) for r in (2, 3, 4)] == ["甲:20.00", "乙:12.00", "丙:15.76"]
    for column in (8, 9):
        assert [score.value(r, column) for r in (2, 3, 4)] == [20.0, 12.0, 15.76]
    assert [a.a1 for a in score.arrays] == ["H2:H4", "I2:I4"]
    assert total.value(1, 1) == 47.76 and total.value(2, 1) == CellError("#DIV/0!")
    assert total.value(3, 1) is False and total.value(4, 1) is None
    assert b't="str"><f>IF(B9="","",B9)</f><v></v>' in new["xl/worksheets/sheet2.xml"].replace(
        b"&quot;", b'"'
    )
    assert b"<v>42384</v>" in new["xl/worksheets/sheet2.xml"] or (
        b"<v>42384.0</v>" in new["xl/worksheets/sheet2.xml"]
    )


def test_a_formula_that_cannot_be_calculated_is_named_and_its_cell_keeps_its_bytes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    sheet.write("A1", 2)
    sheet.write_formula("B1", "=NOSUCH(A1)", None, "旧值")
    sheet.write_formula("B2", "=A1*3")
    sheet.write_formula("B3", "=NOSUCH(B2)", None, "#NAME?")
    sheet.write_formula("B4", "=B3+1", None, 9)
    sheet.write_formula("B5", '=B1&"!"')
    book.close()
    done = kpixl("calc", path, "--out", tmp_path / "新.xlsx", "--json", cwd=tmp_path)
    assert done.code == 1  # cells that show an error, or depend on one
    told = {(f["code"], f["cell"]): f["text"] for f in done.json["findings"]}
    assert "NOSUCH" in told["calc-kept", "B1"] and "NOSUCH" in told["calc-not-done", "B3"]
    assert "B3" in told["calc-kept", "B4"]
    old, new = (parts(p)["xl/worksheets/sheet1.xml"] for p in (path, tmp_path / "新.xlsx"))
    for cell in ("B1", "B3", "B4"):
        pattern = rb'<c r="%b".*?</c>' % cell.encode()
        assert re.search(pattern, old)[0] == re.search(pattern, new)[0]  # type: ignore[index]
    assert read(tmp_path / "新.xlsx").sheets[0].value(2, 2) == 6.0
    assert read(tmp_path / "新.xlsx").sheets[0].value(5, 2) == "旧值!"


def test_libreoffice_shows_the_values_and_calculates_the_same(
    soffice: Office, tmp_path: Path
) -> None:
    path = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    for r in range(1, 31):
        sheet.write(r - 1, 0, (1000 - 37 * r) / 10)
        sheet.write_formula(f"B{r}", f"=ROUND(A{r}/A$1*100,2)")
        sheet.write_formula(f"C{r}", f"=SUMPRODUCT(--(B$1:B$30>B{r}))+1")
    book.close()
    assert kpixl("calc", path, "--out", tmp_path / "新.xlsx", cwd=tmp_path).code == 0
    (made,) = soffice.recalculate([tmp_path / "新.xlsx"], tmp_path / "重算")
    ours, theirs = read(tmp_path / "新.xlsx").sheets[0], read(made).sheets[0]
    assert ours.rows == theirs.rows and ours.value(2, 2) == 96.16


def test_libreoffice_with_our_extension_calculates_our_functions_to_the_same(
    calc: Calc, tmp_path: Path
) -> None:
    book, out = small(tmp_path / "考核表.xlsx"), tmp_path / "新.xlsx"
    assert kpixl("calc", book, "--out", out, cwd=tmp_path).code == 0
    with calc.opened(book) as document:
        document.calculateAll()
        theirs = read_document(document)
    ours = read(out)
    for sheet in ours.sheets:
        other = theirs.sheet(sheet.name)
        assert other is not None
        spilled = {(r, 9) for r in (2, 3, 4)}  # LibreOffice 7.4 knows no spilling formulas
        # The extension is not told which cells are formatted as a percentage.
        percent = {spot for spot in sheet.formulas if spot[1] == 6 and sheet.name == "评分"}
        assert len(percent) == (3 if sheet.name == "评分" else 0)
        for spot in sheet.formulas.keys() - spilled - percent:
            assert sheet.value(*spot) == other.value(*spot), (sheet.name, spot)


def test_a_large_book_is_calculated_by_the_fast_engine(tmp_path: Path) -> None:
    path = tmp_path / "大表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    for r in range(1, 2502):
        sheet.write(r - 1, 0, r / 10)
        sheet.write_formula(f"B{r}", f'=KPISCORE("每采用一条得0.1分",5,{r % 7})')
    book.close()
    done = kpixl("calc", path, "--out", tmp_path / "新.xlsx", "--json", cwd=tmp_path)
    assert done.code == 0 and done.json["engine"] == "formualizer"
    made = read(tmp_path / "新.xlsx").sheets[0]
    assert [made.value(r, 2) for r in (1, 6, 7, 2501)] == [0.1, 0.6, 0.0, 0.2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("calc", "没有.xlsx", "--out", "新.xlsx"), "没有.xlsx"),
        (("calc", "表.xlsx", "--out", "旧.xlsx"), "文件已经存在"),
        (("calc", "表.xlsx", "--out", "新.xlsm"), ".xlsx"),
        (("calc", "表.xlsx", "--out", "新.xlsx", "--engine", "excel"), "formulas、formualizer"),
        (("calc", "1904.xlsx", "--out", "新.xlsx"), "1904"),
        (("calc", "表.xlsx", "--out", "新.xls"), "同一格式(.xlsx)"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence_and_writes_nothing(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    data = small(tmp_path / "表.xlsx").read_bytes()
    change = {
        "xl/workbook.xml": lambda text: text.replace("<workbookPr ", '<workbookPr date1904="1" ')
    }
    (tmp_path / "1904.xlsx").write_bytes(rewritten(data, change))
    (tmp_path / "旧.xlsx").write_bytes(b"x")
    done = kpixl(*words, cwd=tmp_path)
    assert done.code == 2 and said in done.err and "Traceback" not in done.err
    assert not (tmp_path / "新.xlsx").exists() and (tmp_path / "旧.xlsx").read_bytes() == b"x"
