"""Every sort of unusable input ends in one sentence that says what to do, and in exit code 2."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import SYSTEM, Run, change, kpixl
from tests.hosts.encrypted import sealed

FORM = SYSTEM / "回收" / "海城街道.xlsx"
HEAD = "unit,group,input,value\n"


def other_book(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["会议通知", "各街道"])
    book.save(path)


def truncated(path: Path) -> None:
    path.write_bytes(FORM.read_bytes()[:4000])


def data(content: bytes | str) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(
        content.encode("utf-8") if isinstance(content, str) else content
    )


# Name of the file, how it is made (None: not at all), what is said of it.
BROKEN: dict[str, tuple[str, Callable[[Path], object] | None, str]] = {
    "missing": (
        "没有.xlsx",
        None,
        "无法使用文件“没有.xlsx”:文件不存在。请核对路径和文件名。",
    ),
    "missing csv": (
        "没有.csv",
        None,
        "无法使用文件“没有.csv”:文件不存在。",
    ),
    "no workbook": (
        "通知.xlsx",
        data("各街道:请于1月15日前报送。"),
        "无法使用文件“通知.xlsx”:这是纯文字文件,不是电子表格。"
        "请用 Excel 或 WPS 打开后另存为 .xlsx,再试。",
    ),
    "pdf": (
        "表.xlsx",
        data(b"%PDF-1.7\n"),
        "无法使用文件“表.xlsx”:这是 PDF,不是电子表格。请给出原来的表格文件。",
    ),
    "zero bytes": (
        "表.xlsx",
        data(b""),
        "无法使用文件“表.xlsx”:文件是空的(0 字节)。请重新下载,或向报送单位重新索取。",
    ),
    "truncated": (
        "表.xlsx",
        truncated,
        "无法使用文件“表.xlsx”:文件不完整,可能没有传完。请重新下载,或向报送单位重新索取。",
    ),
    "encrypted": (
        "表.xlsx",
        data(sealed(FORM.read_bytes(), "x")),
        "无法使用文件“表.xlsx”:文件有打开密码。请用 --password-file 给出写有密码的文本文件,"
        "或在 Excel、WPS 中取消打开密码后另存,再试。",
    ),
    "other book": (
        "通知.xlsx",
        other_book,
        "“通知.xlsx”中没有可用的填报数据:认不出这份表格是哪张填报表。"
        "请给出填报表、含填报表的文件夹,或列名为 unit,group,input,value 的 .csv 文件。",
    ),
    "empty csv": (
        "数据.csv",
        data(b""),
        "“数据.csv”中没有可用的填报数据:文件是空的。"
        "请给出填报表、含填报表的文件夹,或列名为 unit,group,input,value 的 .csv 文件。",
    ),
    "csv without columns": (
        "数据.csv",
        data("街道,产值\n海城街道,41\n"),
        "“数据.csv”中没有可用的填报数据:缺少 input、value 列",
    ),
    "csv of headings only": (
        "数据.csv",
        data(HEAD),
        "“数据.csv”中没有可用的填报数据:没有一行同时写明单位和本方案的数据项。",
    ),
    "csv of other inputs": (
        "数据.csv",
        data(HEAD + "海城街道,街道,财政收入,3\n"),
        "“数据.csv”中没有可用的填报数据:没有一行同时写明单位和本方案的数据项。",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_used_gets_its_own_sentence(
    case: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    name, make, sentence = BROKEN[case]
    if make is not None:
        make(tmp_path / name)
    for options in ((), ("--json",), ("--out", "结果.xlsx")):
        done = run("score", "wenzhou-2015", "--data", name, *options)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(sentence)
        assert done.err.count("\n") == 1
        assert not (tmp_path / "结果.xlsx").exists()


def test_none_of_them_shows_a_traceback_as_a_program(tmp_path: Path) -> None:
    truncated(tmp_path / "表.xlsx")
    done = kpixl("score", "wenzhou-2015", "--data", "表.xlsx", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (2, "", BROKEN["truncated"][2] + "\n")
    done = kpixl("score", "wenzhou-2015", "--data", "表.xlsx", "--debug", cwd=tmp_path)
    assert done.code == 2
    assert "Traceback" in done.err
    assert done.err.endswith(BROKEN["truncated"][2] + "\n")


def test_a_folder_without_forms_says_so(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "空" / "说明.txt").write_text("x", encoding="utf-8")
    (tmp_path / "空" / "~$海城街道.xlsx").write_bytes(b"x")
    for command in (("score", "wenzhou-2015", "--data"), ("check",), ("demo", "--data")):
        done = run(*command, "空")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("“空”中没有可用的填报数据:文件夹里没有工作簿或 .csv 文件。")


def test_a_folder_in_which_nothing_can_be_read_says_how_many_and_why(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = tmp_path / "回收"
    folder.mkdir()
    truncated(folder / "甲.xlsx")
    (folder / "乙.xlsx").write_bytes(b"")
    done = run("score", "wenzhou-2015", "--data", folder)
    assert (done.code, done.out) == (2, "")
    assert f"“{folder}”中没有可用的填报数据:2 个文件都不能用,如“乙.xlsx”文件是空的" in done.err


def test_forms_and_a_table_in_one_folder_are_a_question(
    run: Callable[..., Run], forms: Path
) -> None:
    (forms / "数据.csv").write_text(HEAD, encoding="utf-8")
    done = run("score", "wenzhou-2015", "--data", forms)
    assert (done.code, done.out) == (2, "")
    assert "“数据.csv”与填报表放在一起,不知道以哪个为准,请只给出一种" in done.err
    done = run("score", "wenzhou-2015", "--data", forms / "数据.csv", forms / "数据2.csv")
    assert "有 2 个 .csv(数据.csv、数据2.csv),一次只能用一个" in done.err


def test_a_result_of_ours_given_as_data_is_named_as_one(
    run: Callable[..., Run], forms: Path
) -> None:
    assert run("rank", "wenzhou-2015", "--data", forms, "--out", "结果.xlsx").code == 0
    done = run("score", "wenzhou-2015", "--data", "结果.xlsx")
    assert done.code == 2
    assert done.err == (
        "无法使用文件“结果.xlsx”:这是 kpixl 写出的结果工作簿,不是填报表。"
        "请给出各单位交回的填报表。\n"
    )


# -- schemes ---------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["score", "rank", "lint", "check"])
def test_a_scheme_that_is_nowhere_is_told_with_those_there_are(
    command: str, run: Callable[..., Run], forms: Path
) -> None:
    words = {
        "lint": ("没有这个",),
        "check": (forms, "--scheme", "没有这个"),
        "score": ("没有这个", "--data", forms),
        "rank": ("没有这个", "--data", forms, "--out", "结果.xlsx"),
    }[command]
    done = run(command, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("找不到考核方案“没有这个”:既不是文件,也不是自带方案。自带方案有:")
    assert "wenzhou-2015" in done.err


def test_a_workbook_that_is_no_scheme_is_told_as_such(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    other_book(tmp_path / "通知.xlsx")
    done = run("score", "通知.xlsx", "--data", forms)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "无法使用文件“通知.xlsx”:读不成考核方案,方案工作簿缺少“方案”表。"
        "全部问题可用 kpixl lint 查看;样子请看自带方案。\n"
    )
    done = run("lint", "通知.xlsx")
    assert done.code == 2
    assert "方案工作簿缺少“指标”表" in done.out
    assert done.err.startswith("“通知.xlsx”读不成考核方案:")
    assert run("lint", "通知.xlsx", "--json").json["system"] is None
    truncated(tmp_path / "方案.xlsx")
    done = run("lint", "方案.xlsx")
    assert (done.code, done.err[:12]) == (2, "无法使用文件“方案.xl")


def test_a_folder_of_a_scheme_stands_for_its_workbook(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    shutil.copytree(SYSTEM, tmp_path / "我的考核")
    assert run("lint", "我的考核").code == 0


# -- faults inside a form: findings, never the end of a run ------------------------------


def test_a_unit_that_nobody_knows_is_a_finding_with_those_there_are(
    run: Callable[..., Run], forms: Path
) -> None:
    change(forms / "海城街道.xlsx", {}, unit="东海街道")
    done = run("score", "wenzhou-2015", "--data", forms)
    assert (done.code, done.err) == (1, "")
    (line,) = [x for x in done.out.splitlines() if "东海街道" in x]
    assert line.startswith("〔强〕海城街道.xlsx 填报表!")
    assert "单位“东海街道”不在参评单位名单内" in line
    assert "星海街道、海城街道、沙城街道、天河街道" in line
    assert "请核对单位名称" in line


def test_text_in_a_number_cell_is_a_finding_with_a_proposal(
    run: Callable[..., Run], forms: Path
) -> None:
    change(forms / "海城街道.xlsx", {"规上工业总产值": "41亿元"})
    done = run("score", "wenzhou-2015", "--data", forms)
    assert (done.code, done.err) == (1, "")
    (line,) = [x for x in done.out.splitlines() if x.startswith("〔强〕")]
    assert "“规上工业总产值”是文字,不是数字;现为:41亿元;应为:数字(建议值 41亿元)" in line
    assert line.endswith("工具不会代改。")


# -- outputs ---------------------------------------------------------------------------


def folder_as_output(path: Path) -> None:
    path.mkdir()


def read_only(path: Path) -> None:
    path.write_bytes((SYSTEM / "方案.xlsx").read_bytes())
    path.chmod(0o444)


def open_in_excel(path: Path) -> None:
    (path.parent / f"~${path.name}").write_bytes(b"x")


def open_in_libreoffice(path: Path) -> None:
    (path.parent / f".~lock.{path.name}#").write_bytes(b"x")


OUTPUTS: dict[str, tuple[str, Callable[[Path], None] | None, str]] = {
    "no folder": (
        "没有/结果.xlsx",
        None,
        "不存在。请先建好文件夹,或换一个位置。原文件未改动。",
    ),
    "folder": ("结果.xlsx", folder_as_output, "这是文件夹。请给出文件名。原文件未改动。"),
    "wrong suffix": (
        "结果.xls",
        None,
        "结果工作簿是 .xlsx 格式。请把扩展名写成 .xlsx。原文件未改动。",
    ),
    "read-only": ("结果.xlsx", read_only, "文件是只读的。请取消只读属性,或换一个文件名。"),
    "somebody's": (
        "结果.xlsx",
        other_book,
        "文件已经存在,而且不是 kpixl 写出的结果,不能覆盖。请换一个文件名,或先移走这个文件。",
    ),
}


@pytest.mark.parametrize("case", OUTPUTS)
def test_an_output_that_cannot_be_written_is_told_before_any_work(
    case: str, run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    name, make, sentence = OUTPUTS[case]
    if make is not None:
        make(tmp_path / name)
    before = (tmp_path / name).read_bytes() if (tmp_path / name).is_file() else None
    done = run("rank", "没有这个方案", "--data", forms, "--out", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"无法写入“{name}”:")
    assert sentence in done.err
    assert ((tmp_path / name).read_bytes() if (tmp_path / name).is_file() else None) == before


@pytest.mark.parametrize(
    ("lock", "mark"), [(open_in_excel, "~$"), (open_in_libreoffice, ".~lock.")]
)
def test_a_result_that_is_open_elsewhere_is_left_alone(
    lock: Callable[[Path], None],
    mark: str,
    run: Callable[..., Run],
    forms: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "结果.xlsx"
    program = "Excel 或 WPS" if mark == "~$" else "LibreOffice"
    assert run("rank", "wenzhou-2015", "--data", forms, "--out", out).code == 0
    before = out.read_bytes()
    lock(out)
    done = run("rank", "wenzhou-2015", "--data", forms, "--out", out)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        f"无法写入“{out}”:文件正在 {program} 中打开。请关闭后重试;"
        f"如果已经关闭,请删除同一文件夹中的“{mark}"
    )
    assert out.read_bytes() == before


def test_a_returned_form_is_never_the_output(run: Callable[..., Run], forms: Path) -> None:
    form = forms / "海城街道.xlsx"
    before = form.read_bytes()
    done = run("rank", "wenzhou-2015", "--data", forms, "--out", form)
    assert done.code == 2
    assert "不能覆盖" in done.err
    assert form.read_bytes() == before
