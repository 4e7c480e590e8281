"""The button 修复链接: a mended copy beside the open workbook, which stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from kpixl.addin.excel_commands import pressed
from kpixl.addin.job import Job, Reply, run
from kpixl.grid import Snapshot, Source
from kpixl.hosts import files
from kpixl.hosts.memory import MemoryHost
from tests.hosts import excel_engine
from tests.hosts.test_links import THEIRS, linked, parts_of

LINK = ("externalLinkPath", THEIRS)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return linked(tmp_path / "考核 表.xlsx", LINK)


def press(path: Path, name: str = "relink", about: Mapping[str, str] | None = None) -> Reply:
    host = MemoryHost(files.read(path))
    job = Job(host.snapshot(), datetime(2026, 3, 4), path, about=about or {})
    return run(name, job, host)


def test_a_mended_copy_is_written_beside_and_the_open_workbook_stays(book: Path) -> None:
    before = book.read_bytes()
    reply = press(book)
    assert reply.tone == "info"
    assert THEIRS in reply.text
    copy = book.with_name("考核 表(已改链接).xlsx")
    assert copy.name in reply.title
    assert book.read_bytes() == before
    old, new = parts_of(book), parts_of(copy)
    assert [n for n in old if old[n] != new[n]] == ["xl/externalLinks/_rels/externalLink1.xml.rels"]
    again = press(copy)
    assert "不用修复" in again.title
    assert (again.tone, book.name in again.text) == ("warning", True)  # the old one lies beside


def test_workbooks_beside_it_with_such_links_are_named(book: Path) -> None:
    linked(book.with_name("城关镇.xlsx"), LINK)
    linked(book.with_name("上年.xlsx"), ("externalLinkPath", "file:///C:/上年.xlsx"))
    book.with_name("坏的.xlsx").write_bytes(b"PK")
    text = press(book).text
    assert "城关镇.xlsx" in text
    assert "上年.xlsx" not in text
    assert "坏的.xlsx" not in text


def test_a_copy_that_is_there_is_not_overwritten(book: Path) -> None:
    copy = book.with_name("考核 表(已改链接).xlsx")
    copy.write_bytes(b"theirs")
    reply = press(book)
    assert (reply.tone, "移走" in reply.text) == ("error", True)
    assert copy.read_bytes() == b"theirs"


def test_a_signed_workbook_is_left_to_who_signed_it(tmp_path: Path) -> None:
    reply = press(linked(tmp_path / "表.xlsx", LINK, signed=True))
    assert (reply.tone, "签名人" in reply.text) == ("warning", True)
    assert [p.name for p in tmp_path.iterdir()] == ["表.xlsx"]


def test_what_is_not_saved_is_to_be_saved_first(book: Path) -> None:
    host = MemoryHost(Snapshot(Source(book.name), files.read(book).sheets))
    for path in (book, None):
        reply = run("relink", Job(host.snapshot(), datetime(2026, 3, 4), path), host)
        assert (reply.tone, "请先把工作簿存到本机" in reply.title) == ("warning", True)
    assert [p.name for p in book.parent.iterdir()] == [book.name]


def test_diagnosis_says_which_links_and_which_button(book: Path) -> None:
    reply = press(book, "doctor")
    assert (reply.tone, THEIRS in reply.text) == ("warning", True)
    assert "请按“修复链接”" in reply.text
    press(book)
    mended = press(book.with_name("考核 表(已改链接).xlsx"), "doctor")
    assert (mended.tone, mended.title) == ("info", "一切正常")


def test_in_libreoffice_nothing_is_left_to_mend(book: Path) -> None:
    """Opening a file has made the functions plain there (tests/addin/test_workbook.py)."""
    about = {"LibreOffice": "7.4"}
    assert "不用修复链接" in press(book, about=about).title
    assert press(book, "doctor", about=about).title == "一切正常"
    assert [p.name for p in book.parent.iterdir()] == [book.name]


def test_in_excel_the_copy_is_of_the_file_that_was_saved(book: Path) -> None:
    opened = excel_engine.opened(book)
    icon, title, text = pressed("relink", "", opened)
    assert (icon, title) == (64, "KPI考核 · 修复链接")
    assert "已改链接" in str(text)
    assert book.with_name("考核 表(已改链接).xlsx").is_file()
    opened.api.Saved = False
    assert "请先把工作簿存到本机" in str(pressed("relink", "", opened)[2])
