"""Looking at a file before a reader is let loose on it.

A workbook reader trusts its input: it lays out whatever rectangle the cells span,
unpacks whatever a zip promises, and ends the process or fills the memory when that
is absurd.  So the file is looked at first, by its content and never by its suffix,
and whatever cannot be used gets one plain sentence (`VERDICTS`).
"""

from __future__ import annotations

import hashlib
import io
import re
import xml.parsers.expat
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Literal, TypeAlias
from xml.etree import ElementTree

from kpixl.address import LAST_COLUMN, LAST_ROW, a1, column_number
from kpixl.errors import UnusableFile
from kpixl.hosts import biff, ole
from kpixl.hosts.parts import Package
from kpixl.hosts.plain_sheet import PlainSheet, plain_sheet, root_of

Kind: TypeAlias = Literal["xlsx", "xlsb", "xls", "ods"]

LARGEST_FILE = 300 << 20
LARGEST_CONTENT = 600 << 20
LARGEST_RATIO, RATIO_MATTERS_ABOVE = 200, 50 << 20
MOST_PARTS = 10_000
# A reader keeps every cell of the rectangle; five million blanks are the price of one stray cell.
MOST_CELLS, MOST_BLANKS = 12_000_000, 5_000_000

# What a workbook may hold beside sheets; none of it is ever run or opened.
ACTIVE = ("vba", "xlm", "activex", "ole", "dde", "links", "data")

_RESEND = "请重新下载,或向报送单位重新索取。"
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx,再试。"

