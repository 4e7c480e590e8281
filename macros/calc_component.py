# What LibreOffice loads of the extension: cell functions, commands, and a watch over documents.
#
# This file has to load, and to say what is missing, in any Python that LibreOffice may bring;
# so it is written for Python 3.7 and imports nothing of kpixl until it is needed.
from __future__ import annotations

import os
import re
import struct
import sys
import sysconfig
import uuid
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback, XKeyHandler
from com.sun.star.document import XDocumentEventListener
from com.sun.star.frame import XDispatch, XDispatchProvider
from com.sun.star.lang import Locale, XInitialization, XLocalizable, XServiceInfo, XServiceName
from com.sun.star.sheet import XAddIn
from com.sun.star.task import XJob
from kpixl_names import BASIC, FUNCTIONS, HELP, LABELS, MOST_ARGUMENTS
from org.kpixl import XFunctions, XKpixl

ADDIN, CALLER, DISPATCHER, JOB, REPLY = (
    "org.kpixl.AddIn",
    "org.kpixl.Caller",
    "org.kpixl.Dispatcher",
    "org.kpixl.Job",
    "org.kpixl.Reply",
)
OLDEST = (3, 11)
ERRORS = {
    "#DIV/0!": 532,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#NUM!": 503,
    "#NULL!": 521,
    "#N/A": 32767,
}
_FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA
# com.sun.star.sheet.FormulaMapGroup and FormulaMapGroupSpecialOffset
_SPECIAL, _SEPARATORS = 0, 1
_PUSH, _EXTERNAL, _MISSING, _MACRO = 0, 3, 6, 11
_ESCAPE = 1281  # com.sun.star.awt.Key.ESCAPE
_MOST_LINES, _A_LINE = 42, 72  # of a message, on a screen of 800 points; half Chinese characters
_NAMES = "|".join(FUNCTIONS)
_PREFIXED = re.compile(
    r"(?i)(?:_xll\.|_xludf\.|_xlfn\.|_xlws\.|\[\d+\]!|'[^']*'!|'[^']*'#|org\.kpixl\.addin\.)+"
    r"(?=(?:" + _NAMES + r")\s*\()"
)
_LEFT_OUT = re.compile(r"(?i)\b(?:" + _NAMES + r")\s*\(.*[(;]\s*[;)]")
_OURS = re.compile(r"(?i)\borg\.kpixl\.addin\.(?:" + _NAMES + r")\s*\(")


# -- the engine --------------------------------------------------------------------------


def missing() -> Any:
    """Why the engine can't work in this Python, in one sentence; empty where it can."""
    if sys.version_info < OLDEST:
        has, wanted = ".".join(map(str, sys.version_info[:2])), ".".join(map(str, OLDEST))
        return f"LibreOffice 的 Python 是 {has},需要 {wanted} 或更新"
    try:
        import numpy
    except ImportError:
        pass
    else:
        return ""
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}-{sysconfig.get_platform()}"
    for folder in list(sys.path):
        own = os.path.join(os.path.dirname(folder), "lib", tag)
        if os.path.basename(folder) == "pythonpath" and os.path.isdir(own):
            sys.path.append(own)
            try:
                import numpy  # noqa: F401
            except ImportError:
                sys.path.remove(own)
            else:
                return ""
    return f"缺少 numpy({tag}):请安装 python3-numpy,或用带有它的扩展"


_works: dict[str, Any] = {}


def engine(name: Any, args: Any) -> Any:
    """A cell function's result, whatever happens: a mistake is an error value."""
    if "functions" not in _works:
        if missing():
            return error("#NAME?")
        from kpixl.addin.calc_cells import calls

        _works["functions"] = calls()
    try:
        return given(_works["functions"][name](*args))
    except Exception:
        return error("#VALUE!")


def error(code: Any) -> Any:
    """An error value as Calc keeps it: a number that is none, with the code inside."""
    return struct.unpack("<d", struct.pack("<Q", (0x7FF8 << 48) | ERRORS.get(code, 519)))[0]


def given(result: Any) -> Any:
    """A result as Calc takes it: numbers, text, error values, or rows of them."""
    if not isinstance(result, tuple):
        if type(result) in (float, str):
            return result
        if hasattr(result, "code"):
            return error(result.code)
        if result is None:
            return ""
        if hasattr(result, "array"):  # a long column, in one piece
            return result
        return float(result)
    if {type(cell) for row in result for cell in row} - {float, str}:
        return tuple(tuple(given(cell) for cell in row) for row in result)
    return result


