"""What LibreOffice needs to be told, made from the registry: functions, buttons, keys, Basic.

`files()` gives every such file of the extension as text; python -m docs.make keeps them in
macros/calc, where they can be read, and a test holds them against the registry.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from kpixl import __version__
from kpixl.addin import commands, functions
from kpixl.addin.registry import CommandSpec, FunctionSpec

IDENTIFIER = "org.kpixl.calc"
ADDIN = "org.kpixl.AddIn"
PROTOCOL = "org.kpixl:"
MENU = "KPI考核"
OLDEST_OFFICE = "7.4"
_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = (
    'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
)


def files() -> dict[str, str]:
    """The files of the extension that follow from the registry, by their path in it."""
    return {
        "Accelerators.xcu": _accelerators(),
        "Addons.xcu": _addons(),
        "CalcAddIns.xcu": _functions(),
        "CalcWindowState.xcu": _window_state(),
        "Jobs.xcu": _JOBS,
        "META-INF/manifest.xml": _manifest(),
        "ProtocolHandler.xcu": _HANDLER,
        "description.xml": _description(),
        **{f"{name}.bas": text for name, text in basic().items()},
        "kpixl.idl": _types(),
        "pythonpath/kpixl_names.py": _names(),
    }


def _component(name: str, package: str, body: str) -> str:
    return (
        f'{_HEAD}<oor:component-data {_NAMESPACES} oor:name="{name}" oor:package="{package}">\n'
        f"{body}</oor:component-data>\n"
    )


def _prop(name: str, text: str, *, type_: str = "") -> str:
    """A property in all languages: the words are Chinese in each, since its readers are."""
    kind = f' oor:type="xs:{type_}"' if type_ else ""
    if type_ or name in ("Category",):
        return f'<prop oor:name="{name}"{kind}><value>{escape(text)}</value></prop>'
    return (
        f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value>'
        f'<value xml:lang="zh-CN">{escape(text)}</value></prop>'
    )


def _node(name: str, inside: Iterable[str], *, depth: int, op: str = "") -> str:
    pad = " " * depth
    kind = f' oor:op="{op}"' if op else ""
    lines = "".join(line if line.startswith(" ") else f"{pad} {line}\n" for line in inside)
    return f"{pad}<node oor:name={quoteattr(name)}{kind}>\n{lines}{pad}</node>\n"


# -- functions ---------------------------------------------------------------------------


def _functions() -> str:
    specs = functions().values()
    nodes = [_function(spec) for spec in specs]
    addin = _node(ADDIN, [_node("AddInFunctions", nodes, depth=3)], depth=2, op="replace")
    return _component("CalcAddIns", "org.openoffice.Office", _node("AddInInfo", [addin], depth=1))


def _function(spec: FunctionSpec) -> str:
    parameters = [
        _node(
            a.name,
            [_prop("DisplayName", a.name), _prop("Description", a.help)],
            depth=6,
            op="replace",
        )
        for a in spec.shown
    ]
    facts = [
        _prop("DisplayName", spec.name),
        _prop("Description", spec.help),
        _prop("Category", "Add-In"),
        _node("Parameters", parameters, depth=5),
    ]
    return _node(spec.name.lower(), facts, depth=4, op="replace")


def _types() -> str:
    """The text of a type library: one method a function, all of whose arguments may be missing."""
    lines = ["module org { module kpixl {", "", "interface XFunctions {"]
    for spec in functions().values():
        given = ", ".join(f"[in] any {a.name}" for a in spec.shown)
        lines.append(f"  any {spec.name.lower()}({given});")
    lines += [
        "};",
        "",
        "interface XKpixl {",
        "  any call([in] string name, [in] sequence<any> args, [in] long given);",
        *(f"  any call{n}({_counted(n)});" for n in range(most_arguments() + 1)),
        "  string place();",
        "  string offer([in] long rows, [in] long columns);",
        "};",
        "",
        "}; };",
    ]
    return "\n".join(lines) + "\n"


def most_arguments() -> int:
    """How many arguments the longest function takes."""
    return max(len(spec.shown) for spec in functions().values())


def _counted(size: int) -> str:
    return ", ".join(["[in] string name", *(f"[in] any a{i}" for i in range(size))])


MODULE, PLACES = "KpixlFunctions", "KpixlPlaces"


def basic() -> dict[str, str]:
    """The functions under their plain names, as modules of Basic.

    Formulas that Excel users typed find these, and formulas are saved with these names.
    They also know an empty cell from a 0, which an add-in is not told.  Functions that need
    to know where an argument stands are in a module of their own, which gets ranges.
    """
    placed = _told_places()
    plain = [_plain_function(spec) for spec in functions().values() if spec not in placed]
    return {
        MODULE: "".join([_BASIC_HEAD, _CALL_HEAD, *plain, _COLUMN, _CALL]),
        PLACES: "".join(["Option VBASupport 1\n", _BASIC_HEAD, *map(_placed, placed), _PLACE]),
    }


def _told_places() -> list[FunctionSpec]:
    """The functions that take places of cells and make formulas of them."""
    specs = functions().values()
    return [s for s in specs if any(a.address or a.address_of for a in s.arguments)]


def _plain_function(spec: FunctionSpec) -> str:
    """A function of Basic that hands on its arguments up to the last that was given.

    Every cell pays for every line that is run: the call stands here and not in a function of
    its own, and arguments go over without a look at each.
    """
    names = [f"a{n}" for n in range(len(spec.shown))]
    needed = sum(not a.optional for a in spec.shown)

    def call(given: int) -> str:
        there = "".join(f", {name}" for name in names[:given])
        return f'    {spec.name} = oKpixl.call{given}("{spec.name}"{there})'

    lines = [f"  If IsMissing({names[needed - 1]}) Then", call(0)]
    for given in range(needed, len(names)):
        lines += [f"  ElseIf IsMissing({names[given]}) Then", call(given)]
    lines += ["  Else", call(len(names)), "  End If"]
    if spec.column and spec.returns == "number":
        at = next(n for n, a in enumerate(spec.shown) if a.kind == "range")
        lines = [
            f"  If IsArray(a{at}) Then bThere = KpixlPut(a{at})",
            *lines,
            f"  If bThere Then {spec.name} = KpixlGet({spec.name})",
        ]
    lines = [
        f"Function {spec.name}({', '.join(f'Optional {n}' for n in names)})",
        "  On Error GoTo Bad",
        "  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)",
        *lines,
        "  Exit Function",
        "Bad:",
        f"  {spec.name} = BROKEN",
        "End Function",
        "",
    ]
    return "\n".join(lines) + "\n"


def _placed_frame(spec: FunctionSpec, body: list[str]) -> str:
    """A function of Basic that hands on its arguments up to the last that was given."""
    names = [f"a{n}" for n in range(len(spec.shown))]
    lines = [
        f"Function {spec.name}({', '.join(f'Optional {n}' for n in names)})",
        f"  Dim a({len(spec.arguments) - 1})",
        "  Dim k As Integer",
        "  k = -1",
        *body,
        f'  {spec.name} = KpixlCall("{spec.name}", a, k)',
        "End Function",
        "",
    ]
    return "\n".join(lines) + "\n"


def _placed(spec: FunctionSpec) -> str:
    shown = [a.name for a in spec.shown]
    body: list[str] = []
    for i, argument in enumerate(spec.arguments):
        name = f"a{shown.index(argument.address_of or argument.name)}"
        taken = [f"      a({i}) = {name}", f"      k = {i}"]
        placed = [f"      a({i}) = KpixlPlace({name})", f"      k = {i}"]
        body += [f"  Select Case TypeName({name})", '    Case "Error"']  # it was left out
        if argument.address or argument.address_of:
            body += ['    Case "Range"', *placed]
        if not argument.address_of:
            body += ["    Case Else", *taken]  # of a range its values
        body += ["  End Select"]
    return _placed_frame(spec, body)


_BASIC_HEAD = "REM kpixl 扩展启动时写入,请勿修改\nOption Explicit\n\n"
# The service is kept from one cell to the next: getting it costs more than calling it.
_CALL_HEAD = """Const SERVICE = "org.kpixl.Caller"
Const BROKEN = "#NAME? (kpixl)"
Const MANY = 256
Global oKpixl As Object
Global sFile As String
Global nRows As Long
Global bThere As Boolean

