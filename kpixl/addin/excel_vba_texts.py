"""The modules of the add-in's VBA as templates; excel_vba fills in the braces.

All that needs Windows or Excel itself stands in KpixlServer.  The other modules use what
LibreOffice's VBA has too, so that the tests run them as they are.
"""

from __future__ import annotations

SERVER = '''
Attribute VB_Name = "KpixlServer"
{made}
Option Explicit
Option Private Module

' What needs Windows or Excel itself, and nothing else.

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
' MsgBox knows the letters of one code page only; this one knows all.
Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal window As LongPtr, _
    ByVal text As LongPtr, ByVal title As LongPtr, ByVal kind As Long) As Long

Private loaded As Boolean
Private identity As Long
Private failedAt As Single
Private calculating As Long

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

' Whether the function wizard is open: then Excel calls a function at every key.
Public Function InWizard() As Boolean
    On Error Resume Next
    InWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

' The cells whose formula asks; nothing where a macro does.
Public Function Asking() As Range
    If TypeName(Application.Caller) = "Range" Then Set Asking = Application.Caller
End Function

' What cells hold, every figure whole: Value would cut amounts of money to four decimals.
Public Function Figures(ByVal cells As Range) As Variant
    Figures = cells.Value2
End Function

' A message, in any letters.
Public Sub Say(ByVal kind As Long, ByVal title As String, ByVal text As String)
    MessageBoxW Application.Hwnd, StrPtr(text), StrPtr(title), kind
End Sub

' The folder or file that the user picks; nothing where none is picked.
Public Function Picked(ByVal kind As String, ByVal title As String) As String
    With Application.FileDialog(IIf(kind = "folder", 4, 3))
        .title = title
        .AllowMultiSelect = False
        If .Show = -1 Then Picked = .SelectedItems(1)
    End With
End Function

' Everything anew, formulas of other add-ins too.
Public Sub Recalculate()
    Application.CalculateFullRebuild
End Sub

' Esc is heard by the command itself; Excel would stop these macros. It forgets this when
' they end.
Public Sub HearEscape()
    On Error Resume Next
    Application.EnableCancelKey = xlDisabled
    calculating = Application.Calculation
End Sub

' What a server set for the time of a command and can't set back, since it is gone: without
' this Excel would take no click any more.
Public Sub SetFree()
    On Error Resume Next
    Application.Interactive = True
    Application.DisplayAlerts = True
    Application.EnableEvents = True
    Application.ScreenUpdating = True
    Application.StatusBar = False
    If calculating <> 0 Then Application.Calculation = calculating
End Sub

' Tells the function wizard of a function; an error where no workbook is in front.
Public Sub Offer(ByVal name As String, ByVal help As String, ByVal words As Variant)
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & name, _
        Description:=help, Category:="kpixl", ArgumentDescriptions:=words
End Sub
'''

CALLS = """
Attribute VB_Name = "KpixlCalls"
{made}
Option Explicit
Option Private Module

' A setting from the add-in's own sheet; installing writes it there.
Public Function Setting(ByVal row As Long) As String
    Setting = CStr(ThisWorkbook.Worksheets("{sheet}").Cells(row, 2).Value)
End Function

' The result of a cell function. Nothing but these arguments is handed over: what the server
' does not know it can't write to.
Public Function Ask(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim answer As Variant
    answer = Server().CallUDF("{module}", name, arguments)
    Ask = Shown(answer)
End Function

' What a cell shows when its function could not be asked: never a text, never nothing, which
' would count as 0.
Public Function Failed(ByVal name As String, ByVal number As Long, _
        ByVal description As String) As Variant
    Report name, number, description
    Failed = CVErr(2015)
End Function

' A line in the log, without a figure or a text of any cell.
Public Sub Report(ByVal name As String, ByVal number As Long, ByVal description As String)
    On Error Resume Next
    Dim file As Integer
    file = FreeFile
    Open Setting(3) For Append As #file
    Print #file, Format$(Now, "yyyy-mm-dd hh:mm:ss") & " excel " & name & " " & number & " " & _
        Left$(Replace(Replace(description, vbCr, " "), vbLf, " "), 200)
    Close #file
End Sub
"""

