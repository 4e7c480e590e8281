"""The parts of an .xlsx package as something that can be changed one by one.

A part is handed out as a tree or as bytes.  What was looked at but not changed is not
written: it keeps its bytes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from kpixl.hosts.files_zip import Content, Zip

_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES = "[Content_Types].xml"
_BEFORE_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*?(?:\sencoding\s*=\s*[\"']([\w.\-]+)[\"'])?[^>]*?\?>)?"
    rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*(?=<[A-Za-z_])",
    re.DOTALL,
)
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def parsed(data: bytes) -> Any:
    """The root of an XML part; raises lxml's XMLSyntaxError, a SyntaxError."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    return etree.fromstring(data, parser)


def serialised(root: Any, prolog: bytes = DECLARATION) -> bytes:
    """A part of this tree; `prolog` is what stands before the root."""
    from lxml import etree

    return prolog + bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=False))


def _prolog(data: bytes) -> bytes:
    """What stands before the root of a UTF-8 part, so that it can stand there again."""
    match = _BEFORE_ROOT.match(data)
    if match is None or (match[1] and match[1].lower() not in (b"utf-8", b"utf8")):
        return DECLARATION
    return match[0]


def local(element: Any) -> str:
    """An element's name without its namespace; empty for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def space(element: Any) -> str:
    """An element's namespace."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


class Link:
    """One relationship: what kind of part it points to, and which."""

    __slots__ = ("element", "external", "id", "kind", "target", "whole_kind")

    def __init__(self, element: Any, folder: str) -> None:
        self.element = element
        self.id: str = element.get("Id", "")
        self.whole_kind: str = element.get("Type", "")
        self.kind = self.whole_kind.rpartition("/")[2]
        self.external = element.get("TargetMode") == "External"
        target = element.get("Target", "")
        place = target if target.startswith("/") else posixpath.join(folder, target)
        self.target: str = target if self.external else posixpath.normpath(place).lstrip("/")


@dataclass(frozen=True, slots=True)
class _Tree:
    """A part taken apart; `before` is its text as it would have been written then."""

    root: Any
    prolog: bytes
    before: bytes