"""
# A long range of figures goes over, and its scores come back, in a file of the program's own
# temporary folder: Basic writes and reads an array as a whole, which takes a tenth of the time
# in which it hands the cells over one by one.  The file is empty between two calls.
_COLUMN = """Function KpixlPut(v) As Boolean
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

"""
_CALL = """Function KpixlCall(sName As String, a, k As Integer)
  On Error GoTo Bad
  If IsNull(oKpixl) Then oKpixl = createUnoService(SERVICE)
  KpixlCall = oKpixl.call(sName, a, k + 1)
  Exit Function
Bad:
  KpixlCall = BROKEN
End Function
"""
_PLACE = """Function KpixlPlace(r)
  KpixlPlace = "'" & Replace(r.Worksheet.Name, "'", "''") & "'!" & r.Address(False, False)
End Function
"""


# -- commands ----------------------------------------------------------------------------


def _item(name: str, spec: CommandSpec, depth: int) -> str:
    return _node(
        name,
        [
            _prop("URL", f"{PROTOCOL}{spec.name}", type_="string"),
            _prop("Title", spec.label),
            _prop("Target", "_self", type_="string"),
            _prop("Context", _SPREADSHEET, type_="string"),
        ],
        depth=depth,
        op="replace",
    )


def _separator(name: str, depth: int) -> str:
    return _node(
        name, [_prop("URL", "private:separator", type_="string")], depth=depth, op="replace"
    )


def _items(depth: int) -> list[str]:
    """The buttons in order, with a line between the steps of the year."""
    found: list[str] = []
    group = ""
    for spec in commands().values():
        if group and spec.group != group:
            found.append(_separator(f"m{len(found) + 1:02}", depth))
        group = spec.group
        found.append(_item(f"m{len(found) + 1:02}", spec, depth))
    return found


def _addons() -> str:
    toolbar = _node("org.kpixl.toolbar", _items(4), depth=3, op="replace")
    facts = [
        _prop("Title", MENU),
        _prop("Context", _SPREADSHEET, type_="string"),
        _node("Submenu", _items(5), depth=4),
    ]
    menu = _node("org.kpixl.menu", facts, depth=3, op="replace")
    body = _node(
        "AddonUI",
        [_node("OfficeToolBar", [toolbar], depth=2), _node("OfficeMenuBar", [menu], depth=2)],
        depth=1,
    )
    return _component("Addons", "org.openoffice.Office", body)


def _window_state() -> str:
    facts = [
        _prop("UIName", MENU),
        '<prop oor:name="Docked"><value>true</value></prop>',
        '<prop oor:name="DockingArea"><value>0</value></prop>',
        '<prop oor:name="DockPos"><value>0,2</value></prop>',
        '<prop oor:name="Visible"><value>true</value></prop>',
        '<prop oor:name="Style"><value>1</value></prop>',
    ]
    bar = _node("private:resource/toolbar/addon_org.kpixl.toolbar", facts, depth=3, op="replace")
    body = _node("UIElements", [_node("States", [bar], depth=2)], depth=1)
    return _component("CalcWindowState", "org.openoffice.Office.UI", body)


def _accelerators() -> str:
    keys = []
    for spec in commands().values():
        if spec.shortcut:
            command = (
                f'<prop oor:name="Command"><value xml:lang="en-US">{PROTOCOL}{spec.name}</value>'
                "</prop>"
            )
            keys.append(_node(key_name(spec.shortcut), [command], depth=5, op="replace"))
    module = _node(_SPREADSHEET, keys, depth=4, op="replace")
    body = _node("PrimaryKeys", [_node("Modules", [module], depth=2)], depth=1)
    return _component("Accelerators", "org.openoffice.Office", body)


def key_name(shortcut: str) -> str:
    """A shortcut as LibreOffice names it.

    >>> key_name("Ctrl+Shift+K"), key_name("Ctrl+Alt+F5")
    ('K_SHIFT_MOD1', 'F5_MOD1_MOD2')
    """
    *held, key = shortcut.split("+")
    names = {"Shift": "SHIFT", **{held: f"MOD{n}" for n, held in enumerate(("Ctrl", "Alt"), 1)}}
    return "_".join([key, *(names[k] for k in ("Shift", "Ctrl", "Alt") if k in held)])


# -- the extension itself ----------------------------------------------------------------

_JOBS = _component(
    "Jobs",
    "org.openoffice.Office",
    """ <node oor:name="Jobs">
  <node oor:name="org.kpixl.Start" oor:op="replace">
   <prop oor:name="Service"><value>org.kpixl.Job</value></prop>
  </node>
 </node>
 <node oor:name="Events">
  <node oor:name="OnStartApp" oor:op="fuse">
   <node oor:name="JobList"><node oor:name="org.kpixl.Start" oor:op="replace"/></node>
  </node>
 </node>