VERDICTS: dict[str, tuple[str, str]] = {
    "missing": ("文件不存在", "请核对路径和文件名。"),
    "folder": ("这是文件夹,不是文件", "请给出其中的表格文件。"),
    "special": ("这不是普通文件", "请给出表格文件。"),
    "denied": ("没有读取权限,或文件被其他程序占用", "请关闭打开它的程序后重试。"),
    "unreadable": ("系统报告“{detail}”", "请把文件复制到本机硬盘后重试。"),
    "lock": (
        "这是表格打开时自动产生的临时文件,不是表格本身",
        "请选不带“~$”或“.~”的同名文件。",
    ),
    "empty": ("文件是空的(0 字节)", _RESEND),
    "large": ("文件超过 {detail} MB", "请删去多余的工作表和图片后另存,再试。"),
    "encrypted": (
        "文件有打开密码",
        "请用 --password-file 给出写有密码的文本文件,或在 Excel、WPS 中取消打开密码后另存,再试。",
    ),
    "password": (
        "打开密码不对",
        "请核对密码(注意大小写);确实无误的,请在 Excel 或 WPS 中取消打开密码后另存,再试。",
    ),
    "sealed": (
        "文件有打开密码,这种格式的密码不能在此解除",
        "请在 LibreOffice 或 WPS 中取消打开密码后另存,再试。",
    ),
    "encryption": (
        "文件的加密方式不能识别({detail})",
        "请在 Excel 或 WPS 中取消打开密码后另存,再试。",
    ),
    "truncated": ("文件不完整,可能没有传完", _RESEND),
    "damaged": ("文件内容已损坏({detail})", _SAVE_AS + "打不开的,请重新索取。"),
    "unread": (
        "文件内容读不出来({detail}),可能已损坏,也可能用了本工具不认识的写法",
        _SAVE_AS + "打不开的,请重新索取。",
    ),
    "text": ("这是纯文字文件,不是电子表格", _SAVE_AS),
    "html": ("这是网页文件,只是用了表格的扩展名", _SAVE_AS),
    "xml2003": ("这是“XML 表格 2003”格式,不能直接读取", _SAVE_AS),
    "old": ("这是 Excel 4.0 或更早的格式,不能读取", _SAVE_AS),
    "archive": ("这是压缩包,不是电子表格", "请先解压,再给出其中的表格。"),
    "word": ("这是文字文档(Word),不是电子表格", "请给出表格文件。"),
    "slides": ("这是演示文稿(PPT),不是电子表格", "请给出表格文件。"),
    "pdf": ("这是 PDF,不是电子表格", "请给出原来的表格文件。"),
    "picture": ("这是图片,不是电子表格", "请给出原来的表格文件。"),
    "flat": (
        "这是存成单个 XML 文件的 OpenDocument 表格(.fods),不能直接读取",
        "请用 LibreOffice 或 WPS 打开后另存为 .xlsx 或 .ods,再试。",
    ),
    "other": ("这不是电子表格", "请给出 .xlsx、.xls、.xlsb 或 .ods 文件。"),
    "doctype": (
        "文件内部的“{detail}”带有外部实体声明,正常的表格没有,可能有恶意内容",
        "请勿使用,并向报送单位核实来源。",
    ),
    "traversal": (
        "文件内部的路径“{detail}”指向文件之外,可能有恶意内容",
        "请勿使用,并向报送单位核实来源。",
    ),
    "duplicate": ("文件内部有两份“{detail}”,无法确定以哪份为准", _SAVE_AS),
    "bomb": (
        "文件展开后大得不正常({detail}),可能有恶意内容",
        "请勿使用,并向报送单位核实来源。",
    ),
    "outside": ("单元格位置“{detail}”不在工作表的范围内", _SAVE_AS + "打不开的,请重新索取。"),
    "sparse": (
        "{detail},中间几乎全是空白",
        "请删除远处的多余内容(选中多余的行、列,右键删除)后保存,再试。",
    ),
    "crowded": ("{detail},超出本工具能处理的数量", "请拆分成几个文件。"),
    "memory": (
        "读取它要用的内存太多,已停止读取",
        "请删去多余的工作表和图片,或拆分成几个文件,再试。",
    ),
    "slow": ("读取它用的时间太长,已停止读取", "请删去多余的工作表和内容后另存,再试。"),
    "crash": ("读取它的程序中途退出,文件可能已损坏", _SAVE_AS + "打不开的,请重新索取。"),
    "failed": (
        "读取时出错({detail})",
        _SAVE_AS + "仍然出错的,请在命令后加上 --debug 再运行一次,把显示的内容发给维护人员。",
    ),
}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A file that may be read: its bytes, read once, and what the look at them showed.

    Of an encrypted file (`encrypted`) `data` is what was inside, `sha256` is the file's own.
    `error_parts` names the worksheet parts of an .xlsx that hold error values; `plain`
    holds those that are in the usual spelling.  `active` names what else is in the file
    than sheets (`ACTIVE`).
    """

    path: Path
    data: bytes
    sha256: str
    kind: Kind
    active: tuple[str, ...] = ()
    error_parts: frozenset[str] = frozenset()
    package: Package | None = None
    plain: Mapping[str, PlainSheet] = field(default_factory=dict)
    encrypted: bool = False


def refused(path: str | Path, verdict: str, detail: object = "") -> UnusableFile:
    """The error for a verdict of `VERDICTS`.

    >>> print(refused("表.xls", "folder"))
    无法使用文件“表.xls”:这是文件夹,不是文件。请给出其中的表格文件。
    """
    reason, remedy = VERDICTS[verdict]
    return UnusableFile(path, reason.format(detail=detail), remedy, verdict)


def sniff(
    path: str | Path,
    *,
    passwords: Sequence[str] = (),
    structure: bool = False,
    in_place: bool = False,
) -> Sniffed:
    """Read a file once and say what it is; raise UnusableFile if no reader should see it.

    The passwords are tried in turn if it is encrypted.  `structure` says that somebody will
    read formats and formulas, so that what was seen of them is kept.  `in_place` says that
    nobody will lay its cells out as a rectangle, so that a stray one far away does no harm.
    """
    path = Path(path)
    data = _bytes(path)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return _sniff(path, data, sha256, structure, in_place)
    except UnusableFile as error:
        if error.verdict != "encrypted":
            raise
        data = _opened(path, data, passwords)
    return replace(_sniff(path, data, sha256, structure, in_place), encrypted=True)


def _sniff(path: Path, data: bytes, sha256: str, structure: bool, in_place: bool) -> Sniffed:
    if data.startswith(ole.MAGIC):
        return _sniff_ole(path, data, sha256)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(path, data, sha256, structure, in_place)
    raise refused(path, _other_verdict(data))


def _opened(path: Path, data: bytes, passwords: Sequence[str]) -> bytes:
    from kpixl.hosts import encryption

    if not data.startswith(ole.MAGIC):
        raise refused(path, "sealed")
    try:
        return encryption.decrypted(data, passwords)
    except encryption.WrongPassword as error:
        raise refused(path, "password" if passwords else "encrypted") from error
    except encryption.UnknownEncryption as error:
        raise refused(path, "encryption", error) from error


def _bytes(path: Path) -> bytes:
    try:
        if path.name.startswith(("~$", ".~")):
            raise refused(path, "lock")
        if path.is_dir():
            raise refused(path, "folder")
        size = path.stat().st_size
        if not path.is_file():  # reading a pipe or a device may never end
            raise refused(path, "special")
        if size > LARGEST_FILE:
            raise refused(path, "large", LARGEST_FILE >> 20)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise refused(path, "missing") from error
    except PermissionError as error:
        raise refused(path, "denied") from error
    except (OSError, ValueError) as error:
        raise refused(path, "unreadable", getattr(error, "strerror", None) or error) from error
    if not data:
        raise refused(path, "empty")
    return data


# -- files that are neither a zip nor a compound file ------------------------------

_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "word"),
    *((start, "old") for start in _OLD_EXCEL),
)
_HTML = re.compile(rb"(?is)\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|table|meta|style)\b")


def _other_verdict(data: bytes) -> str:
    for start, verdict in _MAGIC:
        if data.startswith(start):
            return verdict
    head = data[:4096]
    if head[:2] == b"BM" and int.from_bytes(head[6:10], "little") == 0:
        return "picture"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml2003"
    if b"<office:document" in head and b"opendocument.spreadsheet" in head:
        return "flat"
    if _HTML.match(head):
        return "html"
    if _is_owner_file(data):
        return "lock"
    # Text has no control characters but tab, line and page ends.
    return "other" if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head) else "text"


def _is_owner_file(data: bytes) -> bool:
    """Whether it says who has a workbook open: the name twice, each after its length."""
    size = data[0]
    return (
        len(data) == 165
        and 0 < size <= 54
        and int.from_bytes(data[55:57], "little") == size
        and data[1 + size : 55].strip(b" \0") == b""
    )


# -- .xls, .et, and encrypted workbooks ---------------------------------------------


def _sniff_ole(path: Path, data: bytes, sha256: str) -> Sniffed:
    try:
        container = ole.Compound(data)
        names = container.names
        if "EncryptedPackage" in names:
            raise refused(path, "encrypted")
        stream = container.stream("Workbook", "Book")
    except ole.DamagedContainer as error:
        raise refused(path, "truncated") from error
    if stream is None:
        if "WordDocument" in names:
            raise refused(path, "word")
        raise refused(path, "slides" if "PowerPoint Document" in names else "other")
    book = biff.read_xls(stream)
    if book.encrypted:
        raise refused(path, "encrypted")
    budget = _Budget(path)
    for cells in book.sheets:
        budget.take(cells.name, cells.rows, cells.columns, cells.filled)
    active = set(book.active)
    if "_VBA_PROJECT_CUR" in names:
        active.add("vba")
    if any(_EMBEDDED.fullmatch(name) for name in names):
        active.add("ole")
    return Sniffed(path, data, sha256, "xls", active=_in_order(active))


_EMBEDDED = re.compile("MBD[0-9A-F]{8}")  # what Excel calls the storage of an embedded object


def _in_order(active: set[str]) -> tuple[str, ...]:
    return tuple(kind for kind in ACTIVE if kind in active)


# -- zip packages -----------------------------------------------------------------


def _sniff_zip(path: Path, data: bytes, sha256: str, structure: bool, in_place: bool) -> Sniffed:
    try:
        package = Package(data)
    except (zipfile.BadZipFile, ValueError, OverflowError, OSError) as error:
        raise refused(path, "truncated") from error
    try:
        _check_directory(path, package)
        kind = _package_kind(path, package)
        if kind == "ods":
            active = _scan_ods(path, package)
            return Sniffed(path, data, sha256, kind, active, package=package)
        errors, plain = _scan_ooxml(path, package, structure, in_place)
        active = _in_order(_active_ooxml(package))
        return Sniffed(path, data, sha256, kind, active, errors, package, plain)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise refused(path, "truncated") from error
    except (NotImplementedError, RuntimeError, ValueError, KeyError, OSError) as error:
        raise refused(path, "damaged", type(error).__name__) from error


# XlsxWriter puts a slash before the links of pictures in cells; nobody unpacks them to a disk.
_ROOTED = ("/xl/",)


def _check_directory(path: Path, package: Package) -> None:
    seen: set[str] = set()
    for part, plain_name in zip(package.infos, package.names, strict=True):
        name = part.filename
        if name[:1] in "/\\" or ".." in name or ":" in name:
            steps = PurePosixPath(name.replace("\\", "/")).parts
            rooted = name.startswith(("/", "\\")) and not name.startswith(_ROOTED)
            if rooted or ".." in steps or (steps and ":" in steps[0]):
                raise refused(path, "traversal", name)
        plain_name = plain_name.lstrip("/").lower()  # readers differ in whether capitals count
        if plain_name in seen:
            raise refused(path, "duplicate", name)
        seen.add(plain_name)
        if part.flag_bits & 1:
            raise refused(path, "encrypted")
        if (
            part.file_size > RATIO_MATTERS_ABOVE
            and part.file_size > LARGEST_RATIO * part.compress_size
        ):
            raise refused(path, "bomb", f"“{name}”压缩率 {part.file_size // part.compress_size}")
    total = sum([part.file_size for part in package.infos])
    if total > LARGEST_CONTENT:
        raise refused(path, "bomb", f"{total >> 20} MB")
    if len(package.infos) > MOST_PARTS:
        raise refused(path, "bomb", f"内含 {len(package.infos)} 个文件")


_WORKBOOK_TYPES = tuple(
    f"{family}.{kind}{macros}.main+xml".encode()
    for family in ("spreadsheetml", "ms-excel")
    for kind in ("sheet", "template", "addin")
    for macros in ("", ".macroEnabled")
)


def _package_kind(path: Path, package: Package) -> Kind:
    if "mimetype" in package:
        kind = package.head("mimetype", 200)
        if b"opendocument" in kind:
            if b"spreadsheet" not in kind:
                raise refused(path, "slides" if b"presentation" in kind else "word")
            manifest = "META-INF/manifest.xml"
            if manifest in package and b"encryption-data" in package.read(manifest):
                raise refused(path, "encrypted")
            return "ods"
    if "[Content_Types].xml" not in package:
        manifest = "META-INF/manifest.xml"
        if manifest in package and _ODS_ROOT.search(package.read(manifest)):
            return "ods"
        raise refused(path, "archive")
    types = _types(package)
    if b"sheet.binary" in types:
        return "xlsb"
    if any(kind in types for kind in _WORKBOOK_TYPES):
        return "xlsx"
    if b"wordprocessingml" in types:
        raise refused(path, "word")
    if b"presentationml" in types:
        raise refused(path, "slides")
    raise refused(path, "other")


_ODS_ROOT = re.compile(
    rb"<manifest:file-entry(?=[^>]*full-path=\"/\")(?=[^>]*opendocument\.spreadsheet)"
)


def _types(package: Package) -> bytes:
    """What the parts of an OOXML package are, in one byte a character."""
    types = package.read("[Content_Types].xml")
    wide = types.startswith((b"\xff\xfe", b"\xfe\xff"))
    return types.decode("utf-16", "replace").encode() if wide else types


# Blank cells that are written down count for nothing, but few enough need not be told apart.
_FEW_CELLS = MOST_BLANKS // 50
_BINARY_SHEET = re.compile(r"xl/worksheets/[^/]+\.bin")


def _scan_ooxml(
    path: Path, package: Package, structure: bool, in_place: bool
) -> tuple[frozenset[str], dict[str, PlainSheet]]:
    errors: set[str] = set()
    plain: dict[str, PlainSheet] = {}
    budget = _Budget(path, lambda part: _sheet_name(package, part), endless=in_place)
    handler = _shape_handler if in_place else _ooxml_handler
    for name in package.names:
        if _BINARY_SHEET.fullmatch(name):
            cells = biff.read_xlsb_sheet(package.read(name))
            budget.take(name, cells.rows, cells.columns, cells.filled)
            continue
        small = package.is_small(name)
        head = package.head(name, 4096)
        if not _is_xml(head):
            continue
        root = root_of(head)
        if root == "worksheet" and small and not in_place:
            sheet = plain_sheet(package.read(name), cells=structure)
            if sheet is not None and _ordinary(sheet) and _has_no_cells(sheet.rest):
                plain[name] = sheet
                budget.take(name, sheet.height, sheet.width, 0)
                if sheet.has_errors:
                    errors.add(name)
                continue
        elif root is not None and not root.endswith("worksheet"):
            if root.rpartition(":")[2] in _READ_LATER:
                _read_to_the_end(package, name, small)
            continue
        with package.open(name) as stream:
            reach = _scan_xml(path, name, stream.read(4096), stream, handler)
        if reach.errors:
            errors.add(name)
        budget.take(name, reach.rows, reach.columns, reach.filled)
    return frozenset(errors), plain


@lru_cache(maxsize=64)  # forms of one kind have the same frame
def _has_no_cells(rest: str) -> bool:
    """Whether a worksheet part without its rows is well-formed, and no cell stands in it."""
    try:
        around = _scan_xml(
            Path(), "", rest.encode(), io.BytesIO(), _ooxml_handler, prefixes_matter=True
        )
    except UnusableFile:
        return False  # it is looked at once more, for the sentence
    return not (around.filled or around.errors)


def _ordinary(sheet: PlainSheet) -> bool:
    """Whether the cells lie inside the grid, in a rectangle that nobody need be afraid of."""
    inside = sheet.height <= LAST_ROW and sheet.width <= LAST_COLUMN
    return inside and sheet.height * sheet.width <= _FEW_CELLS


# What the readers read; nobody is hurt by anything in other parts.
_READ_LATER = frozenset(("Types", "Relationships", "workbook", "sst", "styleSheet", "Properties"))


def _read_to_the_end(package: Package, name: str, small: bool) -> None:
    """Check a part's declared size and checksum."""
    if small:
        package.read(name)
        return
    with package.open(name) as stream:
        while stream.read(1 << 20):
            pass


