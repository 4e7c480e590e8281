"""The look of a sheet as Calc takes it: styles, conditions, validations and pages."""

from __future__ import annotations

import re
from typing import Any

from kpixl.address import a1
from kpixl.grid import Area, Spot
from kpixl.host import (
    ConditionalFormat,
    DataBar,
    Page,
    Style,
    Validation,
)
from kpixl.hosts.calc_marks import (
    put_conditions,
)
from kpixl.hosts.calc_read import struct
from kpixl.hosts.calc_text import to_calc

FACE = "Microsoft YaHei"
MM100_PER_POINT = 2540 / 72
_USUAL = 8.0  # pixels
_BORDER = 0xA6A6A6
_A4 = (21_000, 29_700)
_FIELDS = {
    "&P": "com.sun.star.text.TextField.PageNumber",
    "&N": "com.sun.star.text.TextField.PageCount",
}
_VALUE = 4  # com.sun.star.sheet.DataBarEntryType.DATABAR_VALUE
_STEPS = 6


def cell_at(sheet: Any, spot: Spot) -> Any:
    """A cell of a sheet, by row and column from 1."""
    return sheet.getCellByPosition(spot[1] - 1, spot[0] - 1)


def range_of(sheet: Any, area: Area) -> Any:
    """A rectangle of a sheet."""
    return sheet.getCellRangeByPosition(
        area.left - 1, area.top - 1, area.right - 1, area.bottom - 1
    )


def character(document: Any) -> float:
    """Pixels of a column for each of its characters: a figure of our face at 11 points.

    As in a file that is opened: what stands for our face on this computer may be broader.
    """
    points = 11 * 4 / 3
    controller = document.getCurrentController()
    if controller is None:
        return _USUAL
    large = struct("com.sun.star.awt.FontDescriptor")
    large.Name, large.Height = FACE, 1000
    window = controller.getFrame().getContainerWindow()
    width = window.getFont(large).getStringWidth("0") / 1000 * points
    return float(min(max(width, _USUAL), 1.25 * _USUAL))


def properties_of(style: Style) -> dict[str, Any]:
    """What Calc calls the parts of a style, but for its number format."""
    protection = struct("com.sun.star.util.CellProtection")
    protection.IsLocked = style.locked
    weight = 150.0 if style.bold else 100.0
    posture = _enum("com.sun.star.awt.FontSlant", "ITALIC" if style.italic else "NONE")
    align = {"left": "LEFT", "center": "CENTER", "right": "RIGHT", "general": "STANDARD"}
    wanted: dict[str, Any] = {
        "CharColor": int(style.color, 16),
        "CellBackColor": -1 if style.fill is None else int(style.fill, 16),
        "HoriJustify": _enum("com.sun.star.table.CellHoriJustify", align[style.align]),
        # com.sun.star.table.CellVertJustify2
        "VertJustify": {"top": 1, "middle": 2, "bottom": 3}[style.valign],
        "IsTextWrapped": style.wrap,
        "ParaIndent": round(style.indent * 353),
        "CellProtection": protection,
    }
    for script in ("", "Asian"):
        wanted[f"CharFontName{script}"] = FACE
        wanted[f"CharHeight{script}"] = float(style.size)
        wanted[f"CharWeight{script}"] = weight
        wanted[f"CharPosture{script}"] = posture
    if style.border:
        line = struct("com.sun.star.table.BorderLine2")
        line.OuterLineWidth = line.LineWidth = 26
        line.Color = _BORDER
        for side in ("Top", "Bottom", "Left", "Right"):
            wanted[f"{side}Border2"] = line
    return wanted


def put_validation(sheet: Any, validation: Validation) -> None:
    """What may be typed into cells, with its words."""
    cells = range_of(sheet, validation.area)
    check_ = cells.getPropertyValue("Validation")
    kind = {"list": "LIST", "decimal": "DECIMAL", "whole": "WHOLE"}[validation.kind]
    formula = validation.custom_formula()
    if validation.kind == "list":
        words = (choice.replace('"', '""') for choice in validation.choices)
        check_.setFormula1(";".join(f'"{word}"' for word in words))
        check_.setPropertyValue("ShowList", 1)
    elif formula is not None:
        kind = "CUSTOM"
        check_.setSourcePosition(cells.getCellByPosition(0, 0).getCellAddress())
        check_.setFormula1(to_calc(formula.removeprefix("=")))
    else:
        low, high = validation.low, validation.high
        bounds = (-1e15 if low is None else low, 1e15 if high is None else high)
        check_.setOperator(_enum("com.sun.star.sheet.ConditionOperator", "BETWEEN"))
        check_.setFormula1(f"{bounds[0]:.15g}")
        check_.setFormula2(f"{bounds[1]:.15g}")
    check_.setPropertyValue("Type", _enum("com.sun.star.sheet.ValidationType", kind))
    check_.setPropertyValue("IgnoreBlankCells", True)
    check_.setPropertyValue("ShowInputMessage", bool(validation.prompt or validation.prompt_title))
    check_.setPropertyValue("InputTitle", validation.prompt_title)
    check_.setPropertyValue("InputMessage", validation.prompt)
    check_.setPropertyValue("ShowErrorMessage", True)
    check_.setPropertyValue("ErrorTitle", "填写有误")
    check_.setPropertyValue("ErrorMessage", validation.error)
    cells.setPropertyValue("Validation", check_)


