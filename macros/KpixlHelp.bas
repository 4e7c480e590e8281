Attribute VB_Name = "KpixlHelp"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
    Set sheet = ThisWorkbook.Worksheets("kpixl")
    row = 11
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
