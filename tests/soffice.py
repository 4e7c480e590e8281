"""Headless LibreOffice as the second opinion of the tests.

Each `Office` has its own profile, in which every load calculates anew: out of the
box LibreOffice shows the figures that a file brought along.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

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


class Office:
    """One private LibreOffice; every call is a process of its own that is ended in time."""

    def __init__(self, folder: Path, *, program: str = "soffice", limit: float = 180) -> None:
        self._program, self._limit = program, limit
        self._profile = folder / "profile"
        self._tmp = folder / "tmp"
        user = self._profile / "user"
        user.mkdir(parents=True, exist_ok=True)
        self._tmp.mkdir(exist_ok=True)
        (user / "registrymodifications.xcu").write_text(SETTINGS, "utf-8")

    def convert(self, paths: Iterable[Path], target: str, outdir: Path) -> list[Path]:
        """Convert files in one call; the results stand in `outdir`, in the same order.

        `target` is a suffix, or suffix:filter.
        """
        sources = [Path(path).resolve() for path in paths]
        if len({source.stem for source in sources}) != len(sources):
            raise ValueError("two files of one name would overwrite each other")
        outdir.mkdir(parents=True, exist_ok=True)
        # Into a folder of its own, so that what stands in outdir can't pass for a result.
        with tempfile.TemporaryDirectory(dir=self._tmp) as fresh:
            said = self._run(["--convert-to", target, "--outdir", fresh, *map(str, sources)])
            results = []
            for source in sources:
                name = f"{source.stem}.{target.partition(':')[0]}"
                made = Path(fresh) / name
                if not made.is_file():
                    raise OfficeFailed(f"{source.name} was not converted:\n{said}")
                results.append(Path(shutil.move(made, outdir / name)))
        return results

    def recalculate(self, paths: Iterable[Path], outdir: Path) -> list[Path]:
        """The workbooks as LibreOffice calculates them, as .xlsx files."""
        return self.convert(paths, "xlsx:Calc MS Excel 2007 XML", outdir)

    def to_pdf(self, paths: Iterable[Path], outdir: Path) -> list[Path]:
        """The workbooks as they print."""
        return self.convert(paths, "pdf", outdir)

    def _run(self, arguments: Sequence[str]) -> str:
        command = [
            self._program,
            f"-env:UserInstallation={self._profile.resolve().as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nolockcheck",
            "--nofirststartwizard",
            *arguments,
        ]
        # Its own session: soffice is a script that starts the real program.
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(self._tmp), "HOME": str(self._tmp)},
        )
        try:
            said, _ = process.communicate(timeout=self._limit)
        except subprocess.TimeoutExpired as error:
            raise OfficeFailed(f"no answer within {self._limit} s: {command}") from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return said.decode("utf-8", "replace")


def to_png(pdf: Path, outdir: Path, *, dpi: int = 80) -> list[Path]:
    """The pages of a PDF as pictures, in order."""
    outdir.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(outdir / pdf.stem)],
        check=True,
        timeout=120,
    )
    return sorted(outdir.glob(f"{pdf.stem}-*.png"))
