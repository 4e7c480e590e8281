"""Archives of returned forms: names of any encoding, archives inside, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from kpixl.errors import UnusableFile
from kpixl.hosts import archives
from kpixl.hosts.archives import unpacked

SUFFIXES = (".xlsx", ".et")


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def by_an_old_packer(name: str, encoding: str) -> bytes:
    """An archive whose one name is in an encoding that it does not tell."""
    raw = name.encode(encoding)
    data = zipped(**{"x" * len(raw): b"1"})
    return data.replace(b"x" * len(raw), raw)


def placed(folder: Path, data: bytes) -> Path:
    path = folder / "包.zip"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_names_are_read_in_the_encoding_that_they_were_written_in(
    encoding: str, tmp_path: Path
) -> None:
    path = placed(tmp_path, by_an_old_packer("各街道/海城街道.xlsx", encoding))
    (member,) = unpacked(path, tmp_path / "room", SUFFIXES)
    assert member.name == "各街道/海城街道.xlsx"
    assert member.path.name == "海城街道.xlsx"
    assert member.path.read_bytes() == b"1"


def test_archives_within_an_archive_are_opened_and_other_files_left(tmp_path: Path) -> None:
    inner = zipped(**{"乙.et": b"2", "说明.docx": b"3", "~$乙.xlsx": b"4"})
    data = zipped(
        **{"甲.xlsx": b"1", "全部.zip": inner, "__MACOSX/甲.xlsx": b"5", ".甲.xlsx": b"6"}
    )
    found = list(unpacked(placed(tmp_path, data), tmp_path / "room", SUFFIXES))
    assert {m.name: m.path.read_bytes() for m in found} == {"甲.xlsx": b"1", "全部.zip/乙.et": b"2"}


def test_no_member_leaves_the_folder_it_is_unpacked_into(tmp_path: Path) -> None:
    data = zipped(**{"../../甲.xlsx": b"1", "/etc/乙.xlsx": b"2", "C:\\丙.xlsx": b"3"})
    room = tmp_path / "a" / "b" / "room"
    found = list(unpacked(placed(tmp_path, data), room, SUFFIXES))
    assert len(found) == 3
    assert all(m.path.resolve().is_relative_to(room.resolve()) for m in found)
    assert sorted(p for p in tmp_path.rglob("*.xlsx")) == sorted(m.path for m in found)


def test_two_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    data = zipped(**{"甲/填报表.xlsx": b"1", "乙/填报表.xlsx": b"2"})
    found = list(unpacked(placed(tmp_path, data), tmp_path / "room", SUFFIXES))
    assert [(m.name, m.path.read_bytes()) for m in found] == [
        ("甲/填报表.xlsx", b"1"),
        ("乙/填报表.xlsx", b"2"),
    ]


def test_what_can_t_be_unpacked_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = zipped(**{"甲.xlsx": bytes(range(256)) * 400})
    secret = bytearray(whole)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = secret.index(sign) + offset
        struct.pack_into("<H", secret, at, 1)
    monkeypatch.setattr(archives, "_LARGEST_MEMBER", 100_000)
    for data, reason in (
        (b"Rar!\x1a\x07", "已损坏"),
        (whole[: len(whole) // 2], "已损坏"),
        (bytes(secret), "有密码"),
        (whole, "太大"),
    ):
        with pytest.raises(UnusableFile, match=reason):
            list(unpacked(placed(tmp_path, data), tmp_path / reason / str(len(data)), SUFFIXES))
