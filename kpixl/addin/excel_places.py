"""Where the Excel add-in lives on a user's machine.

Apart from installing, so that the server, which Excel waits for, loads nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kpixl.errors import KpixlError

FILE = "kpixl.xlam"
DLLS = {64: "kpixl64.dll", 32: "kpixl32.dll"}  # by the bitness of Excel


class CannotInstall(KpixlError):
    """A machine or a Python that the add-in can't work with."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"Excel 加载项用不了:{reason}。{remedy}")


@dataclass(frozen=True)
class Places:
    """The two folders that an installed add-in is in."""

    xlstart: Path
    home: Path

    @property
    def addin(self) -> Path:
        """The add-in itself."""
        return self.xlstart / FILE

    @property
    def log(self) -> Path:
        """Where the add-in writes what failed."""
        return self.home / "kpixl.log"

    def dll(self, bits: int) -> Path:
        """The DLL for an Excel of 64 or 32 bits."""
        return self.home / DLLS[bits]


def places(environment: Mapping[str, str]) -> Places:
    """The folders of the user, from Windows' own variables; raises CannotInstall."""
    roaming, local = environment.get("APPDATA"), environment.get("LOCALAPPDATA")
    if not roaming or not local:
        raise CannotInstall(
            "这台计算机不是 Windows(没有 APPDATA 文件夹)",
            f"Excel 加载项只能装在 Windows 上;可以用 kpixl addin build 生成 {FILE},"
            "拿到 Windows 上用;WPS、LibreOffice 用户见说明文档。",
        )
    return Places(Path(roaming, "Microsoft", "Excel", "XLSTART"), Path(local, "kpixl"))
