"""The Windows that the tests change under kpixl: registry, variables, files that others hold."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import winreg
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_held: list[Any] = []
api: Any = winreg
HIVES = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}


def kpixl(*words: str) -> tuple[int, str]:
    """The command line, in this process: its exit code and what it said."""
    from kpixl.cli import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(words))
    return code, said.getvalue()


def set_variables(**found: str) -> None:
    """Variables of the environment from now on."""
    os.environ.update(found)


def use(folder: str) -> None:
    """Another user's folders from now on."""
    base = Path(folder)
    for name, part in (("APPDATA", "Roaming"), ("LOCALAPPDATA", "Local")):
        os.environ[name] = str(base / "AppData" / part)


def hold(path: str, readable: bool = False) -> None:
    """Open a file so that nobody else may write it, as Excel does, or even read it."""
    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(path, 0xC0000000, int(readable), None, 3, 0, None)
    if handle in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_last_error(), path)  # type: ignore[attr-defined]
    _held.append(handle)


def load(path: str) -> None:
    """Load a DLL, as Excel does with ours."""
    _held.append(ctypes.WinDLL(path))  # type: ignore[attr-defined]


def release() -> None:
    """Let go of all files that are held."""
    kernel: Any = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    while _held:
        held = _held.pop()
        if isinstance(held, int):
            kernel.CloseHandle(ctypes.c_void_p(held))
        else:
            kernel.FreeLibrary(ctypes.c_void_p(held._handle))


@contextmanager
def registry(values: Sequence[Sequence[Any]]) -> Iterator[None]:
    """Values of the registry for a while: root, key, name, value (a list: bytes)."""
    for root, path, name, value in values:
        with api.CreateKey(getattr(api, HIVES[root]), path) as key:
            if isinstance(value, (tuple, list)):
                api.SetValueEx(key, name, 0, api.REG_BINARY, bytes(value))
            elif isinstance(value, int):
                api.SetValueEx(key, name, 0, api.REG_DWORD, value)
            else:
                api.SetValueEx(key, name, 0, api.REG_SZ, value)
    try:
        yield
    finally:
        for root, path, name, _ in values:
            with api.OpenKey(getattr(api, HIVES[root]), path, 0, api.KEY_ALL_ACCESS) as key:
                api.DeleteValue(key, name)


def doctor(
    values: Sequence[Sequence[Any]] = (), server: bool = False, cloud: str = ""
) -> list[list[str]]:
    """What is wrong with this machine, as doctor says it: what, found, remedy, code.

    The server is started only where a test asks for it: it takes seconds.
    """
    from kpixl.addin.excel_doctor import Windows, examined
    from kpixl.addin.excel_install import engine
    from kpixl.addin.excel_places import places

    class Quick(Windows):
        def start_server(self, dll: Path, python: Path, version: str) -> str:
            return super().start_server(dll, python, version) if server else ""

    with registry(values):
        machine = Quick()
        machine.environment = dict(os.environ) | ({"OneDrive": cloud} if cloud else {})
        states = examined(machine, engine(), places(os.environ))
        return [[s.what, s.found, s.remedy, s.code] for s in states if not s.right]
