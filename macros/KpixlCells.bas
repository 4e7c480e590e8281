Attribute VB_Name = "KpixlCells"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
    If cells.Rows.Count < 10000 Then Exit Function
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
        row = (first + last) \ 2
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
        ElseIf InStr("\_*", Mid$(form, at, 1)) > 0 Then
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
        Case 2000: FaultName = "#NULL!"
        Case 2007: FaultName = "#DIV/0!"
        Case 2015: FaultName = "#VALUE!"
        Case 2023: FaultName = "#REF!"
        Case 2029: FaultName = "#NAME?"
        Case 2036: FaultName = "#NUM!"
        Case 2042: FaultName = "#N/A"
        Case 2043: FaultName = "#GETTING_DATA"
        Case 2045: FaultName = "#SPILL!"
        Case 2046: FaultName = "#CONNECT!"
        Case 2047: FaultName = "#BLOCKED!"
        Case 2048: FaultName = "#UNKNOWN!"
        Case 2049: FaultName = "#FIELD!"
        Case 2050: FaultName = "#CALC!"
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
        Case "#NULL!": Unmarked = CVErr(2000)
        Case "#DIV/0!": Unmarked = CVErr(2007)
        Case "#VALUE!": Unmarked = CVErr(2015)
        Case "#REF!": Unmarked = CVErr(2023)
        Case "#NAME?": Unmarked = CVErr(2029)
        Case "#NUM!": Unmarked = CVErr(2036)
        Case "#N/A": Unmarked = CVErr(2042)
        Case "#GETTING_DATA": Unmarked = CVErr(2043)
        Case "#SPILL!": Unmarked = CVErr(2045)
        Case "#CONNECT!": Unmarked = CVErr(2046)
        Case "#BLOCKED!": Unmarked = CVErr(2047)
        Case "#UNKNOWN!": Unmarked = CVErr(2048)
        Case "#FIELD!": Unmarked = CVErr(2049)
        Case "#CALC!": Unmarked = CVErr(2050)
        Case Else: Unmarked = CVErr(2015)
    End Select
End Function
