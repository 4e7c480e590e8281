REM kpixl 扩展启动时写入,请勿修改
Option Explicit

Function KPISCORE(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  Dim a(7)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  If Not IsMissing(a2) Then
    a(2) = a2
    k = 2
  End If
  If Not IsMissing(a3) Then
    a(3) = a3
    k = 3
  End If
  If Not IsMissing(a4) Then
    a(4) = a4
    k = 4
  End If
  If Not IsMissing(a5) Then
    a(5) = a5
    k = 5
  End If
  If Not IsMissing(a6) Then
    a(6) = a6
    k = 6
  End If
  If Not IsMissing(a7) Then
    a(7) = a7
    k = 7
  End If
  KPISCORE = KpixlCall("KPISCORE", a, k)
End Function

Function KPIEXPLAIN(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  Dim a(7)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  If Not IsMissing(a2) Then
    a(2) = a2
    k = 2
  End If
  If Not IsMissing(a3) Then
    a(3) = a3
    k = 3
  End If
  If Not IsMissing(a4) Then
    a(4) = a4
    k = 4
  End If
  If Not IsMissing(a5) Then
    a(5) = a5
    k = 5
  End If
  If Not IsMissing(a6) Then
    a(6) = a6
    k = 6
  End If
  If Not IsMissing(a7) Then
    a(7) = a7
    k = 7
  End If
  KPIEXPLAIN = KpixlCall("KPIEXPLAIN", a, k)
End Function

Function KPIRULE(Optional a0, Optional a1)
  Dim a(1)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  KPIRULE = KpixlCall("KPIRULE", a, k)
End Function

Function KPIINPUTS(Optional a0)
  Dim a(0)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  KPIINPUTS = KpixlCall("KPIINPUTS", a, k)
End Function

Function KPIASSUME(Optional a0, Optional a1)
  Dim a(1)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  KPIASSUME = KpixlCall("KPIASSUME", a, k)
End Function

Function KPIRANK(Optional a0, Optional a1, Optional a2)
  Dim a(2)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  If Not IsMissing(a2) Then
    a(2) = a2
    k = 2
  End If
  KPIRANK = KpixlCall("KPIRANK", a, k)
End Function

Function KPIGRADE(Optional a0, Optional a1, Optional a2)
  Dim a(2)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  If Not IsMissing(a2) Then
    a(2) = a2
    k = 2
  End If
  KPIGRADE = KpixlCall("KPIGRADE", a, k)
End Function

Function KPICHECK(Optional a0, Optional a1)
  Dim a(1)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  KPICHECK = KpixlCall("KPICHECK", a, k)
End Function

Function KPINUMBER(Optional a0, Optional a1)
  Dim a(1)
  Dim k As Integer
  k = -1
  If Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  KPINUMBER = KpixlCall("KPINUMBER", a, k)
End Function

Function KpixlCall(sName As String, a, k As Integer)
  Dim r, t, i As Long, j As Long, n As Long, m As Long
  On Error GoTo Bad
  r = createUnoService("org.kpixl.Caller").call(sName, a, k + 1)
  If IsArray(r) Then
    n = UBound(r)
    m = UBound(r(0))
    ReDim t(n, m)
    For i = 0 To n
      For j = 0 To m
        t(i, j) = r(i)(j)
      Next j
    Next i
    KpixlCall = t
  Else
    KpixlCall = r
  End If
  Exit Function
Bad:
  KpixlCall = "#NAME? (kpixl)"
End Function