def _active_ooxml(package: Package) -> set[str]:
    active: set[str] = set()
    for name in package.names:
        part = name.lower()
        if part.endswith("vbaproject.bin"):
            active.add("vba")
        elif not part.startswith("xl/"):
            continue
        elif part.startswith("xl/macrosheets/"):
            active.add("xlm")
        elif part.startswith("xl/activex/"):
            active.add("activex")
        elif part.startswith("xl/embeddings/"):
            active.add("ole")
        elif part.startswith("xl/externallinks/") and not part.endswith(".rels"):
            active.add("dde" if _DDE.search(package.head(name, 1 << 16)) else "links")
        elif part in ("xl/connections.xml", "xl/connections.bin"):
            active.add("data")
    types = _types(package)
    if b"macrosheet+xml" in types or b"ms-excel.macrosheet" in types:
        active.add("xlm")
    return active


_DDE = re.compile(rb"<(?:\w+:)?(?:ddeLink|oleLink)\b")


def _scan_ods(path: Path, package: Package) -> tuple[str, ...]:
    budget = _Budget(path)
    active: set[str] = set()
    for name in package.names:
        head = package.head(name, 4096)
        if not _is_xml(head):
            continue
        with package.open(name) as stream:
            handler = _ods_handler if name == "content.xml" else _prolog_handler
            reach = _scan_xml(path, name, stream.read(4096), stream, handler)
        active |= reach.active
        for sheet in (*reach.done, reach):
            budget.take(sheet.name, sheet.rows, sheet.columns, sheet.filled)
        if name.startswith(("Basic/", "Scripts/")) and not name.endswith(_LIBRARIES):
            active.add("vba")
    manifest = "META-INF/manifest.xml"
    if manifest in package and _ODS_OBJECT.search(package.read(manifest)):
        active.add("ole")
    return _in_order(active)


