Attribute VB_Name = "KpixlRibbon"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
    If InStr("|selftest|", "|" & control.Tag & "|") > 0 Then Application.CalculateFullRebuild
    Do
        If ActiveWorkbook Is Nothing Then
            answer = Server().CallUDF("kpixl.addin.excel_server", "COMMAND", Array(control.Tag, chosen, False))
        Else
            answer = Server().CallUDF("kpixl.addin.excel_server", "COMMAND", _
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
