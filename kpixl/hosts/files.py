"""Workbooks on disk: what the command line works with."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

from kpixl.errors import UnwritableFile
from kpixl.grid import Snapshot, Spot
from kpixl.host import Patch
from kpixl.hosts import files_edit
from kpixl.hosts.files_copy import annotate
from kpixl.hosts.files_edit import About
from kpixl.hosts.files_read import read
from kpixl.hosts.files_write import workbook_bytes
from kpixl.hosts.safewrite import refuse_unwritable, replacing
from kpixl.hosts.sniff import sniff

__all__ = [
    "About",
    "FilesHost",
    "about",
    "annotate",
    "edit",
    "is_signed",
    "links",
    "read",
    "relink",
    "spilling",
    "write_new",
]


def write_new(path: str | Path, patch: Patch) -> None:
    """Make a new workbook of a patch, in the place of whatever file stands there.

    The old file is whole until the new one is; raises UnwritableFile.

    >>> import tempfile
    >>> from kpixl.host import PutSheet, SheetSpec
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "结果.xlsx"
    ...     write_new(path, Patch((PutSheet(SheetSpec("排名", {(1, 1): "单位"})),)))
    ...     read(path).sheets[0].value(1, 1)
    '单位'
    """
    refuse_unwritable(path)
    data = workbook_bytes(patch, path)
    with replacing(path) as stream:
        stream.write(data)


def edit(
    source: str | Path, target: str | Path, patch: Patch, *, void_signature: bool = False
) -> None:
    """Apply a patch to the existing .xlsx or .xlsm `source` and write the result to `target`.

    Only parts that the patch concerns are changed; all others are copied byte for byte.
    `target` may be `source`.  Raises UnusableFile and UnwritableFile, with nothing written;
    of these SignedFile for a signed workbook, unless its signature may become void.
    """
    refuse_unwritable(target)
    data = _editable(source)
    with replacing(target) as stream:
        files_edit.edit(data, patch, stream, source, void_signature=void_signature)


def relink(
    source: str | Path, target: str | Path, addin: str, *, void_signature: bool = False
) -> tuple[str, ...]:
    """Write `target` like `source`, its links to the file `addin` meaning the user's own.

    Gives where the links pointed; where there are none, nothing is written.  Raises as `edit`.
    """
    from kpixl.hosts.files_links import relink as relinked

    refuse_unwritable(target)
    made = io.BytesIO()
    old = relinked(_editable(source), addin, made, source, void_signature=void_signature)
    if old:
        with replacing(target) as stream:
            stream.write(made.getvalue())
    return old


def links(path: str | Path, addin: str) -> tuple[str, ...]:
    """Where the links of a workbook to the file `addin` point that name a place; raises as `edit`."""
    from kpixl.hosts.files_links import places_of

    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as package:
        if not any("externallink" in name.lower() for name in package.namelist()):
            return ()
    return places_of(_editable(path), addin, path)


def is_signed(path: str | Path) -> bool:
    """Whether any change makes a digital signature void; raises as `edit` does."""
    return files_edit.about(_editable(path), path).signed


def _editable(source: str | Path) -> bytes:
    """The content of a workbook that can be changed in its parts."""
    file = sniff(source, in_place=True)
    if file.encrypted:
        raise UnwritableFile(
            source,
            "文件有打开密码,改写后密码会丢失",
            "请先在 Excel 或 WPS 中取消打开密码后另存,再试。",
        )
    if file.kind != "xlsx":
        raise UnwritableFile(
            source,
            f"{file.path.suffix or '这种'} 格式的文件不能原样改写",
            "请用 Excel 或 WPS 另存为 .xlsx,再试。",
        )
    return file.data


def about(path: str | Path) -> About:
    """Look at a workbook that a patch is to be applied to.

    Raises UnusableFile, and UnwritableFile for one that `edit` would refuse as such.
    """
    refuse_unwritable(path)
    return files_edit.about(_editable(path), path)


def spilling(source: str | Path) -> frozenset[tuple[str, Spot]]:
    """The array formulas of an .xlsx or .xlsm whose area follows their result.

    Raises UnwritableFile for a file whose formulas can't be calculated in place.
    """
    from kpixl.hosts.files_spills import calculation_facts

    file = sniff(source)
    if file.kind != "xlsx" or file.encrypted:
        return frozenset()  # which `edit` refuses, each with its sentence
    facts = calculation_facts(file.data)
    if facts.epoch_1904:
        raise UnwritableFile(
            source,
            "日期从 1904 年算起(旧版 Mac 的设置),目前不能计算",
            "请在 Excel 选项的“高级”中取消“使用 1904 日期系统”,核对日期后另存,再试。",
        )
    return facts.spilling


class FilesHost:
    """One workbook file: read once, changed once.

    With `new`, a patch makes the whole file, whether one stands there or not.
    """

    def __init__(self, path: str | Path, *, new: bool = False, structure: bool = True) -> None:
        self.path = Path(path)
        self._new, self._structure = new, structure

    def snapshot(self) -> Snapshot:
        """The file as values; raises UnusableFile."""
        return read(self.path, structure=self._structure)

    def apply(self, patch: Patch) -> None:
        """Make all changes of a patch, or none of them; raises UnwritableFile."""
        if self._new or not self.path.exists():
            write_new(self.path, patch)
        else:
            edit(self.path, self.path, patch)