def taken(arg: Any) -> Any:
    """An argument as the engine takes it: an empty cell is None, rows are tuples."""
    if type(arg) is float:
        return arg
    if isinstance(arg, tuple):
        if all(isinstance(r, tuple) for r in arg):
            kinds = {type(c) for r in arg for c in r}
            if kinds == {float}:
                return arg
            if kinds <= {float, int, bool, str, type(None)}:
                return tuple(tuple(None if c == "" else c for c in r) for r in arg)
        return tuple(tuple(taken(c) for c in r) if isinstance(r, tuple) else taken(r) for r in arg)
    if arg == "" or isinstance(arg, (str, float, int, bool)) or arg is None:
        return None if isinstance(arg, str) and arg == "" else arg
    if hasattr(arg, "getValue"):  # a range, as workbooks with VBA hand it over
        return taken(arg.getValue())
    if hasattr(arg, "Value"):
        return taken(arg.Value)
    return None


def table(result: Any) -> Any:
    """Rows as Basic takes them for one table; left alone it would see a row of rows."""
    if not isinstance(result, tuple):
        return result
    wrapped = uno.createUnoStruct("com.sun.star.script.ArrayWrapper")
    wrapped.IsZeroIndex, wrapped.Array = True, result
    return wrapped


# -- cell functions ------------------------------------------------------------------------


class Service(unohelper.Base, XServiceInfo):
    """What every service has to say of itself."""

    IMPLEMENTATION: Any = ""
    SERVICES: Any = ()

    def getImplementationName(self) -> Any:
        return self.IMPLEMENTATION

    def supportsService(self, name: Any) -> Any:
        return name in self.SERVICES

    def getSupportedServiceNames(self) -> Any:
        return self.SERVICES


class AddIn(Service, XFunctions, XAddIn, XServiceName, XLocalizable):
    """The functions as the function wizard knows them.

    Calc shows an empty cell to an add-in as 0, which must never be scored.  So a formula that
    got here is turned at once into one that calls the function of the same name in Basic,
    which can tell; until then a 0 is answered with #N/A.
    """

    IMPLEMENTATION, SERVICES = ADDIN, ("com.sun.star.sheet.AddIn", ADDIN)

    def __init__(self, ctx: Any, *args: Any) -> None:
        self.ctx, self.locale = ctx, Locale("zh", "CN", "")

    def _call(self, name: Any, args: Any) -> Any:
        later(self.ctx, self._mend)
        if any(isinstance(a, float) and a == 0.0 for a in args):
            return error("#N/A")
        return engine(name, [taken(a) for a in args])

    def _mend(self) -> Any:
        prepare(self.ctx)
        for document in workbooks(self.ctx):
            plain(self.ctx, document)

    def getProgrammaticFuntionName(self, display: Any) -> Any:
        return display.lower()

    def getDisplayFunctionName(self, name: Any) -> Any:
        return name.upper()

    def getFunctionDescription(self, name: Any) -> Any:
        return HELP[name.upper()][0]

    def getDisplayArgumentName(self, name: Any, i: Any) -> Any:
        return HELP[name.upper()][1][i][0]

    def getArgumentDescription(self, name: Any, i: Any) -> Any:
        return HELP[name.upper()][1][i][1]

    def getProgrammaticCategoryName(self, name: Any) -> Any:
        return "Add-In"

    def getDisplayCategoryName(self, name: Any) -> Any:
        return "Add-In"

    def setLocale(self, locale: Any) -> Any:
        self.locale = locale

    def getLocale(self) -> Any:
        return self.locale

    def getServiceName(self) -> Any:
        return ADDIN


def _method(name: Any) -> Any:
    return lambda self, *args: self._call(name, args)


for _name in FUNCTIONS:
    setattr(AddIn, _name.lower(), _method(_name))


