"""Notes beside cells: put next to those that are there, and taken away again alone.

A note is a comment in one part and a box in another, drawn in VML; a sheet may have both
already, with form controls in the same drawing.  Ours are known by their author.  In a cell
that has somebody's note, ours follows in the same box, because there can be only one; in a
cell with a conversation, ours is a reply.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from kpixl.address import LAST_COLUMN, LAST_ROW, a1, parse_a1
from kpixl.grid import Spot
from kpixl.hosts.files_cells import SheetText, attribute, length, text_xml
from kpixl.hosts.files_parts import Link, Package, local, space
from kpixl.hosts.files_write import FACE, note_size

AUTHOR = "kpixl"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_PERSONS = "application/vnd.ms-excel.person+xml"
_PERSON_LINK = "http://schemas.microsoft.com/office/2017/10/relationships/person"
_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "kpixl")
_CONVERSATION = "tc="  # what the author of a conversation's stand-in begins with
# Ours are known by their first words too: some programs forget who wrote a note.
HEADING = "kpixl:\n"
_SEPARATOR = "\n—— kpixl ——\n"
_XML = "{http://www.w3.org/XML/1998/namespace}space"
_SHAPE = re.compile(rb"<(\w+):shape\b(?:[^>]*/>|.*?</\1:shape\s*>)", re.DOTALL)
_PLACE = re.compile(rb"<\w+:(Row|Column)>\s*(\d+)\s*</")
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_BLOCKS = re.compile(rb"(<\w+:idmap\b[^>]*?\sdata\s*=\s*[\"'])([\d,\s]*)([\"'])")
_BLOCK = 1024  # numbers of shapes come in blocks; a drawing names those that it uses
_SPACES = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}
_TEMPLATE_ID = b"_x0000_t202"
_TEMPLATE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts that hold a sheet's notes; empty names where it has none."""

    comments: str
    drawing: str
    conversations: str


