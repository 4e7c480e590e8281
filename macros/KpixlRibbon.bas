Attribute VB_Name = "KpixlRibbon"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
Option Explicit

Public Sub KpixlPressed(ByVal control As Object)
    On Error GoTo failed
    Server().CallUDF "kpixl.addin.excel_server", "COMMAND", Array(control.Tag, Application)
    Exit Sub
failed:
    Report control.Tag, Err.Number, Err.Description
    Application.StatusBar = "kpixl: " & control.Tag & " - " & Err.Description
End Sub
