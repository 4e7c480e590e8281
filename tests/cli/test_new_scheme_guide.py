"""docs/new-scheme.zh-CN.md, done step by step: what a clerk who follows it gets.

The tables of the guide become the workbook, its commands are run as they stand there, and
what it shows of them is what they print.  The figures were worked out by hand.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kpixl.workspace.schemes import new_scheme
from tests.cli.running import REPO, Run, change

GUIDE = (REPO / "docs/new-scheme.zh-CN.md").read_text(encoding="utf-8")

# By hand, with a calculator, from the policy text that the guide begins with.
SCORES: dict[str, list[str]] = {
    # 15+3.3; 达到98; 达到90; 并列第1; 38÷40×10; 10-3×0.5; 2+4+4; 5÷2; 评议
    "青溪镇": ["18.3", "15", "10", "15", "9.5", "8.5", "10", "2.5", "2"],
    # 15-3; 95起; 81÷90×10; 并列第1; 30÷30×10; 无; 2+0+4; 12, 最高10; 评议
    "白石镇": ["12", "10", "9", "15", "10", "10", "6", "10", "0.5"],
    # 15-17<0; 95以下; 达到90; 第3名; 9.375; 10-9.5-3<0; 0+4+4; 1÷2; 评议
    "南屏镇": ["0", "0", "10", "13", "9.38", "0", "8", "0.5", "0"],
    # 15+6, 最多加5; 达到98; 45÷90×10; 第2名; 7÷8×10; 10-0.5-1; 2+4+4; 19÷2; 评议
    "东城街道": ["20", "15", "5", "14", "8.75", "8.5", "10", "9.5", "3"],
    # 15; 95起; 89.1÷90×10; 第1名; 不涉及,满分; 10-10; 0; 0; 评议
    "西城街道": ["15", "10", "9.9", "15", "10", "0", "0", "0", "1"],
}
PLACES = {
    "青溪镇": (1, "优秀"),
    "白石镇": (2, "合格"),
    "南屏镇": (3, "不合格"),
    "西城街道": (1, "优秀"),
    "东城街道": (2, None),  # 一票否决
}


def rows_below(heading: str, text: str = GUIDE) -> list[list[str]]:
    """The first table below a heading of the guide."""
    lines = text.split(heading, 1)[1].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|"))
    found = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        found.append([piece.strip() for piece in line[1:-1].split("|")])
    return [row for row in found if not set("".join(row)) <= {"-"}]


def cell(text: str) -> object:
    """What typing a text into a cell gives: a number where it is one."""
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text or None


def workbook(path: Path, **changes: list[list[str]]) -> None:
    """The blank scheme filled in as the guide says, tables of it replaced by others."""
    path.unlink(missing_ok=True)
    new_scheme(path)
    book = openpyxl.load_workbook(path)
    for name in ("方案", "单位", "指标", "数据项"):
        (heads, *rows) = changes.get(name) or rows_below(f"### “{name}”表")
        type_in(book[name], heads, rows)
    book.save(path)


def type_in(sheet: Worksheet, heads: list[str], rows: list[list[str]]) -> None:
    """Each row below the headings, or in the row that begins with the same setting."""
    top = next(c.row for row in sheet.iter_rows() for c in row if c.value == heads[0])
    columns = {c.value: c.column for c in sheet[top]}
    settings = {sheet.cell(r, 1).value: r for r in range(top + 1, sheet.max_row + 1)}
    for number, row in enumerate(rows, top + 1):
        at = settings[row[0]] if sheet.title == "方案" else number
        for head, text in zip(heads, row, strict=True):
            sheet.cell(at, columns[head]).value = cell(text)


def sessions() -> Iterator[tuple[list[str], str]]:
    """The commands of the guide with what it shows of them."""
    for command, shown in re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", GUIDE, re.M | re.S):
        program, *arguments = shlex.split(command)
        assert program == "kpixl"
        yield arguments, shown.strip()


def fill_in(issued: Path, returned: Path) -> None:
    """The figures of the guide, typed into the issued forms."""
    shutil.copytree(issued, returned)
    (_, *units), *lines = rows_below("## 七、收回和校验")
    for column, unit in enumerate(units, 1):
        figures = {line[0]: cell(line[column]) for line in lines}
        change(returned / f"{unit}.xlsx", figures)


@pytest.fixture
def done(run: Callable[..., Run], tmp_path: Path) -> Path:
    """The folder in which the guide was followed up to the returned forms."""
    workbook(tmp_path / "方案.xlsx")
    assert run("issue", "方案.xlsx", "--to", "下发").code == 0
    fill_in(tmp_path / "下发", tmp_path / "回收")
    return tmp_path


def test_every_command_of_the_guide_prints_what_the_guide_shows(
    run: Callable[..., Run],
    tmp_path: Path,
) -> None:
    commands = []
    for arguments, shown in sessions():
        if arguments[0] == "check":
            fill_in(tmp_path / "下发", tmp_path / "回收")
        printed = run(*arguments)
        if arguments[0] == "new":
            workbook(tmp_path / "方案.xlsx")
        said = "\n".join(line.rstrip() for line in (printed.out + printed.err).splitlines())
        assert not shown or said.strip() == shown, arguments
        commands.append(arguments[0])
    assert commands == ["rule"] * 4 + ["new", "lint", "issue", "check", "rank"]
    (ranking,) = re.findall(r"^```text\n(组内名次.*?)^```$", GUIDE, re.M | re.S)
    assert ranking.strip() in said
    assert (tmp_path / "结果.xlsx").is_file()


def test_the_policy_is_scored_as_worked_out_by_hand(run: Callable[..., Run], done: Path) -> None:
    result = run("score", "方案.xlsx", "--data", "回收", "--json")
    assert result.code == 0
    units = {u["unit"]: u for u in result.json["units"]}
    assert units.keys() == SCORES.keys()
    for unit, scores in SCORES.items():
        got = units[unit]
        assert list(got["items"].values()) == [float(s) for s in scores], unit
        assert got["base_total"] == float(sum(map(Decimal, scores[:-1])))
        assert got["total"] == float(sum(map(Decimal, scores)))
        assert got["complete"]
        assert (got["rank"], got["grade"]) == PLACES[unit]
    assert [f["code"] for f in result.json["findings"]] == ["lint-grade-below"]


def test_the_sum_that_the_guide_works_out_is_that_of_the_unit() -> None:
    *items, total = [row[-1] for row in rows_below("## 八、评分和核对")[1:]]
    assert items == SCORES["南屏镇"]
    assert Decimal(total) == sum(map(Decimal, items))


def test_a_renamed_unit_may_use_its_old_name(run: Callable[..., Run], done: Path) -> None:
    before = run("score", "方案.xlsx", "--data", "回收", "--json").json["units"]
    form = done / "回收" / "白石镇.xlsx"
    change(form, {}, unit="白石乡")
    form.rename(form.with_name("白石乡.xlsx"))
    checked = run("check", "回收", "--scheme", "方案.xlsx")
    assert (checked.code, checked.out) == (0, "已校验 5 份,没有发现问题。\n")
    assert run("score", "方案.xlsx", "--data", "回收", "--json").json["units"] == before


def test_a_merged_unit_that_reports_too_is_a_second_return_and_nothing_is_added_up(
    run: Callable[..., Run],
    done: Path,
) -> None:
    before = run("score", "方案.xlsx", "--data", "回收", "--json").json["units"]
    extra = done / "回收" / "云岭乡.xlsx"
    shutil.copy(done / "回收" / "南屏镇.xlsx", extra)
    change(extra, {"平安信息采用数": 9}, unit="云岭乡")
    checked = run("check", "回收", "--scheme", "方案.xlsx", "--json")
    assert checked.code == 1
    (fault,) = checked.json["findings"]
    (shown,) = re.findall(r"^```text\n(单位.*?)\n```$", GUIDE, re.M)
    assert fault["code"] == "form-unit-repeated" and fault["text"].startswith(shown)
    units = run("score", "方案.xlsx", "--data", "回收", "--json").json["units"]
    assert len(units) == 5
    informed = next(u for u in units if u["unit"] == "南屏镇")["items"]["8 平安信息"]
    assert informed in (0.5, 4.5)  # one of the two returns, never 1 + 9
    extra.unlink()
    assert run("score", "方案.xlsx", "--data", "回收", "--json").json["units"] == before


def test_a_merged_unit_reports_once_and_is_no_peer_any_more(
    run: Callable[..., Run],
    done: Path,
) -> None:
    """云岭乡 as a unit of its own would take a place in 群众安全感; merged it does not."""
    roster = rows_below("### “单位”表")
    apart = [row if row[0] != "南屏镇" else ["南屏镇", "", "镇"] for row in roster]
    workbook(done / "分开.xlsx", 单位=[*apart, ["云岭乡", "", "镇"]])
    change(done / "回收" / "南屏镇.xlsx", {"群众安全感满意度": 94})
    extra = done / "回收" / "云岭乡.xlsx"
    shutil.copy(done / "回收" / "南屏镇.xlsx", extra)
    change(extra, {"群众安全感满意度": 96}, unit="云岭乡")

    def place(scheme: str) -> float:
        units = run("score", scheme, "--data", "回收", "--json").json["units"]
        score = next(u for u in units if u["unit"] == "南屏镇")["items"]["4 群众安全感"]
        assert isinstance(score, float)
        return score

    assert place("分开.xlsx") == 12.0  # 97.2 97.2 96 94: fourth
    extra.unlink()
    assert place("方案.xlsx") == 13.0  # 97.2 97.2 94: third


def test_a_changed_roster_leaves_issued_forms_valid(run: Callable[..., Run], done: Path) -> None:
    roster = rows_below("### “单位”表")
    moved = [row if row[0] != "东城街道" else ["东城街道", "东城", "镇"] for row in roster]
    workbook(done / "改名后的方案.xlsx", 单位=moved)
    result = run("score", "改名后的方案.xlsx", "--data", "回收", "--json")
    units = {u["unit"]: u for u in result.json["units"]}
    assert units["东城街道"]["group"] == "镇"
    # 97.2 97.2 95 90: fourth of the towns now
    assert units["东城街道"]["items"]["4 群众安全感"] == 12.0
    assert all(u["complete"] for u in units.values())


def test_a_new_version_tells_forms_of_the_old_one(run: Callable[..., Run], done: Path) -> None:
    settings = rows_below("### “方案”表")
    workbook(
        done / "方案.xlsx",
        方案=[row if row[0] != "版本" else ["版本", "1.1"] for row in settings],
    )
    findings = run("check", "回收", "--scheme", "方案.xlsx", "--json").json["findings"]
    assert {f["code"] for f in findings} == {"form-version"}


# What a clerk types wrongly (table, row, and cells by column) for each line of the guide's list.
MISTAKES: list[tuple[str, int, dict[int, str]]] = [
    ("数据项", 9, {1: "实施方案落实情况", 4: ""}),
    ("数据项", 9, {4: "方案"}),
    ("指标", 1, {2: "25"}),
    ("指标", 2, {2: "20"}),
    ("指标", 8, {4: "G3=密集"}),
    ("方案", 1, {1: ""}),
]
LISTED = [row[0] for row in rows_below("## 五、检查方案")[1:]]


@pytest.mark.parametrize(("said", "mistake"), list(zip(LISTED, MISTAKES, strict=True)))
def test_the_mistakes_that_the_guide_lists_are_told_as_it_says(
    run: Callable[..., Run], tmp_path: Path, said: str, mistake: tuple[str, int, dict[int, str]]
) -> None:
    table, number, typed = mistake
    rows = rows_below(f"### “{table}”表")
    for column, text in typed.items():
        rows[number][column] = text
    workbook(tmp_path / "方案.xlsx", **{table: rows})
    pattern = ".*?".join(map(re.escape, said.split("…")))
    assert re.search(pattern, run("lint", "方案.xlsx").out), said


# -- the second example -------------------------------------------------------------------

PROJECTS = ("甲局", "乙局", "丙局", "丁局")
# What each office reports, 甲 to 丁; a blank has last year's figure (80) beside it.
REPORTED: dict[str, tuple[str, str, str, str]] = {
    "年度投资": ("9", "25", "0", "15.5"),
    "固定资产投资": ("10", "20", "30", "15"),
    "上年固定资产投资": ("8", "20", "20", "12"),
    "开工率": ("100", "", "19", "95"),
    "违法用地": ("0", "5", "1", "2"),
    "重大安全事故": ("否", "否", "是", "否"),
    "争先评分": ("90", "90", "70", "60"),
}
# By hand. 1: 30-(100-90)×0.5, over the target, 0 %, exactly met.  2: absolute 60 80 100 70 by
# 0.4, growth 25 0 50 25 % gives 80 60 100 80 by 0.6.  3: ÷95×20.  4: 20-5 each, accident 0.
# 5: two share the first place, so the next is third.
WORKED: dict[str, tuple[str, str, str, str]] = {
    "1 完成投资": ("25", "30", "0", "30"),
    "2 投资增速": ("7.2", "6.8", "10", "7.6"),
    "3 开工率": ("20", "16.84", "4", "20"),
    "4 要素保障": ("20", "0", "0", "10"),
    "5 争先创优": ("20", "20", "12", "8"),
}


def second(path: Path) -> None:
    """The workbook of the second example."""
    section = "## 十一、再复杂一点的方案"
    starts = {"方案": "“方案”表:", "指标": "指标表:", "数据项": "数据项表:", "目标": "目标表:"}
    text = GUIDE.split(section, 1)[1]
    tables = {
        name: rows_below("\n" + start, text) for name, start in starts.items() if name != "方案"
    }
    tables["方案"] = rows_below("四个局同组。“方案”表:", text)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    tables["单位"] = [["单位"], *([name] for name in PROJECTS)]
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell(text) for text in row])
    book.save(path)


def test_the_second_example_is_sound_and_scored_as_worked_out_by_hand(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    second(tmp_path / "方案.xlsx")
    assert run("lint", "方案.xlsx").out == "2026年度重点项目攻坚考核:没有发现问题。\n"
    lines = ["unit,input,value,last_year"]
    for name, figures in REPORTED.items():
        lines += [
            f"{u},{name},{v},{'' if v else 80}" for u, v in zip(PROJECTS, figures, strict=True)
        ]
    (tmp_path / "数据.csv").write_text("\n".join(lines), encoding="utf-8")
    result = run("score", "方案.xlsx", "--data", "数据.csv", "--json").json
    units = {u["unit"]: u for u in result["units"]}
    for column, unit in enumerate(PROJECTS):
        scores = {item: row[column] for item, row in WORKED.items()}
        assert units[unit]["items"] == {k: float(v) for k, v in scores.items()}
        assert units[unit]["total"] == float(sum(map(Decimal, scores.values())))
    assert [(u["unit"], u["rank"], u["grade"]) for u in result["units"]] == [
        ("甲局", 1, "优秀"),
        ("丁局", 2, "合格"),
        ("乙局", 3, "合格"),
        ("丙局", 4, "合格"),
    ]
    assert [f["code"] for f in result["findings"]] == ["value-last-year"]


def test_the_forms_of_the_second_example_show_each_office_its_own_target(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    second(tmp_path / "方案.xlsx")
    assert run("issue", "方案.xlsx", "--to", "下发").code == 0
    for office, target in zip(PROJECTS, (10, 20, 30, 15.5), strict=True):
        sheet = openpyxl.load_workbook(tmp_path / "下发" / f"{office}.xlsx").worksheets[0]
        rows = [[c.value for c in row] for row in sheet.iter_rows()]
        (line,) = [row for row in rows if "年度投资" in row]
        assert target in line
        assert not any("固定资产投资增速" in row for row in rows)  # 算式: nobody fills it in