""",
)
_HANDLER = _component(
    "ProtocolHandler",
    "org.openoffice.Office",
    f""" <node oor:name="HandlerSet">
  <node oor:name="org.kpixl.Dispatcher" oor:op="replace">
   <prop oor:name="Protocols" oor:type="oor:string-list"><value>{PROTOCOL}*</value></prop>
  </node>
 </node>
""",
)
_MEDIA = {
    ".idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    ".py": "application/vnd.sun.star.uno-component;type=Python",
    ".xcu": "application/vnd.sun.star.configuration-data",
}
COMPONENT = "kpixl_component.py"


def _manifest() -> str:
    named = (
        "kpixl.idl",
        COMPONENT,
        "CalcAddIns.xcu",
        "Addons.xcu",
        "CalcWindowState.xcu",
        "Accelerators.xcu",
        "Jobs.xcu",
        "ProtocolHandler.xcu",
    )
    entries = "".join(
        f' <manifest:file-entry manifest:full-path="{name}"'
        f' manifest:media-type="{_MEDIA[name[name.rindex(".") :]]}"/>\n'
        for name in named
    )
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n'
        f"{entries}</manifest:manifest>\n"
    )


def _description() -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006"\n'
        ' xmlns:l="http://libreoffice.org/extensions/description/2011"\n'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f' <identifier value="{IDENTIFIER}"/>\n'
        f' <version value="{__version__}"/>\n'
        " <dependencies>\n"
        f'  <l:LibreOffice-minimal-version value="{OLDEST_OFFICE}"'
        f' name="LibreOffice {OLDEST_OFFICE}"/>\n'
        " </dependencies>\n"
        ' <display-name><name lang="en">KPI考核 kpixl</name>'
        '<name lang="zh-CN">KPI考核 kpixl</name></display-name>\n'
        ' <publisher><name lang="en" xlink:href="">kpixl</name></publisher>\n'
        "</description>\n"
    )


def _help() -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    specs = functions().values()
    return {s.name: (s.help, tuple((a.name, a.help) for a in s.shown)) for s in specs}


def _names() -> str:
    labels = {spec.name: spec.label for spec in commands().values()}
    return (
        "# What the component has to know before the engine is loaded.\n"
        f"FUNCTIONS = {tuple(functions())!r}\n"
        "# Name: help, and name and help of each argument.\n"
        f"HELP = {_help()!r}\n"
        f"LABELS = {labels!r}\n"
        f"MOST_ARGUMENTS = {most_arguments()}\n"
        f"BASIC = {basic()!r}\n"
    )
