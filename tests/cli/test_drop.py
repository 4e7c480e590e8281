"""What a clerk drops on kpixl.cmd is what was meant, whatever its path, and stays as it was."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.commands.drop import dropped
from tests.cli.running import STREETS, SYSTEM, Run, change

SCHEME = SYSTEM / "方案.xlsx"


def digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


# -- what was dropped --------------------------------------------------------------------------

# Characters that a file name of Windows may hold; Explorer quotes a path with a space.
NAMES = st.text(
    st.sampled_from("ab&()%^!;,=+'`~#@{}[]$ 考核.") | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    min_size=1,
    max_size=12,
)  # fmt: skip


def explorer(program: str, paths: list[str]) -> str:
    """The line with which Explorer starts a command file that something was dropped on."""
    words = " ".join(f'"{p}"' if " " in p else p for p in paths)
    return rf'C:\Windows\system32\cmd.exe /c ""{program}" {words}"'


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_every_path_that_explorer_drops_is_found_again(names: list[str]) -> None:
    paths = [rf"D:\{name}\x.xlsx" for name in names]
    assert dropped(explorer(r"C:\张 三\kpixl.cmd", paths)) == paths


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        (r'cmd /c "D:\kpixl.cmd"', []),
        (r'C:\Windows\system32\cmd.exe /c ""D:\考核\kpixl.cmd" "', []),  # a double click
        (r'cmd.exe /c D:\kpixl.cmd D:\a', [r"D:\a"]),
        (r'C:\WINDOWS\system32\cmd.exe /c ""D:\考核\KPI考核.cmd" "D:\R&D (1)" D:\b^c!"',
         [r"D:\R&D (1)", r"D:\b^c!"]),
        (r'"C:\Windows\system32\cmd.exe"', None),
        (r'cmd.exe /c dir D:\ ', None),
        ("", None),
    ],
)  # fmt: skip
def test_a_line_that_no_drop_makes_is_told_apart(line: str, paths: list[str] | None) -> None:
    assert dropped(line) == paths


def test_the_command_file_hands_the_line_over(
    run: Callable[..., Run], forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPIXL_LINE", explorer("D:\\kpixl.cmd", [str(forms / "星海街道.xlsx")]))
    assert "已校验 1 份" in run("drop", "--dropped").out
    monkeypatch.setenv("KPIXL_LINE", '"C:\\Windows\\system32\\cmd.exe" ')
    assert run("drop", "--dropped").code == 9


def test_typed_at_a_prompt_it_is_kpixl(run: Callable[..., Run]) -> None:
    assert run("drop", "rule", "每采用一条得0.1分", "--points", "10").code == 0
    assert "拖到 kpixl.cmd" in run("drop").out


# -- what is done ------------------------------------------------------------------------------


def sheets(path: Path) -> list[str]:
    return list(openpyxl.load_workbook(path, read_only=True).sheetnames)


def test_a_folder_is_collected_and_scored_beside_and_stays_as_it_was(
    run: Callable[..., Run], forms: Path
) -> None:
    folder = forms.rename(forms.parent / "交回的表 (1)&100%!^")
    before = digests(folder)
    done = run("drop", folder)
    assert done.code == 0, done.err
    assert digests(folder) == before
    made = sorted(p.name for p in folder.parent.iterdir() if p != folder)
    assert made == [f"{folder.name}-回收情况", f"{folder.name}-评分结果.xlsx"]
    assert {"排名", "追溯"} <= set(sheets(folder.parent / made[1]))
    assert all(street in done.out for street in STREETS)
    assert run("drop", folder).code == 0  # again, over its own results


def test_a_zip_gives_the_same_ranking_as_its_folder(run: Callable[..., Run], forms: Path) -> None:
    run("drop", forms)
    packed = forms.parent / "邮件 附件.zip"
    with zipfile.ZipFile(packed, "w") as package:
        for form in sorted(forms.glob("*.xlsx")):
            package.write(form, f"附件/{form.name}")
    assert run("drop", packed).code == 0

    def ranking(path: Path) -> list[tuple[object, ...]]:
        return list(openpyxl.load_workbook(path)["排名"].iter_rows(min_row=3, values_only=True))

    of_folder = ranking(forms.parent / "回收-评分结果.xlsx")
    assert ranking(forms.parent / "邮件 附件-评分结果.xlsx") == of_folder


def test_a_unit_that_did_not_report_is_told_and_the_others_are_scored(
    run: Callable[..., Run], forms: Path
) -> None:
    (forms / "天河街道.xlsx").unlink()
    done = run("drop", forms)
    assert done.code == 1
    assert "未报:天河街道" in done.out
    assert done.out.rstrip().endswith("未报 1 个:催报。收齐以前,名次只供参考。")
    assert (forms.parent / "回收-评分结果.xlsx").exists()


def test_what_is_wrong_is_told_once_and_what_to_do_next_last(
    run: Callable[..., Run], forms: Path
) -> None:
    change(forms / "海城街道.xlsx", {"亩均利润": "约30"})
    done = run("drop", forms)
    assert done.out.count("现为:约30") == 1
    last = done.out.rstrip().splitlines()[-1]
    assert last.startswith("退回 1 个:把退回单和批注表发给它们") and "名次只供参考" in last


def test_one_form_is_checked_and_nothing_is_written(run: Callable[..., Run], forms: Path) -> None:
    change(forms / "海城街道.xlsx", {"亩均利润": "约30"})
    before = digests(forms.parent)
    done = run("drop", forms / "海城街道.xlsx")
    assert done.code == 1
    assert "约30" in done.out
    assert digests(forms.parent) == before


def own_scheme(to: Path) -> Path:
    """The office's own scheme: a system that the package does not know."""
    shutil.copy(SCHEME, to)
    book = openpyxl.load_workbook(to)
    cells = [c for row in book["方案"].iter_rows() for c in row]
    (label,) = (c for c in cells if c.value == "代号")
    book["方案"].cell(label.row, label.column + 1).value = "our-own"
    book.save(to)
    return to


