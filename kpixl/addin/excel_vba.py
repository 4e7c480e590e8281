"""The VBA of the Excel add-in, made from the registry: as thin and as plain as it can be.

A wrapper does four things: it turns its arguments into plain cells (marking what COM would
lose), asks the server, turns marks back into error values, and gives #VALUE! with a line in
a log when anything fails, so that no sentence ever stands where a score belongs.

VBA text is kept in a code page, not in Unicode, so it is ASCII only: Chinese stands in the
ribbon and in the add-in's own sheet, both of them XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from kpixl.addin.registry import ArgumentSpec, CommandSpec, FunctionSpec

LONGEST_LINE = 1_023  # of VBA's editor
PROJECT = "kpixl"
SHEET = "kpixl"
SERVER_MODULE = "kpixl.addin.excel_server"
# Where the add-in's own sheet keeps its settings, from row 1 on: label, value.
SETTINGS = ("Python", "DLL", "Log", "Version")
HELP_ROW = 11  # the first row of the function help on the add-in's own sheet

_MADE = "' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost."

_SERVER = '''
Attribute VB_Name = "KpixlServer"
{made}
Option Explicit
Option Private Module

' xlwings' DLL, which starts Python and keeps it, under a name of ours: installing copies it
' from the xlwings that is there, so that both are of one version. It is of Excel's own
' bitness; the Python that it starts is a process of its own and may be of another.
#If Win64 Then
Private Declare PtrSafe Function Activate Lib "kpixl64.dll" _
    Alias "XLPyDLLActivateAuto" (ByRef answer As Variant, ByVal command As String, _
    ByVal mode As Long) As Long
Private Const DLL_NAME As String = "kpixl64.dll"
#Else
Private Declare PtrSafe Function Activate Lib "kpixl32.dll" _
    Alias "XLPyDLLActivateAuto" (ByRef answer As Variant, ByVal command As String, _
    ByVal mode As Long) As Long
Private Const DLL_NAME As String = "kpixl32.dll"
#End If
Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal path As LongPtr) As LongPtr

Private loaded As Boolean
Private identity As Long
Private failedAt As Single

' A setting from the add-in's own sheet; installing writes it there.
Public Function Setting(ByVal row As Long) As String
    Setting = CStr(ThisWorkbook.Worksheets("{sheet}").Cells(row, 2).Value2)
End Function

' The server; the DLL starts it where none is running.
Public Function Server() As Object
    Dim answer As Variant
    Dim path As String
    Dim turn As Long
    ' A sheet full of formulas would try in vain for every cell.
    If failedAt > 0 And Abs(Timer - failedAt) < 10 Then _
        Err.Raise 1002, "kpixl", "cannot start Python"
    If Not loaded Then
        path = Setting(2) & "\\" & DLL_NAME
        If LoadLibraryW(StrPtr(path)) = 0 Then Err.Raise 1001, "kpixl", "cannot load " & DLL_NAME
        loaded = True
    End If
    path = """" & Setting(1) & """ -B -X utf8 -c ""import {module} as s; " & _
        "s.serve('$(CLSID)', '" & Setting(4) & "')"""
    For turn = 1 To 2
        ' A blank more is another command, to which the DLL gives an identity of its own:
        ' that of a server which was ended may not be free again.
        If Activate(answer, path & Space$(identity), 1) = 0 Then
            failedAt = 0
            Set Server = answer
            Exit Function
        End If
        identity = identity + 1
    Next turn
    failedAt = Timer
    Err.Raise 1002, "kpixl", "cannot start Python"
End Function

' The result of a cell function; #VALUE! and a line in the log where that fails.
Public Function Ask(ByVal name As String, ByVal arguments As Variant) As Variant
    On Error GoTo failed
    Dim answer As Variant
    answer = Server().CallUDF("{module}", name, arguments)
    Ask = KpixlCells.Shown(answer)
    Exit Function
failed:
    Report name, Err.Number, Err.Description
    Ask = CVErr(xlErrValue)
End Function

