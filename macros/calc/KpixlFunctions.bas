REM kpixl 扩展启动时写入,请勿修改
Option Explicit

Const SERVICE = "org.kpixl.Caller"
Const BROKEN = "#NAME? (kpixl)"
Global oKpixl As Object

Function KPISCORE(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a2) Then
    KPISCORE = oKpixl.call("KPISCORE", Array(), 0)
  ElseIf IsMissing(a3) Then
    KPISCORE = oKpixl.call("KPISCORE", Array(a0, a1, a2), 3)
  ElseIf IsMissing(a4) Then
    KPISCORE = oKpixl.call("KPISCORE", Array(a0, a1, a2, a3), 4)
  ElseIf IsMissing(a5) Then
    KPISCORE = oKpixl.call("KPISCORE", Array(a0, a1, a2, a3, a4), 5)
  ElseIf IsMissing(a6) Then
    KPISCORE = oKpixl.call("KPISCORE", Array(a0, a1, a2, a3, a4, a5), 6)
  ElseIf IsMissing(a7) Then
    KPISCORE = oKpixl.call("KPISCORE", Array(a0, a1, a2, a3, a4, a5, a6), 7)
  Else
    KPISCORE = oKpixl.call("KPISCORE", Array(a0, a1, a2, a3, a4, a5, a6, a7), 8)
  End If
  Exit Function
Bad:
  KPISCORE = BROKEN
End Function

Function KPIEXPLAIN(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a2) Then
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(), 0)
  ElseIf IsMissing(a3) Then
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(a0, a1, a2), 3)
  ElseIf IsMissing(a4) Then
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(a0, a1, a2, a3), 4)
  ElseIf IsMissing(a5) Then
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(a0, a1, a2, a3, a4), 5)
  ElseIf IsMissing(a6) Then
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(a0, a1, a2, a3, a4, a5), 6)
  ElseIf IsMissing(a7) Then
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(a0, a1, a2, a3, a4, a5, a6), 7)
  Else
    KPIEXPLAIN = oKpixl.call("KPIEXPLAIN", Array(a0, a1, a2, a3, a4, a5, a6, a7), 8)
  End If
  Exit Function
Bad:
  KPIEXPLAIN = BROKEN
End Function

Function KPIRULE(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIRULE = oKpixl.call("KPIRULE", Array(), 0)
  ElseIf IsMissing(a1) Then
    KPIRULE = oKpixl.call("KPIRULE", Array(a0), 1)
  Else
    KPIRULE = oKpixl.call("KPIRULE", Array(a0, a1), 2)
  End If
  Exit Function
Bad:
  KPIRULE = BROKEN
End Function

Function KPIINPUTS(Optional a0)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIINPUTS = oKpixl.call("KPIINPUTS", Array(), 0)
  Else
    KPIINPUTS = oKpixl.call("KPIINPUTS", Array(a0), 1)
  End If
  Exit Function
Bad:
  KPIINPUTS = BROKEN
End Function

Function KPIASSUME(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIASSUME = oKpixl.call("KPIASSUME", Array(), 0)
  ElseIf IsMissing(a1) Then
    KPIASSUME = oKpixl.call("KPIASSUME", Array(a0), 1)
  Else
    KPIASSUME = oKpixl.call("KPIASSUME", Array(a0, a1), 2)
  End If
  Exit Function
Bad:
  KPIASSUME = BROKEN
End Function

Function KPIRANK(Optional a0, Optional a1, Optional a2)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPIRANK = oKpixl.call("KPIRANK", Array(), 0)
  ElseIf IsMissing(a1) Then
    KPIRANK = oKpixl.call("KPIRANK", Array(a0), 1)
  ElseIf IsMissing(a2) Then
    KPIRANK = oKpixl.call("KPIRANK", Array(a0, a1), 2)
  Else
    KPIRANK = oKpixl.call("KPIRANK", Array(a0, a1, a2), 3)
  End If
  Exit Function
Bad:
  KPIRANK = BROKEN
End Function

Function KPIGRADE(Optional a0, Optional a1, Optional a2)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a2) Then
    KPIGRADE = oKpixl.call("KPIGRADE", Array(), 0)
  Else
    KPIGRADE = oKpixl.call("KPIGRADE", Array(a0, a1, a2), 3)
  End If
  Exit Function
Bad:
  KPIGRADE = BROKEN
End Function

Function KPICHECK(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a1) Then
    KPICHECK = oKpixl.call("KPICHECK", Array(), 0)
  Else
    KPICHECK = oKpixl.call("KPICHECK", Array(a0, a1), 2)
  End If
  Exit Function
Bad:
  KPICHECK = BROKEN
End Function

Function KPINUMBER(Optional a0, Optional a1)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  If IsMissing(a0) Then
    KPINUMBER = oKpixl.call("KPINUMBER", Array(), 0)
  ElseIf IsMissing(a1) Then
    KPINUMBER = oKpixl.call("KPINUMBER", Array(a0), 1)
  Else
    KPINUMBER = oKpixl.call("KPINUMBER", Array(a0, a1), 2)
  End If
  Exit Function
Bad:
  KPINUMBER = BROKEN
End Function

Function KpixlCall(sName As String, a, k As Integer)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  KpixlCall = oKpixl.call(sName, a, k + 1)
  Exit Function
Bad:
  KpixlCall = BROKEN
End Function
