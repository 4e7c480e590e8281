Attribute VB_Name = "KpixlCells"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
        Case 2000: FaultName = "#NULL!"
        Case 2007: FaultName = "#DIV/0!"
        Case 2015: FaultName = "#VALUE!"
        Case 2023: FaultName = "#REF!"
        Case 2029: FaultName = "#NAME?"
        Case 2036: FaultName = "#NUM!"
        Case 2042: FaultName = "#N/A"
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
        Case "#NULL!": Unmarked = CVErr(xlErrNull)
        Case "#DIV/0!": Unmarked = CVErr(xlErrDiv0)
        Case "#VALUE!": Unmarked = CVErr(xlErrValue)
        Case "#REF!": Unmarked = CVErr(xlErrRef)
        Case "#NAME?": Unmarked = CVErr(xlErrName)
        Case "#NUM!": Unmarked = CVErr(xlErrNum)
        Case "#N/A": Unmarked = CVErr(xlErrNA)
        Case Else: Unmarked = CVErr(xlErrValue)
    End Select
End Function
