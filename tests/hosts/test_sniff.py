"""Each kind of unusable file gets its own sentence, and quickly."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kpixl.errors import UnusableFile
from kpixl.hosts import ole, sniff
from kpixl.hosts.files import read
from kpixl.hosts.verdicts import VERDICTS
from tests.hosts import encrypted
from tests.hosts.packages import placed, rewritten, sheet_xml, small_book, with_sheet
from tests.soffice import Office

# -- small compound files, as .xls and encrypted workbooks are --------------------------------

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with every stream in whole sectors."""
    padded = {name: body.ljust(4096, b"\0") for name, body in streams.items()}
    names = ["Root Entry", *padded]
    directory_sectors = -(-len(names) // 4)
    fat, bodies, starts = [FAT], b"", {}
    fat += [*range(2, 1 + directory_sectors), END]
    for name, body in padded.items():
        body = body.ljust(-(-len(body) // 512) * 512, b"\0")
        first, count = len(fat), len(body) // 512
        starts[name] = first
        fat += [*range(first + 1, first + count), END]
        bodies += body
    assert len(fat) <= 128
    entries = b""
    for number, name in enumerate(names):
        text = name.encode("utf-16-le") + b"\0\0"
        kind = 5 if number == 0 else 2
        start = END if number == 0 else starts[name]
        size = 0 if number == 0 else len(padded[name])
        entries += (
            text.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(text), kind, 1, FREE, FREE, FREE)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )
    entries = entries.ljust(directory_sectors * 512, b"\0")
    header = (
        ole.MAGIC
        + bytes(16)
        + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
        + struct.pack("<3I", 1, 1, 0)
        + struct.pack("<5I", 4096, END, 0, END, 0)
        + struct.pack("<109I", 0, *[FREE] * 108)
    )
    assert len(header) == 512
    table = struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    return header + table + entries + bodies


def biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)


BOF = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
EOF = (0x0A, b"")


def old_book(*cells: tuple[int, bytes], extra: tuple[int, bytes] | None = None) -> bytes:
    name = b"\x05\x00Sheet"
    before = [BOF, *([extra] if extra else [])]
    size = len(biff(*before, (0x85, struct.pack("<IH", 0, 0) + name), EOF))
    head = biff(*before, (0x85, struct.pack("<IH", size, 0) + name), EOF)
    return compound({"Workbook": head + biff(BOF, *cells, EOF)})


def number(row: int, column: int, value: float) -> tuple[int, bytes]:
    return 0x0203, struct.pack("<3Hd", row, column, 0, value)


# -- packages ------------------------------------------------------------------------------------


def other_package(kind: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{kind}'
            '.main+xml"/></Types>',
        )
    return stream.getvalue()


def plain_zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, b"x")
    return stream.getvalue()


def ods(content: str, manifest: str = "<manifest/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", content)
    return stream.getvalue()


