"""An extension for the benchmarks: what crossing between Calc and Python costs by itself, and
排名 with its parts timed inside of Calc's own Python, where the button runs."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

# Add-in functions that give their range back as it is, by the way in which they take it.
ECHOES = {
    "ECHOANY": ("any", "any", "v"),
    "ECHOROWS": ("sequence< sequence<any> >", "sequence< sequence<any> >", "v"),
    "ECHOFIGURES": ("sequence< sequence<double> >", "sequence< sequence<double> >", "v"),
    "ECHORANGE": (
        "sequence< sequence<any> >",
        "com::sun::star::table::XCellRange",
        "v.getDataArray()",
    ),
}
# The same by way of Basic, as functions of ours go, whose plain names a file keeps.
BASIC = """Global oEcho As Object
Function ECHOBASIC(v)
  If IsNull(oEcho) Then oEcho = createUnoService("org.kpixl.bench.Door")
  ECHOBASIC = oEcho.echo(v)
End Function
"""
ADDIN, DOOR, RANKING = "org.kpixl.bench.AddIn", "org.kpixl.bench.Door", "org.kpixl.bench.Ranking"
_COMPONENT = """
import json, sys, time
from datetime import datetime
from pathlib import Path
import uno, unohelper
from com.sun.star.lang import Locale, XLocalizable, XServiceInfo, XServiceName
from com.sun.star.sheet import XAddIn
from com.sun.star.task import XJob
from org.kpixl.bench import XDoor, XEchoes

class Service(unohelper.Base, XServiceInfo):
    NAMES = ()
    def getImplementationName(self): return self.NAMES[-1]
    def supportsService(self, name): return name in self.NAMES
    def getSupportedServiceNames(self): return self.NAMES

class AddIn(Service, XEchoes, XAddIn, XServiceName, XLocalizable):
    NAMES = ("com.sun.star.sheet.AddIn", "org.kpixl.bench.AddIn")
    def __init__(self, ctx, *a): self.locale = Locale("zh", "CN", "")
    def getProgrammaticFuntionName(self, shown): return shown.lower()
    def getDisplayFunctionName(self, name): return name.upper()
    def getFunctionDescription(self, name): return name
    def getDisplayArgumentName(self, name, i): return "v"
    def getArgumentDescription(self, name, i): return "v"
    def getProgrammaticCategoryName(self, name): return "Add-In"
    def getDisplayCategoryName(self, name): return "Add-In"
    def setLocale(self, locale): self.locale = locale
    def getLocale(self): return self.locale
    def getServiceName(self): return "org.kpixl.bench.AddIn"
ECHOES

class Door(Service, XDoor):
    NAMES = ("org.kpixl.bench.Door",)
    def __init__(self, ctx, *a): pass
    def echo(self, v):
        table = uno.createUnoStruct("com.sun.star.script.ArrayWrapper")
        table.IsZeroIndex, table.Array = True, v
        return table

class Ranking(Service, XJob):
    NAMES = ("org.kpixl.bench.Ranking",)
    def __init__(self, ctx, *a): pass
    def execute(self, args):
        from kpixl.addin.job import Job, run
        from kpixl.hosts.calc import CalcHost
        from kpixl.hosts.calc_read import path_of
        document = args[0].Value
        marks = [("read", time.perf_counter())]
        class Host(CalcHost):
            def apply(self, patch):
                marks.append(("write", time.perf_counter()))
                super().apply(patch)
        looks = []
        def step(words, done=0, total=0):
            looks.append(time.perf_counter())
            if words != marks[-1][0] and words.startswith("正在") and marks[-1][0] not in ("read",):
                marks.append((words, looks[-1]))
        host = Host(document, step)
        book = host.snapshot()
        marks.append(("compute", time.perf_counter()))
        reply = run("rank", Job(book, datetime(2016, 1, 20), path_of(document), step=step), host)
        marks.append(("", time.perf_counter()))
        took = [(a[0], b[1] - a[1]) for a, b in zip(marks, marks[1:])]
        waits = [b - a for a, b in zip(looks, looks[1:])]
        took.append(("longest without a look at Esc", max(waits, default=0.0)))
        return json.dumps([reply.title, took])

g_ImplementationHelper = unohelper.ImplementationHelper()
for kind in (AddIn, Door, Ranking):
    g_ImplementationHelper.addImplementation(kind, kind.NAMES[-1], kind.NAMES)
"""
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
 <manifest:file-entry manifest:full-path="bench.idl"
  manifest:media-type="application/vnd.sun.star.uno-typelibrary;type=RDB"/>
 <manifest:file-entry manifest:full-path="bench_component.py"
  manifest:media-type="application/vnd.sun.star.uno-component;type=Python"/>
 <manifest:file-entry manifest:full-path="CalcAddIns.xcu"
  manifest:media-type="application/vnd.sun.star.configuration-data"/>
</manifest:manifest>"""
_DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
<identifier value="org.kpixl.bench"/><version value="1.0"/></description>"""


def build(folder: Path) -> Path:
    """Write the extension into a folder."""
    types = "module org { module kpixl { module bench {\ninterface XEchoes {\n"
    types += "".join(
        f"  {back} {name.lower()}([in] {given} v);\n" for name, (back, given, _) in ECHOES.items()
    )
    types += "};\ninterface XDoor { any echo([in] any v); };\n}; }; };\n"
    echoes = "".join(
        f"    def {name.lower()}(self, v): return {body}\n" for name, (_, _, body) in ECHOES.items()
    )
    path = folder / "bench.oxt"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("bench.idl", types)
        package.writestr("bench_component.py", _COMPONENT.replace("ECHOES\n", echoes, 1))
        package.writestr("CalcAddIns.xcu", _functions())
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        package.writestr("description.xml", _DESCRIPTION)
    return path


def _functions() -> str:
    def prop(name: str, text: str) -> str:
        return f'<prop oor:name="{name}"><value xml:lang="en-US">{text}</value></prop>'

    def node(name: str, inside: str) -> str:
        return f'<node oor:name={quoteattr(name)} oor:op="replace">{inside}</node>'

    argument = node("v", prop("DisplayName", "v") + prop("Description", "v"))
    nodes = "".join(
        node(
            name.lower(),
            prop("DisplayName", name)
            + prop("Description", name)
            + '<prop oor:name="Category"><value>Add-In</value></prop>'
            + f'<node oor:name="Parameters">{argument}</node>',
        )
        for name in ECHOES
    )
    inside = node(ADDIN, f'<node oor:name="AddInFunctions">{nodes}</node>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:component-data'
        ' xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns"'
        f' oor:package="org.openoffice.Office"><node oor:name="AddInInfo">{inside}</node>'
        "</oor:component-data>"
    )
