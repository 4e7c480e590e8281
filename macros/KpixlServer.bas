Attribute VB_Name = "KpixlServer"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
    Setting = CStr(ThisWorkbook.Worksheets("kpixl").Cells(row, 2).Value2)
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
        path = Setting(2) & "\" & DLL_NAME
        If LoadLibraryW(StrPtr(path)) = 0 Then Err.Raise 1001, "kpixl", "cannot load " & DLL_NAME
        loaded = True
    End If
    path = """" & Setting(1) & """ -B -X utf8 -c ""import kpixl.addin.excel_server as s; " & _
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
    answer = Server().CallUDF("kpixl.addin.excel_server", name, arguments)
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
