"""Workbooks on disk: what the command line works with."""

from __future__ import annotations

from pathlib import Path

from kpixl.errors import UnwritableFile
from kpixl.grid import Snapshot
from kpixl.host import Patch
from kpixl.hosts.files_read import read
from kpixl.hosts.files_write import workbook_bytes
from kpixl.hosts.safewrite import refuse_unwritable, replacing

__all__ = ["FilesHost", "read", "write_new"]


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
        if not self._new and self.path.exists():
            raise UnwritableFile(
                self.path,
                "文件已经存在,目前只能写成新的工作簿",
                "请换一个文件名。",
            )
        write_new(self.path, patch)