class Caller(Service, XKpixl):
    """The door for the functions in Basic.

    A long column goes through a file of LibreOffice's own temporary folder, which only this
    user can read and which is empty again when the scores are there.
    """

    IMPLEMENTATION, SERVICES = CALLER, (CALLER,)

    def __init__(self, ctx: Any, *args: Any) -> None:
        self.ctx = ctx
        self.file: Any = None
        self.path, self.rows = "", 0
        self.offered: dict[str, Any] = {}

    def call(self, name: Any, args: Any, count: Any) -> Any:
        return self._ask(name, args[:count])

    def _ask(self, name: Any, args: Any) -> Any:
        if not self.offered:
            return table(engine(name, [taken(a) for a in args]))
        offered, self.offered = self.offered, {}
        found = {i: offered[a] for i, a in enumerate(args) if isinstance(a, str) and a in offered}
        result = engine(name, [found[i] if i in found else taken(a) for i, a in enumerate(args)])
        # what was offered to a call that never came is not of this one
        return self._column(result) if found else table(result)

    def place(self) -> Any:
        """The file for long columns; the program removes it when it ends."""
        if self.file is None:
            create = self.ctx.ServiceManager.createInstanceWithContext
            self.file = create("com.sun.star.io.TempFile", self.ctx)
            self.path = uno.fileUrlToSystemPath(self.file.Uri)
        return self.path

    def offer(self, rows: Any, columns: Any) -> Any:
        """A text that stands for the cells in the file, in the next call; empty for none."""
        self.offered = {}
        if missing():
            return ""
        from kpixl.addin.calc_blocks import read

        with open(self.path, "r+b") as file:
            cells = read(file.read(), rows, columns)
            file.truncate(0)
        if cells is None:
            return ""
        token = uuid.uuid4().hex  # no text that stands in a cell
        self.rows, self.offered = rows, {token: cells}
        return token

    def _column(self, result: Any) -> Any:
        """A result by way of the file, which True says; else as any other."""
        from kpixl.addin.calc_blocks import written

        block = written(result, self.rows)
        if block is not None:
            try:
                with open(self.path, "wb") as file:
                    file.write(block)
                return True
            except OSError:  # the disk is full
                pass
        return table(tuple(result) if hasattr(result, "array") else result)


def _through(self: Any, name: Any, *args: Any) -> Any:
    return self._ask(name, args)


# A method for each number of arguments: handing them over as one list takes Basic longer.
for _count in range(MOST_ARGUMENTS + 1):
    setattr(Caller, f"call{_count}", _through)


class Reply(Service, XJob):
    """What the last command said, once, for whoever drives the program from outside."""

    IMPLEMENTATION, SERVICES = REPLY, (REPLY,)
    said = ""

    def __init__(self, ctx: Any, *args: Any) -> None:
        pass

    def execute(self, args: Any) -> Any:
        said, Reply.said = Reply.said, ""
        return said


# -- documents -------------------------------------------------------------------------------


def workbooks(ctx: Any) -> Any:
    """All open workbooks."""
    desktop = ctx.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", ctx)
    found, each = [], desktop.getComponents().createEnumeration()
    while each.hasMoreElements():
        document = each.nextElement()
        if hasattr(document, "supportsService") and document.supportsService(
            "com.sun.star.sheet.SpreadsheetDocument"
        ):
            found.append(document)
    return found


def plain(ctx: Any, document: Any) -> Any:
    """Give our functions their plain names, however a file or the wizard wrote them.

    Excel writes `_xll.KPISCORE` or `[1]!KPISCORE`, Calc itself ORG.KPIXL.ADDIN.KPISCORE.  An
    argument that was left out becomes an empty text: to Basic it would be a 0.  The document
    counts as unchanged if it was, and there is nothing to undo.
    """
    changed = 0
    modified, sheets = document.isModified(), document.getSheets()
    try:
        for i in range(sheets.getCount()):
            sheet = sheets.getByIndex(i)
            for a in sheet.queryContentCells(_FORMULAS).getRangeAddresses():
                cells = sheet.getCellRangeByPosition(
                    a.StartColumn, a.StartRow, a.EndColumn, a.EndRow
                )
                for r, row in enumerate(cells.getFormulaArray()):
                    for c, text in enumerate(row):
                        if _PREFIXED.search(text) or _LEFT_OUT.search(text):
                            changed += _mend(document, sheet, a.StartColumn + c, a.StartRow + r)
    finally:
        if changed and not modified:
            document.setModified(False)
    return changed


