"""Looking at a file before a reader is let loose on it.

A workbook reader trusts its input: it lays out whatever rectangle the cells span,
unpacks whatever a zip promises, and ends the process or fills the memory when that
is absurd.  So the file is looked at first, by its content and never by its suffix,
and whatever cannot be used gets one plain sentence (`kpixl.hosts.verdicts`).
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias
from xml.etree import ElementTree

from kpixl.address import LAST_COLUMN, LAST_ROW
from kpixl.errors import UnusableFile
from kpixl.hosts import biff, ole
from kpixl.hosts.parts import Package
from kpixl.hosts.plain_sheet import PlainSheet, plain_sheet, root_of
from kpixl.hosts.reach import (
    MOST_BLANKS,
    Budget,
    cells_of_ods,
    cells_of_ooxml,
    only_the_prolog,
    only_the_shape,
    scan_part,
)
from kpixl.hosts.verdicts import refused

Kind: TypeAlias = Literal["xlsx", "xlsb", "xls", "ods"]

LARGEST_FILE = 300 << 20
LARGEST_CONTENT = 600 << 20
LARGEST_RATIO, RATIO_MATTERS_ABOVE = 200, 50 << 20
MOST_PARTS = 10_000

# What a workbook may hold beside sheets; none of it is ever run or opened.
ACTIVE = ("vba", "xlm", "activex", "ole", "dde", "links", "data")


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
    budget = Budget(path)
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
    budget = Budget(path, lambda part: _sheet_name(package, part), endless=in_place)
    handler = only_the_shape if in_place else cells_of_ooxml
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
            reach = scan_part(path, name, stream.read(4096), stream, handler)
        if reach.errors:
            errors.add(name)
        budget.take(name, reach.rows, reach.columns, reach.filled)
    return frozenset(errors), plain


@lru_cache(maxsize=64)  # forms of one kind have the same frame
def _has_no_cells(rest: str) -> bool:
    """Whether a worksheet part without its rows is well-formed, and no cell stands in it."""
    try:
        around = scan_part(
            Path(), "", rest.encode(), io.BytesIO(), cells_of_ooxml, prefixes_matter=True
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
    budget = Budget(path)
    active: set[str] = set()
    for name in package.names:
        head = package.head(name, 4096)
        if not _is_xml(head):
            continue
        with package.open(name) as stream:
            handler = cells_of_ods if name == "content.xml" else only_the_prolog
            reach = scan_part(path, name, stream.read(4096), stream, handler)
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
