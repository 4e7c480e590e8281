"""A digital signature becomes void only with consent, whichever command writes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kpixl.cli import main
from tests.cli.running import SYSTEM, Run
from tests.hosts.packages import placed, signed, small_book
from tests.templates.layouts.build import by_xlsxwriter, forms


class Terminal(io.StringIO):
    """Somebody who can be asked."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["calc", "bind"])
def words(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """A command that writes what a signed workbook becomes."""
    out = str(tmp_path / "新.xlsx")
    if request.param == "calc":
        book = placed(tmp_path, signed(small_book()), "签名.xlsx")
        return ["calc", str(book), "--out", out]
    scheme = placed(tmp_path, signed((SYSTEM / "方案.xlsx").read_bytes()), "签名.xlsx")
    form = placed(tmp_path, by_xlsxwriter(forms("")[0]), "考核表.xlsx")
    return ["bind", str(form), "--scheme", str(scheme), "--save", out]


def test_without_anybody_to_ask_a_flag_is_the_consent(
    run: Callable[..., Run], words: list[str], tmp_path: Path
) -> None:
    before = (tmp_path / "签名.xlsx").read_bytes()
    done = run(*words)
    assert done.code == 2
    assert "带有数字签名,改动以后签名就作废了" in done.err and "--void-signature" in done.err
    assert not (tmp_path / "新.xlsx").exists()
    done = run(*words, "--void-signature")
    assert done.code in (0, 1) and "数字签名" not in done.err
    assert openpyxl.load_workbook(tmp_path / "新.xlsx").sheetnames
    assert (tmp_path / "签名.xlsx").read_bytes() == before


@pytest.mark.parametrize(("said", "written"), [("n\n", False), ("是\n", True)])
def test_somebody_at_the_terminal_is_asked(
    words: list[str], said: str, written: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(said))
    monkeypatch.setattr("sys.stderr", asked)
    code = main(words)
    assert "签名作废,要重新签。继续写入吗?(y/n)" in asked.getvalue()
    assert (tmp_path / "新.xlsx").exists() is written
    assert (code == 2) is not written
