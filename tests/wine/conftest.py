"""A Windows with kpixl on it, made once for all tests that use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.building import built_wheel
from tests.wine.machine import LIMIT, Ended, Machine, Talk
from tests.wine.prepare import NoWindows, session

collect_ignore_glob = ["inside/*"]  # runs on Windows' Python only


@pytest.fixture(scope="session")
def wine() -> Iterator[Machine]:
    """Windows' own Python with pip, pywin32 and xlwings, under Wine; without kpixl.

    Its registry and its disk are its own and are gone afterwards.
    """
    try:
        with session() as folder:
            yield Machine(folder)
    except NoWindows as error:
        pytest.skip(f"no Wine: {error}")


@pytest.fixture(scope="session")
def windows(wine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """The same with kpixl, installed from its wheel by Windows' pip."""
    done = wine.install(built_wheel(tmp_path_factory.mktemp("wheel")))
    assert done.code == 0, done.out
    return wine


@pytest.fixture(scope="session")
def installed(windows: Machine) -> Machine:
    """The same with the add-in put where Excel would find it."""
    done = windows.kpixl("addin", "install")
    assert done.code == 0, done.out
    return windows


@pytest.fixture(scope="module")
def excel(installed: Machine) -> Iterator[Talk]:
    """A client in Excel's place, with the server running that the DLL started for it."""
    with installed.talk() as talk:
        talk.limit = 60
        try:
            why = talk("excel.start")
        except Ended:
            why = None  # COM of a Wine that was just switched on hangs once in a while
        if why is not None:
            assert why == ""
            talk.limit = LIMIT
            yield talk
            return
    installed.restart()
    with installed.talk() as talk:
        assert talk("excel.start") == ""
        yield talk
