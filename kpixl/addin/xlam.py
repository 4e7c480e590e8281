"""kpixl.xlam, made without Excel: our sheet, our ribbon, our VBA as source only.

A project that carries no compiled code has nothing that could disagree with its source:
Excel compiles it when it is opened, and anybody can read what will run.  The same registry
gives the same bytes.
"""

from __future__ import annotations

import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from kpixl.addin.excel_ribbon import ribbon_xml
from kpixl.addin.excel_vba import (
    FAILURE_ROW,
    HELP_ROW,
    PROJECT,
    SETTINGS,
    SHEET,
    TITLE_ROW,
    modules,
)
from kpixl.addin.excel_vba_texts import WORKBOOK
from kpixl.addin.registry import CommandSpec, FunctionSpec
from kpixl.grid import Spot
from kpixl.host import Content, Patch, PutSheet, SetValues, SheetSpec
from kpixl.hosts.files_edit import edit
from kpixl.hosts.files_write import workbook_bytes

_BOOK_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ADDIN_TYPE = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
_UI_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_SIGNATURE = "xl/vbaprojectsignature"  # of three kinds, one a generation of Excel
_UI_PART = "customUI/customUI14.xml"
_MOMENT = (1980, 1, 1, 0, 0, 0)
# [MS-OVBA] 2.3.4.1: the version that says that there is no compiled code, and none follows.
_NO_CACHE = b"\xcc\x61\xff\xff\x00\x00\x00"
# Records of the dir stream (2.3.4.2); the version's says that it is shorter than it is.
_PROJECT_NAME, _VERSION, _TERMINATOR = 0x0004, 0x0009, 0x0010
_FAILURE = (
    "没有完成:加载项与 Python 服务没有接通,或者通话中断了。"
    "请重新打开 Excel 再试;还不行,请运行 kpixl doctor,按提示处理。"
)
# A project has an identity of its own; ours never changes, so that the file does not.
_PROJECT_ID = "{6E70B1D2-5B0F-4C0B-9E1E-6B70786C0001}"


def build_xlam(
    functions: Mapping[str, FunctionSpec],
    commands: Mapping[str, CommandSpec],
    settings: Mapping[str, str] | None = None,
) -> bytes:
    """The add-in as a file, with `settings` (by the labels of SETTINGS) on its own sheet.

    Raises ValueError where a text could not be held by a VBA project as it is.
    """
    texts = modules(functions, commands)
    with tempfile.TemporaryDirectory() as folder:
        plain, made = Path(folder, "plain.xlsm"), Path(folder, "made.xlsm")
        plain.write_bytes(workbook_bytes(Patch((PutSheet(_sheet(functions, settings or {})),))))
        _with_project(plain, made, texts)
        package = _parts(made)
    package["xl/vbaProject.bin"] = _source_only(package["xl/vbaProject.bin"])
    package["[Content_Types].xml"] = package["[Content_Types].xml"].replace(_BOOK_TYPE, _ADDIN_TYPE)
    if commands:
        package[_UI_PART] = ribbon_xml(commands).encode()
        package["_rels/.rels"] = _related(package["_rels/.rels"])
    return _zipped(package)


def is_signed(data: bytes) -> bool:
    """Whether somebody has signed the VBA of an add-in."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return any(name.lower().startswith(_SIGNATURE) for name in package.namelist())


def same_code(
    data: bytes, functions: Mapping[str, FunctionSpec], commands: Mapping[str, CommandSpec]
) -> bool:
    """Whether an add-in holds the VBA of this version, whatever Excel made of its capitals."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "signed.xlsm")
        path.write_bytes(data)
        with ExcelFile(path) as book:
            held = {name: book.get_module(name) for name in book.module_names()}
    ours = modules(functions, commands)
    return all(name in held and _code(held[name]) == _code(text) for name, text in ours.items())


def _code(text: str) -> list[str]:
    lines = (" ".join(line.split()).casefold() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("attribute ")]


def with_settings(data: bytes, settings: Mapping[str, str], path: Path) -> bytes:
    """An add-in with other settings; its VBA and the signature keep their bytes."""
    values = {(n, 2): settings[label] for n, label in enumerate(SETTINGS, 1) if label in settings}
    made = io.BytesIO()
    edit(data, Patch((SetValues(SHEET, values),), recalculate=False), made, path)
    return made.getvalue()


def _sheet(functions: Mapping[str, FunctionSpec], settings: Mapping[str, str]) -> SheetSpec:
    """The add-in's own sheet: settings that installing fills in, and help in Chinese."""
    cells: dict[Spot, Content] = {(n, 1): label for n, label in enumerate(SETTINGS, 1)}
    cells |= {(n, 2): settings[label] for n, label in enumerate(SETTINGS, 1) if label in settings}
    cells[TITLE_ROW, 1], cells[TITLE_ROW, 2] = "Title", "KPI考核"
    cells[FAILURE_ROW, 1], cells[FAILURE_ROW, 2] = "Failure", _FAILURE
    cells[HELP_ROW - 1, 1] = "Function"
    for row, spec in enumerate(functions.values(), HELP_ROW):
        cells[row, 1], cells[row, 2] = spec.name, spec.help
        for column, argument in enumerate(spec.shown, 3):
            cells[row, column] = argument.help
    return SheetSpec(SHEET, cells)


def _with_project(plain: Path, made: Path, texts: Mapping[str, str]) -> None:
    from pyopenvba import ExcelFile

    with ExcelFile(plain) as book:
        project = book.add_vba_project()
        for name, text in texts.items():
            project.add_module(name, _crlf(text))
        for name in book.module_names():
            # Set anew, a module is written as source only.
            text = book.get_module(name)
            if name == "ThisWorkbook":
                text += WORKBOOK
            book.set_module(name, _crlf(text).rstrip() + "\r\n")
        book.save(made)


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def _source_only(data: bytes) -> bytes:
    """The VBA project under our name and identity, without compiled code and its caches."""
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import compress, decompress

    file = CFB.from_bytes(data)
    old = file.get_stream("PROJECT").decode("cp1252")
    text = re.sub(r'(?m)^ID="[^"]*"', f'ID="{_PROJECT_ID}"', old)
    text = re.sub(r'(?m)^Name="[^"]*"', f'Name="{PROJECT}"', text)
    head, _, windows = text.partition("[Workspace]")
    lines = [line for line in windows.split("\r\n") if line]
    file.write_stream("PROJECT", "\r\n".join((head + "[Workspace]", *lines, "")).encode("cp1252"))
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    records = decompress(file.get_stream_in_storage("VBA", "dir"))
    file.write_stream_in_storage("VBA", "dir", compress(_named(records)))
    made: bytes = file.to_bytes()
    return made


def _named(records: bytes) -> bytes:
    """The dir stream with the project's name, and nothing behind its end."""
    at, kept = 0, b""
    while at < len(records):
        kind, size = struct.unpack_from("<HI", records, at)
        end = at + 6 + (6 if kind == _VERSION else size)
        if kind == _PROJECT_NAME:
            name = PROJECT.encode("ascii")
            kept += struct.pack("<HI", kind, len(name)) + name
        else:
            kept += records[at:end]
        if kind == _TERMINATOR:
            break
        at = end
    return kept


def _related(relations: bytes) -> bytes:
    link = f'<Relationship Id="rIdKpixl" Type="{_UI_TYPE}" Target="{_UI_PART}"/>'
    return relations.replace(b"</Relationships>", link.encode() + b"</Relationships>")


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            package.writestr(entry, data)
    return stream.getvalue()
