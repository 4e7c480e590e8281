"""The old file is whole until the new one is, whatever goes wrong."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpixl.errors import UnwritableFile
from kpixl.host import Patch, PutSheet, SheetSpec
from kpixl.hosts.files import write_new
from kpixl.hosts.safewrite import (
    refuse_unwritable,
    remove_strays,
    replacing,
)

OLD, NEW = b"old content", b"new content, longer than the old"


def write(path: Path, content: bytes = NEW) -> None:
    with replacing(path) as stream:
        stream.write(content)


def alone(path: Path) -> bool:
    """Whether nothing but this file stands in its folder."""
    return [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "结果.xlsx"
    path.write_bytes(OLD)
    return path


def test_a_new_file_is_made_and_an_old_one_replaced(tmp_path: Path) -> None:
    path = tmp_path / "结果.xlsx"
    write(path, OLD)
    assert path.read_bytes() == OLD
    write(path)
    assert path.read_bytes() == NEW
    assert alone(path)


def test_until_the_block_ends_the_old_file_is_there(target: Path) -> None:
    with replacing(target) as stream:
        stream.write(NEW)
        stream.flush()
        assert target.read_bytes() == OLD
    assert target.read_bytes() == NEW


def fail_amid(path: Path, error: BaseException) -> None:
    with replacing(path) as stream:
        stream.write(NEW)
        raise error


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, OSError])
def test_an_exception_of_the_caller_leaves_everything_as_it_was(
    target: Path, kind: type[BaseException]
) -> None:
    mine = kind(errno.ENOENT, "mine", "another.csv") if kind is OSError else kind("mine")
    with pytest.raises(kind) as caught:
        fail_amid(target, mine)
    assert caught.value is mine
    assert target.read_bytes() == OLD
    assert alone(target)


# -- what the system refuses ----------------------------------------------------------------


def failing(code: int, **attributes: Any) -> Callable[..., Any]:
    def fail(*arguments: Any, **_: Any) -> Any:
        error = OSError(code, os.strerror(code))
        for name, value in attributes.items():
            setattr(error, name, value)
        raise error

    return fail


SYSTEM: dict[str, tuple[str, Callable[..., Any], str]] = {
    "disk full at the end": ("fsync", failing(errno.ENOSPC), "磁盘空间不足"),
    "quota": ("fsync", failing(errno.EDQUOT), "磁盘空间不足"),
    "file too large": ("fsync", failing(errno.EFBIG), "允许的大小"),
    "folder read-only": ("open", failing(errno.EACCES), "没有在这个文件夹中写文件的权限"),
    "read-only disk": ("open", failing(errno.EROFS), "磁盘是只读的"),
    "network gone": ("fsync", failing(errno.EIO), "系统报告"),
    "open in Excel": ("replace", failing(errno.EACCES, winerror=32), "被其他程序占用"),
    "full, as Windows says": ("fsync", failing(errno.EACCES, winerror=112), "磁盘空间不足"),
    "write-protected": ("open", failing(errno.EACCES, winerror=19), "磁盘是只读的"),
    "long path": ("open", failing(errno.ENOENT, winerror=206), "文件名或路径太长"),
    "locked": ("replace", failing(errno.EACCES, winerror=33), "被其他程序占用"),
    "refused": ("replace", failing(errno.EACCES, winerror=5), "没有写入权限,或文件被其他程序占用"),
}


@pytest.mark.parametrize(("call", "failure", "words"), SYSTEM.values(), ids=SYSTEM.keys())
def test_what_the_system_refuses_is_one_sentence_and_the_old_file_is_whole(
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    failure: Callable[..., Any],
    words: str,
) -> None:
    monkeypatch.setattr(Path if call == "replace" else os, call, failure)
    with pytest.raises(UnwritableFile, match=words) as caught:
        write(target)
    monkeypatch.undo()
    assert str(caught.value).endswith("原文件未改动。")
    assert str(target) in str(caught.value)
    assert target.read_bytes() == OLD
    assert alone(target)


@pytest.mark.skipif(sys.platform == "win32", reason="only on Windows can't a size limit be set")
def test_a_disk_that_fills_up_while_writing_is_one_sentence(target: Path) -> None:
    code = (
        "import resource, sys\n"
        "from kpixl.errors import UnwritableFile\n"
        "from kpixl.hosts.safewrite import replacing\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    with replacing(sys.argv[1]) as stream:\n"
        "        for _ in range(100): stream.write(bytes(10_000))\n"
        "except UnwritableFile as error:\n"
        "    print(error.reason)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(target)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert run.stdout.strip() == "文件超过磁盘允许的大小"
    assert target.read_bytes() == OLD
    assert alone(target)


@pytest.mark.skipif(sys.platform == "win32", reason="only on Windows is there no SIGKILL")
def test_killed_at_any_moment_the_old_file_or_the_new_one_is_whole(target: Path) -> None:
    body = NEW * 50_000
    code = (
        "import sys\n"
        "from kpixl.hosts.safewrite import replacing\n"
        "body = bytes.fromhex(sys.argv[2]) * 50_000\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    with replacing(sys.argv[1]) as stream: stream.write(body)\n"
    )
    for delay in (0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03):
        target.write_bytes(OLD)
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(target), NEW.hex()], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert target.read_bytes() in (OLD, body)


# -- what is known before any work is done --------------------------------------------------------


def test_a_place_where_nothing_can_be_put_is_refused_at_once(target: Path) -> None:
    folder = target.parent
    for path, words in (
        (folder, "这是文件夹"),
        (folder / "没有" / "结果.xlsx", "不存在"),
        (folder / ("长" * 300 + ".xlsx"), "文件名或路径太长"),
    ):
        with pytest.raises(UnwritableFile, match=words):
            refuse_unwritable(path)
        with pytest.raises(UnwritableFile, match=words):
            write(path)
    assert alone(target)


def test_a_read_only_file_is_its_owner_s_wish(target: Path) -> None:
    target.chmod(0o444)
    with pytest.raises(UnwritableFile, match="文件是只读的"):
        write(target)
    target.chmod(0o644)
    assert target.read_bytes() == OLD


def owner_file(name: str) -> bytes:
    """What Excel writes beside a book that is open: the name in the code page and in UTF-16."""
    ansi, wide = name.encode("gbk"), name.encode("utf-16-le")
    return (
        bytes([len(ansi)])
        + ansi.ljust(54, b" ")
        + len(name).to_bytes(2, "little")
        + wide.ljust(108, b" ")
    )


OPEN: dict[str, tuple[str, bytes, str]] = {
    "excel": ("~$结果.xlsx", owner_file("王会计"), "正在 Excel 或 WPS 中打开(使用者:王会计)"),
    "excel, unreadable": ("~$结果.xlsx", b"\x05clerk", "正在 Excel 或 WPS 中打开"),
    "wps": (".~结果.xlsx", b"", "正在 WPS 中打开"),
    "libreoffice": (
        ".~lock.结果.xlsx#",
        b",wang,pc-07,22.11.2026 09:01,file:///profile;",
        "正在 LibreOffice 中打开(使用者:wang,pc-07,22.11.2026 09:01)",
    ),
    "libreoffice, full name": (
        ".~lock.结果.xlsx#",
        "王会计,wang,pc-07,22.11.2026 09:01,file:///profile;".encode(),
        "正在 LibreOffice 中打开(使用者:王会计,pc-07,22.11.2026 09:01)",
    ),
    "libreoffice, empty": (".~lock.结果.xlsx#", b"", "正在 LibreOffice 中打开"),
}


@pytest.mark.parametrize(("lock", "content", "words"), OPEN.values(), ids=OPEN.keys())
def test_a_workbook_that_is_open_elsewhere_is_left_alone_and_its_user_is_named(
    target: Path, lock: str, content: bytes, words: str
) -> None:
    (target.parent / lock).write_bytes(content)
    with pytest.raises(UnwritableFile) as caught:
        write(target)
    assert caught.value.reason == f"文件{words}"
    assert f"“{lock}”" in caught.value.remedy
    assert target.read_bytes() == OLD


# -- what a killed process leaves behind -----------------------------------------------------------


def test_a_temporary_file_of_a_killed_process_goes_with_the_next_writing(target: Path) -> None:
    stray = target.parent / ".kpixl-0123456789abcdef.tmp"
    stray.write_bytes(b"half")
    other = target.parent / ".kpixl-notes.tmp"
    other.write_bytes(b"somebody's own")
    write(target)
    assert not stray.exists()
    assert other.read_bytes() == b"somebody's own"


def test_a_temporary_file_that_is_being_written_stays(target: Path) -> None:
    with replacing(target.with_name("另一个.xlsx")) as stream:
        stream.write(b"first half")
        write(target)
        stream.write(b", second half")
    assert target.with_name("另一个.xlsx").read_bytes() == b"first half, second half"
    assert target.read_bytes() == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="there an open file can't be removed")
def test_a_temporary_file_stays_until_it_has_taken_its_place(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def interrupted(self: Path, other: Path) -> Path:
        remove_strays(target.parent)  # what another process does at just this moment
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", interrupted)
    with replacing(target) as stream:
        stream.write(b"new")
    assert target.read_bytes() == b"new"


def test_nothing_is_computed_for_a_place_that_can_t_be_written(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpixl.hosts import files

    monkeypatch.setattr(files, "workbook_bytes", lambda *_: pytest.fail("was computed"))
    (target.parent / "~$结果.xlsx").touch()
    with pytest.raises(UnwritableFile):
        write_new(target, Patch((PutSheet(SheetSpec("排名", {})),)))


# -- what a replaced file keeps -----------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="only on Windows are there no modes")
def test_the_permissions_of_the_old_file_are_kept(target: Path) -> None:
    target.chmod(0o640)
    write(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="only on Windows do links need a privilege")
def test_a_link_stays_a_link(target: Path) -> None:
    link = target.parent / "最新.xlsx"
    link.symlink_to(target.name)
    write(link)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


def test_names_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 83 + ".xlsx")  # 254 bytes, and a file name may have 255
    write(path)
    assert path.read_bytes() == NEW