CELLS = """
Attribute VB_Name = "KpixlCells"
{made}
Option Explicit
Option Private Module

' What COM would lose is marked with a character of the private use area in front: an error
' value with 57344, a percentage with 57345, a date with 57346. Offices keep characters of their
' own making there, so a text that begins with one of these is marked with 57347.

' A range as plain values, a constant as it is, what was left out as nothing.
Public Function Plain(Optional ByRef argument As Variant) As Variant
    Dim cells As Range
    Dim values As Variant
    If IsMissing(argument) Then
        Plain = Empty
    ElseIf Not IsObject(argument) Then
        Plain = MarkedAll(argument)
    ElseIf Not IsRange(argument) Then
        Plain = ChrW(57344) & "#VALUE!"
    Else
        Set cells = Used(argument)
        values = Figures(cells)
        If IsArray(values) Then
            Plain = ManyCells(cells, values)
        Else
            Plain = OneCell(cells, values)
        End If
    End If
End Function

' Where an argument stands, with its sheet and workbook where these are others than the
' formula's; a constant as it is.
Public Function Address(Optional ByRef argument As Variant) As Variant
    Dim cells As Range
    If IsMissing(argument) Then
        Address = Empty
    ElseIf Not IsObject(argument) Then
        Address = MarkedAll(argument)
    ElseIf Not IsRange(argument) Then
        Address = ChrW(57344) & "#VALUE!"
    Else
        Set cells = Used(argument)
        Address = InSheet(cells) & cells.Address(False, False)
    End If
End Function

' Whether an argument is one rectangle of cells; several of them make no column.
Private Function IsRange(ByVal argument As Object) As Boolean
    If TypeName(argument) <> "Range" Then Exit Function
    IsRange = argument.Areas.Count = 1
End Function

' What stands in front of an address.
Private Function InSheet(ByVal cells As Range) As String
    Dim sheet As String
    Dim own As Range
    Set own = Asking()
    If own Is Nothing Then Exit Function
    sheet = cells.Worksheet.Name
    If own.Worksheet.Parent.Name <> cells.Worksheet.Parent.Name Then
        sheet = "[" & cells.Worksheet.Parent.Name & "]" & sheet
    ElseIf own.Worksheet.Name = sheet Then
        Exit Function
    End If
    InSheet = "'" & Replace(sheet, "'", "''") & "'!"
End Function

' Whole columns are cut where the sheet ends, or where the array that asks does: a million
' empty cells are not worth the way. The width stays.
Private Function Used(ByVal cells As Range) As Range
    Dim last As Long
    Dim own As Range
    Set Used = cells
    If cells.Rows.Count < {large} Then Exit Function
    With cells.Worksheet.UsedRange
        last = .Row + .Rows.Count - cells.Row
    End With
    Set own = Asking()
    If Not own Is Nothing Then
        If last < own.Rows.Count Then last = own.Rows.Count
    End If
    If last < 1 Then last = 1
    If last < cells.Rows.Count Then Set Used = cells.Resize(last, cells.Columns.Count)
End Function

Private Function OneCell(ByVal cell As Range, ByVal value As Variant) As Variant
    Dim kind As Variant
    OneCell = Marked(value)
    If VarType(value) <> vbDouble Then Exit Function
    kind = Seen(cell)
    If VarType(kind) = vbDate Then
        OneCell = DateMark(kind)
    ElseIf IsPercent(cell.NumberFormat) Then
        OneCell = ChrW(57345) & Trim$(Str$(value))
    End If
End Function

Private Function ManyCells(ByVal cells As Range, ByVal values As Variant) As Variant
    Dim kinds As Variant
    Dim row As Long
    Dim column As Long
    kinds = Seen(cells)
    For column = 1 To UBound(values, 2)
        For row = 1 To UBound(values, 1)
            If VarType(kinds(row, column)) = vbDate Then
                values(row, column) = DateMark(kinds(row, column))
            ElseIf IsError(values(row, column)) Or VarType(values(row, column)) = vbString Then
                values(row, column) = Marked(values(row, column))
            End If
        Next row
    Next column
    MarkPercents values, cells
    ManyCells = values
End Function

' What cells hold, with dates as dates; without, where one of them is none that there is.
Private Function Seen(ByVal cells As Range) As Variant
    On Error GoTo plainly
    Seen = cells.Value
    Exit Function
plainly:
    Seen = Figures(cells)
End Function

' Excel tells the number format of many cells at once, where they have but one.
Private Sub MarkPercents(ByRef values As Variant, ByVal cells As Range)
    Dim form As Variant
    Dim column As Long
    form = cells.NumberFormat
    If Not IsNull(form) Then
        If Not IsPercent(form) Then Exit Sub
    End If
    For column = 1 To UBound(values, 2)
        MarkColumn values, cells, column, 1, UBound(values, 1)
    Next column
End Sub

' Part of a column; halves of it where its formats differ.
Private Sub MarkColumn(ByRef values As Variant, ByVal cells As Range, ByVal column As Long, _
        ByVal first As Long, ByVal last As Long)
    Dim form As Variant
    Dim row As Long
    form = cells.Worksheet.Range(cells.Cells(first, column), cells.Cells(last, column)).NumberFormat
    If IsNull(form) And first < last Then
        row = (first + last) \\ 2
        MarkColumn values, cells, column, first, row
        MarkColumn values, cells, column, row + 1, last
    ElseIf IsPercent(form) Then
        For row = first To last
            If VarType(values(row, column)) = vbDouble Then
                values(row, column) = ChrW(57345) & Trim$(Str$(values(row, column)))
            End If
        Next row
    End If
End Sub

' Whether a number format shows a figure times 100: what is quoted, escaped, a fill or a
' space of some width is no sign of that.
Private Function IsPercent(ByVal form As Variant) As Boolean
    Dim at As Long
    Dim quoted As Boolean
    If VarType(form) <> vbString Then Exit Function
    If InStr(form, "%") = 0 Then Exit Function
    at = 1
    Do While at <= Len(form)
        If Mid$(form, at, 1) = Chr$(34) Then
            quoted = Not quoted
        ElseIf quoted Then
            ' a letter as it stands
        ElseIf InStr("\\_*", Mid$(form, at, 1)) > 0 Then
            at = at + 1
        ElseIf Mid$(form, at, 1) = "[" And InStr(at, form, "]") > 0 Then
            at = InStr(at, form, "]")
        ElseIf Mid$(form, at, 1) = "%" Then
            IsPercent = True
            Exit Function
        End If
        at = at + 1
    Loop
End Function

' Values that come from no range: array constants, results of other functions, macros.
Private Function MarkedAll(ByVal values As Variant) As Variant
    Dim made() As Variant
    Dim row As Long
    Dim column As Long
    If Not IsArray(values) Then
        MarkedAll = Marked(values)
        Exit Function
    End If
    If Dimensions(values) = 2 Then
        ReDim made(1 To UBound(values, 1) - LBound(values, 1) + 1, _
            1 To UBound(values, 2) - LBound(values, 2) + 1)
        For column = 1 To UBound(made, 2)
            For row = 1 To UBound(made, 1)
                made(row, column) = Marked(values(LBound(values, 1) + row - 1, _
                    LBound(values, 2) + column - 1))
            Next row
        Next column
    Else
        ReDim made(1 To UBound(values) - LBound(values) + 1)
        For row = 1 To UBound(made)
            made(row) = Marked(values(LBound(values) + row - 1))
        Next row
    End If
    MarkedAll = made
End Function

' A value as COM keeps it; error values are looked at first.
Private Function Marked(ByVal value As Variant) As Variant
    If IsError(value) Then
        Marked = ChrW(57344) & FaultName(CLng(value))
        Exit Function
    End If
    Select Case VarType(value)
        Case vbDate: Marked = DateMark(value)
        Case vbString: Marked = TextMark(value)
        Case vbBoolean, vbDouble, vbEmpty: Marked = value
        Case vbNull: Marked = Empty
        Case vbSingle: Marked = Val(Str$(value))
        Case Else: Marked = CDbl(value)
    End Select
End Function

Private Function TextMark(ByVal text As String) As String
    TextMark = text
    If MarkOf(text) > 0 Then TextMark = ChrW(57347) & text
End Function

' The mark that a text begins with; 0 where it begins with none.
Private Function MarkOf(ByVal text As String) As Long
    If Len(text) = 0 Then Exit Function
    MarkOf = AscW(text) And &HFFFF&
    If MarkOf < 57344 Or MarkOf > 57347 Then MarkOf = 0
End Function

' Days since the end of 1899, whatever day the workbook counts from.
Private Function DateMark(ByVal value As Variant) As String
    DateMark = ChrW(57346) & Trim$(Str$(CDbl(value)))
End Function

Private Function FaultName(ByVal number As Long) As String
    Select Case number
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

' Nothing would show as 0, and no function gives it.
Private Function Unmarked(ByVal value As Variant) As Variant
    Unmarked = value
    If IsEmpty(value) Or IsNull(value) Then Unmarked = CVErr(2015)
    If VarType(value) <> vbString Then Exit Function
    If MarkOf(value) = 57347 Then Unmarked = Mid$(value, 2)
    If MarkOf(value) <> 57344 Then Exit Function
    Select Case Mid$(value, 2)
{shown}
        Case Else: Unmarked = CVErr(2015)
    End Select
End Function
"""

