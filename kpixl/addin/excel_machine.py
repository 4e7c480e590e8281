"""What doctor asks of Windows, and Windows' answers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from kpixl.addin.excel_places import CannotInstall


class Machine(Protocol):
    """What has to be asked of Windows."""

    environment: Mapping[str, str]

    def setting(self, root: str, path: str, name: str = "") -> Any:
        """A value of the registry, HKCU or HKLM; None where there is none."""

    def settings(self, root: str, path: str) -> Mapping[str, Any]:
        """All values of a key."""

    def zone(self, path: Path) -> int:
        """The security zone that a file was marked with; 0 where it was not marked."""

    def fits_code_page(self, text: str) -> bool:
        """Whether VBA can hand a text to a DLL as it is."""

    def start_server(self, dll: Path, python: Path, version: str) -> str:
        """Start the server as Excel would and ask it for a score; why that failed, or nothing."""


class Windows:
    """This machine."""

    def __init__(self) -> None:
        if os.name != "nt":
            raise CannotInstall("这台计算机不是 Windows", "请在装有 Excel 的 Windows 上诊断。")
        self.environment: Mapping[str, str] = os.environ

    def setting(self, root: str, path: str, name: str = "") -> Any:
        """A value of the registry, whose names have no case; None where there is none."""
        there = {key.casefold(): value for key, value in self.settings(root, path).items()}
        return there.get(name.casefold())

    def settings(self, root: str, path: str) -> Mapping[str, Any]:
        """All values of a key, of 64-bit programs and of 32-bit ones."""
        import winreg

        hive = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}[root]
        api: Any = winreg
        found: dict[str, Any] = {}
        for view in (api.KEY_WOW64_32KEY, api.KEY_WOW64_64KEY):
            with (
                suppress(OSError),
                api.OpenKey(getattr(api, hive), path, 0, api.KEY_READ | view) as key,
            ):
                for n in range(api.QueryInfoKey(key)[1]):
                    name, value, _ = api.EnumValue(key, n)
                    found[name] = value
        return found

    def zone(self, path: Path) -> int:
        """The zone in the stream beside a file."""
        with suppress(OSError, UnicodeError):
            text = Path(f"{path}:Zone.Identifier").read_text("utf-8-sig", "replace")
            said = re.search(r"ZoneId=(\d)", text)
            return int(said[1]) if said else 0
        return 0

    def fits_code_page(self, text: str) -> bool:
        """Whether the system's code page has every character."""
        return text.encode("mbcs", "replace").decode("mbcs", "replace") == text

    def start_server(self, dll: Path, python: Path, version: str) -> str:
        """By the DLL, through COM, to a score."""
        from kpixl.addin.excel_call import Refused, Server

        try:
            with Server(dll, python, version) as server:
                score = server.ask("KPISCORE", "制定方案得1分", 10.0, "是", *[None] * 5)
        except Refused as error:
            return str(error)
        return "" if score == 1 else f"试算应得 1,得到 {score!r}"