@pytest.mark.parametrize("inside", [True, False])
def test_the_offices_own_scheme_is_found_in_the_folder_or_beside_it(
    inside: bool, run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = tmp_path / "收到"
    folder.mkdir()
    scheme = own_scheme((folder if inside else tmp_path) / "2016年考核方案(定稿).xlsx")
    assert run("issue", scheme, "--to", tmp_path / "下发").code == 0
    for form in (tmp_path / "下发").glob("*.xlsx"):
        shutil.copy(form, folder)
    done = run("drop", folder)
    assert scheme.name in done.out
    assert (tmp_path / "收到-回收情况").is_dir()
    assert (tmp_path / "收到-评分结果.xlsx").exists()


def test_a_scheme_is_linted_and_a_result_verified(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    own = own_scheme(tmp_path / "我的方案.xlsx")
    assert run("drop", own).out == run("lint", own).out
    result = tmp_path / "结果.xlsx"
    run("rank", "wenzhou-2015", "--data", forms, "--out", result)
    assert "完全一致" in run("drop", result).out


def test_one_path_that_cannot_be_used_does_not_stop_the_others(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    (tmp_path / "说明.docx").write_bytes(b"PK")
    done = run("drop", tmp_path / "说明.docx", tmp_path / "没有", forms / "星海街道.xlsx")
    assert done.code == 2
    assert "不是表格文件" in done.err
    assert "没有这个文件或文件夹" in done.err
    assert "已校验 1 份" in done.out


def test_somebodys_own_workbook_is_not_overwritten(run: Callable[..., Run], forms: Path) -> None:
    theirs = forms.parent / "回收-评分结果.xlsx"
    openpyxl.Workbook().save(theirs)
    before = theirs.read_bytes()
    done = run("drop", forms)
    assert done.code == 2
    assert "不能覆盖" in done.err
    assert theirs.read_bytes() == before
    assert not (forms.parent / "回收-回收情况").exists()
