REM kpixl 扩展启动时写入,请勿修改
Option Explicit

Const SERVICE = "org.kpixl.Caller"
Const BROKEN = "#NAME? (kpixl)"
Const MANY = 256
Global oKpixl As Object
Global sFile As String
Global nRows As Long
Global bThere As Boolean

Function KPISCORE(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsArray(a2) Then bThere = KpixlPut(a2)
  If IsMissing(a2) Then
    KPISCORE = oKpixl.call0("KPISCORE")
  ElseIf IsMissing(a3) Then
    KPISCORE = oKpixl.call3("KPISCORE", a0, a1, a2)
  ElseIf IsMissing(a4) Then
    KPISCORE = oKpixl.call4("KPISCORE", a0, a1, a2, a3)
  ElseIf IsMissing(a5) Then
    KPISCORE = oKpixl.call5("KPISCORE", a0, a1, a2, a3, a4)
  ElseIf IsMissing(a6) Then
    KPISCORE = oKpixl.call6("KPISCORE", a0, a1, a2, a3, a4, a5)
  ElseIf IsMissing(a7) Then
    KPISCORE = oKpixl.call7("KPISCORE", a0, a1, a2, a3, a4, a5, a6)
  Else
    KPISCORE = oKpixl.call8("KPISCORE", a0, a1, a2, a3, a4, a5, a6, a7)
  End If
  If bThere Then KPISCORE = KpixlGet(KPISCORE)
  Exit Function
Bad:
  KPISCORE = BROKEN
End Function

Function KPIEXPLAIN(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a2) Then
    KPIEXPLAIN = oKpixl.call0("KPIEXPLAIN")
  ElseIf IsMissing(a3) Then
    KPIEXPLAIN = oKpixl.call3("KPIEXPLAIN", a0, a1, a2)
  ElseIf IsMissing(a4) Then
    KPIEXPLAIN = oKpixl.call4("KPIEXPLAIN", a0, a1, a2, a3)
  ElseIf IsMissing(a5) Then
    KPIEXPLAIN = oKpixl.call5("KPIEXPLAIN", a0, a1, a2, a3, a4)
  ElseIf IsMissing(a6) Then
    KPIEXPLAIN = oKpixl.call6("KPIEXPLAIN", a0, a1, a2, a3, a4, a5)
  ElseIf IsMissing(a7) Then
    KPIEXPLAIN = oKpixl.call7("KPIEXPLAIN", a0, a1, a2, a3, a4, a5, a6)
  Else
    KPIEXPLAIN = oKpixl.call8("KPIEXPLAIN", a0, a1, a2, a3, a4, a5, a6, a7)
  End If
  Exit Function
Bad:
  KPIEXPLAIN = BROKEN
End Function

Function KPIRULE(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIRULE = oKpixl.call0("KPIRULE")
  ElseIf IsMissing(a1) Then
    KPIRULE = oKpixl.call1("KPIRULE", a0)
  Else
    KPIRULE = oKpixl.call2("KPIRULE", a0, a1)
  End If
  Exit Function
Bad:
  KPIRULE = BROKEN
End Function

Function KPIINPUTS(Optional a0)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIINPUTS = oKpixl.call0("KPIINPUTS")
  Else
    KPIINPUTS = oKpixl.call1("KPIINPUTS", a0)
  End If
  Exit Function
Bad:
  KPIINPUTS = BROKEN
End Function

Function KPIASSUME(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIASSUME = oKpixl.call0("KPIASSUME")
  ElseIf IsMissing(a1) Then
    KPIASSUME = oKpixl.call1("KPIASSUME", a0)
  Else
    KPIASSUME = oKpixl.call2("KPIASSUME", a0, a1)
  End If
  Exit Function
Bad:
  KPIASSUME = BROKEN
End Function

Function KPIRANK(Optional a0, Optional a1, Optional a2)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsArray(a0) Then bThere = KpixlPut(a0)
  If IsMissing(a0) Then
    KPIRANK = oKpixl.call0("KPIRANK")
  ElseIf IsMissing(a1) Then
    KPIRANK = oKpixl.call1("KPIRANK", a0)
  ElseIf IsMissing(a2) Then
    KPIRANK = oKpixl.call2("KPIRANK", a0, a1)
  Else
    KPIRANK = oKpixl.call3("KPIRANK", a0, a1, a2)
  End If
  If bThere Then KPIRANK = KpixlGet(KPIRANK)
  Exit Function
Bad:
  KPIRANK = BROKEN
End Function

Function KPIGRADE(Optional a0, Optional a1, Optional a2)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a2) Then
    KPIGRADE = oKpixl.call0("KPIGRADE")
  Else
    KPIGRADE = oKpixl.call3("KPIGRADE", a0, a1, a2)
  End If
  Exit Function
Bad:
  KPIGRADE = BROKEN
End Function

Function KPICHECK(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a1) Then
    KPICHECK = oKpixl.call0("KPICHECK")
  Else
    KPICHECK = oKpixl.call2("KPICHECK", a0, a1)
  End If
  Exit Function
Bad:
  KPICHECK = BROKEN
End Function

Function KPINUMBER(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsArray(a0) Then bThere = KpixlPut(a0)
  If IsMissing(a0) Then
    KPINUMBER = oKpixl.call0("KPINUMBER")
  ElseIf IsMissing(a1) Then
    KPINUMBER = oKpixl.call1("KPINUMBER", a0)
  Else
    KPINUMBER = oKpixl.call2("KPINUMBER", a0, a1)
  End If
  If bThere Then KPINUMBER = KpixlGet(KPINUMBER)
  Exit Function
Bad:
  KPINUMBER = BROKEN
End Function

Function KpixlPut(v) As Boolean
  Dim n As Integer
  Dim sToken As String
  If UBound(v, 1) < MANY Then Exit Function
  On Error GoTo No
  If sFile = "" Then sFile = oKpixl.place()
  n = FreeFile
  Open sFile For Binary As #n
  Put #n, 1, v
  Close #n
  nRows = UBound(v, 1)
  sToken = oKpixl.offer(nRows, UBound(v, 2))
  If sToken <> "" Then
    v = sToken
    KpixlPut = True
  End If
  Exit Function
No:
  On Error Resume Next
  Close #n
  KpixlPut = False
End Function

Function KpixlGet(x)
  Dim n As Integer
  Dim r()
  bThere = False
  n = FreeFile
  If VarType(x) = 11 Then
    ReDim r(1 To nRows, 1 To 1)
    Open sFile For Binary As #n
    Get #n, 1, r
    Close #n
    KpixlGet = r
  Else
    KpixlGet = x
  End If
  Open sFile For Output As #n
  Close #n
End Function

Function KpixlCall(sName As String, a, k As Integer)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  KpixlCall = oKpixl.call(sName, a, k + 1)
  Exit Function
Bad:
  KpixlCall = BROKEN
End Function
