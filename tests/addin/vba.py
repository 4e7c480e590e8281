"""The add-in's VBA run by LibreOffice, which has no Excel, no Windows and no xlwings.

The modules are those of macros/, byte for byte, but for KpixlServer, in which stands all that
needs Windows or Excel itself.  Its stand-in hands everything over to Python, where it is kept,
and answered by the functions of kpixl themselves or as a test wants it.

LibreOffice swallows what goes wrong in Basic, so each expression is carried out by a driver
that catches errors and says when it was done.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyopenvba import ExcelFile

from kpixl.addin import commands, functions
from kpixl.addin.excel_cells import call
from kpixl.addin.excel_vba import FAULTS, PROJECT, SERVER_MODULE
from kpixl.addin.xlam import build_xlam
from kpixl.grid import CellError
from kpixl.hosts.calc_office import Office, bridge

MACROS = Path(__file__).parents[2] / "macros"
SHEET = "数据"
ERROR = "\ue000"  # in front of the number of an error value that came out of VBA

# In Excel's place; a test that would need more of Excel than this says so.
_SERVER = """Attribute VB_Name = "KpixlServer"
Option Explicit
Private partner As Object

Public Sub Meet(ByVal given As Object)
    Set partner = given
End Sub

Public Function Tell(ByVal name As String, ByVal arguments As Variant) As Variant
    Tell = partner.tell(name, arguments)
End Function

Public Function Server() As Object
    Tell "Server", Array()
    Set Server = New StubServer
End Function

Public Function InWizard() As Boolean
    InWizard = Tell("InWizard", Array())
End Function

' Application.Caller: LibreOffice has none in a cell.
Public Function Asking() As Range
    Dim place As Variant
    place = Tell("Asking", Array())
    If IsArray(place) Then Set Asking = Worksheets(place(0)).Range(place(1))
End Function

' Value2: LibreOffice has none, and no error values from cells.
Public Function Figures(ByVal cells As Range) As Variant
    Dim found As Variant
    Dim row As Long
    Dim column As Long
    found = cells.Value
    If Not IsArray(found) Then
        Figures = Figure(found, cells)
        Exit Function
    End If
    For column = 1 To UBound(found, 2)
        For row = 1 To UBound(found, 1)
            If VarType(found(row, column)) <> vbEmpty And UBound(found, 1) < 1000 Then
                found(row, column) = Figure(found(row, column), cells.Cells(row, column))
            End If
        Next row
    Next column
    Figures = found
End Function

Private Function Figure(ByVal value As Variant, ByVal cell As Range) As Variant
    Figure = value
    If VarType(value) = vbDate Then Figure = CDbl(value)
    If VarType(value) = vbDouble Then
        Select Case cell.Text
            Case "#N/A": Figure = CVErr(2042)
            Case "#DIV/0!": Figure = CVErr(2007)
            Case "#REF!": Figure = CVErr(2023)
            Case "#VALUE!": Figure = CVErr(2015)
            Case "#NUM!", "Err:503": Figure = CVErr(2036)
            Case "#NAME?": Figure = CVErr(2029)
        End Select
    End If
End Function

Public Sub Say(ByVal kind As Long, ByVal title As String, ByVal text As String)
    Tell "Say", Array(kind, title, text)
End Sub

Public Function Picked(ByVal kind As String, ByVal title As String) As String
    Picked = Tell("Picked", Array(kind, title))
End Function

Public Sub Recalculate()
    Tell "Recalculate", Array()
End Sub

Public Sub HearEscape()
    Tell "HearEscape", Array()
End Sub

Public Sub SetFree()
    Tell "SetFree", Array()
End Sub

Public Sub Offer(ByVal name As String, ByVal help As String, ByVal words As Variant)
    Tell "Offer", Array(name, help, words)
End Sub
"""

# COM makes a table of rows that come as lists.
_STUB = """Attribute VB_Name = "StubServer"
Option Explicit

Public Function CallUDF(ByVal script As String, ByVal name As String, _
        ByVal arguments As Variant, Optional ByVal book As Variant) As Variant
    Dim rows As Variant
    Dim table() As Variant
    Dim row As Long
    Dim column As Long
    If IsMissing(book) Then
        rows = Tell("CallUDF", Array(script, name, arguments))
    Else
        rows = Tell("CallUDF", Array(script, name, arguments, book.Name))
    End If
    CallUDF = rows
    If Not IsArray(rows) Then Exit Function
    If UBound(rows) < 0 Then Exit Function
    If Not IsArray(rows(0)) Then Exit Function
    ReDim table(0 To UBound(rows), 0 To UBound(rows(0)))
    For row = 0 To UBound(rows)
        For column = 0 To UBound(rows(0))
            table(row, column) = rows(row)(column)
        Next column
    Next row
    CallUDF = table
