"""What the tests need from outside the repository; without it they are skipped.

`ci_policy` turns such a skip into a failure on the build server.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calc import Calc, installed
from tests.soffice import Office

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source texts and data: KPIXL_SHARED, or `shared` beside the repository."""
    given = os.environ.get("KPIXL_SHARED")
    path = Path(given) if given else ROOT.parent / "shared"
    if not (path / "data").is_dir():
        pytest.skip(f"no source data at {path} (set KPIXL_SHARED)")
    return path


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A private headless LibreOffice, one program for all tests that convert files."""
    from kpixl.hosts.calc_office import NoOffice, bridge

    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    try:
        bridge()
    except NoOffice as error:
        pytest.skip(str(error))
    office = Office(tmp_path_factory.mktemp("soffice"), program=program)
    yield office
    office.stop()


@pytest.fixture(scope="session")
def calc(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    """LibreOffice Calc with our extension, in one process for all tests that use it."""
    program = Calc(installed(tmp_path_factory.mktemp("calc")))
    yield program
    program.stop()