def ods_table(body: str) -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    return ods(
        f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="甲">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def doubled() -> bytes:
    stream = io.BytesIO(small_book())
    with zipfile.ZipFile(stream, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


def sealed() -> bytes:
    """A zip whose entries say that they are encrypted."""
    data = bytearray(small_book())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        at = package.start_dir
    while data[at : at + 4] == b"PK\x01\x02":
        data[at + 8] |= 1
        at += 46 + sum(struct.unpack_from("<3H", data, at + 28))
    return bytes(data)


def bomb() -> bytes:
    rows = "<row><c><v>1</v></c></row>" * 10
    return rewritten(small_book(), {"xl/worksheets/sheet2.xml": sheet_xml(rows, " " * (60 << 20))})


def liar() -> bytes:
    """A part that unpacks to more than the package says."""
    data = bytearray(with_sheet('<row r="1"><c r="A1"><v>1</v></c></row>' * 3000))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        at = package.start_dir
    while data[at : at + 4] == b"PK\x01\x02":
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length] == b"xl/worksheets/sheet1.xml":
            struct.pack_into("<I", data, at + 24, 100)
        at += 46 + sum(struct.unpack_from("<3H", data, at + 28))
    return bytes(data)


def with_doctype(part: str) -> bytes:
    def change(xml: str) -> str:
        return xml.replace("?>", '?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', 1)

    return rewritten(small_book(), {part: change})


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HTML = "<html><head><meta charset=gbk></head><table><tr><td>283</td></tr></table></html>"
XML_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'

FLAT = (
    '<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument'
    '.spreadsheet" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
)


def owner_file() -> bytes:
    """What Excel leaves beside a workbook that somebody has open, under another name."""
    wide = "Li Lei".ljust(54).encode("utf-16-le")
    return b"\x06" + b"Li Lei".ljust(54) + b"\x06\x00" + wide


# Name of the case → content, verdict, words that the sentence must hold.
UNUSABLE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "empty", "0 字节"),
    "csv": (lambda: "单位,数据项\n星海街道,283\n".encode("gbk"), "text", "纯文字"),
    "utf-16 text": (lambda: "单位\t数值".encode("utf-16"), "text", "纯文字"),
    "html": (lambda: HTML.encode(), "html", "网页"),
    "html with a mark": (lambda: b"\xef\xbb\xbf \n" + HTML.encode(), "html", "网页"),
    "xml 2003": (lambda: XML_2003.encode(), "xml2003", "2003"),
    "flat ods": (lambda: FLAT.encode(), "flat", ".fods"),
    "owner file": (owner_file, "lock", "临时文件"),
    "bitmap": (lambda: b"BM" + struct.pack("<III", 70, 0, 54) + bytes(56), "picture", "图片"),
    "pdf": (lambda: b"%PDF-1.7\n...", "pdf", "PDF"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n....", "picture", "图片"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00", "archive", "压缩包"),
    "zip of files": (lambda: plain_zip("星海街道.xlsx"), "archive", "压缩包"),
    "word": (lambda: other_package("wordprocessingml.document"), "word", "Word"),
    "slides": (lambda: other_package("presentationml.presentation"), "slides", "PPT"),
    "old word": (lambda: compound({"WordDocument": b"x"}), "word", "Word"),
    "other compound": (lambda: compound({"Contents": b"x"}), "other", "不是电子表格"),
    "noise": (lambda: bytes(range(256)) * 4, "other", "不是电子表格"),
    "excel 4": (lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00", "old", "4.0"),
    "encrypted": (lambda: encrypted.sealed(small_book(), "x"), "encrypted", "密码"),
    "encrypted somehow": (lambda: compound({"EncryptedPackage": b"x"}), "encryption", "加密方式"),
    "encrypted xls": (lambda: old_book(extra=(0x2F, bytes(6))), "encryption", "加密方式"),
    "encrypted ods": (
        lambda: ods("<x/>", "<manifest><encryption-data/></manifest>"),
        "sealed",
        "密码",
    ),
    "encrypted zip": (sealed, "sealed", "密码"),
    "cut zip": (lambda: small_book()[:-500], "truncated", "不完整"),
    "cut compound": (lambda: old_book(number(0, 0, 1))[:1400], "truncated", "不完整"),
    "endless chain": (
        lambda: old_book(number(0, 0, 1)).replace(
            struct.pack("<3I", 3, 4, 5), struct.pack("<3I", 3, 4, 3)
        ),
        "truncated",
        "不完整",
    ),
    "lying size": (liar, "truncated", "不完整"),
    "damaged sheet": (
        lambda: with_sheet('<row r="1"><c r="A1"><v>1</c></row>'),
        "damaged",
        "损坏",
    ),
    "doctype in a sheet": (
        lambda: with_doctype("xl/worksheets/sheet1.xml"),
        "doctype",
        "xl/worksheets/sheet1.xml",
    ),
    "doctype in properties": (
        lambda: with_doctype("docProps/core.xml"),
        "doctype",
        "docProps/core.xml",
    ),
    "doctype in utf-16": (
        lambda: rewritten(
            small_book(),
            {"docProps/app.xml": '<!DOCTYPE x [<!ENTITY a "a">]><x/>'.encode("utf-16")},
        ),
        "doctype",
        "docProps/app.xml",
    ),
    "doctype in ods": (lambda: ods('<!DOCTYPE x [<!ENTITY a "a">]><x/>'), "doctype", "content"),
    "path outside": (
        lambda: rewritten(small_book(), {"../../evil.xml": "<x/>"}),
        "traversal",
        "../../evil.xml",
    ),
    "absolute path": (lambda: rewritten(small_book(), {"/etc/x": "x"}), "traversal", "/etc/x"),
    "drive path": (lambda: rewritten(small_book(), {"C:\\x": "x"}), "traversal", "C:"),
    "duplicate": (doubled, "duplicate", "xl/workbook.xml"),
    "duplicate but for capitals": (
        lambda: rewritten(small_book(), {"xl/worksheets/Sheet1.xml": sheet_xml("")}),
        "duplicate",
        "heet1.xml",
    ),
    "bomb": (bomb, "bomb", "压缩率"),
    "too many parts": (
        lambda: plain_zip(*(f"p{n}" for n in range(10_001))),
        "bomb",
        "10001 个文件",
    ),
    "two far cells": (lambda: with_sheet(FAR), "sparse", "“填报”的数据一直到 XFD1048576"),
    "stray cell": (
        lambda: with_sheet(
            '<row r="1"><c r="L1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
        ),
        "sparse",
        "L1048576",
    ),
    "row beyond the grid": (
        lambda: with_sheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'),
        "outside",
        "1048577",
    ),
    "column beyond the grid": (
        lambda: with_sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
        "outside",
        "XFE1",
    ),
    "row nought": (
        lambda: with_sheet('<row r="1"><c r="A0" x="1"><v>1</v></c></row>'),
        "outside",
        "A0",
    ),
    "address that is none": (
        lambda: with_sheet('<row r="1"><c r="7"><v>1</v></c></row>'),
        "outside",
        "“7”",
    ),
    "absurd address": (
        lambda: with_sheet('<row r="1"><c r="AAAAAA99999999999"><v>1</v></c></row>'),
        "outside",
        "AAAAAA99999999999",
    ),
    "ods repeated": (
        lambda: ods_table(
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            'table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
            "</table:table-row>"
        ),
        "crowded",
        "“甲”",
    ),
    "ods repeated absurdly": (
        lambda: ods_table('<table:table-row table:number-rows-repeated="99999999999"/>'),
        "outside",
        "99999999999",
    ),
    "ods far cell": (
        lambda: ods_table(
            '<table:table-row table:number-rows-repeated="1000000"/><table:table-row>'
            '<table:table-cell table:number-columns-repeated="50"/>'
            '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
        ),
        "sparse",
        "AY1000001",
    ),
    "xls far cells": (
        lambda: old_book(number(0, 0, 1), number(65535, 255, 1)),
        "sparse",
        "“Sheet”的数据一直到 IV65536",
    ),
}


