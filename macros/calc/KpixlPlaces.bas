Option VBASupport 1
REM kpixl 扩展启动时写入,请勿修改
Option Explicit

Function KPIFORMULA(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  Dim a(8)
  Dim k As Integer
  k = -1
  If TypeName(a0) = "Range" Then
    a(0) = a0.Value
    k = 0
  ElseIf Not IsMissing(a0) Then
    a(0) = a0
    k = 0
  End If
  If TypeName(a1) = "Range" Then
    a(1) = a1.Value
    k = 1
  ElseIf Not IsMissing(a1) Then
    a(1) = a1
    k = 1
  End If
  If TypeName(a2) = "Range" Then
    a(2) = KpixlPlace(a2)
    k = 2
  ElseIf Not IsMissing(a2) Then
    a(2) = a2
    k = 2
  End If
  If TypeName(a3) = "Range" Then
    a(3) = KpixlPlace(a3)
    k = 3
  ElseIf Not IsMissing(a3) Then
    a(3) = a3
    k = 3
  End If
  If TypeName(a4) = "Range" Then
    a(4) = KpixlPlace(a4)
    k = 4
  ElseIf Not IsMissing(a4) Then
    a(4) = a4
    k = 4
  End If
  If TypeName(a5) = "Range" Then
    a(5) = KpixlPlace(a5)
    k = 5
  ElseIf Not IsMissing(a5) Then
    a(5) = a5
    k = 5
  End If
  If TypeName(a6) = "Range" Then
    a(6) = KpixlPlace(a6)
    k = 6
  ElseIf Not IsMissing(a6) Then
    a(6) = a6
    k = 6
  End If
  If TypeName(a7) = "Range" Then
    a(7) = a7.Value
    k = 7
  ElseIf Not IsMissing(a7) Then
    a(7) = a7
    k = 7
  End If
  If TypeName(a1) = "Range" Then
    a(8) = KpixlPlace(a1)
    k = 8
  End If
  KPIFORMULA = KpixlCall("KPIFORMULA", a, k)
End Function

Function KpixlPlace(r)
  KpixlPlace = "'" & Replace(r.Worksheet.Name, "'", "''") & "'!" & r.Address(False, False)
End Function