def _mend(document: Any, sheet: Any, column: Any, row: Any) -> Any:
    cell = sheet.getCellByPosition(column, row)
    text = cell.getFormula()
    if not (_PREFIXED.search(text) or _LEFT_OUT.search(text)):
        return 0  # done with the array that it belongs to
    array = text.startswith("{=")
    if array:
        cursor = sheet.createCursorByRange(cell)
        cursor.collapseToCurrentArray()
        cell, text = cursor, text[1:-1]
    foreign = len(_PREFIXED.findall(text)) != len(_OURS.findall(text))
    if foreign:
        text = _PREFIXED.sub("", text)
        _unseen(document, cell.setArrayFormula if array else cell.setFormula, text)
    tokens = list(cell.getArrayTokens() if array else cell.getTokens())
    if not _mend_tokens(document, tokens) and not foreign:
        return 0
    _unseen(document, cell.setArrayTokens if array else cell.setTokens, tuple(tokens))
    return 1


def _unseen(document: Any, change: Any, what: Any) -> Any:
    """Change a cell so that there is nothing to undo; a lock of Calc's list holds for one change."""
    undo = document.getUndoManager()
    undo.lock()
    try:
        change(what)
    finally:
        undo.unlock()


def _mend_tokens(document: Any, tokens: Any) -> Any:
    """Plain names and no argument left out, in calls of ours; how many tokens were changed."""
    if "codes" not in _works:
        mapper = document.createInstance("com.sun.star.sheet.FormulaOpCodeMapper")
        _works["codes"] = [
            [m.Token.OpCode for m in mapper.getAvailableMappings(0, group)]
            for group in (_SPECIAL, _SEPARATORS)
        ]
    special, (opening, closing, *_) = _works["codes"]
    changed, called, within = 0, False, [False]
    for token in tokens:
        named = False
        if token.OpCode == special[_EXTERNAL] and isinstance(token.Data, str):
            service, _, name = token.Data.rpartition(".")
            if service == ADDIN:
                token.OpCode, token.Data = special[_MACRO], name.upper()
                changed, named = changed + 1, True
        elif token.OpCode == special[_MACRO]:
            named = str(token.Data).upper() in FUNCTIONS
        elif token.OpCode == opening:
            within.append(called)
        elif token.OpCode == closing and len(within) > 1:
            within.pop()
        elif token.OpCode == special[_MISSING] and within[-1]:
            token.OpCode, token.Data = special[_PUSH], ""
            changed += 1
        called = named
    return changed


class _Later(unohelper.Base, XCallback):
    def __init__(self, work: Any) -> None:
        self.work = work

    def notify(self, data: Any) -> Any:
        _waiting.clear()
        try:
            self.work()
        except Exception as problem:
            note(problem)


_waiting: list[bool] = []


def later(ctx: Any, work: Any) -> Any:
    """Do something once when Calc has time; many wishes before that are one."""
    if _waiting:
        return
    _waiting.append(True)
    service = ctx.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", ctx)
    service.addCallback(_Later(work), None)


class Watch(unohelper.Base, XDocumentEventListener):
    """Files get plain names when they were read, and keep them when they are written."""

    EVENTS = ("OnLoadFinished", "OnSave", "OnSaveAs", "OnCopyTo")

    def __init__(self, ctx: Any) -> None:
        self.ctx = ctx

    def documentEventOccured(self, event: Any) -> Any:
        document = event.Source
        if event.EventName not in self.EVENTS or not hasattr(document, "supportsService"):
            return
        if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return
        try:
            plain(self.ctx, document)
        except Exception as problem:
            note(problem)

    def disposing(self, event: Any) -> Any:
        pass


class Job(Service, XJob):
    """At the start: the functions in Basic, under which formulas are saved; and the watch."""

    IMPLEMENTATION, SERVICES = JOB, ("com.sun.star.task.Job",)

    def __init__(self, ctx: Any, *args: Any) -> None:
        self.ctx = ctx

    def execute(self, args: Any) -> Any:
        prepare(self.ctx)


def prepare(ctx: Any) -> Any:
    """What has to be there before formulas are calculated; once in a run of the program.

    An extension that is put in while the program runs gets no start of it; then the first
    window with our buttons does this.
    """
    if "watch" in _works:
        return
    _works["watch"] = Watch(ctx)
    create = ctx.ServiceManager.createInstanceWithContext
    libraries = create("com.sun.star.script.ApplicationScriptLibraryContainer", ctx)
    libraries.loadLibrary("Standard")
    standard = libraries.getByName("Standard")
    for module, text in BASIC.items():
        if not standard.hasByName(module):
            standard.insertByName(module, text)
        elif standard.getByName(module) != text:
            standard.replaceByName(module, text)
    broadcaster = ctx.getValueByName("/singletons/com.sun.star.frame.theGlobalEventBroadcaster")
    broadcaster.addDocumentEventListener(_works["watch"])


