"""A zip whose untouched entries are copied as they are, compressed bytes and all.

zipfile can read entries but can only write what it has compressed itself; a part that
was unpacked and packed again would be the same content in other bytes, and cost the time
of doing so.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

Piece: TypeAlias = bytes | memoryview
# A part's new content, whole or in pieces; None leaves the part out.
Content: TypeAlias = bytes | Sequence[Piece]

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_UTF8, _DESCRIPTOR = 0x800, 0x08
_DEFLATED, _VERSION = 8, 20
_ZIP64 = 0x0001
_FIRST_DAY = (0 << 9 | 1 << 5 | 1, 0)  # 1 January 1980: no clock gets into the file
# Above this size of a part, speed is worth more than the last tenth of compactness.
_LARGE = 16 << 20
_LEVEL, _LEVEL_LARGE = 6, 2
_LIMIT = 0xFFFF_FFFF


class TooLarge(ValueError):
    """More than a zip without its 64-bit extension can hold."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What a zip says about an entry beside its content."""

    name: bytes
    flags: int
    method: int
    day: int
    clock: int
    made_by: int = _VERSION
    extra: bytes = b""
    comment: bytes = b""
    internal: int = 0
    external: int = 0


@dataclass(frozen=True, slots=True)
class _Packed:
    crc: int
    size: int
    pieces: Sequence[Piece]

    @property
    def packed(self) -> int:
        return sum(len(piece) for piece in self.pieces)


class Zip:
    """The entries of a zip in memory; raises zipfile.BadZipFile.

    Some writers begin names with a slash, and some put that of Windows between folders: such
    entries are known by their usual names, and keep their own in the file.
    """

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._entries = {_usual(info.filename): info for info in self._zip.infolist()}
        self.names: tuple[str, ...] = tuple(self._entries)

    def read(self, name: str) -> bytes:
        """The content of an entry; raises KeyError."""
        return self._zip.read(self._entries[name])

    def write(self, stream: BinaryIO, changes: Mapping[str, Content | None]) -> None:
        """The zip with some entries replaced in their place, left out, or added at the end."""
        writer = _Writer(stream)
        for name, info in self._entries.items():
            header = _header(info)
            if name not in changes:
                writer.add(header, _Packed(info.CRC, info.file_size, (self._packed(info),)))
            elif (content := changes[name]) is not None:
                writer.add(_written_anew(header), _deflated(content))
        for name, content in changes.items():
            if name not in self._entries and content is not None:
                writer.add(_new_header(name), _deflated(content))
        writer.end(self._zip.comment)

    def _packed(self, info: zipfile.ZipInfo) -> memoryview:
        at = info.header_offset
        if self._data[at : at + 4] != _LOCAL:
            raise zipfile.BadZipFile(f"no entry where {info.filename} should be")
        name, extra = struct.unpack_from("<HH", self._data, at + 26)
        start = at + 30 + name + extra
        packed = self._data[start : start + info.compress_size]
        if len(packed) != info.compress_size:
            raise zipfile.BadZipFile(f"{info.filename} is cut off")
        return packed


def _usual(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _header(info: zipfile.ZipInfo) -> _Header:
    year, month, day, hour, minute, second = info.date_time
    code = "utf-8" if info.flag_bits & _UTF8 else "cp437"
    return _Header(
        name=info.orig_filename.encode(code),
        flags=info.flag_bits & ~_DESCRIPTOR,  # sizes stand in the header from here on
        method=info.compress_type,
        day=(year - 1980) << 9 | month << 5 | day,
        clock=hour << 11 | minute << 5 | second // 2,
        made_by=info.create_system << 8 | info.create_version,
        extra=_without_zip64(info.extra),
        comment=info.comment,
        internal=info.internal_attr,
        external=info.external_attr,
    )


def _written_anew(header: _Header) -> _Header:
    return _Header(
        name=header.name,
        flags=header.flags & _UTF8,
        method=_DEFLATED,
        day=header.day,
        clock=header.clock,
        made_by=header.made_by,
        extra=header.extra,
        comment=header.comment,
        internal=header.internal,
        external=header.external,
    )


def _new_header(name: str) -> _Header:
    day, clock = _FIRST_DAY
    plain = name.isascii()
    raw = name.encode("ascii" if plain else "utf-8")
    return _Header(raw, 0 if plain else _UTF8, _DEFLATED, day, clock)


def _without_zip64(extra: bytes) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept


def _deflated(content: Content) -> _Packed:
    pieces: Iterable[Piece] = (content,) if isinstance(content, bytes) else content
    size = sum(map(len, pieces)) if not isinstance(content, bytes) else len(content)
    level = _LEVEL if size < _LARGE else _LEVEL_LARGE
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
    crc, out = 0, []
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
        if packed := squeeze.compress(piece):
            out.append(packed)
    out.append(squeeze.flush())
    return _Packed(crc, size, out)


class _Writer:
    """Entries one after the other, then the directory of them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self._directory: list[bytes] = []

    def add(self, header: _Header, content: _Packed) -> None:
        """Write one entry."""
        packed = content.packed
        if max(packed, content.size, self._at + packed) > _LIMIT:
            raise TooLarge(header.name.decode("utf-8", "replace"))
        common = struct.pack(
            "<HHHHHLLLHH",
            _VERSION,
            header.flags,
            header.method,
            header.clock,
            header.day,
            content.crc,
            packed,
            content.size,
            len(header.name),
            0,
        )
        entry = struct.pack("<H", header.made_by) + common[:-2]
        entry += struct.pack(
            "<HHHHLL",
            len(header.extra),
            len(header.comment),
            0,
            header.internal,
            header.external,
            self._at,
        )
        self._directory.append(_CENTRAL + entry + header.name + header.extra + header.comment)
        self._write(_LOCAL + common + header.name)
        for piece in content.pieces:
            self._write(piece)

    def end(self, comment: bytes) -> None:
        """Write the directory."""
        start, count = self._at, len(self._directory)
        for entry in self._directory:
            self._write(entry)
        size = self._at - start
        if self._at > _LIMIT or count >= 0xFFFF:
            raise TooLarge(f"{count} entries")
        self._write(
            _END + struct.pack("<HHHHLLH", 0, 0, count, count, size, start, len(comment)) + comment
        )

    def _write(self, piece: Piece) -> None:
        self._stream.write(piece)
        self._at += len(piece)