def put_conditional(document: Any, sheet: Any, rule: ConditionalFormat) -> None:
    """Bars in cells, or a colour scale in steps: the program's interface makes no other."""
    if isinstance(rule, DataBar):
        # The bar joins a condition that never holds, which can't be taken out again.
        one = put_conditions(document, sheet, [rule.area], [("FALSE()", "FFFFFF")])
        one.createEntry(2, 0)  # com.sun.star.sheet.ConditionEntryType.DATABAR
        entry = one.getByIndex(1)
        entry.setPropertyValue("Color", int(rule.color, 16))
        entry.setPropertyValue("UseGradient", False)
        ends = entry.getPropertyValue("DataBarEntries")
        for end, figure in zip(ends, (rule.low, rule.high), strict=True):
            end.setType(_VALUE)
            end.setFormula(f"{figure:.15g}")
        return
    first = a1(rule.area.top, rule.area.left)
    whole = ":".join(
        a1(r, c, absolute=True)
        for r, c in ((rule.area.top, rule.area.left), (rule.area.bottom, rule.area.right))
    )
    tests = []
    for step in range(_STEPS, 0, -1):
        color = _between(rule.low_color, rule.high_color, step / _STEPS)
        bound = f"MIN({whole})+{(step - 0.5) / _STEPS:g}*(MAX({whole})-MIN({whole}))"
        test = f"AND(ISNUMBER({first});MAX({whole})>MIN({whole});{first}>={bound})"
        tests.append((test, color))
    put_conditions(document, sheet, [rule.area], tests)


def _between(low: str, high: str, share: float) -> str:
    """The colour that stands at a share of the way between two.

    >>> _between("FFFFFF", "C6E0B4", 1.0), _between("000000", "FFFFFF", 0.5)
    ('C6E0B4', '808080')
    """
    pairs = [(int(low[i : i + 2], 16), int(high[i : i + 2], 16)) for i in (0, 2, 4)]
    return "".join(f"{round(a + share * (b - a)):02X}" for a, b in pairs)


def set_page(document: Any, style: Any, page: Page) -> None:
    """Paper, margins, header and footer of a page style."""
    wide, high = (_A4[1], _A4[0]) if page.landscape else _A4
    for name, value in {
        "IsLandscape": page.landscape,
        "Width": wide,
        "Height": high,
        "LeftMargin": 1270,
        "RightMargin": 1270,
        "TopMargin": 1000,
        "BottomMargin": 1000,
        "CenterHorizontally": page.center,
        "ScaleToPagesX": page.fit_width,
        "ScaleToPagesY": page.fit_height,
        "HeaderIsOn": bool(page.header),
        "FooterIsOn": bool(page.footer),
    }.items():
        style.setPropertyValue(name, value)
    for text, side in (
        (page.header, "RightPageHeaderContent"),
        (page.footer, "RightPageFooterContent"),
    ):
        if text:
            content = style.getPropertyValue(side)
            for part, code in (("Left", "L"), ("Center", "C"), ("Right", "R")):
                _band(document, getattr(content, f"{part}Text"), _section(text, code))
            style.setPropertyValue(side, content)


def _section(text: str, code: str) -> str:
    """The part of a header that stands left, in the middle or right; && is an &."""
    found, current, i = {"L": "", "C": "", "R": ""}, "C", 0
    while i < len(text):
        pair = text[i : i + 2]
        if pair in ("&L", "&C", "&R"):
            current = pair[1]
            i += 2
        elif pair in ("&&", "&P", "&N"):
            found[current] += pair
            i += 2
        else:
            found[current] += text[i]
            i += 1
    return found[code]


def _band(document: Any, area: Any, text: str) -> None:
    """One part of a header; &P and &N are fields that the program fills in."""
    area.setString("")
    cursor = area.createTextCursor()
    for piece in re.split(r"(&P|&N)", text):
        cursor.gotoEnd(False)
        if piece in _FIELDS:
            area.insertTextContent(cursor, document.createInstance(_FIELDS[piece]), False)
        else:
            area.insertString(cursor, piece.replace("&&", "&"), False)


def _enum(kind: str, value: str) -> Any:
    import uno

    return uno.Enum(kind, value)