# -- commands ------------------------------------------------------------------------------


class _Escape(unohelper.Base, XKeyHandler):
    """Whether Esc was pressed while a command runs."""

    pressed = False

    def keyPressed(self, event: Any) -> Any:
        self.pressed = self.pressed or event.KeyCode == _ESCAPE
        return event.KeyCode == _ESCAPE

    def keyReleased(self, event: Any) -> Any:
        return False

    def disposing(self, event: Any) -> Any:
        pass


class Dispatcher(Service, XDispatchProvider, XDispatch, XInitialization):
    """Runs a command on the document of the window whose button was pressed."""

    IMPLEMENTATION, SERVICES = DISPATCHER, ("com.sun.star.frame.ProtocolHandler",)

    def __init__(self, ctx: Any, *args: Any) -> None:
        self.ctx: Any = ctx
        self.frame: Any = None

    def initialize(self, args: Any) -> Any:
        if args:
            self.frame = args[0]
            prepare(self.ctx)

    def queryDispatch(self, url: Any, target: Any, flags: Any) -> Any:
        return self if url.Protocol == "org.kpixl:" else None

    def queryDispatches(self, requests: Any) -> Any:
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def addStatusListener(self, listener: Any, url: Any) -> Any:
        pass

    def removeStatusListener(self, listener: Any, url: Any) -> Any:
        pass

    def dispatch(self, url: Any, args: Any) -> Any:
        arguments = {a.Name: a.Value for a in args if isinstance(a.Value, str)}
        try:
            self._run(url.Path, arguments)
        except Exception as problem:
            note(problem)
            self._say(url.Path, f"程序出错({type(problem).__name__}),没有完成。", "error")

    def _run(self, name: Any, arguments: Any) -> Any:
        why = missing()
        if why:
            self._say(name, f"kpixl 不能工作:{why}。", "error")
            return
        if "running" in _works:  # keys and buttons go on working while a command runs
            return
        from kpixl.addin.calc_commands import run

        controller = self.frame.getController()
        escape = _Escape()
        _works["running"] = name
        controller.addKeyHandler(escape)
        try:
            reply = run(self.ctx, self.frame, name, arguments, lambda: escape.pressed)
        finally:
            del _works["running"]
            controller.removeKeyHandler(escape)
        if reply is not None:
            self._say(name, reply.text, reply.tone)

    def _say(self, name: Any, text: Any, tone: Any) -> Any:
        Reply.said = text
        toolkit = self.ctx.ServiceManager.createInstanceWithContext(
            "com.sun.star.awt.Toolkit", self.ctx
        )
        kind = uno.Enum(
            "com.sun.star.awt.MessageBoxType",
            {"info": "INFOBOX", "warning": "WARNINGBOX"}.get(tone, "ERRORBOX"),
        )
        window = self.frame.getContainerWindow()
        title = LABELS.get(name, "kpixl")
        box = toolkit.createMessageBox(window, kind, 1, title, shortened(text))
        box.execute()
        box.dispose()


def shortened(text: Any) -> Any:
    """A message that leaves its button on the screen: long lines take several in the box."""
    room, lines = _MOST_LINES, text.split("\n")
    for n, line in enumerate(lines):
        wide = sum(2 if ord(c) > 0x2000 else 1 for c in line)
        room -= max(1, -(-wide // _A_LINE))
        if room < (1 if n < len(lines) - 1 else 0):
            return "\n".join([*lines[:n], f"…… 还有 {len(lines) - n} 行"])
    return text


def note(problem: Any) -> Any:
    """An exception that nobody expected, for the log; its words may hold data and stay out."""
    if sys.version_info >= OLDEST:
        from kpixl import log

        log.failure(problem)


g_ImplementationHelper = unohelper.ImplementationHelper()
for _kind in (AddIn, Caller, Dispatcher, Job, Reply):
    g_ImplementationHelper.addImplementation(_kind, _kind.IMPLEMENTATION, _kind.SERVICES)