_LIBRARIES = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")
_ODS_OBJECT = re.compile(
    rb"application/vnd\.sun\.star\.oleobject"
    rb"|<manifest:file-entry(?=[^>]*full-path=\"[^\"/]+/\")"
    rb"(?=[^>]*media-type=\"application/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation|graphics)\")"
)


def _sheet_name(package: Package, part: str) -> str:
    """What people call a worksheet part; its own name where the workbook doesn't say."""
    try:
        links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        file = PurePosixPath(part).name
        ids = {e.get("Id") for e in links if (e.get("Target") or "").endswith("/" + file)}
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        return next(
            e.attrib["name"]
            for e in book.iter()
            if e.tag.endswith("}sheet") and ids & set(e.attrib.values())
        )
    except (KeyError, StopIteration, ElementTree.ParseError):
        return PurePosixPath(part).stem


def _is_xml(head: bytes) -> bool:
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\x00<"))


class _Reach:
    """How far the filled cells of the sheet at hand reach; `done` holds those before it."""

    __slots__ = (
        "active", "column", "columns", "done", "errors", "filled", "name", "quiet", "row", "rows", "times",
        "worksheet",
    )  # fmt: skip

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.rows = self.columns = self.filled = 0
        self.row = self.column = 0
        self.times = 1  # how often an .ods repeats the row at hand
        self.errors = False
        self.worksheet = False
        self.quiet = False  # nobody wants to hear of further elements
        self.done: list[_Reach] = []
        self.active: set[str] = set()


