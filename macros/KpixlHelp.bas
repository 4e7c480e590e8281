Attribute VB_Name = "KpixlHelp"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
    Set sheet = ThisWorkbook.Worksheets("kpixl")
    row = 11
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
