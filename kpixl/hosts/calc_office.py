"""A private LibreOffice, started without a window and talked to over a pipe.

Its profile, its pipe and its process group are its own: another LibreOffice that runs on
the machine is neither disturbed nor ended.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpixl.errors import KpixlError

# Where Debian and its relatives keep the bridge to Python.
_BRIDGES = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program")
# A killed program leaves lock files behind, for which the next one would wait.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="UseDocumentOOoLockFile" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="UseDocumentSystemFileLocking" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


class NoOffice(KpixlError):
    """LibreOffice, or its bridge to Python, is not to be had."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"用不了 LibreOffice:{reason}。{remedy}")


def bridge() -> Any:
    """The module uno, also where only the system's own Python would find it."""
    try:
        return _imported()
    except ImportError:
        there = [folder for folder in _BRIDGES if folder not in sys.path and Path(folder).is_dir()]
    sys.path += there
    try:
        return _imported()
    except ImportError as error:
        raise NoOffice(
            "找不到它的 Python 接口(uno)",
            "Debian、Ubuntu 请安装 python3-uno;也可以用 LibreOffice 自带的 Python 运行。",
        ) from error
    finally:
        # Only uno is wanted from there, never the system's other packages.
        for folder in there:
            sys.path.remove(folder)


def _imported() -> Any:
    """The module uno, kept from every import that is not about its own types.

    It puts a function of its own in the place of Python's `import`, which tells a missing module
    in another way; packages that try one module and then another fall over that.
    """
    plain = builtins.__import__
    importlib.import_module("unohelper")
    uno = importlib.import_module("uno")
    theirs = builtins.__import__
    if theirs is not plain:

        def only_types(name: str, *rest: Any, **named: Any) -> Any:
            kind = name.partition(".")[0]
            return (theirs if kind in ("com", "org", "ooo") else plain)(name, *rest, **named)

        builtins.__import__ = only_types
    return uno


def surroundings() -> dict[str, str]:
    """The environment for LibreOffice: nothing in it leads to the Python that we run in.

    The Python inside of LibreOffice looks along PATH for where it belongs, and would take
    the library of a virtual environment for its own.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    if sys.platform != "win32":
        kept["PATH"] = os.pathsep.join(filter(None, (os.defpath, kept.get("PATH", ""))))
    return kept


class Office:
    """One LibreOffice of our own: `with Office(folder) as office: …`.

    `profile` is made where it is missing.  With `display`, there are windows on it.
    """

    def __init__(
        self,
        profile: Path,
        *,
        program: str = "soffice",
        display: str | None = None,
        start_within: float = 90,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.profile = Path(profile)
        self._program, self._display, self._within = program, display, start_within
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.context: Any = None
        self.desktop: Any = None

    def __enter__(self) -> Office:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the program and connect; raises NoOffice."""
        uno = bridge()
        if shutil.which(self._program) is None:
            raise NoOffice("没有找到 soffice", "请先安装 LibreOffice Calc。")
        user = self.profile / "user"
        user.mkdir(parents=True, exist_ok=True)
        settings = user / "registrymodifications.xcu"
        if not settings.exists():
            settings.write_text(SETTINGS, "utf-8")
        scratch = self.profile / "tmp"
        scratch.mkdir(exist_ok=True)
        pipe = f"kpixl{uuid.uuid4().hex[:12]}"
        command = [
            self._program,
            f"-env:UserInstallation={self.profile.resolve().as_uri()}",
            f"--accept=pipe,name={pipe};urp",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nolockcheck",
            "--nofirststartwizard",
            *([] if self._display else ["--headless"]),
        ]
        shown = {"DISPLAY": self._display, "SAL_USE_VCLPLUGIN": "gen"} if self._display else {}
        self._log = (self.profile / "office.log").open("wb")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={
                **surroundings(),
                "TMPDIR": str(scratch),
                "HOME": str(scratch),
                **shown,
                **self._environment,
            },
            start_new_session=True,
        )
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        deadline = time.monotonic() + self._within
        address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
        while True:
            try:
                self.context = resolver.resolve(address)
                break
            except Exception as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise NoOffice("它没有启动", "请查看 LibreOffice 能否单独打开。") from error
                time.sleep(0.05)
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def stop(self) -> None:
        """End the program that was started here, and only that one."""
        process, self._process = self._process, None
        if process is None:
            return
        if self.desktop is not None:
            # The bridge goes away while it answers.
            with contextlib.suppress(Exception):
                self.desktop.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
        self.desktop = self.context = None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._log.close()

    def service(self, name: str, *arguments: Any) -> Any:
        """A service of the program."""
        manager = self.context.ServiceManager
        if arguments:
            return manager.createInstanceWithArgumentsAndContext(name, arguments, self.context)
        return manager.createInstanceWithContext(name, self.context)

    def open(self, place: str | Path, *, hidden: bool = False, **settings: Any) -> Any:
        """Open a file, or a new document for “private:factory/scalc”; its macros stay off."""
        from kpixl.hosts.calc_read import values_of

        url = place if str(place).startswith("private:") else Path(place).resolve().as_uri()
        wanted = {"Hidden": hidden, "MacroExecutionMode": 0, **settings}
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, values_of(wanted))
        if document is None:
            raise NoOffice(f"打不开“{Path(place).name}”", "请确认文件没有损坏。")
        return document

    def new(self, *, hidden: bool = False) -> Any:
        """A new workbook."""
        return self.open("private:factory/scalc", hidden=hidden)

    def save(self, document: Any, path: Path) -> None:
        """Store a document as a file of its suffix's format; the document stays what it was."""
        from kpixl.hosts.calc_read import values_of

        settings = values_of({"FilterName": FILTERS[path.suffix.lower()]})
        document.storeToURL(path.resolve().as_uri(), settings)

    def extensions(self) -> Any:
        """The program's manager of extensions."""
        return self.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")

    def add_extension(self, package: Path) -> None:
        """Put an extension into the profile, in the place of an older one of its name."""
        uno = bridge()
        setting = uno.createUnoStruct("com.sun.star.beans.NamedValue")
        setting.Name, setting.Value = "SUPPRESS_LICENSE", "1"
        consent = _consent()
        self.extensions().addExtension(
            package.resolve().as_uri(), (setting,), "user", None, consent
        )

    def remove_extension(self, identifier: str, file: str) -> None:
        """Take an extension out of the profile."""
        self.extensions().removeExtension(identifier, file, "user", None, _consent())


FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
}


def _consent() -> Any:
    """Whoever installs by a command has agreed already: questions are answered with yes."""
    uno = bridge()
    import unohelper
    from com.sun.star.task import XInteractionHandler
    from com.sun.star.ucb import XCommandEnvironment

    class Consent(unohelper.Base, XCommandEnvironment, XInteractionHandler):  # type: ignore[misc]
        def getInteractionHandler(self) -> Any:  # noqa: N802 - the program's own name
            return self

        def getProgressHandler(self) -> None:  # noqa: N802
            return None

        def handle(self, request: Any) -> None:
            approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
            for choice in request.getContinuations():
                if choice.queryInterface(approve) is not None:
                    choice.select()
                    return

    return Consent()