' What failed, without a figure or a text of any cell.
Public Sub Report(ByVal name As String, ByVal number As Long, ByVal description As String)
    On Error Resume Next
    Dim file As Integer
    file = FreeFile
    Open Setting(3) For Append As #file
    Print #file, Format$(Now, "yyyy-mm-dd hh:nn:ss") & " excel " & name & " " & number & " " & _
        Left$(description, 200)
    Close #file
End Sub
'''

_CELLS = """
Attribute VB_Name = "KpixlCells"
{made}
Option Explicit
Option Private Module

' A range as plain values, a constant as it is. COM would lose what an error value is and
' how a cell is formatted, so both are marked: ChrW(57344) and ChrW(57345) in front.
Public Function Plain(Optional ByRef argument As Variant) As Variant
    If IsMissing(argument) Then
        Plain = Empty
    ElseIf Not IsObject(argument) Then
        Plain = MarkedAll(argument, False)
    ElseIf Not TypeOf argument Is Range Then
        Plain = ChrW(57344) & "#VALUE!"
    Else
        Dim cells As Range
        Set cells = Used(argument)
        If cells.Areas.Count > 1 Then
            Plain = ChrW(57344) & "#VALUE!"
        ElseIf IsNull(cells.NumberFormat) Then
            Plain = MixedFormats(cells)
        Else
            Plain = MarkedAll(cells.Value2, InStr(cells.NumberFormat, "%") > 0)
        End If
    End If
End Function

' Where an argument stands, with its sheet where that is another one; a constant as it is.
Public Function Address(Optional ByRef argument As Variant) As Variant
    If IsMissing(argument) Then
        Address = Empty
    ElseIf Not IsObject(argument) Then
        Address = MarkedAll(argument, False)
    ElseIf Not TypeOf argument Is Range Then
        Address = ChrW(57344) & "#VALUE!"
    Else
        Address = argument.Address(False, False)
        If TypeOf Application.Caller Is Range Then
            If Not Application.Caller.Worksheet Is argument.Worksheet Then
                Address = "'" & Replace(argument.Worksheet.Name, "'", "''") & "'!" & Address
            End If
        End If
    End If
End Function

' Whole columns are cut where the sheet ends; an empty one keeps its first cell.
Private Function Used(ByVal cells As Range) As Range
    Set Used = cells
    If cells.Rows.Count < 10000 Then Exit Function
    Dim cut As Range
    Set cut = Application.Intersect(cells, cells.Worksheet.UsedRange)
    If cut Is Nothing Then
        Set Used = cells.Cells(1, 1)
    Else
        Set Used = cells.Worksheet.Range(cells.Cells(1, 1), cut.Cells(cut.Cells.Count))
    End If
End Function

Private Function MixedFormats(ByVal cells As Range) As Variant
    Dim values As Variant
    Dim row As Long
    Dim column As Long
    values = cells.Value2
    For column = 1 To UBound(values, 2)
        For row = 1 To UBound(values, 1)
            values(row, column) = Marked(values(row, column), _
                InStr(cells.Cells(row, column).NumberFormat, "%") > 0)
        Next row
    Next column
    MixedFormats = values
End Function

Private Function MarkedAll(ByVal values As Variant, ByVal percent As Boolean) As Variant
    Dim row As Long
    Dim column As Long
    If Not IsArray(values) Then
        MarkedAll = Marked(values, percent)
        Exit Function
    End If
    If Dimensions(values) = 2 Then
        For column = LBound(values, 2) To UBound(values, 2)
            For row = LBound(values, 1) To UBound(values, 1)
                If percent Or IsError(values(row, column)) Then
                    values(row, column) = Marked(values(row, column), percent)
                End If
            Next row
        Next column
    Else
        For row = LBound(values) To UBound(values)
            values(row) = Marked(values(row), percent)
        Next row
    End If
    MarkedAll = values
End Function

Private Function Marked(ByVal value As Variant, ByVal percent As Boolean) As Variant
    If IsError(value) Then
        Marked = ChrW(57344) & FaultName(value)
    ElseIf percent And VarType(value) = vbDouble Then
        Marked = ChrW(57345) & Trim$(Str$(value))
    Else
        Marked = value
    End If
End Function

Private Function FaultName(ByVal value As Variant) As String
    Select Case CLng(value)
{faults}
        Case Else: FaultName = "#VALUE!"
    End Select
End Function

Private Function Dimensions(ByVal values As Variant) As Long
    On Error GoTo one
    Dim bound As Long
    bound = UBound(values, 2)
    Dimensions = 2
    Exit Function
one:
    Dimensions = 1
End Function

' What came back, with error values in the place of their marks.
Public Function Shown(ByVal answer As Variant) As Variant
    Dim row As Long
    Dim column As Long
    If Not IsArray(answer) Then
        Shown = Unmarked(answer)
        Exit Function
    End If
    If Dimensions(answer) = 2 Then
        For column = LBound(answer, 2) To UBound(answer, 2)
            For row = LBound(answer, 1) To UBound(answer, 1)
                answer(row, column) = Unmarked(answer(row, column))
            Next row
        Next column
    Else
        For row = LBound(answer) To UBound(answer)
            answer(row) = Unmarked(answer(row))
        Next row
    End If
    Shown = answer
End Function

Private Function Unmarked(ByVal value As Variant) As Variant
    Unmarked = value
    If VarType(value) <> vbString Then Exit Function
    If Len(value) = 0 Then Exit Function
    If AscW(value) <> AscW(ChrW(57344)) Then Exit Function
    Select Case Mid$(value, 2)
{shown}
        Case Else: Unmarked = CVErr(xlErrValue)
    End Select
End Function
"""

# Excel's numbers for error values (XlCVError), as CLng() of one gives them.
_FAULTS: Mapping[str, tuple[int, str]] = {
    "#NULL!": (2000, "xlErrNull"),
    "#DIV/0!": (2007, "xlErrDiv0"),
    "#VALUE!": (2015, "xlErrValue"),
    "#REF!": (2023, "xlErrRef"),
    "#NAME?": (2029, "xlErrName"),
    "#NUM!": (2036, "xlErrNum"),
    "#N/A": (2042, "xlErrNA"),
}

_HELP = """
Attribute VB_Name = "KpixlHelp"
{made}
Option Explicit
Option Private Module

' Tells the function wizard what each function and argument is. The words are Chinese and
' stand on the add-in's own sheet: function, help, then one column an argument.
Public Sub Describe()
    On Error Resume Next
    Dim sheet As Worksheet
    Dim row As Long
    Dim count As Long
    Dim words() As Variant
    Set sheet = ThisWorkbook.Worksheets("{sheet}")
    row = {row}
    Do While Len(sheet.Cells(row, 1).Value2) > 0
        count = 0
        Do While Len(sheet.Cells(row, 3 + count).Value2) > 0
            ReDim Preserve words(0 To count)
            words(count) = sheet.Cells(row, 3 + count).Value2
            count = count + 1
        Loop
        Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & _
            sheet.Cells(row, 1).Value2, Description:=sheet.Cells(row, 2).Value2, _
            Category:="kpixl", ArgumentDescriptions:=words
        row = row + 1
    Loop
End Sub
"""

_RIBBON = """
Attribute VB_Name = "KpixlRibbon"
{made}
Option Explicit

' MsgBox knows the letters of one code page only; this one knows all.
Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal window As LongPtr, _
    ByVal text As LongPtr, ByVal title As LongPtr, ByVal kind As Long) As Long

' Every button ends here; its tag says which command it is. What has to be chosen first is
' asked for, one thing at a time.
Public Sub KpixlPressed(ByVal control As Object)
    Dim answer As Variant
    Dim chosen As String
    Dim path As String
    On Error GoTo failed
    ' Here, since the server can't be asked for figures while it waits for Excel.
    If InStr("{recalculating}", "|" & control.Tag & "|") > 0 Then Application.CalculateFullRebuild
    Do
        If ActiveWorkbook Is Nothing Then
            answer = Server().CallUDF("{module}", "COMMAND", Array(control.Tag, chosen, False))
        Else
            answer = Server().CallUDF("{module}", "COMMAND", _
                Array(control.Tag, chosen, True), ActiveWorkbook)
        End If
        If answer(0) <> "choice" Then Exit Do
        path = Picked(CStr(answer(3)), CStr(answer(2)))
        If Len(path) = 0 Then Exit Sub
        chosen = chosen & answer(1) & "=" & path & vbLf
    Loop
    MessageBoxW Application.Hwnd, StrPtr(CStr(answer(2))), StrPtr(CStr(answer(1))), CLng(answer(0))
    Exit Sub
failed:
    Report control.Tag, Err.Number, Err.Description
    Application.StatusBar = "kpixl: " & control.Tag & " - " & Err.Description
End Sub

' The folder or file that the user picks; nothing where none is picked.
Private Function Picked(ByVal kind As String, ByVal title As String) As String
    With Application.FileDialog(IIf(kind = "folder", 4, 3))
        .title = title
        .AllowMultiSelect = False
        If .Show = -1 Then Picked = .SelectedItems(1)
    End With
End Function
"""


def modules(
    functions: Mapping[str, FunctionSpec], commands: Mapping[str, CommandSpec]
) -> dict[str, str]:
    """The text of each VBA module by its name.

    Lines end with a line feed here; in the project they end as VBA's do.
    """
    facts = {
        "made": _MADE,
        "sheet": SHEET,
        "module": SERVER_MODULE,
        "recalculating": "".join(f"|{c.name}|" for c in commands.values() if c.recalculates),
        "row": str(HELP_ROW),
        "faults": "\n".join(
            f'        Case {number}: FaultName = "{code}"' for code, (number, _) in _FAULTS.items()
        ),
        "shown": "\n".join(
            f'        Case "{code}": Unmarked = CVErr({name})'
            for code, (_, name) in _FAULTS.items()
        ),
    }
    made = {
        "KpixlCells": _CELLS,
        "KpixlFunctions": _functions(functions),
        "KpixlHelp": _HELP,
        "KpixlServer": _SERVER,
    }
    if commands:
        made["KpixlRibbon"] = _RIBBON
    return {name: _checked(name, _filled(text, facts)) for name, text in sorted(made.items())}


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """A template with its facts; braces stand for nothing else in VBA."""
    for key, value in facts.items():
        text = text.replace(f"{{{key}}}", value)
    return dedent(text).strip("\n") + "\n"


def _functions(functions: Mapping[str, FunctionSpec]) -> str:
    head = 'Attribute VB_Name = "KpixlFunctions"\n{made}\nOption Explicit\n'
    return head + "".join(_wrapper(spec) for spec in functions.values())


def _wrapper(spec: FunctionSpec) -> str:
    """One function: the arguments that a user types, and the call."""
    signature = ", ".join(
        f"{'Optional ' if a.optional else ''}ByRef {a.name} As Variant" for a in spec.shown
    )
    sent = ", ".join(_sent(spec, a) for a in spec.arguments)
    lines = [
        "",
        _folded(f"Public Function {spec.name}({signature}) As Variant"),
        # While the wizard is open Excel calls the function at every key.
        '    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function',
        _folded(f'    {spec.name} = Ask("{spec.name}", Array({sent}))'),
        "End Function",
    ]
    return "\n".join(lines) + "\n"


def _sent(spec: FunctionSpec, argument: ArgumentSpec) -> str:
    if argument.address_of:
        return f"Address({argument.address_of})"
    return f"{'Address' if argument.address else 'Plain'}({argument.name})"


def _folded(line: str, width: int = 96) -> str:
    """A long line in VBA's way, broken behind commas."""
    rest, folded = line, ""
    while len(rest) > width:
        at = rest.rfind(", ", 0, width) + 1
        if at <= 0:
            break
        folded += rest[:at] + " _\n"
        rest = "        " + rest[at + 1 :]
    return folded + rest


def _checked(name: str, text: str) -> str:
    """The text; ValueError where the project could not hold it as it is."""
    if not text.isascii():
        raise ValueError(f"{name}: VBA text must be ASCII")
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        raise ValueError(f"{name}: a line is longer than {LONGEST_LINE} characters")
    return text
