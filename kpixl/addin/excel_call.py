"""The way from xlwings' DLL through COM to the server, as Excel's VBA goes it, without Excel.

Only on Windows: doctor tries it out, and so do the tests.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from types import TracebackType
from typing import Any

from kpixl import __version__
from kpixl.addin.excel_vba import SERVER_MODULE

_AUTO = 1  # XLPyDLLActivateAuto: start the server where none is running
_TEXT = 8  # VT_BSTR: the DLL says in words why it failed
_TURNS = 2  # as in VBA: a server that was ended is started under another identity

_identity = [0]  # how many blanks stand behind the command


class _Variant(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("value", ctypes.c_void_p),
        ("more", ctypes.c_void_p),
    )


class Refused(Exception):
    """The DLL, Python or the function did not answer; the message says why."""


def command(python: Path | str, version: str = __version__) -> str:
    """How the DLL starts the server; it puts an identity in the place of $(CLSID).

    >>> command("p.exe", "1.0")
    '"p.exe" -B -X utf8 -c "import kpixl.addin.excel_server as s; s.serve(\\'$(CLSID)\\', \\'1.0\\')"'
    """
    served = f"import {SERVER_MODULE} as s; s.serve('$(CLSID)', '{version}')"
    return f'"{python}" -B -X utf8 -c "{served}"'


class Server:
    """A running server; raises Refused where it does not start."""

    def __init__(self, dll: Path, python: Path, version: str = __version__) -> None:
        import pythoncom
        import win32com.client

        pythoncom.CoInitialize()
        try:
            library = ctypes.WinDLL(str(dll))  # type: ignore[attr-defined]
        except OSError as error:
            raise Refused(f"无法加载 {dll.name}:{error}") from error
        activate = library.XLPyDLLActivateAuto
        activate.argtypes = [ctypes.POINTER(_Variant), ctypes.c_char_p, ctypes.c_long]
        activate.restype = ctypes.c_long
        answer, failed = _Variant(), 1
        for turn in range(_TURNS):
            line = command(python, version) + " " * (_identity[0] + turn)
            failed = activate(ctypes.byref(answer), line.encode("mbcs", "replace"), _AUTO)
            if not failed:
                _identity[0] += turn
                break
        if failed:
            why = ctypes.wstring_at(answer.value) if answer.kind == _TEXT else ""
            raise Refused(f"Python 服务没有启动(0x{failed & 0xFFFFFFFF:08X}){why}".strip())
        found = pythoncom.ObjectFromAddress(answer.value, pythoncom.IID_IDispatch)
        self._server: Any = win32com.client.Dispatch(found)

    def ask(self, name: str, *arguments: Any) -> Any:
        """Call a function by its name; raises Refused with the server's own words."""
        import pythoncom

        try:
            return self._server.CallUDF(SERVER_MODULE, name, arguments)
        except pythoncom.com_error as error:
            raise Refused(str(error)) from error

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server = None
