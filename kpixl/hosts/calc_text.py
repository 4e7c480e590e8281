"""Formulas and number formats between a file's spelling and Calc's.

A file spells `'2015 表'!A1`, `{1,2;3,4}` and `,`; Calc's programming interface spells
`'2015 表'.A1`, `{1;2|3;4}` and `;`.  Text in quotes is never touched.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from kpixl.address import quote_sheet

_SHEET = r"(?:'(?:[^']|'')+'|[^\W\d][\w]*)"
# What may stand behind the mark between a sheet and a place on it.
_PLACE = r"\$?(?:[A-Za-z]{1,3}\$?[1-9]|[A-Za-z]{1,3}:|[1-9]\d*:|\#REF!)"
_TEXT = r'"(?:[^"]|"")*"'
_ERROR = r"\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)"

_FROM_FILE = re.compile(
    rf"""
      (?P<text>{_TEXT})
    | (?P<foreign>'\[[^\]]+\](?:[^']|'')*'!|\[[^\]]+\][^\W\d]\w*!)
    | (?P<sheet>{_SHEET})!(?={_PLACE})
    | (?P<error>{_ERROR})
    | (?P<name>[^\W\d][\w.]*|'(?:[^']|'')+')
    | (?P<mark>[,;{{}}])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FROM_CALC = re.compile(
    rf"""
      (?P<text>{_TEXT})
    | '(?P<file>file://(?:[^']|'')*)'\#\$?(?P<there>{_SHEET})\.(?={_PLACE})
    | (?P<error>{_ERROR})
    | \$?(?P<sheet>{_SHEET})\.(?={_PLACE})
    | (?P<name>[^\W\d][\w.]*|'(?:[^']|'')+')
    | (?P<mark>[;|{{}}])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def to_calc(formula: str, *, marks: bool = True) -> str:
    """A formula as Calc's interface takes it.

    Without `marks`, only sheets are spelled Calc's way: what separates arguments in its window
    depends on the country.

    >>> to_calc("=IF('2015 表'!$B$2>0,SUM({1,2;3,4}),\\"a,b!A1\\")")
    '=IF($\\'2015 表\\'.$B$2>0;SUM({1;2|3;4});"a,b!A1")'
    """

    def exchange(match: re.Match[str]) -> str:
        if match["sheet"]:
            return f"${match['sheet']}."
        return {",": ";", ";": "|"}.get(match[0], match[0]) if marks else match[0]

    return _FROM_FILE.sub(exchange, formula)


def from_calc(formula: str) -> str:
    """A formula of Calc's interface as a file spells it.

    >>> from_calc("=IF($排名.$C$4>0;SUM({1;2|3;4});\\"a;b\\")")
    '=IF(排名!$C$4>0,SUM({1,2;3,4}),"a;b")'
    >>> from_calc("='file:///D:/x/y%201.xlsx'#$表.A1")
    "='D:/x/[y 1.xlsx]表'!A1"
    """

    def exchange(match: re.Match[str]) -> str:
        if match["file"]:
            path = unquote(match["file"].removeprefix("file://").replace("''", "'"))
            folder, _, file = re.sub(r"^/(?=[A-Za-z]:)", "", path).rpartition("/")
            return f"'{folder + '/' if folder else ''}[{file}]{_bare(match['there'])}'!"
        if match["sheet"]:
            return f"{quote_sheet(_bare(match['sheet']))}!"
        return {";": ",", "|": ";"}.get(match[0], match[0])

    return _FROM_CALC.sub(exchange, formula)


def _bare(sheet: str) -> str:
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[^"\\\[]+')
_DAYS = re.compile(r"[YMDHS]+")


def file_format(code: str) -> str:
    """A number format as a file spells it: letters of dates small, no “Standard”.

    >>> file_format('YYYY"年"MM"月"'), file_format("General"), file_format("[RED]0;[HH]:MM")
    ('yyyy"年"mm"月"', 'General', '[Red]0;[hh]:mm')
    """
    if code in ("", "General", "Standard", "G/通用格式"):
        return "General"

    def small(match: re.Match[str]) -> str:
        piece = match[0]
        if piece[0] in '"\\':
            return piece
        if piece[0] == "[":
            if re.fullmatch(r"\[[A-Z]+\]", piece):  # a span of time, or a colour
                return piece.lower() if set(piece) <= set("[HMS]") else piece.title()
            return piece
        return _DAYS.sub(lambda m: m[0].lower(), piece)

    return _QUOTED.sub(small, code)
