Attribute VB_Name = "KpixlCalls"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
Option Explicit
Option Private Module

' A setting from the add-in's own sheet; installing writes it there.
Public Function Setting(ByVal row As Long) As String
    Setting = CStr(ThisWorkbook.Worksheets("kpixl").Cells(row, 2).Value)
End Function

' The result of a cell function. Nothing but these arguments is handed over: what the server
' does not know it can't write to.
Public Function Ask(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim answer As Variant
    answer = Server().CallUDF("kpixl.addin.excel_server", name, arguments)
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
