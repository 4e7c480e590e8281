"""Zip archives of returned forms, unpacked into a folder of ours under names that are safe.

An archive is a stranger's file: what it says of its members is not believed.  Sizes are counted
while unpacking, no member's path is followed, and names that Chinese versions of Windows wrote
in their own encoding are read as what they were.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kpixl.errors import UnusableFile
from kpixl.hosts.safewrite import file_name

_MOST_MEMBERS = 20_000
_LARGEST_MEMBER = 256 << 20  # bytes
_LARGEST_CONTENT = 2 << 30
_NESTED = 2  # archives within an archive
_CHUNK = 1 << 20
_UTF8 = 0x800
_REMEDY = "请先解压,再给出其中的表格。"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: where it now is, and its path inside the archive."""

    path: Path
    name: str


def unpacked(archive: Path, folder: Path, suffixes: tuple[str, ...]) -> Iterator[Member]:
    """The members of a zip whose names end so, each in a folder of its own below `folder`.

    Archives inside are unpacked too.  Raises UnusableFile; what was unpacked before stands.
    """
    yield from _members(archive, archive, folder, suffixes, [0, 0], "", _NESTED)


def _members(
    shown: Path,
    archive: Path,
    folder: Path,
    suffixes: tuple[str, ...],
    used: list[int],
    prefix: str,
    depth: int,
) -> Iterator[Member]:
    """`used` counts members and bytes over all archives inside each other."""
    try:
        with zipfile.ZipFile(archive) as package:
            for info in package.infolist():
                name = member_name(info)
                last = PurePosixPath(name).name
                if info.is_dir() or last.startswith((".", "~$")) or "__MACOSX" in name:
                    continue
                inner = last.lower().endswith(".zip")
                if not inner and not last.lower().endswith(suffixes):
                    continue
                if info.flag_bits & 1:
                    raise UnusableFile(shown, "压缩包有密码", _REMEDY)
                used[0] += 1
                if used[0] > _MOST_MEMBERS:
                    raise UnusableFile(shown, f"压缩包里的文件超过 {_MOST_MEMBERS} 个", _REMEDY)
                place = folder / str(used[0])
                place.mkdir(parents=True)
                target = place / (file_name(last)[-120:] or "表")
                _extract(shown, package, info, target, used)
                if not inner:
                    yield Member(target, prefix + name)
                elif depth:
                    below = f"{prefix}{name}/"
                    yield from _members(shown, target, folder, suffixes, used, below, depth - 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnusableFile(shown, "压缩包已损坏,或不是 zip 格式", _REMEDY) from error
    except OSError as error:
        raise UnusableFile(shown, f"压缩包读不出来({error.strerror})", _REMEDY) from error


def _extract(
    shown: Path, package: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, used: list[int]
) -> None:
    size = 0
    with package.open(info) as stream, target.open("wb") as out:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            used[1] += len(piece)
            if size > _LARGEST_MEMBER or used[1] > _LARGEST_CONTENT:
                raise UnusableFile(shown, "压缩包里的内容太大", _REMEDY)
            out.write(piece)


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's path as whoever packed it saw it.

    >>> packed = zipfile.ZipInfo("甲街道.xlsx".encode("gbk").decode("cp437"))
    >>> member_name(packed)
    '甲街道.xlsx'
    """
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if raw else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = (p for p in name.replace("\\", "/").split("/") if p not in ("", ".", ".."))
    return "/".join(parts)
