Option VBASupport 1
REM kpixl 扩展启动时写入,请勿修改
Option Explicit

Function KPIFORMULA(Optional a0, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7)
  Dim a(8)
  Dim k As Integer
  k = -1
  Select Case TypeName(a0)
    Case "Error"
    Case Else
      a(0) = a0
      k = 0
  End Select
  Select Case TypeName(a1)
    Case "Error"
    Case Else
      a(1) = a1
      k = 1
  End Select
  Select Case TypeName(a2)
    Case "Error"
    Case "Range"
      a(2) = KpixlPlace(a2)
      k = 2
    Case Else
      a(2) = a2
      k = 2
  End Select
  Select Case TypeName(a3)
    Case "Error"
    Case "Range"
      a(3) = KpixlPlace(a3)
      k = 3
    Case Else
      a(3) = a3
      k = 3
  End Select
  Select Case TypeName(a4)
    Case "Error"
    Case "Range"
      a(4) = KpixlPlace(a4)
      k = 4
    Case Else
      a(4) = a4
      k = 4
  End Select
  Select Case TypeName(a5)
    Case "Error"
    Case "Range"
      a(5) = KpixlPlace(a5)
      k = 5
    Case Else
      a(5) = a5
      k = 5
  End Select
  Select Case TypeName(a6)
    Case "Error"
    Case "Range"
      a(6) = KpixlPlace(a6)
      k = 6
    Case Else
      a(6) = a6
      k = 6
  End Select
  Select Case TypeName(a7)
    Case "Error"
    Case Else
      a(7) = a7
      k = 7
  End Select
  Select Case TypeName(a1)
    Case "Error"
    Case "Range"
      a(8) = KpixlPlace(a1)
      k = 8
  End Select
  KPIFORMULA = KpixlCall("KPIFORMULA", a, k)
End Function

Function KpixlPlace(r)
  KpixlPlace = "'" & Replace(r.Worksheet.Name, "'", "''") & "'!" & r.Address(False, False)
End Function
