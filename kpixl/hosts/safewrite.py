"""Writing a file so that the old one is whole until the new one is.

The new content goes to a temporary file beside the target, reaches the disk, and
takes the target's name in one step.  Whatever happens before that step, the old
file stands as it was and the temporary one is removed: at once, or, if the process
was killed, by the next that writes into the folder.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kpixl.errors import UnwritableFile

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
# What Windows says: another program holds the file; the disk is full; the path is too long;
# the disk is write-protected.
_HELD, _FULL_ON_WINDOWS, _LONG_ON_WINDOWS, _PROTECTED = (32, 33), (39, 112), (111, 206), 19
_TEMPORARY = re.compile(r"\.kpixl-[0-9a-f]{16}\.tmp")


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """A binary stream whose content becomes the file `path` when the block ends well.

    Raises UnwritableFile, with the old file unchanged, if the folder is missing or
    read-only, the disk is full, or the file is read-only or open elsewhere.  An
    exception of the block itself passes through, with nothing written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder) / "结果.txt") as stream:
    ...         _ = stream.write("完成".encode())
    ...     (Path(folder) / "结果.txt").read_text("utf-8")
    '完成'
    """
    shown = Path(path)
    target = Path(os.path.realpath(shown))  # a link stays a link
    refuse_unwritable(shown)
    remove_strays(target.parent)
    try:
        temporary, descriptor = _temporary(target.parent)
    except OSError as error:
        raise _unwritable(shown, error, at_start=True) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if sys.platform != "win32":  # while it is locked nobody takes it for a stray one
                _take_place(temporary, target)
        if sys.platform == "win32":  # where an open file can't be renamed
            _take_place(temporary, target)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        # A failed write names no file; one that does is our own only if it is ours.
        if isinstance(error, OSError) and error.filename in (None, str(temporary)):
            raise _unwritable(shown, error) from error
        raise
    _sync_folder(target.parent)


def _take_place(temporary: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))
    temporary.replace(target)


def _temporary(folder: Path) -> tuple[Path, int]:
    """A new file of a name of its own, locked for as long as it is open."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        # No part of the name is the target's: a name of 255 bytes has no room for more.
        path = folder / f".kpixl-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(path, flags, 0o666)
        _lock(descriptor)
        try:
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                return path, descriptor
        except FileNotFoundError:  # taken for a stray one before it was locked
            pass
        os.close(descriptor)


def remove_strays(folder: Path) -> None:
    """Remove temporary files that a process left behind when it was killed.

    One that another process is writing stays: it holds a lock, and on Windows nobody can
    remove a file that is open.
    """
    try:
        names = [name for name in os.listdir(folder) if _TEMPORARY.fullmatch(name)]  # noqa: PTH208
    except OSError:
        return
    for name in names:
        path = folder / name
        with suppress(OSError):
            if sys.platform == "win32":
                path.unlink()
                continue
            descriptor = os.open(path, os.O_WRONLY)
            try:
                if _lock(descriptor):
                    path.unlink()
            finally:
                os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock a file that is open; False where somebody else has, or the disk knows no locks."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def refuse_unwritable(path: str | Path) -> None:
    """Raise UnwritableFile for what can be known before any work is done.

    Call it at the start of a command: nobody should wait for a ranking that has
    no place to go.
    """
    shown = Path(path)
    target = Path(os.path.realpath(shown))
    mode = None
    try:
        folder = target.parent.is_dir()
        mode = target.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise _unwritable(shown, error, at_start=True) from error
    if not folder:
        raise UnwritableFile(
            shown, f"文件夹“{target.parent}”不存在", "请先建好文件夹,或换一个位置。"
        )
    if mode is None:
        return
    if stat.S_ISDIR(mode):
        raise UnwritableFile(shown, "这是文件夹", "请给出文件名。")
    if not stat.S_ISREG(mode):
        raise UnwritableFile(shown, "这不是普通文件", "请换一个文件名。")
    # Replacing needs only the folder's permission; the file's own says what its owner wants.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise UnwritableFile(shown, "文件是只读的", "请取消只读属性,或换一个文件名。")
    for program, lock, who in _OWNERS:
        sign = target.parent / lock.format(target.name)
        if sign.exists():
            owner = who(sign)
            raise UnwritableFile(
                shown,
                f"文件正在 {program} 中打开" + (f"(使用者:{owner})" if owner else ""),
                f"请关闭后重试;如果已经关闭,请删除同一文件夹中的“{sign.name}”。",
            )


def _owner_excel(sign: Path) -> str:
    """Whose name stands in an owner file of Excel: in the system's code page, then in UTF-16."""
    try:
        content = sign.read_bytes()[:165]
    except OSError:  # Excel lets nobody read it while the book is open
        return ""
    if len(content) >= 57:
        length = int.from_bytes(content[55:57], "little")
        return _one_line(content[57 : 57 + 2 * length].decode("utf-16-le", "replace"))
    return ""


def _owner_libreoffice(sign: Path) -> str:
    """Who stands in a lock file of LibreOffice: name, login, computer, time, profile."""
    try:
        fields = sign.read_bytes()[:2000].decode("utf-8", "replace").split(",")
    except OSError:
        return ""
    if len(fields) < 4:
        return ""
    name, login, computer, time = (_one_line(field) for field in fields[:4])
    return ",".join(part for part in (name or login, computer, time) if part)


_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # what no Windows file name may hold


def file_name(text: str) -> str:
    """A text as the name of a file, or part of one, on every system.

    >>> file_name("城东/城西街道")
    '城东_城西街道'
    """
    return _NOT_IN_NAMES.sub("_", text)


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\ufffd]+", " ", text).strip()[:60]


# Program, the name of the file that tells of it, and who reads a name out of that.
_OWNERS = (
    ("Excel 或 WPS", "~${}", _owner_excel),
    ("WPS", ".~{}", lambda sign: ""),
    ("LibreOffice", ".~lock.{}#", _owner_libreoffice),
)


def _unwritable(path: Path, error: OSError, *, at_start: bool = False) -> UnwritableFile:
    windows = getattr(error, "winerror", None)
    if windows in _HELD:
        return UnwritableFile(path, "文件被其他程序占用", "请在 Excel 或 WPS 中关闭它后重试。")
    if error.errno in _FULL or windows in _FULL_ON_WINDOWS:
        return UnwritableFile(path, "磁盘空间不足", "请清理磁盘,或换一个位置。")
    if error.errno == errno.EFBIG:
        return UnwritableFile(path, "文件超过磁盘允许的大小", "请换一个位置。")
    if error.errno == errno.EROFS or windows == _PROTECTED:
        return UnwritableFile(path, "磁盘是只读的", "请换一个位置。")
    # Where the folder is there, Windows finds nothing at a path that is too long for it.
    lost = at_start and error.errno == errno.ENOENT
    if error.errno == errno.ENAMETOOLONG or windows in _LONG_ON_WINDOWS or lost:
        return UnwritableFile(
            path, "文件名或路径太长", "请换一个短些的文件名,或换到层次少些的文件夹。"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        if at_start:
            return UnwritableFile(path, "没有在这个文件夹中写文件的权限", "请换一个文件夹。")
        return UnwritableFile(
            path, "没有写入权限,或文件被其他程序占用", "请关闭打开它的程序,或换一个文件名。"
        )
    return UnwritableFile(path, f"系统报告“{error.strerror or error}”", "请换一个位置后重试。")


def _sync_folder(folder: Path) -> None:
    # The new name itself must reach the disk; Windows has no such call, some
    # network drives refuse it, and then the file is no worse than any other.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