class _RootSeen(Exception):
    """The rest of a part needs no look."""


class _Outside(Exception):
    """A cell beyond the grid."""


Handler: TypeAlias = Callable[[_Reach], Callable[[str, dict[str, str]], None]]


def _scan_xml(
    path: Path,
    name: str,
    head: bytes,
    stream: IO[bytes],
    handler: Handler,
    *,
    prefixes_matter: bool = False,
) -> _Reach:
    """Walk a part, in pieces; its declared size is checked by reading to its end."""
    reach = _Reach()
    parser = xml.parsers.expat.ParserCreate(namespace_separator=":" if prefixes_matter else None)
    parser.StartElementHandler = handler(reach)

    def refuse_doctype(*_: object) -> None:
        raise refused(path, "doctype", name)

    parser.StartDoctypeDeclHandler = refuse_doctype
    parsing, piece = True, head
    while piece:
        if parsing:
            try:
                parser.Parse(piece, False)
                if reach.quiet:
                    parser.StartElementHandler = None
            except _RootSeen:
                parsing = False
            except _Outside as error:
                raise refused(path, "outside", error) from error
            except xml.parsers.expat.ExpatError as error:
                if reach.worksheet:
                    raise refused(path, "damaged", f"{name} 第 {error.lineno} 行") from error
                parsing = False  # whether it matters is for the reader of that part to say
        piece = stream.read(1 << 16)
    if parsing and reach.worksheet:
        try:
            parser.Parse(b"", True)
        except xml.parsers.expat.ExpatError as error:
            raise refused(path, "damaged", name) from error
    return reach


