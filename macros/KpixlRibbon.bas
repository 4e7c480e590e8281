Attribute VB_Name = "KpixlRibbon"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
    If InStr("|selftest|", "|" & control.Tag & "|") > 0 Then Recalculate
    Do
        If ActiveWorkbook Is Nothing Then
            answer = Server().CallUDF("kpixl.addin.excel_server", "COMMAND", _
                Array(control.Tag, chosen, False))
        Else
            answer = Server().CallUDF("kpixl.addin.excel_server", "COMMAND", _
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
    Say 16, Setting(6), Setting(7) & vbLf & vbLf & why
End Sub
