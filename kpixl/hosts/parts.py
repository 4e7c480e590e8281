"""The parts of a zip package that is held in memory.

The directory is read once, and a part of ordinary size is unpacked once, for whoever
looks at it: the sniffer and then the readers.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import IO, Any

_KEPT_PART, _KEPT_ALTOGETHER = 4 << 20, 32 << 20
_STORED, _DEFLATED = 0, 8


class Package:
    """Raises zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError or OSError.

    What a part holds is never more than the directory says.  Names have slashes, also where
    some program wrote backslashes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.infos = self._zip.infolist()
        self.names = [_name(info.filename) for info in self.infos]
        self._known = dict(zip(self.names, self.infos, strict=True))
        self._kept: dict[str, bytes] = {}
        self._begun: dict[str, tuple[bytes, Any]] = {}  # heads, and what unpacks the rest
        self._left = _KEPT_ALTOGETHER

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def is_small(self, name: str) -> bool:
        """Whether a part may be held in memory as a whole."""
        return self._known[name].file_size <= _KEPT_PART

    def read(self, name: str) -> bytes:
        """The content of a part; KeyError if there is none."""
        content = self._kept.get(name)
        if content is None:
            content = self._unpacked(self._known[name], *self._begun.pop(name, (b"", None)))
            if len(content) <= min(_KEPT_PART, self._left):
                self._left -= len(content)
                self._kept[name] = content
        return content

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part."""
        if name in self._kept or (self._known[name].file_size <= size):
            return self.read(name)[:size]
        packed = self._packed(self._known[name])
        if packed is None:
            with self.open(name) as stream:
                return stream.read(size)
        if self._known[name].compress_type == _STORED:
            return bytes(packed[:size])
        unpacker = zlib.decompressobj(-15)
        head = unpacker.decompress(packed, size)
        if self.is_small(name):
            self._begun[name] = head, unpacker
        return head

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream."""
        if name in self._kept:
            return io.BytesIO(self._kept[name])
        return self._zip.open(self._known[name])

    def _packed(self, info: zipfile.ZipInfo) -> memoryview | None:
        """The bytes of a part as they stand in the file; None leaves it to zipfile."""
        start = info.header_offset
        head = bytes(self._data[start : start + 30])
        if len(head) < 30 or head[:4] != b"PK\x03\x04" or info.flag_bits & 0x1:
            return None
        if info.compress_type not in (_STORED, _DEFLATED):
            return None
        after = start + 30 + int.from_bytes(head[26:28], "little")
        name = bytes(self._data[start + 30 : after])
        # The two places that name a part must agree, or readers disagree about what it is.
        encoding = "ascii" if name.isascii() else "utf-8" if info.flag_bits & 0x800 else "cp437"
        try:
            if name.decode(encoding) != info.orig_filename:
                return None
        except UnicodeDecodeError:
            return None
        body = after + int.from_bytes(head[28:30], "little")
        packed = self._data[body : body + info.compress_size]
        return packed if len(packed) == info.compress_size else None

    def _unpacked(self, info: zipfile.ZipInfo, head: bytes, unpacker: Any) -> bytes:
        if unpacker is not None:
            left = info.file_size + 1 - len(head)
            content = head + bytes(unpacker.decompress(unpacker.unconsumed_tail, left))
        elif (packed := self._packed(info)) is None:
            return self._zip.read(info)
        elif info.compress_type == _STORED:
            content = bytes(packed)
        else:
            content = zlib.decompressobj(-15).decompress(packed, info.file_size + 1)
        if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
            raise zipfile.BadZipFile(f"{info.filename} is not what the directory says")
        return content


def _name(name: str) -> str:
    if "\\" in name:
        name = name.replace("\\", "/")
    return _TYPES if name.lower() == _TYPES.lower() else name


_TYPES = "[Content_Types].xml"