class Package:
    """An .xlsx or .xlsm package, with changes that are written all at once."""

    def __init__(self, data: bytes) -> None:
        self._zip = Zip(data)
        self._names = {name.lower(): name for name in self._zip.names}
        self._trees: dict[str, _Tree] = {}
        self._changes: dict[str, Content | None] = {}
        self._types: list[tuple[str, str]] = []  # content types of parts put here
        self._extensions: list[tuple[str, str]] = []
        book = next(link for link in self.links("") if link.kind == "officeDocument")
        self.workbook = self.actual(book.target)
        if links_part(self.workbook) not in self:
            raise KeyError("a workbook without links has no sheets")
        self.strict = book.whole_kind.startswith(_STRICT)
        self.link_space = _STRICT if self.strict else _TRANSITIONAL
        self.folder = posixpath.dirname(self.workbook)

    # -- reading ---------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that the package holds with the changes made so far."""
        kept = [n for n in self._zip.names if self._changes.get(n, b"") is not None]
        return (*kept, *(n for n, c in self._changes.items() if c is not None and n not in kept))

    @property
    def is_signed(self) -> bool:
        """Whether the package as a whole bears a digital signature (macros have their own)."""
        links = self.links("")
        return any("/digital-signature/" in link.whole_kind for link in links) or any(
            name.lower().startswith("_xmlsignatures/") for name in self._zip.names
        )

    def __contains__(self, name: str) -> bool:
        actual = self.actual(name)
        if actual in self._changes:
            return self._changes[actual] is not None
        return actual in self._names.values()

    def was_put(self, name: str) -> bool:
        """Whether the part is new, or new from the first byte to the last."""
        return self._changes.get(self.actual(name)) is not None

    def actual(self, name: str) -> str:
        """The name as the zip spells it; producers disagree on capitals."""
        return self._names.get(name.lower().lstrip("/"), name.lstrip("/"))

    def read(self, name: str) -> bytes:
        """The content of a part as it was; raises KeyError."""
        return self._zip.read(self.actual(name))

    def current(self, name: str) -> bytes:
        """The content of a part with the changes made so far."""
        content = self._changes.get(self.actual(name))
        if content is None:
            return self.read(name)
        return content if isinstance(content, bytes) else b"".join(content)

    def tree(self, name: str) -> Any:
        """The root of a part; what is changed in it is written."""
        name = self.actual(name)
        if name not in self._trees:
            data = self.current(name)
            root, prolog = parsed(data), _prolog(data)
            self._trees[name] = _Tree(root, prolog, serialised(root, prolog))
        return self._trees[name].root

    def links(self, part: str) -> list[Link]:
        """The relationships of a part; of the package itself for ""."""
        name = self.actual(links_part(part))
        if name not in self:
            return []
        folder = posixpath.dirname(part)
        return [Link(e, folder) for e in self.tree(name) if local(e) == "Relationship"]

    # -- changing --------------------------------------------------------------------

    def put(self, name: str, content: Content, content_type: str = "") -> None:
        """Replace a part, or add it with its content type."""
        name = self.actual(name)
        self._trees.pop(name, None)
        self._changes[name] = content
        self._names.setdefault(name.lower(), name)
        if content_type:
            self._types.append((name, content_type))

    def put_tree(self, name: str, root: Any, content_type: str = "") -> None:
        """Add a part that is a tree, which may still be changed."""
        self.put(name, b"", content_type)
        self._trees[self.actual(name)] = _Tree(root, DECLARATION, b"")

    def drop(self, name: str) -> None:
        """Take a part out, unless it is put again later."""
        name = self.actual(name)
        self._trees.pop(name, None)
        self._changes[name] = None

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Name the content type of all parts with this extension."""
        self._extensions.append((extension, content_type))

    def free_name(self, pattern: str) -> str:
        """A part name that is not taken; the pattern holds {} for a number."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def link(self, part: str, kind: str, target: str, *, whole_kind: str = "") -> str:
        """Point from a part to another and give the relationship's id."""
        from lxml import etree

        name = self.actual(links_part(part))
        for link in self.links(part):
            if link.kind == kind and link.target == target:
                return link.id
        if name not in self:
            self.put_tree(
                name, etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
            )  # fmt: skip
        root = self.tree(name)
        taken = {e.get("Id") for e in root}
        new = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        folder = posixpath.dirname(part)
        etree.SubElement(
            root,
            f"{{{_RELATIONSHIPS}}}Relationship",
            {
                "Id": new,
                "Type": whole_kind or f"{self.link_space}/{kind}",
                "Target": posixpath.relpath(target, folder or "."),
            },
        )
        return new

    def unlink(self, part: str, targets: Iterable[str]) -> None:
        """Take the relationships of a part to these parts out."""
        gone = set(targets)
        for link in self.links(part):
            if not link.external and link.target in gone:
                link.element.getparent().remove(link.element)
        name = self.actual(links_part(part))
        if name in self and not len(self.tree(name)):
            self.drop(name)

    # -- writing ---------------------------------------------------------------------

    def write(self, stream: BinaryIO) -> None:
        """The package with all changes."""
        self._declare()
        changes = dict(self._changes)
        for name, tree in self._trees.items():
            after = serialised(tree.root, tree.prolog)
            if after != tree.before:
                changes[name] = after
        self._zip.write(stream, changes)

    def _declare(self) -> None:
        """Make the list of content types name what there is, and nothing that is gone."""
        from lxml import etree

        types = self.tree(_TYPES)
        gone = {"/" + n.lower() for n, content in self._changes.items() if content is None}
        for element in list(types):
            if local(element) == "Override" and element.get("PartName", "").lower() in gone:
                types.remove(element)
        used = {name.rpartition(".")[2].lower() for name in self.names}
        idle = {name.rpartition(".")[2] for name in gone} - used
        for element in list(types):
            if local(element) == "Default" and element.get("Extension", "").lower() in idle:
                types.remove(element)
        overrides = {
            e.get("PartName", "").lower(): e for e in types if local(e) == "Override"
        }  # fmt: skip
        defaults = {e.get("Extension", "").lower(): e for e in types if local(e) == "Default"}
        for extension, content_type in self._extensions:
            if extension in defaults or extension not in used:
                continue
            element = etree.Element(f"{{{_TYPES_SPACE}}}Default")
            element.set("Extension", extension)
            element.set("ContentType", content_type)
            types.insert(len(defaults), element)
            defaults[extension] = element
        for name, content_type in self._types:
            if self._changes.get(name, b"") is None:
                continue
            default = defaults.get(name.rpartition(".")[2].lower())
            if default is not None and default.get("ContentType") == content_type:
                continue
            existing = overrides.get("/" + name.lower())
            if existing is None:
                existing = etree.SubElement(types, f"{{{_TYPES_SPACE}}}Override")
                existing.set("PartName", "/" + name)
                overrides["/" + name.lower()] = existing
            existing.set("ContentType", content_type)


def links_part(part: str) -> str:
    """The part that holds a part's relationships.

    >>> links_part("xl/workbook.xml"), links_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{file}.rels")
