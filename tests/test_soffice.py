"""The harness around LibreOffice, tried with programs that misbehave."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.soffice import Office, OfficeFailed

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="only on Windows are there no process groups"
)


def program(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text("#!/bin/sh\n" + script, "utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "child"
    hanging = program(tmp_path, f"sleep 600 & echo $! > '{note}'\nwait\n")
    office = Office(tmp_path / "office", program=hanging, limit=1)
    source = tmp_path / "表.xlsx"
    source.touch()
    with pytest.raises(OfficeFailed, match="not converted within 1 s"):
        office.recalculate([source], tmp_path / "out")
    child = int(note.read_text())
    for _ in range(50):
        if not alive(child):
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_result_that_was_there_before_is_no_result(tmp_path: Path) -> None:
    office = Office(tmp_path / "office", program=program(tmp_path, "echo nothing done\n"))
    source, old = tmp_path / "表.ods", tmp_path / "表.xlsx"
    source.touch()
    old.write_text("old")
    with pytest.raises(OfficeFailed, match="nothing done"):
        office.recalculate([source], tmp_path)
    assert old.read_text() == "old"