End Function
"""

_CONTROL = """Attribute VB_Name = "StubControl"
Option Explicit
Public Tag As String
"""

_DRIVER = """Attribute VB_Name = "Driver"
Option Explicit

Public Function Carried(ByVal which As Variant) As String
    On Error GoTo wrong
    Dim found As Variant
    Select Case which
{cases}
    End Select
    Tell "result", Array(Told(found))
    Carried = "done"
    Exit Function
wrong:
    Carried = "ERR " & Err.Number & " " & Err.Description
End Function

Public Function Pressed(ByVal name As String) As String
    On Error GoTo wrong
    Dim control As New StubControl
    control.Tag = name
    KpixlPressed control
    Pressed = "done"
    Exit Function
wrong:
    Pressed = "ERR " & Err.Number & " " & Err.Description
End Function

Public Function Described() As String
    On Error GoTo wrong
    Describe
    Described = "done"
    Exit Function
wrong:
    Described = "ERR " & Err.Number & " " & Err.Description
End Function

Private Function Cells_(ByVal address As String) As Range
    Set Cells_ = Worksheets(2).Range(address)
End Function

Private Function Told(ByVal found As Variant) As Variant
    Dim made() As Variant
    Dim row As Long
    Dim column As Long
    If Not IsArray(found) Then
        Told = Bare(found)
        Exit Function
    End If
    If Not IsTable(found) Then
        ReDim made(0 To UBound(found) - LBound(found))
        For row = 0 To UBound(made)
            made(row) = Bare(found(LBound(found) + row))
        Next row
    Else
        ReDim made(0 To UBound(found, 1) - LBound(found, 1), _
            0 To UBound(found, 2) - LBound(found, 2))
        For row = 0 To UBound(made, 1)
            For column = 0 To UBound(made, 2)
                made(row, column) = Bare(found(LBound(found, 1) + row, LBound(found, 2) + column))
            Next column
        Next row
    End If
    Told = made
End Function

Private Function Bare(ByVal value As Variant) As Variant
    If IsError(value) Then
        Bare = ChrW(57344) & CLng(value)
    Else
        Bare = value
    End If
End Function

Private Function IsTable(ByVal found As Variant) As Boolean
    On Error GoTo flat
    Dim bound As Long
    bound = UBound(found, 2)
    IsTable = True
    Exit Function
flat:
    IsTable = False
