"""What a button says comes with what to do next."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from kpixl.addin.job import Job, run
from kpixl.hosts import files
from kpixl.hosts.memory import MemoryHost
from kpixl.scheme.find import find_scheme

FORM, OTHER = "天河街道.xlsx", "沙城街道.xlsx"


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """The returned forms of four streets."""
    forms = find_scheme("wenzhou-2015").folder / "回收"
    return Path(shutil.copytree(forms, tmp_path / "回收"))


def said(folder: Path, command: str, form: str = OTHER) -> str:
    """What a button says on a form beside others."""
    path = folder / form
    host = MemoryHost(files.read(path))
    return run(
        command, Job(host.snapshot(), datetime(2016, 1, 10), path, read=files.read), host
    ).text


def spoil(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["填报表"]["H10"] = "约三百"
    book.save(path)


def test_when_all_have_passed_they_are_ranked(returned: Path) -> None:
    assert said(returned, "collect").endswith("按“排名”,与同一文件夹的表一起计分。")


def test_who_has_not_returned_is_reminded_and_a_form_with_faults_goes_back(returned: Path) -> None:
    (returned / "海城街道.xlsx").unlink()
    spoil(returned / FORM)
    *_, remind, back = said(returned, "collect").splitlines()
    assert remind == "未报的:名单在“催报”表,请催交。"
    assert back == "退回的:请打开该单位的表,按“退回单”,打印后随表退回。"


def test_a_slip_says_where_it_and_the_mended_form_go(returned: Path) -> None:
    spoil(returned / FORM)
    assert said(returned, "slip", FORM).splitlines()[-1] == (
        "请打印这一页,随表退回;改好的表放回原来的文件夹,再按“汇总回收”。"
    )