@pytest.mark.parametrize(("content", "verdict", "words"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_file_gets_its_own_sentence(
    tmp_path: Path, content: Callable[[], bytes], verdict: str, words: str
) -> None:
    path = placed(tmp_path, content(), "星海街道.xlsx")
    before = path.read_bytes()
    with pytest.raises(UnusableFile) as caught:
        read(path)
    reason, remedy = VERDICTS[verdict]
    assert caught.value.remedy == remedy
    assert caught.value.reason.startswith(reason.partition("{")[0])
    assert words in caught.value.reason
    assert "星海街道.xlsx" in str(caught.value)
    assert path.read_bytes() == before


def test_every_verdict_says_what_to_do() -> None:
    for reason, remedy in VERDICTS.values():
        assert remedy.startswith(("请", "打不开")) and remedy.endswith("。")
        assert reason and not reason.endswith("。")


def test_a_missing_file_a_folder_and_a_lock_file_are_told_apart(tmp_path: Path) -> None:
    lock = placed(tmp_path, b"\x05owner", "~$星海街道.xlsx")
    other_lock = placed(tmp_path, b",me", ".~lock.星海街道.xlsx#")
    for path, words in (
        (tmp_path / "没有.xlsx", "文件不存在"),
        (tmp_path / "没有" / "表.xlsx", "文件不存在"),
        (tmp_path, "这是文件夹"),
        (lock, "临时文件"),
        (other_lock, "临时文件"),
    ):
        with pytest.raises(UnusableFile, match=words):
            read(path)


def test_a_file_that_may_not_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = placed(tmp_path, small_book())

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(UnusableFile, match="没有读取权限,或文件被其他程序占用"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only on Windows are there no pipes by name")
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    os.mkfifo(path)
    with pytest.raises(UnusableFile, match="不是普通文件"):
        read(path)


def test_a_file_beyond_the_limit_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sniff, "LARGEST_FILE", 1 << 20)
    path = placed(tmp_path, b"PK\x03\x04" + bytes(2 << 20))
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("was read"))
    with pytest.raises(UnusableFile, match="超过 1 MB"):
        read(path)


def test_the_far_cells_that_end_a_reader_s_process_end_none_here(tmp_path: Path) -> None:
    path = placed(tmp_path, with_sheet(FAR))
    code = (
        "import sys; from kpixl.hosts.files import read; from kpixl.errors import UnusableFile\n"
        "try: read(sys.argv[1])\nexcept UnusableFile: sys.exit(2)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], timeout=30, check=False)
    assert run.returncode == 2


# -- what must not be refused ----------------------------------------------------------------


def test_styled_blanks_down_to_the_last_row_are_no_stray_cells(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    (sheet,) = read(placed(tmp_path, with_sheet(rows))).sheets
    assert list(sheet.filled()) == [(1, 1, 1.0)]


def test_a_comment_or_a_note_that_is_no_xml_disturbs_nobody(tmp_path: Path) -> None:
    data = rewritten(
        small_book(),
        {"xl/drawings/vmlDrawing1.vml": "<xml><br></xml>", "customXml/item1.xml": "<broken"},
    )
    assert read(placed(tmp_path, data)).sheets[0].value(1, 2) == 283.0


def test_a_long_table_is_no_bomb(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}"><v>{r * 7 % 11}</v></c></row>'
        for r in range(1, 60_001)
    )
    (sheet,) = read(placed(tmp_path, with_sheet(rows)), structure=False).sheets
    assert sheet.value(60_000, 1) == 60_000.0


def test_a_real_xls_with_its_small_streams_is_read(soffice: Office, tmp_path: Path) -> None:
    (made,) = soffice.convert([placed(tmp_path, small_book(), "源.xlsx")], "xls", tmp_path)
    assert read(made).sheets[0].value(1, 1) == "规上工业总产值"
    assert "Workbook" in ole.Compound(made.read_bytes()).names