End Function
"""


def sources() -> dict[str, str]:
    """The modules of macros/ as they are."""
    return {p.stem: p.read_bytes().decode("ascii") for p in MACROS.glob("*.bas")}


def workbook(path: Path, expressions: Sequence[str] = (), log: str = "") -> Path:
    """The add-in as a workbook, with the stand-in and a driver for some expressions."""
    package = build_xlam(functions(), commands(), {"Log": log})
    with zipfile.ZipFile(io.BytesIO(package)) as parts, zipfile.ZipFile(path, "w") as copy:
        for name in parts.namelist():
            data = parts.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b"ms-excel.addin.macro", b"ms-excel.sheet.macro")
            copy.writestr(name, data)
    cases = "\n".join(f'        Case "{n}": found = {text}' for n, text in enumerate(expressions))
    texts = sources() | {"KpixlServer": _SERVER}
    with ExcelFile(path) as book:
        for name, text in texts.items():
            book.set_module(name, _crlf(text))
        project = book.vba_project()
        project.add_module("Driver", _crlf(_DRIVER.replace("{cases}", cases)))
        project.add_module("StubServer", _crlf(_STUB), kind="class")
        project.add_module("StubControl", _crlf(_CONTROL), kind="class")
        book.save(path)
    return path


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


class Program:
    """LibreOffice with the add-in's modules open in it, and Python in the server's place.

    `calls` are what the server was asked, `said` all else that Excel would have done.
    """

    def __init__(self, document: Any) -> None:
        self.document = document
        self.calls: list[tuple[str, list[Any]]] = []
        self.said: list[tuple[str, list[Any]]] = []
        self._answer: Callable[..., Any] = call
        self._does: dict[str, Callable[[list[Any]], Any]] = {}
        self._result: Any = None
        self._meet()
        document.getSheets().insertNewByName(SHEET, 1)
        self.sheet = document.getSheets().getByIndex(1)

    def _meet(self) -> None:
        self._run("KpixlServer", "Meet", partner(self.told))

    def compiles(self, module: str, text: str, function: str) -> bool:
        """Whether a module with that text is understood: then its function gives something."""
        with self.changed(module, text):
            try:
                return self._run(module, function) is not None
            except Exception:  # nothing of a module that is not understood is to be found
                return False

    def told(self, name: str, arguments: list[Any]) -> Any:
        """What the stand-in hands over."""
        if name == "result":
            (self._result,) = arguments
            return None
        if name == "CallUDF":
            module, function, given, *rest = arguments
            assert module == SERVER_MODULE
            self.calls.append((function, [*given, *rest]))
            return sent(self._answer(function, given, *rest))
        self.said.append((name, arguments))
        if name in self._does:
            return self._does[name](arguments)
        return None if name == "Asking" else False

    @contextmanager
    def answering(
        self, answer: Callable[..., Any] = call, **does: Callable[[list[Any]], Any]
    ) -> Iterator[None]:
        """Another answer than the functions', and what Excel does in other ways than nothing.

        What was kept of before is forgotten.
        """
        self.calls.clear()
        self.said.clear()
        self._answer, self._does = answer, does
        try:
            yield
        finally:
            self._answer, self._does = call, {}

    @contextmanager
    def changed(self, module: str, text: str) -> Iterator[None]:
        """Another text in the place of a module, for as long as this lasts."""
        library = self.document.BasicLibraries.getByName(PROJECT)
        before = library.getByName(module)
        head = before[: before.index("VBASupport 1\n") + len("VBASupport 1\n")]
        lines = text.replace("\r\n", "\n").splitlines()
        body = [line for line in lines if not line.startswith("Attribute ")]
        try:
            library.replaceByName(module, head + "\n".join(body) + "\n")
            yield
        finally:
            library.replaceByName(module, before)
            self._meet()

    def carried(self, number: int) -> Any:
        """What an expression of the driver comes to."""
        self._result = _NOTHING
        said = self._run("Driver", "Carried", str(number))
        if said != "done":
            raise Failed(said)
        return errors(self._result)

    def press(self, name: str) -> None:
        """A button of the ribbon."""
        said = self._run("Driver", "Pressed", name)
        if said != "done":
            raise Failed(said)

    def describe(self) -> None:
        """What the add-in does when it is opened."""
        said = self._run("Driver", "Described")
        if said != "done":
            raise Failed(said)

    def _run(self, module: str, name: str, *arguments: Any) -> Any:
        place = f"{PROJECT}.{module}.{name}?language=Basic&location=document"
        script = self.document.getScriptProvider().getScript(f"vnd.sun.star.script:{place}")
        return script.invoke(arguments, (), ())[0]


class Failed(Exception):
    """Basic went wrong, in its own words; nothing said where it does not even compile."""


_NOTHING = object()


@contextmanager
def running(office: Office, path: Path) -> Iterator[Program]:
    """A workbook open with its macros on."""
    document = office.open(path, MacroExecutionMode=4)  # ALWAYS_EXECUTE_NO_WARN
    try:
        yield Program(document)
    finally:
        document.close(True)


def partner(told: Callable[[str, list[Any]], Any]) -> Any:
    """What Basic calls in Python."""
    bridge()
    import unohelper
    from com.sun.star.script import XInvocation

    class Partner(unohelper.Base, XInvocation):  # type: ignore[misc]
        def getIntrospection(self) -> None:  # noqa: N802 - UNO's names
            return None

        def invoke(self, _: str, given: Any, places: Any, more: Any) -> Any:
            name, arguments = given
            return told(name, received(arguments)), (), ()

        def setValue(self, name: str, value: Any) -> None:  # noqa: N802
            raise AttributeError(name)

        def getValue(self, name: str) -> None:  # noqa: N802
            raise AttributeError(name)

        def hasMethod(self, name: str) -> bool:  # noqa: N802
            return True

        def hasProperty(self, name: str) -> bool:  # noqa: N802
            return False

    return Partner()


def struct(name: str) -> Any:
    """One of UNO's structures."""
    return bridge().createUnoStruct(name)


def received(value: Any) -> Any:
    """A value from Basic, which hands whole figures over as integers."""
    if isinstance(value, (tuple, list)):
        return [received(v) for v in value]
    return float(value) if type(value) is int else value


def sent(answer: Any) -> Any:
    """An answer as xlwings gives it to COM: one row flat, one cell bare."""
    if not isinstance(answer, list):
        return answer
    rows = answer[0] if len(answer) == 1 and isinstance(answer[0], list) else answer
    return tuple(tuple(r) if isinstance(r, list) else r for r in rows)


def errors(value: Any) -> Any:
    """What VBA came to, with error values as such."""
    if isinstance(value, list):
        return [errors(v) for v in value]
    if isinstance(value, str) and re.fullmatch(ERROR + "[0-9.]+", value):
        names = {number: code for code, number in FAULTS.items()}
        return CellError(names[int(float(value[1:]))])
    return value
