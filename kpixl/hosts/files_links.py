"""Links of a workbook to an add-in, made to mean the add-in of whoever opens it.

Excel writes =KPISCORE() as a reference into the add-in's file, and finds the file again by its
path; on another computer that is the path of somebody else.  A link of the kind “in the startup
folder” has no path: Excel looks where it opened its add-ins from.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from kpixl.errors import SignedFile
from kpixl.hosts.files_edit import sound
from kpixl.hosts.files_parts import Link, Package

# [MS-OI29500]: what stands in XLSTART.
_STARTUP = "http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath/xlStartup"
_LAST = re.compile(r"[^\\/]*$")


def file_of(target: str) -> str:
    """The file that a link points to, without its folder.

    >>> file_of("file:///C:/XLSTART/%E8%80%83%20a.xlam"), file_of("C:\\\\XLSTART\\\\b.xlam")
    ('考 a.xlam', 'b.xlam')
    """
    found = _LAST.search(unquote(target))
    return found[0] if found else ""


def links_to(package: Package, addin: str) -> tuple[Link, ...]:
    """The links to an add-in's file, wherever it is said to be, that name a place."""
    parts = (p.target for p in package.links(package.workbook) if p.kind == "externalLink")
    return tuple(
        link
        for part in dict.fromkeys(parts)
        for link in package.links(package.actual(part))
        if link.external
        and file_of(link.target).lower() == addin.lower()
        and (link.whole_kind, link.target) != (_STARTUP, addin)
    )


def places_of(data: bytes, addin: str, path: str | Path) -> tuple[str, ...]:
    """Where the links to an add-in point; raises UnusableFile where the package is broken."""
    with sound(path):
        return tuple(dict.fromkeys(link.target for link in links_to(Package(data), addin)))


def relink(
    data: bytes, addin: str, stream: BinaryIO, path: str | Path, *, void_signature: bool = False
) -> tuple[str, ...]:
    """Write the workbook with its links to `addin` without a path, and give the old targets.

    Only the relationships of the links change.  Nothing is written where there is none.
    Raises as `files_edit.edit` does.
    """
    with sound(path):
        package = Package(data)
        found = links_to(package, addin)
        if not found:
            return ()
        if package.is_signed and not void_signature:
            raise SignedFile(path)
        for link in found:
            link.element.set("Type", _STARTUP)
            link.element.set("Target", addin)
        package.write(stream)
    return tuple(dict.fromkeys(link.target for link in found))
