"""The VBA of the Excel add-in, made from the registry: as thin and as plain as it can be.

A wrapper does four things: it turns its arguments into plain cells (marking what COM would
lose), asks the server, turns marks back into error values, and gives #VALUE! with a line in
a log when anything fails, so that no sentence ever stands where a score belongs.

VBA text is kept in a code page, not in Unicode, so it is ASCII only: Chinese stands in the
ribbon and in the add-in's own sheet, both of them XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from kpixl.addin import excel_vba_texts as texts
from kpixl.addin.registry import ArgumentSpec, CommandSpec, FunctionSpec

LONGEST_LINE = 1_023  # of VBA's editor
PROJECT = "kpixl"
SHEET = "kpixl"
SERVER_MODULE = "kpixl.addin.excel_server"
# Where the add-in's own sheet keeps its settings, from row 1 on: label, value.
SETTINGS = ("Python", "DLL", "Log", "Version")
# Words for a button whose server can't be asked; VBA text holds no Chinese.
TITLE_ROW, FAILURE_ROW = 6, 7
HELP_ROW = 11  # the first row of the function help on the add-in's own sheet
LARGE = 10_000  # rows from which a range is cut to what is in use

_MADE = "' Made by `kpixl addin build` from the registry of kpixl. Changes made here are lost."

# Excel's numbers for error values (XlCVError); those from 2043 on came after Excel 2010, whose
# VBA has no names for them.
FAULTS: Mapping[str, int] = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}


def modules(
    functions: Mapping[str, FunctionSpec], commands: Mapping[str, CommandSpec]
) -> dict[str, str]:
    """The text of each VBA module by its name.

    Lines end with a line feed here; in the project they end as VBA's do.
    """
    facts = {
        "made": _MADE,
        "sheet": SHEET,
        "module": SERVER_MODULE,
        "recalculating": "".join(f"|{c.name}|" for c in commands.values() if c.recalculates),
        "row": str(HELP_ROW),
        "title": str(TITLE_ROW),
        "failure": str(FAILURE_ROW),
        "large": str(LARGE),
        "faults": "\n".join(
            f'        Case {number}: FaultName = "{code}"' for code, number in FAULTS.items()
        ),
        "shown": "\n".join(
            f'        Case "{code}": Unmarked = CVErr({number})' for code, number in FAULTS.items()
        ),
    }
    made = {
        "KpixlCalls": texts.CALLS,
        "KpixlCells": texts.CELLS,
        "KpixlFunctions": _functions(functions),
        "KpixlHelp": texts.HELP,
        "KpixlServer": texts.SERVER,
    }
    if commands:
        made["KpixlRibbon"] = texts.RIBBON
    return {name: _checked(name, _filled(text, facts)) for name, text in sorted(made.items())}


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """A template with its facts; braces stand for nothing else in VBA."""
    for key, value in facts.items():
        text = text.replace(f"{{{key}}}", value)
    return dedent(text).strip("\n") + "\n"


def _functions(functions: Mapping[str, FunctionSpec]) -> str:
    head = 'Attribute VB_Name = "KpixlFunctions"\n{made}\nOption Explicit\n'
    return head + "".join(_wrapper(spec) for spec in functions.values())


def _wrapper(spec: FunctionSpec) -> str:
    """One function: the arguments that a user types, and the call."""
    signature = ", ".join(
        f"{'Optional ' if a.optional else ''}ByRef {a.name} As Variant" for a in spec.shown
    )
    sent = ", ".join(_sent(spec, a) for a in spec.arguments)
    lines = [
        "",
        _folded(f"Public Function {spec.name}({signature}) As Variant"),
        "    On Error GoTo wrong",
        # What a function leaves empty shows as 0.
        f"    {spec.name} = CVErr(2042)",
        "    If InWizard() Then Exit Function",
        _folded(f'    {spec.name} = Ask("{spec.name}", Array({sent}))'),
        "    Exit Function",
        "wrong:",
        f'    {spec.name} = Failed("{spec.name}", Err.Number, Err.Description)',
        "End Function",
    ]
    return "\n".join(lines) + "\n"


def _sent(spec: FunctionSpec, argument: ArgumentSpec) -> str:
    if argument.address_of:
        return f"Address({argument.address_of})"
    return f"{'Address' if argument.address else 'Plain'}({argument.name})"


def _folded(line: str, width: int = 96) -> str:
    """A long line in VBA's way, broken behind commas."""
    rest, folded = line, ""
    while len(rest) > width:
        at = rest.rfind(", ", 0, width) + 1
        if at <= 0:
            break
        folded += rest[:at] + " _\n"
        rest = "        " + rest[at + 1 :]
    return folded + rest


def _checked(name: str, text: str) -> str:
    """The text; ValueError where the project could not hold it as it is."""
    if not text.isascii():
        raise ValueError(f"{name}: VBA text must be ASCII")
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        raise ValueError(f"{name}: a line is longer than {LONGEST_LINE} characters")
    return text
