"""Headless LibreOffice as the second opinion of the tests.

Each `Office` has its own profile, in which every load calculates anew: out of the
box LibreOffice shows the figures that a file brought along.  One program serves many tests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from kpixl.hosts.calc_office import Office as Server
from kpixl.hosts.calc_read import values_of

# What a suffix is called inside the program.
FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "pdf": "calc_pdf_Export",
}

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="UseDocumentOOoLockFile" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="UseDocumentSystemFileLocking" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


class OfficeFailed(Exception):
    """LibreOffice ended without the files it was asked for."""


class _Program(Server):
    def kill(self) -> None:
        """End it without asking, with all that it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Office:
    """One private LibreOffice: started when it is first needed, and again after it has hung."""

    def __init__(self, folder: Path, *, program: str = "soffice", limit: float = 180) -> None:
        self._limit = limit
        self._tmp = folder / "tmp"
        self._tmp.mkdir(parents=True, exist_ok=True)
        user = folder / "profile" / "user"
        user.mkdir(parents=True, exist_ok=True)
        (user / "registrymodifications.xcu").write_text(SETTINGS, "utf-8")
        self._server = _Program(user.parent, program=program, start_within=limit)
        self._runs = False

    def stop(self) -> None:
        """End the program."""
        self._server.stop()
        self._runs = False

    def convert(self, paths: Iterable[Path], target: str, outdir: Path) -> list[Path]:
        """Convert files; the results stand in `outdir`, in the same order.

        `target` is a suffix, or suffix:filter.  Raises OfficeFailed.
        """
        suffix, _, named = target.partition(":")
        sources = [Path(path).resolve() for path in paths]
        if len({source.stem for source in sources}) != len(sources):
            raise ValueError("two files of one name would overwrite each other")
        outdir.mkdir(parents=True, exist_ok=True)
        results = []
        # Into a folder of its own, so that what stands in outdir can't pass for a result.
        with tempfile.TemporaryDirectory(dir=self._tmp) as fresh:
            for source in sources:
                made = Path(fresh) / f"{source.stem}.{suffix}"
                self._save_as(source, made, named or FILTERS[suffix])
                if not made.is_file():
                    raise OfficeFailed(f"{source.name} was not converted")
                results.append(Path(shutil.move(made, outdir / made.name)))
        return results

    def recalculate(self, paths: Iterable[Path], outdir: Path) -> list[Path]:
        """The workbooks as LibreOffice calculates them, as .xlsx files."""
        return self.convert(paths, "xlsx", outdir)

    def to_pdf(self, paths: Iterable[Path], outdir: Path) -> list[Path]:
        """The workbooks as they print."""
        return self.convert(paths, "pdf", outdir)

    def _save_as(self, source: Path, made: Path, named: str) -> None:
        patience = threading.Timer(self._limit, self._server.kill)
        patience.start()
        try:
            if not self._runs:
                self._server.start()
                self._runs = True
            document = self._server.open(source, hidden=True)
            try:
                document.storeToURL(made.as_uri(), values_of({"FilterName": named}))
            finally:
                document.close(True)
        except Exception as error:
            self.stop()
            said = (self._server.profile / "office.log").read_text("utf-8", "replace")
            why = f"within {self._limit} s: {error}"
            raise OfficeFailed(f"{source.name} was not converted {why}\n{said}") from error
        finally:
            patience.cancel()


def to_png(pdf: Path, outdir: Path, *, dpi: int = 80) -> list[Path]:
    """The pages of a PDF as pictures, in order."""
    outdir.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(outdir / pdf.stem)],
        check=True,
        timeout=120,
    )
    return sorted(outdir.glob(f"{pdf.stem}-*.png"))
