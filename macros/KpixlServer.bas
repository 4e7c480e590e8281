Attribute VB_Name = "KpixlServer"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
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
