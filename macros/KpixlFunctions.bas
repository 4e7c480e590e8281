Attribute VB_Name = "KpixlFunctions"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
Option Explicit

Public Function KPISCORE(ByRef rule As Variant, ByRef points As Variant, _
        ByRef value As Variant, Optional ByRef target As Variant, _
        Optional ByRef peers As Variant, Optional ByRef prior As Variant, _
        Optional ByRef groups As Variant, Optional ByRef readings As Variant) As Variant
    On Error GoTo wrong
    KPISCORE = CVErr(2042)
    If InWizard() Then Exit Function
    KPISCORE = Ask("KPISCORE", Array(Plain(rule), Plain(points), Plain(value), Plain(target), _
        Plain(peers), Plain(prior), Plain(groups), Plain(readings)))
    Exit Function
wrong:
    KPISCORE = Failed("KPISCORE", Err.Number, Err.Description)
End Function

Public Function KPIEXPLAIN(ByRef rule As Variant, ByRef points As Variant, _
        ByRef value As Variant, Optional ByRef target As Variant, _
        Optional ByRef peers As Variant, Optional ByRef prior As Variant, _
        Optional ByRef groups As Variant, Optional ByRef readings As Variant) As Variant
    On Error GoTo wrong
    KPIEXPLAIN = CVErr(2042)
    If InWizard() Then Exit Function
    KPIEXPLAIN = Ask("KPIEXPLAIN", Array(Plain(rule), Plain(points), Plain(value), _
        Plain(target), Plain(peers), Plain(prior), Plain(groups), Plain(readings)))
    Exit Function
wrong:
    KPIEXPLAIN = Failed("KPIEXPLAIN", Err.Number, Err.Description)
End Function

Public Function KPIRULE(ByRef rule As Variant, Optional ByRef points As Variant) As Variant
    On Error GoTo wrong
    KPIRULE = CVErr(2042)
    If InWizard() Then Exit Function
    KPIRULE = Ask("KPIRULE", Array(Plain(rule), Plain(points)))
    Exit Function
wrong:
    KPIRULE = Failed("KPIRULE", Err.Number, Err.Description)
End Function

Public Function KPIINPUTS(ByRef rule As Variant) As Variant
    On Error GoTo wrong
    KPIINPUTS = CVErr(2042)
    If InWizard() Then Exit Function
    KPIINPUTS = Ask("KPIINPUTS", Array(Plain(rule)))
    Exit Function
wrong:
    KPIINPUTS = Failed("KPIINPUTS", Err.Number, Err.Description)
End Function

Public Function KPIASSUME(ByRef rule As Variant, Optional ByRef readings As Variant) As Variant
    On Error GoTo wrong
    KPIASSUME = CVErr(2042)
    If InWizard() Then Exit Function
    KPIASSUME = Ask("KPIASSUME", Array(Plain(rule), Plain(readings)))
    Exit Function
wrong:
    KPIASSUME = Failed("KPIASSUME", Err.Number, Err.Description)
End Function

Public Function KPIFORMULA(ByRef rule As Variant, ByRef points As Variant, _
        ByRef value As Variant, Optional ByRef target As Variant, _
        Optional ByRef peers As Variant, Optional ByRef prior As Variant, _
        Optional ByRef groups As Variant, Optional ByRef readings As Variant) As Variant
    On Error GoTo wrong
    KPIFORMULA = CVErr(2042)
    If InWizard() Then Exit Function
    KPIFORMULA = Ask("KPIFORMULA", Array(Plain(rule), Plain(points), Address(value), _
        Address(target), Address(peers), Address(prior), Address(groups), Plain(readings), _
        Address(points)))
    Exit Function
wrong:
    KPIFORMULA = Failed("KPIFORMULA", Err.Number, Err.Description)
End Function

Public Function KPIRANK(ByRef scores As Variant, Optional ByRef groups As Variant, _
        Optional ByRef method As Variant) As Variant
    On Error GoTo wrong
    KPIRANK = CVErr(2042)
    If InWizard() Then Exit Function
    KPIRANK = Ask("KPIRANK", Array(Plain(scores), Plain(groups), Plain(method)))
    Exit Function
wrong:
    KPIRANK = Failed("KPIRANK", Err.Number, Err.Description)
End Function

Public Function KPIGRADE(ByRef total As Variant, ByRef rank As Variant, _
        ByRef rule As Variant) As Variant
    On Error GoTo wrong
    KPIGRADE = CVErr(2042)
    If InWizard() Then Exit Function
    KPIGRADE = Ask("KPIGRADE", Array(Plain(total), Plain(rank), Plain(rule)))
    Exit Function
wrong:
    KPIGRADE = Failed("KPIGRADE", Err.Number, Err.Description)
End Function

Public Function KPICHECK(ByRef value As Variant, ByRef spec As Variant) As Variant
    On Error GoTo wrong
    KPICHECK = CVErr(2042)
    If InWizard() Then Exit Function
    KPICHECK = Ask("KPICHECK", Array(Plain(value), Plain(spec)))
    Exit Function
wrong:
    KPICHECK = Failed("KPICHECK", Err.Number, Err.Description)
End Function

Public Function KPINUMBER(ByRef text As Variant, Optional ByRef unit As Variant) As Variant
    On Error GoTo wrong
    KPINUMBER = CVErr(2042)
    If InWizard() Then Exit Function
    KPINUMBER = Ask("KPINUMBER", Array(Plain(text), Plain(unit)))
    Exit Function
wrong:
    KPINUMBER = Failed("KPINUMBER", Err.Number, Err.Description)
End Function