class Notes:
    """The notes of one sheet."""

    def __init__(self, package: Package, part: str, text: SheetText) -> None:
        self._package, self._part, self._text = package, part, text
        links = package.links(part)
        drawn = next((a for a in self._legacy_drawing()), None)
        drawing = next((k.target for k in links if drawn is not None and k.id == drawn), "")
        self._parts = _Parts(
            comments=_target(links, "comments"),
            drawing=package.actual(drawing) if drawing in package else "",
            conversations=_target(links, "threadedComment"),
        )

    # -- taking away -------------------------------------------------------------------

    def clear(self) -> None:
        """Take our notes away; parts that held nothing else go too."""
        if self._parts.conversations:
            self._clear_replies()
        if not self._parts.comments:
            return
        root = self._package.tree(self._parts.comments)
        ours = _author_index(root)
        box = root.find("{*}commentList")
        gone: set[Spot] = set()
        for comment in [] if box is None else list(box):
            if _is_ours(comment, ours):
                box.remove(comment)
                gone.add(parse_a1(comment.get("ref", "")))
            else:
                _cut_addition(comment)
        authors = root.find("{*}authors")
        if ours is not None and ours == len(authors) - 1:
            authors.remove(authors[ours])
        if box is not None and not len(box) and gone:
            self._drop_comments()
        self._clear_shapes(gone)

    def _drop_comments(self) -> None:
        self._package.unlink(self._part, [self._parts.comments])
        self._package.drop(self._parts.comments)
        self._parts = _Parts("", self._parts.drawing, self._parts.conversations)

    def _clear_shapes(self, gone: set[Spot]) -> None:
        if not gone or not self._parts.drawing:
            return
        drawing = self._package.read(self._parts.drawing)
        kept = _SHAPE.sub(lambda m: b"" if _note_place(m[0]) in gone else m[0], drawing)
        if _SHAPE.search(kept) is None:
            for start, end in self._legacy_spans():
                self._text.splice(start, end, b"")
            self._package.unlink(self._part, [self._parts.drawing])
            self._package.drop(self._parts.drawing)
            self._parts = _Parts(self._parts.comments, "", self._parts.conversations)
        else:
            self._package.put(self._parts.drawing, kept)

    def _clear_replies(self) -> None:
        root = self._package.tree(self._parts.conversations)
        for reply in list(root):
            if reply.get("personId") == _guid(_OURS):
                root.remove(reply)
        talks = (
            self._package.tree(n) for n in self._package.names if "/threadedcomment" in n.lower()
        )
        if not any(reply.get("personId") == _guid(_OURS) for talk in talks for reply in talk):
            self._forget_ourselves()

    # -- putting -----------------------------------------------------------------------

    def put(self, notes: Mapping[Spot, str]) -> None:
        """Put notes beside cells; one of ours that is there already is replaced."""
        if not notes:
            return
        root = self._comments()
        box = root.find("{*}commentList")
        authors = [author.text or "" for author in root.find("{*}authors")]
        ours = _author_index(root)
        there = {comment.get("ref", "").upper(): comment for comment in box}
        new: dict[Spot, str] = {}
        for spot, text in sorted(notes.items()):
            comment = there.get(a1(*spot))
            author = "" if comment is None else _author_of(comment, authors)
            if comment is None:
                new[spot] = text
            elif _is_ours(comment, ours):
                _write(comment, text)
            elif author.startswith(_CONVERSATION) and self._parts.conversations:
                self._reply(a1(*spot), text)
            else:
                _cut_addition(comment)
                _add(comment, text)
        if new:
            index = _author_index(root)
            if index is None:
                author = _child(root.find("{*}authors"), "author")
                author.text = AUTHOR
                index = len(root.find("{*}authors")) - 1
            for spot, text in new.items():
                comment = _child(box, "comment", ref=a1(*spot), authorId=str(index))
                _write(comment, text)
            self._draw(new)

    def _comments(self) -> Any:
        if not self._parts.comments:
            name = self._package.free_name(_beside(self._package, "comments{}.xml"))
            main = space(self._package.tree(self._package.workbook))
            from lxml import etree

            root = etree.Element(f"{{{main}}}comments", nsmap={None: main})
            _child(root, "authors")
            _child(root, "commentList")
            self._package.put_tree(name, root, _COMMENTS)
            self._package.link(self._part, "comments", name)
            self._parts = _Parts(name, self._parts.drawing, self._parts.conversations)
        return self._package.tree(self._parts.comments)

    def _reply(self, reference: str, text: str) -> None:
        """Answer the first remark of the conversation in a cell."""
        root = self._package.tree(self._parts.conversations)
        first = next(
            (e for e in root if e.get("ref") == reference and e.get("parentId") is None), None
        )
        if first is None:
            return
        for old in list(root):
            if old.get("ref") == reference and old.get("personId") == _guid(_OURS):
                root.remove(old)
        reply = _child(
            root,
            "threadedComment",
            ref=reference,
            dT=first.get("dT", ""),
            personId=_guid(_OURS),
            id=_guid(uuid.uuid5(_OURS, f"{self._part}!{reference}")),
            parentId=first.get("id", ""),
        )
        _child(reply, "text").text = _plain(text)
        self._know_ourselves()

    def _know_ourselves(self) -> None:
        """Have ourselves among the persons of the workbook."""
        package = self._package
        name = _target(package.links(package.workbook), "person")
        if not name:
            from lxml import etree

            name = package.free_name(_beside(package, "persons/person{}.xml"))
            root = etree.Element(f"{{{_THREADS}}}personList", nsmap={None: _THREADS})
            package.put_tree(name, root, _PERSONS)
            package.link(package.workbook, "person", name, whole_kind=_PERSON_LINK)
        root = package.tree(name)
        if all(person.get("id") != _guid(_OURS) for person in root):
            _child(
                root, "person", displayName=AUTHOR, id=_guid(_OURS), userId=AUTHOR,
                providerId="None",
            )  # fmt: skip

    def _forget_ourselves(self) -> None:
        package = self._package
        name = _target(package.links(package.workbook), "person")
        if not name:
            return
        root = package.tree(name)
        for person in [p for p in root if p.get("id") == _guid(_OURS)]:
            root.remove(person)
            if not len(root):
                package.unlink(package.workbook, [name])
                package.drop(name)

    # -- boxes -------------------------------------------------------------------------

    def _draw(self, notes: Mapping[Spot, str]) -> None:
        package = self._package
        if self._parts.drawing:
            drawing = package.current(self._parts.drawing)
        else:
            name = package.free_name(_beside(package, "drawings/vmlDrawing{}.vml"))
            block = 1 + max(blocks_in_use(package), default=0)
            drawing = _empty_drawing(block)
            package.declare_extension("vml", _DRAWING)
            package.put(name, drawing, _DRAWING)
            self._point_to(package.link(self._part, "vmlDrawing", name))
            self._parts = _Parts(self._parts.comments, name, self._parts.conversations)
        package.put(self._parts.drawing, self._with_boxes(drawing, notes))

    def _point_to(self, link: str) -> None:
        text, space_ = self._text, self._package.link_space
        prefix, declared = text.prefix_of(space_), b""
        if not prefix:
            prefix, declared = b"r:", b' xmlns:r="%b"' % space_.encode()
        at = text.place_for("legacyDrawing")
        made = b'<%blegacyDrawing%b %bid="%b"/>' % (text.prefix, declared, prefix, link.encode())
        text.splice(at, at, made)

    def _with_boxes(self, drawing: bytes, notes: Mapping[Spot, str]) -> bytes:
        head = drawing[: drawing.find(b">", drawing.find(b"<xml")) + 1]
        spaces = b"".join(
            b' xmlns:%b="%b"' % (prefix, name)
            for prefix, name in _SPACES.items()
            if b"xmlns:" + prefix not in head
        )
        template = b"" if b'"%b"' % _TEMPLATE_ID in drawing else _TEMPLATE
        drawing, numbers = self._numbered(drawing, len(notes))
        end = drawing.rfind(b"</")
        grid = _Grid(self._text)
        boxes = b"".join(
            _box(number, spot, grid.anchor(spot, HEADING + text), spaces)
            for number, (spot, text) in zip(numbers, notes.items(), strict=True)
        )
        if spaces and template:
            template = template.replace(b"<v:shapetype", b"<v:shapetype" + spaces, 1)
        return drawing[:end] + template + boxes + drawing[end:]

    def _numbered(self, drawing: bytes, count: int) -> tuple[bytes, list[int]]:
        """Numbers for new shapes, and the drawing that says which blocks it uses."""
        used = {int(number) for number in _SHAPE_ID.findall(drawing)}
        blocks = sorted(_blocks(drawing)) or [1]
        others = blocks_in_use(self._package)
        numbers: list[int] = []
        for block in blocks:
            start = block * _BLOCK
            highest = max((n for n in used if start <= n < start + _BLOCK), default=start)
            numbers += range(highest + 1, start + _BLOCK)
        added: list[int] = []
        while len(numbers) < count:
            block = 1 + max(others | set(blocks) | set(added))
            added.append(block)
            numbers += range(block * _BLOCK + 1, (block + 1) * _BLOCK)
        if added:
            names = b",".join(b"%d" % b for b in (*blocks, *added))
            drawing = _BLOCKS.sub(lambda m: m[1] + names + m[3], drawing, count=1)
        return drawing, numbers[:count]

    def _legacy_spans(self) -> Iterator[tuple[int, int]]:
        for name, start, end in self._text.elements():
            if name == "legacyDrawing":
                yield start, end

    def _legacy_drawing(self) -> Iterator[str]:
        for start, end in self._legacy_spans():
            for _, value in _ids(self._text.data[start:end]):
                yield value


