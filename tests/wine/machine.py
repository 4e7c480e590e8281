"""A Windows that tests run programs on; Wine stands behind it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tests.wine.prepare import environment, start, stop

REPO = Path(__file__).resolve().parents[2]
LIMIT = 600.0  # seconds, after which a program of Windows is taken for hung


@dataclass(frozen=True)
class Outcome:
    """How a program of Windows ended; what it said, with lines that end as here."""

    code: int
    out: str


def windows_path(path: Path) -> str:
    """A file of this machine as Windows sees it.

    >>> windows_path(Path("/考核/a b.xlsx"))
    'Z:\\\\考核\\\\a b.xlsx'
    """
    return "Z:" + str(path).replace("/", "\\")


class Machine:
    """A Windows of one's own: its folder is what tests.wine.prepare.session gives."""

    def __init__(self, folder: Path) -> None:
        self._prefix = folder / "prefix"
        self.python = folder / "python"
        self.wheels = folder / "wheels"
        self.disk = folder / "prefix" / "drive_c"
        self._environment = environment(folder / "prefix")

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        limit: float = LIMIT,
    ) -> Outcome:
        """Run a program to its end; files are named as Windows names them.

        What it leaves running may go on and is not waited for.
        """
        process = self.start(*command, cwd=cwd, env=env)
        said: list[bytes] = []
        assert process.stdout is not None
        descriptor = process.stdout.fileno()

        def listen() -> None:
            while part := os.read(descriptor, 65536):
                said.append(part)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            process.wait(limit)
        finally:
            process.kill()
        listener.join(5 if not said else 0.5)
        text = b"".join(said).decode("utf-8", "replace")
        return Outcome(process.returncode, text.replace("\r\n", "\n"))

    def start(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start a program; its standard streams are pipes, as Windows' Python needs them."""
        words = [windows_path(c) if isinstance(c, Path) else c for c in command]
        return subprocess.Popen(
            ["wine", *words],
            cwd=cwd or self.python,
            env=self._environment | dict(env or {}),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run_python(
        self, *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> Outcome:
        """Windows' Python with arguments."""
        return self.run(self.python / "python.exe", *arguments, cwd=cwd, env=env)

    def kpixl(
        self, *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> Outcome:
        """The command line as pip installed it on Windows."""
        return self.run(self.python / "Scripts" / "kpixl.exe", *arguments, cwd=cwd, env=env)

    def install(self, wheel: Path) -> Outcome:
        """Put kpixl on it with Windows' own pip; nothing is fetched, nothing may be missing."""
        return self.run_python(
            "-m", "pip", "install", "--no-index", "--find-links", self.wheels,
            "--no-warn-script-location", "--disable-pip-version-check",
            f"kpixl[addin] @ {wheel.as_uri().replace('file:///', 'file:///Z:/')}",
        )  # fmt: skip

    def restart(self) -> None:
        """Switch it off and on again; everything that runs on it ends."""
        stop(self._prefix)
        start(self._prefix)

    def talk(self, python: Path | None = None) -> Talk:
        """A Python of Windows that stays and does what it is told."""
        return Talk(self, python or self.python)


class Talk:
    """A Python of Windows that calls functions of tests/wine/inside for us."""

    limit = LIMIT

    def __init__(self, machine: Machine, python: Path) -> None:
        inside = Path(__file__).with_name("inside")
        self._process = machine.start(
            python / "python.exe", inside / "listen.py", stdin=subprocess.PIPE
        )

    def __call__(self, function: str, *arguments: Any) -> Any:
        """Call module.function with plain values; raises Said with what went wrong there."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps([function, arguments]).encode() + b"\n")
        stdin.flush()
        patience = threading.Timer(self.limit, self._process.kill)
        patience.start()
        try:
            return self._answer(stdout)
        finally:
            patience.cancel()

    def _answer(self, stdout: IO[bytes]) -> Any:
        noise = []
        while line := stdout.readline():
            if line.startswith(b"\x02"):
                ok, answer = json.loads(line[1:])
                if not ok:
                    raise Said(answer)
                return answer
            noise.append(line.decode("utf-8", "replace"))
        raise Ended("".join(noise))

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


class Ended(Exception):
    """A Python of Windows is gone: it broke, or was ended because it hung."""


class Said(Exception):
    """What went wrong in a Python of Windows, in its own words."""