def _prolog_handler(_: _Reach) -> Callable[[str, dict[str, str]], None]:
    def on_start(name: str, attributes: dict[str, str]) -> None:
        raise _RootSeen

    return on_start


_REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")


@lru_cache(maxsize=1 << 16)  # forms of one kind have the same addresses
def _place(reference: str) -> tuple[int, int]:
    """Row and column; outside the grid for an absurd address and for what is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return 0, 0
    letters, digits = match.groups()
    if len(digits) > 7 or len(letters) > 3:
        return LAST_ROW + 1, LAST_COLUMN + 1
    return int(digits), column_number(letters)


def _ooxml_handler(reach: _Reach) -> Callable[[str, dict[str, str]], None]:
    root = True

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal root
        if ":" in name:
            name = name.rsplit(":", 1)[1]
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                reach.column += 1
            else:
                reach.row, reach.column = _place(reference)
            if not (0 < reach.row <= LAST_ROW and 0 < reach.column <= LAST_COLUMN):
                raise _Outside(reference or f"第 {reach.row} 行")
            if attributes.get("t") == "e":
                reach.errors = True
        elif name in ("v", "is"):
            reach.filled += 1
            if reach.row > reach.rows:
                reach.rows = reach.row
            if reach.column > reach.columns:
                reach.columns = reach.column
        elif name == "row":
            number = attributes.get("r", "")
            if number.isdecimal():
                if len(number) > 7 or int(number) > LAST_ROW:
                    raise _Outside(f"第 {number} 行")
                reach.row = int(number)
            else:
                reach.row += 1
            reach.column = 0
        elif root:
            root = False
            if name != "worksheet":
                raise _RootSeen
            reach.worksheet = True

    return on_start


def _shape_handler(reach: _Reach) -> Callable[[str, dict[str, str]], None]:
    """Only whether a worksheet is sound XML: what is in its cells concerns nobody."""

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if not reach.quiet and name.rpartition(":")[2] != "worksheet":
            raise _RootSeen
        reach.worksheet = reach.quiet = True

    return on_start


_ODS_LINKS = {
    "table:table-source": "links",
    "table:cell-range-source": "links",
    "table:dde-link": "dde",
    "office:dde-source": "dde",
}


def _ods_handler(reach: _Reach) -> Callable[[str, dict[str, str]], None]:
    reach.worksheet = True

    def times(attributes: dict[str, str], name: str, most: int) -> int:
        text = attributes.get(name, "1")
        if not text.isdecimal() or len(text) > 7 or int(text) > most:
            raise _Outside(f"{name}={text}")
        return int(text)

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            columns = times(attributes, "table:number-columns-repeated", LAST_COLUMN)
            reach.column += columns
            if "table:formula" in attributes and "file:" in attributes["table:formula"]:
                reach.active.add("links")
            if "office:value-type" in attributes or "table:formula" in attributes:
                reach.filled += columns * reach.times
                reach.rows = max(reach.rows, reach.row)
                reach.columns = max(reach.columns, reach.column)
        elif name == "table:table-row":
            rows = times(attributes, "table:number-rows-repeated", LAST_ROW)
            reach.row += rows
            reach.column, reach.times = 0, rows
        elif name in _ODS_LINKS:
            reach.active.add(_ODS_LINKS[name])
        elif name == "table:table":
            done = _Reach(reach.name)
            done.rows, done.columns, done.filled = reach.rows, reach.columns, reach.filled
            reach.done.append(done)
            reach.name = attributes.get("table:name", "")
            reach.rows = reach.columns = reach.filled = reach.row = reach.column = 0

    return on_start


class _Budget:
    """How many cells the workbook as a whole may still have."""

    def __init__(
        self, path: Path, naming: Callable[[str], str] = str, *, endless: bool = False
    ) -> None:
        self._path, self._naming, self._left = path, naming, MOST_CELLS
        self._endless = endless

    def take(self, sheet: str, rows: int, columns: int, filled: int) -> None:
        """Count a sheet; refuse it if its rectangle is absurd for what it holds."""
        if self._endless or not rows or not columns:
            return
        laid_out = rows * columns
        self._left -= laid_out
        if laid_out - filled <= MOST_BLANKS and self._left >= 0:
            return
        last = a1(min(rows, LAST_ROW), min(columns, LAST_COLUMN))
        where = f"工作表“{self._naming(sheet)}”的数据一直到 {last}"
        if laid_out - filled > MOST_BLANKS:
            raise refused(self._path, "sparse", where)
        raise refused(self._path, "crowded", f"{where},全部工作表超过 {MOST_CELLS} 个单元格")
