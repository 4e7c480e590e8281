"""What openpyxl does not write into a returned form: results of formulas, macros, links, ruins."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.workbook import Workbook
from pyopenvba import ExcelFile

MACRO = 'Sub Auto_Open()\r\n    MsgBox "ran"\r\nEnd Sub\r\n'
_LINK = (
    '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}'
    "</externalLink>"
)
# Parts by what they bring along; nobody refers to them, as after a sheet was deleted.
PARTS: Mapping[str, tuple[str, bytes]] = {
    "xlm": ("xl/macrosheets/sheet1.xml", b"<macrosheet/>"),
    "activex": ("xl/activeX/activeX1.xml", b"<ocx/>"),
    "ole": ("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0"),
    "links": ("xl/externalLinks/externalLink1.xml", _LINK.format("<externalBook/>").encode()),
    "dde": ("xl/externalLinks/externalLink1.xml", _LINK.format("<ddeLink/>").encode()),
    "data": ("xl/connections.xml", b"<connections/>"),
}


def put_in(path: Path, kind: str) -> None:
    """Put something that runs or reaches out into a workbook."""
    if kind == "vba":
        bare = path.with_suffix(".xlsm")
        path.rename(bare)
        with ExcelFile(bare) as book:
            book.add_vba_project().add_module("Start", MACRO)
            book.save(bare)
        bare.rename(path)
        return
    name, content = PARTS[kind]
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(name, content)


def keep_results(path: Path, book: Workbook, results: Mapping[tuple[str, str], Any]) -> None:
    """Write beside formulas what they gave when the file was saved."""
    places = {name: f"xl/worksheets/sheet{n}.xml" for n, name in enumerate(book.sheetnames, 1)}
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for (sheet, address), value in results.items():
        text = parts[places[sheet]].decode()
        kind = ' t="str"' if isinstance(value, str) else ""
        found = re.compile(rf'(<c r="{address}"[^>]*)>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>')
        result = escape(str(value)).replace("\\", r"\\")
        text, times = found.subn(rf"\g<1>{kind}>\g<2><v>{result}</v></c>", text)
        assert times == 1, (sheet, address)
        parts[places[sheet]] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def ruin(path: Path, kind: str) -> None:
    """What becomes of files on their way."""
    content = path.read_bytes()
    path.write_bytes(
        {
            "截断": content[: len(content) // 2],
            "空": b"",
            "网页": "<html><body>请先登录</body></html>".encode(),
            "文本": "单位,产值\n甲山镇,26.4\n".encode("gb18030"),
        }[kind]
    )
