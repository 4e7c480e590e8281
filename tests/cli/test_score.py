"""`kpixl score` and `kpixl rank`: the data contract, the exit codes, the result book."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli.paper import by_hand
from tests.cli.running import REPO, STREETS, SYSTEM, Run, address, change, figures, kpixl

GOLDEN = REPO / "tests" / "golden" / "wenzhou-2015"
UNIT_KEYS = [
    "unit", "group", "items", "base_total", "blocks", "total", "complete", "rank", "rank_all",
    "grade", "notes",
]  # fmt: skip
FINDING_KEYS = [
    "code", "severity", "file", "sheet", "cell", "unit", "input", "found", "expected", "remedy",
    "text",
]  # fmt: skip


def test_the_json_has_the_keys_of_the_data_contract(run: Callable[..., Run], forms: Path) -> None:
    change(forms / "海城街道.xlsx", {"技改投资": "约5亿"})
    done = run("score", "wenzhou-2015", "--data", forms, "--json")
    assert list(done.json) == ["system", "period", "units", "findings", "assumptions"]
    assert (done.json["system"], done.json["period"]) == ("wenzhou-2015", "2015")
    for line in done.json["units"]:
        assert list(line) == UNIT_KEYS
        assert list(line["blocks"]) == ["基础指标", "附加指标"]
        assert len(line["items"]) == 9
        assert all(set(note) == {"code", "input", "text"} for note in line["notes"])
    assert all(list(fault) == FINDING_KEYS for fault in done.json["findings"])
    assert {a["code"] for a in done.json["assumptions"]} == {"G1", "G3", "G5", "G7"}


def test_json_stands_alone_on_stdout_also_at_exit_code_1(forms: Path) -> None:
    change(forms / "海城街道.xlsx", {"技改投资": "约5亿"})
    done = kpixl("score", "wenzhou-2015", "--data", forms, "--json", cwd=forms.parent)
    assert (done.code, done.err) == (1, "")
    (fault,) = [f for f in done.json["findings"] if f["severity"] == "强"]
    assert (fault["code"], fault["unit"], fault["input"]) == (
        "value-number-as-text",
        "海城街道",
        "技改投资",
    )
    assert (fault["file"], fault["cell"]) == (
        "海城街道.xlsx",
        address(forms / "海城街道.xlsx", "技改投资"),
    )
    assert fault["found"] == "约5亿"
    lines = {line["unit"]: line for line in done.json["units"]}
    assert lines["海城街道"]["items"]["7 “机器换人”技改投资"] is None
    assert (lines["海城街道"]["complete"], lines["海城街道"]["rank"]) == (False, None)
    assert sorted(lines[s]["rank"] for s in STREETS if s != "海城街道") == [1, 2, 3]


@pytest.mark.parametrize("cohort", ["four-streets", "gaps", "groups", "w4"])
def test_figures_of_a_csv_come_out_as_the_working_paper_has_them(
    cohort: str, run: Callable[..., Run]
) -> None:
    done = run("score", "wenzhou-2015", "--data", GOLDEN / f"{cohort}.csv", "--json")
    assert done.code == (1 if cohort == "gaps" else 0)
    expected = json.loads((GOLDEN / f"{cohort}.expected.json").read_text(encoding="utf-8"))
    ours = {line["unit"]: line for line in done.json["units"]}
    for line in expected["units"]:
        assert {k: ours[line["unit"]][k] for k in line} == line


def test_a_scheme_workbook_of_one_s_own_scores_like_the_packaged_one(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    own = tmp_path / "我的方案.xlsx"
    own.write_bytes((SYSTEM / "方案.xlsx").read_bytes())
    data = GOLDEN / "four-streets.csv"
    ours = run("score", own, "--data", data, "--json")
    assert (
        ours.json["units"] == run("score", "wenzhou-2015", "--data", data, "--json").json["units"]
    )


def test_the_same_csv_in_other_encodings_gives_the_same(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    text = (GOLDEN / "four-streets.csv").read_text(encoding="utf-8")
    plain = run("score", "wenzhou-2015", "--data", GOLDEN / "four-streets.csv", "--json")
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        (tmp_path / "数据.csv").write_text(text, encoding=encoding)
        done = run("score", "wenzhou-2015", "--data", tmp_path / "数据.csv", "--json")
        assert done.code == 0, encoding
        assert done.json["units"] == plain.json["units"], encoding


def test_text_for_people_says_places_scores_conventions_and_faults(
    run: Callable[..., Run], forms: Path
) -> None:
    change(forms / "海城街道.xlsx", {"信息采用条数": None})
    done = run("score", "wenzhou-2015", "--data", forms)
    assert (done.code, done.err) == (1, "")
    for part in ("名次", "总分", "各项得分", "按下列约定计分", "G3", "共有 3 条问题(强 1,提 2)"):
        assert part in done.out
    cell = address(forms / "海城街道.xlsx", "信息采用条数")
    assert f"〔强〕海城街道.xlsx 填报表!{cell} 海城街道:“信息采用条数”没有填写" in done.out
    assert "未完整" in done.out
    assert done.out.index("〔强〕") < done.out.index("〔提〕")


def test_many_findings_are_cut_on_the_screen_with_their_number(
    run: Callable[..., Run], forms: Path
) -> None:
    for form in forms.glob("*.xlsx"):
        change(form, dict.fromkeys(list(figures(form)[1])[:12]))
    done = run("score", "wenzhou-2015", "--data", forms)
    everything = run("score", "wenzhou-2015", "--data", forms, "--json").json["findings"]
    shown = [line for line in done.out.splitlines() if line.startswith("〔")]
    assert len(shown) == 40 < len(everything)
    assert f"共有 {len(everything)} 条问题" in done.out
    assert f"…… 还有 {len(everything) - 40} 条没有列出,加 --json 可看全部。" in done.out


@pytest.mark.parametrize("command", ["score", "rank"])
def test_the_result_book_is_written_where_it_is_asked_for(
    command: str, run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    out = tmp_path / "排名 结果.xlsx"
    done = run(command, "wenzhou-2015", "--data", forms, "--out", out)
    assert done.code == 0
    assert f"结果已写入:{out}" in done.out
    book = openpyxl.load_workbook(out)
    assert {"排名", "追溯", "公式核对", "运行记录"} <= set(book.sheetnames)
    record = [c.value for row in book["运行记录"].iter_rows() for c in row]
    assert any(isinstance(v, str) and v.startswith(f"kpixl {command} ") for v in record)
    assert run(command, "wenzhou-2015", "--data", forms, "--out", out).code == 0


def test_json_and_a_result_book_go_together(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    done = run("rank", "wenzhou-2015", "--data", forms, "--out", tmp_path / "结果.xlsx", "--json")
    assert (done.code, done.err) == (0, "")
    assert len(done.json["units"]) == 4
    assert (tmp_path / "结果.xlsx").exists()


def test_score_without_out_writes_nothing(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert run("score", "wenzhou-2015", "--data", forms).code == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_forms_can_be_given_one_by_one(run: Callable[..., Run], forms: Path) -> None:
    one_by_one = run("score", "wenzhou-2015", "--data", *sorted(forms.iterdir()), "--json")
    assert one_by_one.json == run("score", "wenzhou-2015", "--data", forms, "--json").json


def test_the_scheme_beside_the_forms_is_no_form(run: Callable[..., Run], forms: Path) -> None:
    scheme = forms / "方案.xlsx"
    scheme.write_bytes((SYSTEM / "方案.xlsx").read_bytes())
    done = run("score", scheme, "--data", forms, "--json")
    assert done.code == 0
    assert "方案.xlsx" not in {f["file"] for f in done.json["findings"]}


def test_one_broken_form_stops_nobody_else_s_score_and_is_told(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    broken = forms / "天河街道.xlsx"
    broken.write_bytes(broken.read_bytes()[:5000])
    out = tmp_path / "结果.xlsx"
    done = run("score", "wenzhou-2015", "--data", forms, "--out", out, "--json")
    assert done.code == 2
    assert done.err == (
        "“天河街道.xlsx”没有采用:文件不完整,可能没有传完。请重新下载,或向报送单位重新索取。\n"
    )
    broken.unlink()
    totals = {line["unit"]: (line["rank"], line["total"]) for line in done.json["units"]}
    assert totals == {u: (line["rank"], line["total"]) for u, line in by_hand(forms).items()}
    assert totals["天河街道"] == (None, None)
    codes = {(f["code"], f["file"] or f["unit"]) for f in done.json["findings"]}
    assert {
        ("file-unusable", "天河街道.xlsx"),
        ("form-returns-missing", "天河街道"),
    } <= codes
    assert out.exists()
