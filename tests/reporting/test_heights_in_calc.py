"""Rows of our files beside what LibreOffice takes their texts to need, in two faces.

Noto is about as wide as YaHei, which Windows has.  The face that Linux takes where neither is
there is broader.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kpixl.hosts.files_write import FACE
from kpixl.workspace.assessing import assess
from kpixl.workspace.results import result_target, write_result
from tests.calc import Calc
from tests.reporting.example import RUN

RETURNED = Path(__file__).parents[2] / "workbooks" / "wenzhou-2015" / "回收"
SHEETS = ("排名", "问题清单", "追溯", "公式核对", "核对数据", "运行记录")


@pytest.fixture(scope="module", params=[FACE, "Noto Sans CJK SC"])
def heights(
    request: pytest.FixtureRequest, calc: Calc, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[int, int]]]:
    """The rows of each sheet, as they are and as the program would have them."""
    folder = tmp_path_factory.mktemp("heights")
    found: dict[str, list[tuple[int, int]]] = {}
    with calc.opened(in_face(result(folder), request.param)) as document:
        for name in SHEETS:
            sheet = document.getSheets().getByName(name)
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            rows = [sheet.getRows().getByIndex(r) for r in range(cursor.RangeAddress.EndRow + 1)]
            given = [row.getPropertyValue("Height") for row in rows]
            for row in rows:
                row.setPropertyValue("OptimalHeight", True)
            wanted = [row.getPropertyValue("Height") for row in rows]
            found[name] = list(zip(given, wanted, strict=True))
    return found


def result(folder: Path) -> Path:
    path = folder / "结果.xlsx"
    write_result(assess("wenzhou-2015", data=[RETURNED]), result_target(path), RUN)
    return path


def in_face(path: Path, face: str) -> Path:
    """The same workbook with another face in all styles."""
    made = path.with_name(f"{face}.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/styles.xml":
                part = part.replace(FACE.encode(), face.encode())
            new.writestr(name, part)
    return made


def test_no_row_is_lower_than_its_text(heights: dict[str, list[tuple[int, int]]]) -> None:
    low = {n: [r for r, (a, b) in enumerate(rows, 1) if a < b] for n, rows in heights.items()}
    assert low == {name: [] for name in SHEETS}


def test_little_paper_is_wasted(heights: dict[str, list[tuple[int, int]]]) -> None:
    for name, rows in heights.items():
        given, wanted = (sum(one) for one in zip(*rows, strict=True))
        assert given < (1.2 if name == "追溯" else 1.35) * wanted, name