class _Grid:
    """Where a box comes to stand: beside its cell, as wide and high as its text needs."""

    def __init__(self, text: SheetText) -> None:
        self._widths, self._heights = text.widths(), text.heights()
        usual = next(text.tags(b"sheetFormatPr", head=True), None)
        points = None if usual is None else attribute(usual[1], b"defaultRowHeight")
        width = None if usual is None else attribute(usual[1], b"defaultColWidth")
        self._height = (length(points) or 15) / 0.75
        self._width = (length(width) or 8.43) * 7 + 5

    def anchor(self, spot: Spot, text: str) -> str:
        """Left column, offset, top row, offset, right column, offset, bottom row, offset."""
        width, height = note_size(text)
        row, column = max(spot[0] - 1, 1), min(spot[1] + 1, LAST_COLUMN - 4)
        right, x = _walk(column, 15 + width, self._column, LAST_COLUMN)
        bottom, y = _walk(row, 4 + height, self._row, LAST_ROW)
        return f"{column - 1}, 15, {row - 1}, 4, {right - 1}, {x}, {bottom - 1}, {y}"

    def _column(self, column: int) -> float:
        for low, high, width in self._widths:
            if low <= column <= high:
                return width * 7 + 5 if width else 0.0
        return self._width

    def _row(self, row: int) -> float:
        return self._heights[row] / 0.75 if row in self._heights else self._height


