"""What xlwings' remote engine (workbooks as JSON) lacks for a host; docs/hosts.md says it in words.

The day on which one of these fails, the engine can do more, and the question is open again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

# In a process of its own: xlwings asks for the key when it is first imported.
SCRIPT = """
import json
import xlwings
from kpixl.addin.excel_commands import pressed

rows = [["产值", 0.083, "#N/A", ""], ["2015", True, "2016-01-15T00:00:00.000Z", 5]]
book = xlwings.Book(json={
    "client": "Office.js",
    "version": xlwings.__version__,
    "names": [],
    "book": {"name": "表.xlsx", "active_sheet_index": 0, "selection": "A1"},
    "sheets": [{"name": "表", "values": rows, "pictures": [], "tables": []}],
})
sheet = book.sheets[0]
found = {"values": [[str(v) for v in row] for row in sheet["A1:D2"].value]}
cell = sheet["B1"]
for name in ("formula", "formula_array", "number_format", "merge_cells", "merge_area", "color"):
    try:
        found[name] = repr(getattr(cell, name))
    except NotImplementedError:
        found[name] = "not implemented"
found["book"] = sorted(k for k in book.api if k != "actions")
found["sheet"] = sorted(k for k in sheet.api if not k.startswith("_"))
found["pressed"] = pressed("rank", "", book)
sheet["A3"].value = [["2015", "=1+1"]]
sheet["A3"].number_format = "0.00"
found["actions"] = [(a["func"], a["values"]) for a in book.json()["actions"]]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    key = {"XLWINGS_LICENSE_KEY": "noncommercial"}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SCRIPT],
        env=os.environ | key,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_values_are_read_but_an_error_is_as_nothing(found: dict[str, Any]) -> None:
    first, second = found["values"]
    assert first[:2] == ["产值", "0.083"]
    assert second == ["2015", "True", "2016-01-15 00:00:00", "5"]
    assert first[2:] == ["None", "None"]  # #N/A, and a blank


@pytest.mark.parametrize(
    "what", ["formula", "formula_array", "number_format", "merge_cells", "merge_area", "color"]
)
def test_what_a_command_has_to_know_of_a_cell_is_not_told(found: dict[str, Any], what: str) -> None:
    assert found[what] == "not implemented"


def test_the_workbook_holds_no_protection_no_properties_and_no_file(found: dict[str, Any]) -> None:
    assert found["book"] == ["book", "client", "names", "sheets", "version"]
    assert found["sheet"] == ["name", "pictures", "tables", "values"]


def test_values_and_formats_could_be_written_but_a_text_as_if_it_were_typed(
    found: dict[str, Any],
) -> None:
    assert found["actions"] == [["setValues", [["2015", "=1+1"]]], ["setNumberFormat", None]]


def test_a_button_says_that_excel_does_not_answer_and_writes_nothing(found: dict[str, Any]) -> None:
    icon, title, text = found["pressed"]
    assert (icon, title) == (16, "KPI考核 · 排名")
    assert "Excel 没有应答" in text