HELP = """
Attribute VB_Name = "KpixlHelp"
{made}
Option Explicit
Option Private Module

Private done As Boolean

' Tells the function wizard what each function and argument is. The words are Chinese and
' stand on the add-in's own sheet: function, help, then one column an argument. Excel takes
' them only once a workbook is in front.
Public Sub Describe()
    Dim sheet As Worksheet
    Dim row As Long
    Dim count As Long
    Dim words() As Variant
    If done Or ActiveWorkbook Is Nothing Then Exit Sub
    On Error GoTo later
    Set sheet = ThisWorkbook.Worksheets("{sheet}")
    row = {row}
    Do While Len(sheet.Cells(row, 1).Value) > 0
        count = 0
        Do While Len(sheet.Cells(row, 3 + count).Value) > 0
            ReDim Preserve words(0 To count)
            words(count) = sheet.Cells(row, 3 + count).Value
            count = count + 1
        Loop
        Offer sheet.Cells(row, 1).Value, sheet.Cells(row, 2).Value, words
        row = row + 1
    Loop
    done = True
later:
End Sub
"""

RIBBON = """
Attribute VB_Name = "KpixlRibbon"
{made}
Option Explicit

Private running As Boolean

' Every button ends here; its tag says which command it is. What has to be chosen first is
' asked for, one thing at a time. While a command runs another button does nothing.
Public Sub KpixlPressed(ByVal control As Object)
    Dim answer As Variant
    Dim chosen As String
    Dim path As String
    Dim number As Long
    Dim why As String
    If running Then Exit Sub
    running = True
    On Error GoTo wrong
    HearEscape
    ' Here, where no call of the server's is waiting for Excel.
    If InStr("{recalculating}", "|" & control.Tag & "|") > 0 Then Recalculate
    Do
        If ActiveWorkbook Is Nothing Then
            answer = Server().CallUDF("{module}", "COMMAND", _
                Array(control.Tag, chosen, False))
        Else
            answer = Server().CallUDF("{module}", "COMMAND", _
                Array(control.Tag, chosen, True), ActiveWorkbook)
        End If
        If CStr(answer(0)) <> "choice" Then Exit Do
        path = Picked(CStr(answer(3)), CStr(answer(2)))
        If Len(path) = 0 Then
            running = False
            Exit Sub
        End If
        chosen = chosen & answer(1) & "=" & path & vbLf
    Loop
    running = False
    Say CLng(answer(0)), CStr(answer(1)), CStr(answer(2))
    Exit Sub
wrong:
    ' The next call forgets what went wrong.
    number = Err.number
    why = Err.Description
    running = False
    SetFree
    Report control.Tag, number, why
    Say 16, Setting({title}), Setting({failure}) & vbLf & vbLf & why
End Sub
"""

# Of the module ThisWorkbook, which has no name of ours.
WORKBOOK = """
' An add-in is opened before any workbook is, and help can be given to Excel only later.
Private WithEvents host As Application

Private Sub Workbook_Open()
    Set host = Application
    Describe
End Sub

Private Sub host_WorkbookActivate(ByVal Wb As Workbook)
    Describe
End Sub
"""
