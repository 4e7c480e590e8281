"""`kpixl check`: every fault of a returned form with its cell, and nothing of clean ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.packaging.custom import StringProperty

from tests.cli.running import REPO, SYSTEM, Run, address, change

GOLDEN = REPO / "tests" / "golden" / "wenzhou-2015"


def relabelled(path: Path, system: str | None) -> None:
    """A form that says it belongs to another scheme, or to none."""
    book = openpyxl.load_workbook(path)
    for name in book.custom_doc_props.names:
        if name.startswith("kpixl-"):
            del book.custom_doc_props[name]
    if system is not None:
        book.custom_doc_props.append(StringProperty(name="kpixl-system", value=system))
    book.save(path)


def test_clean_forms_have_no_finding(run: Callable[..., Run], forms: Path) -> None:
    done = run("check", forms)
    assert (done.code, done.out, done.err) == (0, "已校验 4 份,没有发现问题。\n", "")
    done = run("check", *forms.iterdir(), "--json")
    assert done.json["findings"] == []
    assert sorted(done.json["files"]) == sorted(p.name for p in forms.iterdir())


def test_the_scheme_is_found_by_the_form_s_own_marks(run: Callable[..., Run], forms: Path) -> None:
    form = forms / "海城街道.xlsx"
    change(form, {"按时报送工作报表": "对"})
    for words in ((), ("--scheme", "wenzhou-2015"), ("--scheme", SYSTEM / "方案.xlsx")):
        done = run("check", form, *words, "--json")
        assert done.code == 1
        (fault,) = done.json["findings"]
        assert (fault["code"], fault["cell"]) == (
            "value-yes-no",
            address(form, "按时报送工作报表"),
        )


def test_several_faults_are_all_told_in_one_pass(run: Callable[..., Run], forms: Path) -> None:
    form = forms / "海城街道.xlsx"
    change(form, {"亩均利润": None, "信息采用条数": -3, "技改投资": "２０００万元"})
    done = run("check", form)
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("已校验 1 份,共有 3 条问题(强 3):\n")
    for name in ("亩均利润", "信息采用条数", "技改投资"):
        (line,) = [x for x in done.out.splitlines() if f"“{name}”" in x]
        assert line.startswith(f"〔强〕海城街道.xlsx 填报表!{address(form, name)} 海城街道:")
    assert "建议值 0.2亿元" in done.out


def test_one_form_by_itself_is_not_blamed_for_those_that_are_not_there(
    run: Callable[..., Run], forms: Path
) -> None:
    assert run("check", forms / "海城街道.xlsx").code == 0


def test_a_folder_stands_for_all_units(run: Callable[..., Run], forms: Path) -> None:
    (forms / "海城街道.xlsx").unlink()
    done = run("check", forms, "--json")
    assert done.code == 1
    assert [(f["code"], f["unit"]) for f in done.json["findings"]] == [
        ("form-returns-missing", "海城街道")
    ]


def test_checking_changes_no_file(run: Callable[..., Run], forms: Path) -> None:
    change(forms / "海城街道.xlsx", {"亩均利润": "约3"})

    def digests() -> dict[str, str]:
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in forms.iterdir()}

    before = digests()
    run("check", forms)
    assert digests() == before


def test_a_form_without_marks_needs_the_scheme_s_name(run: Callable[..., Run], forms: Path) -> None:
    form = forms / "海城街道.xlsx"
    relabelled(form, None)
    done = run("check", form)
    assert done.code == 2
    assert done.err == (
        "“海城街道.xlsx”没有采用:不知道这份表格属于哪个考核方案,应为:表上带有自带方案的标识。"
        "请用 --scheme 写明方案的名称,或方案工作簿的路径。\n"
    )
    assert run("check", form, "--scheme", "wenzhou-2015").code == 0


def test_a_form_of_another_scheme_is_not_read_as_one_of_this(
    run: Callable[..., Run], forms: Path
) -> None:
    form = forms / "海城街道.xlsx"
    relabelled(form, "别的考核")
    assert run("check", form).code == 2
    done = run("check", form, "--scheme", "wenzhou-2015", "--json")
    assert done.code == 2
    (fault,) = done.json["findings"]
    assert (fault["code"], fault["found"]) == ("form-other-scheme", "别的考核")
    assert done.err.startswith("“海城街道.xlsx”没有采用:这是另一个考核方案的填报表")


def test_a_table_of_figures_is_checked_too_with_the_scheme_s_name(
    run: Callable[..., Run],
) -> None:
    data = GOLDEN / "gaps.csv"
    done = run("check", data, "--scheme", "wenzhou-2015", "--json")
    assert done.code == 1
    assert {f["code"] for f in done.json["findings"]} >= {"value-missing"}
    done = run("check", data)
    assert (done.code, done.out) == (2, "")
    assert ".csv 不带方案标识,请用 --scheme 写明方案" in done.err
