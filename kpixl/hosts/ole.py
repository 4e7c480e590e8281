"""The container of .xls files and of encrypted workbooks: names and streams.

Only what is needed to know a file and to read its workbook stream ([MS-CFB]).
Every chain is bounded, because a damaged file may hold a chain that bites its tail.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_REGULAR = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5


class DamagedContainer(Exception):
    """The container contradicts itself or ends too early."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Compound:
    """A compound file held in memory.

    Raises DamagedContainer, never anything else.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except (struct.error, IndexError, ValueError, MemoryError) as error:
            raise DamagedContainer(str(error)) from error

    def _open(self, data: bytes) -> None:
        shift, mini_shift = struct.unpack_from("<2H", data, 30)
        if data[:8] != MAGIC or shift not in (9, 12) or mini_shift != 6:
            raise DamagedContainer("header")
        self._data, self._sector, self._mini_sector = data, 1 << shift, 1 << mini_shift
        (directory,) = struct.unpack_from("<I", data, 48)
        self._cutoff, mini_fat = struct.unpack_from("<2I", data, 56)
        difat_sector, difat_count = struct.unpack_from("<2I", data, 68)
        difat = list(struct.unpack_from("<109I", data, 76))
        for _ in range(min(difat_count, len(data) // self._sector)):
            if difat_sector >= _LAST_REGULAR:
                break
            *more, difat_sector = self._numbers(difat_sector)
            difat += more
        self._fat: list[int] = []
        for sector in difat:
            if sector < _LAST_REGULAR:
                self._fat += self._numbers(sector)
        self._entries = self._directory(self._chain(directory))
        self._mini_fat: list[int] = []
        if mini_fat < _LAST_REGULAR:
            raw = self._chain(mini_fat)
            self._mini_fat = list(struct.unpack(f"<{len(raw) // 4}I", raw))
        root = next((e for e in self._entries if e.kind == _ROOT), None)
        self._mini = self._chain(root.start) if root and root.start < _LAST_REGULAR else b""

    def _numbers(self, sector: int) -> list[int]:
        at = (sector + 1) * self._sector
        return list(struct.unpack_from(f"<{self._sector // 4}I", self._data, at))

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        for _ in range(len(self._fat) + 1):
            if sector >= _LAST_REGULAR:
                return b"".join(parts)
            at = (sector + 1) * self._sector
            part = self._data[at : at + self._sector]
            if not part:
                raise DamagedContainer("sector beyond the end")
            parts.append(part)
            sector = self._fat[sector]
        raise DamagedContainer("endless chain")

    @staticmethod
    def _directory(raw: bytes) -> tuple[_Entry, ...]:
        entries = []
        for at in range(0, len(raw) - 127, 128):
            length, kind = struct.unpack_from("<HB", raw, at + 64)
            if kind and 2 <= length <= 64:
                name = raw[at : at + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", raw, at + 116)
                entries.append(_Entry(name, kind, start, size))
        return tuple(entries)

    @property
    def names(self) -> frozenset[str]:
        """Names of all streams and storages, in whatever folder."""
        return frozenset(entry.name for entry in self._entries)

    def stream(self, *names: str) -> bytes | None:
        """The content of the first stream found under one of `names`; None: there is none."""
        wanted = [name.casefold() for name in names]
        found = [e for e in self._entries if e.kind == _STREAM and e.name.casefold() in wanted]
        if not found:
            return None
        entry = min(found, key=lambda e: wanted.index(e.name.casefold()))
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        parts: list[bytes] = []
        sector = entry.start
        for _ in range(len(self._mini_fat) + 1):
            if sector >= _LAST_REGULAR:
                return b"".join(parts)[: entry.size]
            at = sector * self._mini_sector
            parts.append(self._mini[at : at + self._mini_sector])
            try:
                sector = self._mini_fat[sector]
            except IndexError as error:
                raise DamagedContainer("short chain") from error
        raise DamagedContainer("endless chain")
