Attribute VB_Name = "KpixlFunctions"
' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost.
Option Explicit

Public Function KPISCORE(ByRef rule As Variant, ByRef points As Variant, _
        ByRef value As Variant, Optional ByRef target As Variant, _
        Optional ByRef peers As Variant, Optional ByRef prior As Variant, _
        Optional ByRef groups As Variant, Optional ByRef readings As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPISCORE = Ask("KPISCORE", Array(Plain(rule), Plain(points), Plain(value), Plain(target), _
        Plain(peers), Plain(prior), Plain(groups), Plain(readings)))
End Function

Public Function KPIEXPLAIN(ByRef rule As Variant, ByRef points As Variant, _
        ByRef value As Variant, Optional ByRef target As Variant, _
        Optional ByRef peers As Variant, Optional ByRef prior As Variant, _
        Optional ByRef groups As Variant, Optional ByRef readings As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIEXPLAIN = Ask("KPIEXPLAIN", Array(Plain(rule), Plain(points), Plain(value), _
        Plain(target), Plain(peers), Plain(prior), Plain(groups), Plain(readings)))
End Function

Public Function KPIRULE(ByRef rule As Variant, Optional ByRef points As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIRULE = Ask("KPIRULE", Array(Plain(rule), Plain(points)))
End Function

Public Function KPIINPUTS(ByRef rule As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIINPUTS = Ask("KPIINPUTS", Array(Plain(rule)))
End Function

Public Function KPIASSUME(ByRef rule As Variant, Optional ByRef readings As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIASSUME = Ask("KPIASSUME", Array(Plain(rule), Plain(readings)))
End Function

Public Function KPIFORMULA(ByRef rule As Variant, ByRef points As Variant, _
        ByRef value As Variant, Optional ByRef target As Variant, _
        Optional ByRef peers As Variant, Optional ByRef prior As Variant, _
        Optional ByRef groups As Variant, Optional ByRef readings As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIFORMULA = Ask("KPIFORMULA", Array(Plain(rule), Plain(points), Address(value), _
        Address(target), Address(peers), Address(prior), Address(groups), Plain(readings), _
        Address(points)))
End Function

Public Function KPIRANK(ByRef scores As Variant, Optional ByRef groups As Variant, _
        Optional ByRef method As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIRANK = Ask("KPIRANK", Array(Plain(scores), Plain(groups), Plain(method)))
End Function

Public Function KPIGRADE(ByRef total As Variant, ByRef rank As Variant, _
        ByRef rule As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPIGRADE = Ask("KPIGRADE", Array(Plain(total), Plain(rank), Plain(rule)))
End Function

Public Function KPICHECK(ByRef value As Variant, ByRef spec As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPICHECK = Ask("KPICHECK", Array(Plain(value), Plain(spec)))
End Function

Public Function KPINUMBER(ByRef text As Variant, Optional ByRef unit As Variant) As Variant
    If Not Application.CommandBars("Standard").Controls(1).Enabled Then Exit Function
    KPINUMBER = Ask("KPINUMBER", Array(Plain(text), Plain(unit)))
End Function