def _walk(start: int, length: float, size: Any, last: int) -> tuple[int, int]:
    """The column (or row) that lies so many pixels on, and how far into it."""
    at = start
    while at < last and length > size(at):
        length -= size(at)
        at += 1
    return at, int(length)


def _box(number: int, spot: Spot, anchor: str, spaces: bytes) -> bytes:
    return (
        b'<v:shape%b id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;'
        b'margin-left:80pt;margin-top:2pt;width:195pt;height:60pt;z-index:%d;visibility:hidden" '
        b'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        b'<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        b'<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        b'</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        b"<x:Anchor>%b</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row>"
        b"<x:Column>%d</x:Column></x:ClientData></v:shape>"
    ) % (spaces, number, number % _BLOCK, anchor.encode(), spot[0] - 1, spot[1] - 1)


def _empty_drawing(block: int) -> bytes:
    spaces = b"".join(b' xmlns:%b="%b"' % pair for pair in _SPACES.items())
    return (
        b'<xml%b><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout>'
        b"</xml>"
    ) % (spaces, block)


def blocks_in_use(package: Package) -> set[int]:
    """The blocks of shape numbers that drawings of the package use."""
    return {block for drawing in _drawings(package) for block in _blocks(drawing)}


def renumbered(drawing: bytes, taken: set[int]) -> bytes:
    """A drawing whose shapes have numbers that no other drawing uses."""
    first = 1 + max(taken, default=0)
    new = {old: first + n for n, old in enumerate(sorted(_blocks(drawing)))}

    def moved(match: re.Match[bytes]) -> bytes:
        number = int(match[1])
        block = new.get(number // _BLOCK, number // _BLOCK)
        return b"_x0000_s%d" % (block * _BLOCK + number % _BLOCK)

    names = b",".join(b"%d" % block for block in new.values())
    drawing = _BLOCKS.sub(lambda m: m[1] + names + m[3], drawing, count=1)
    return _SHAPE_ID.sub(moved, drawing)


def _drawings(package: Package) -> Iterator[bytes]:
    for name in package.names:
        if name.lower().endswith(".vml"):
            yield package.current(name)


def _blocks(drawing: bytes) -> Iterator[int]:
    for match in _BLOCKS.finditer(drawing):
        for number in match[2].split(b","):
            if number.strip().isdigit():
                yield int(number)


def _note_place(shape: bytes) -> Spot | None:
    if b"Note" not in shape:
        return None
    found = dict(_PLACE.findall(shape))
    if len(found) < 2:
        return None
    return int(found[b"Row"]) + 1, int(found[b"Column"]) + 1


# -- comments --------------------------------------------------------------------------


def _author_index(root: Any) -> int | None:
    authors = root.find("{*}authors")
    if authors is None:
        return None
    return next((i for i, a in enumerate(authors) if (a.text or "") == AUTHOR), None)


def _is_ours(comment: Any, author: int | None) -> bool:
    if author is not None and comment.get("authorId") == str(author):
        return True
    return "".join(comment.itertext()).startswith(HEADING)


def _author_of(comment: Any, authors: Sequence[str]) -> str:
    number = comment.get("authorId", "")
    index = int(number) if number.isdecimal() else -1
    return authors[index] if 0 <= index < len(authors) else ""


def _write(comment: Any, text: str) -> None:
    for old in comment.findall("{*}text"):
        comment.remove(old)
    body = comment.makeelement(f"{{{space(comment)}}}text")
    comment.insert(0, body)
    _run(body, HEADING, bold=True)
    _run(body, text)


def _add(comment: Any, text: str) -> None:
    """Put our words behind somebody's."""
    body = comment.find("{*}text")
    if body is None:
        _write(comment, text)
        return
    for plain in body.findall("{*}t"):
        # Runs and bare text do not go together; the text becomes a run without a format.
        run = body.makeelement(f"{{{space(body)}}}r")
        body.replace(plain, run)
        run.append(plain)
    _run(body, _SEPARATOR + text)


def _cut_addition(comment: Any) -> None:
    """Take our words from behind somebody's."""
    body = comment.find("{*}text")
    if body is None:
        return
    runs = body.findall("{*}r")
    # By the text as a whole: a program that saved the note may have cut it into other runs.
    left = "".join("".join(run.itertext()) for run in runs).find(_SEPARATOR)
    if left < 0:
        return
    for run in runs:
        words = run.find("{*}t")
        text = "" if words is None else words.text or ""
        if left <= 0:
            body.remove(run)
        elif words is not None:
            words.text = text[:left]
        left -= len(text)
    kept = body.findall("{*}r")
    if len(kept) == 1 and kept[0].find("{*}rPr") is None:
        (plain,) = kept[0].findall("{*}t")
        body.replace(kept[0], deepcopy(plain))


def _run(body: Any, text: str, *, bold: bool = False) -> None:
    run = body.makeelement(f"{{{space(body)}}}r")
    phonetics = next((i for i, c in enumerate(body) if local(c) not in ("t", "r")), len(body))
    body.insert(phonetics, run)
    format_ = _child(run, "rPr")
    if bold:
        _child(format_, "b")
    _child(format_, "sz", val="9")
    _child(format_, "color", indexed="81")
    _child(format_, "rFont", val=FACE)
    _child(format_, "family", val="2")
    words = _child(run, "t")
    words.text = _plain(text)
    words.set(_XML, "preserve")


def _plain(text: str) -> str:
    """Text that XML can hold."""
    escaped = text_xml(text).decode()
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _child(parent: Any, name: str, **attributes: str) -> Any:
    child = parent.makeelement(f"{{{space(parent)}}}{name}", attributes)
    parent.append(child)
    return child


# -- parts -----------------------------------------------------------------------------


def _guid(value: uuid.UUID) -> str:
    return f"{{{str(value).upper()}}}"


def _target(links: Sequence[Link], kind: str) -> str:
    return next((k.target for k in links if k.kind == kind and not k.external), "")


def _beside(package: Package, name: str) -> str:
    return f"{package.folder}/{name}" if package.folder else name


def _ids(element: bytes) -> Iterator[tuple[str, str]]:
    for match in re.finditer(rb"\s([\w.\-]+:id)\s*=\s*[\"']([^\"']*)[\"']", element):
        yield match[1].decode(), match[2].decode()
