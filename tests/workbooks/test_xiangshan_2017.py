"""The workbooks of xiangshan-2017 ask what the source asks and say what their figures are."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from kpixl.errors import RuleError
from kpixl.findings import blocking
from kpixl.grid import Snapshot
from kpixl.hosts import files
from kpixl.numbers import conversion
from kpixl.reporting.ledger_report import ledger_json
from kpixl.rules import parse
from kpixl.rules.terms import Requirements
from kpixl.scheme.find import find_scheme
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scheme.tasks import Ledger, Task
from kpixl.templates.ledger_form import collect_ledger
from kpixl.validation import validate
from kpixl.workspace.assessing import follow
from tests.soffice import Office

SYSTEM = "xiangshan-2017"
REPO = Path(__file__).parents[2]
GOLDEN = REPO / "tests" / "golden" / SYSTEM
COHORTS = sorted(GOLDEN.glob("*.csv"))
LEDGERS = [p for p in COHORTS if not p.stem.startswith("企业")]
TABLES = [p for p in COHORTS if p.stem.startswith("企业")]


@cache
def scheme() -> Scheme:
    place = find_scheme(SYSTEM)
    found, findings = read_scheme(files.read(place.path), system=place.system)
    assert found is not None and findings == ()
    return found


def ledger() -> Ledger:
    found = scheme().ledger
    assert found is not None
    return found


def tasks() -> dict[str, Task]:
    return {t.input: t for t in ledger().tasks}


@cache
def returns() -> tuple[Snapshot, ...]:
    folder = find_scheme(SYSTEM).folder / "回收"
    return tuple(files.read(path) for path in sorted(folder.glob("*.xlsx")))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# -- the scheme ------------------------------------------------------------------------


def test_the_lint_finds_nothing() -> None:
    assert lint(scheme()) == ()


def test_inputs_are_exactly_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-inputs.csv")
    assert len(wanted) == 77
    assert [(i.item, i.name, i.unit, i.kind, i.direction) for i in scheme().inputs] == [
        (r["item"], r["input"], r["unit"], r["kind"], r["direction"]) for r in wanted
    ]
    targets = {r["input"]: Decimal(r["target"]) for r in wanted if r["target"]}
    assert {t.input: t.target for t in ledger().tasks} == targets


def test_tasks_have_the_units_and_the_pace_of_the_source(shared: Path) -> None:
    wanted = [r for r in rows(shared / "data" / f"{SYSTEM}-inputs.csv") if r["group"] != "企业"]
    assert [(t.input, t.units, t.pace) for t in ledger().tasks] == [
        (
            r["input"],
            tuple(r["group"].split("|")),
            "比率" if r["note"].startswith("rate") else "累计",
        )
        for r in wanted
    ]
    limits = {r["input"] for r in wanted if "不超过" in r["note"]}
    assert {t.input for t in ledger().tasks if t.limit} == limits == {"工业项目审批时限"}


def test_roster_and_groups_are_those_of_the_source(shared: Path) -> None:
    wanted = rows(shared / "data" / f"{SYSTEM}-units.csv")
    assert [(u.name, u.group) for u in scheme().units] == [(r["unit"], r["group"]) for r in wanted]
    assert ledger().unplaced == ("集体",)


def test_what_holds_for_all_tasks_stands_in_the_scheme_workbook() -> None:
    assert (ledger().green, ledger().yellow) == (Decimal(1), Decimal("0.8"))
    assert (ledger().lead, ledger().share) == (Decimal(1), Decimal("0.5"))
    assert scheme().period == "月" and scheme().ties == "竞争" and scheme().decimals == 2


def test_enterprises_are_asked_for_two_figures_of_fifty_each_at_most_seventy_five() -> None:
    classing = ledger().classing
    assert classing is not None
    assert classing.inputs == ("亩均税收", "全员劳动生产率")
    for key in classing.indicators:
        indicator = scheme().indicator_by_key[key]
        assert indicator.rule is not None and indicator.points == 75
        assert indicator.rule.same_rule(parse("得分=本值÷本类平均值×50"))


def test_every_clause_gives_the_target_that_stands_beside_it() -> None:
    for task in ledger().tasks:
        indicator = scheme().indicator_by_key[task.item]
        assert indicator.rule is not None and indicator.feeds == (task.input,)
        (asked,) = indicator.rule.inputs
        (term,) = indicator.rule.terms
        assert isinstance(term, Requirements)
        assert (asked.target or 100) == task.target


def test_what_a_sentence_leaves_open_is_an_assumption_that_the_owner_can_switch() -> None:
    open_ = {
        key: {a.code for a in i.rule.assumptions}
        for key, i in scheme().indicator_by_key.items()
        if i.rule is not None and i.rule.assumptions
    }
    assert {key.split(" ")[0] for key in open_} == {
        "三4(1)", "三6(2)", "三6(3)", "三6(4)", "三10(2)", "三10(3)",
    }  # fmt: skip
    # their targets stand in the clause alone, so that a reading changes them
    named = {t.input for t in ledger().tasks if t.item in open_}
    assert {i.name for i in scheme().inputs if i.pace and i.target is None} == named
    told = ledger_json(follow(scheme(), [LEDGERS[0]], month=6))["assumptions"]
    assert {code for codes in open_.values() for code in codes} <= {a["code"] for a in told}


# -- the sentences of the source -------------------------------------------------------

# Words of the sentence that names a task, where it does not use the name of our figure.
WORDS = {
    "规上工业产值增速": "规上工业产值同比增长",
    "规上工业增加值增速": "规上工业增加值同比增长",
    "工业投资增速": "工业投资同比增长",
    "技改投资增速": "技改投资同比增长",
    "新增500万元以上规下企业": "规下企业",
    "新增亿元企业": "亿元企业",
    "新增科技型小微企业": "科技型小微企业",
    "县级科技企业孵化器": "孵化器",
    "科技企业加速器": "加速器",
    "工业项目招商占比": "工业项目招商",
    "当年注册项目": "注册项目",
    "当年动建项目": "动建项目",
    "总投资10亿元以上项目": "10亿元以上项目",
    "省151专家": "151",
    "博士后工作站等": "工作坊",
    "企业难题答复率": "难题答复率",
    "企业难题解决率": "解决率",
    "亿元以上项目开工率": "开工率",
    "政府购买服务扶持资金": "专项扶持资金",
    "重大项目专题研究": "每月二次",
    "工业项目审批时限": "审批时间不超过",
    "个转企": "家个体工商户",
    "战略合作龙头企业": "龙头骨干企业",
    "入库宁波市高成长企业": "高成长企业库",
    "市级单项冠军示范企业": "单项冠军示范企业",
    "规模以上企业总量": "总量达到",
    "亿元企业总量": "亿元企业达到",
    "新三板等挂牌企业": "新三板",
    "引进电子制造等企业": "企业2家",
    "软件产值增速": "软件产值增长",
    "启动建设工业创新中心": "工业创新中心",
    "智能制造项目": "实施智能制造项目",
    "机器换人项目": "机器换人”项目",
    "两化融合建设企业": "实施两化融合建设",
    "市级两化融合贯标企业": "两化融合贯标评定",
    "重点产业平台建设进度": "发挥重点产业平台",
    "战略性新兴产业专业园申报": "专业园",
    "一镇一策落实进度": "逐步落实",
    "小微集聚区土建进度": "完成小微企业集聚区建设",
    "制造业特色小镇": "家制造业特色小镇",
    "工业用地指标占比": "30%以上的土地指标",
}
# What the rule language does not read as the target; docs/source-sentences.md says why.
EXCEPTIONS = {"县级科技企业孵化器", "科技企业加速器"}


def paragraphs(shared: Path) -> dict[str, str]:
    """The numbered paragraphs of the source by the number of our items: 二(一), 三6(4)."""
    text = (shared / "seeds" / f"{SYSTEM}.txt").read_text(encoding="utf-8")
    goals = text[text.index("二、工作目标") : text.index("三、工作任务")]
    found = {f"二({m[1]})": m[2] for m in re.finditer(r"\(([一二三四五])\)(.+)", goals)}
    number = ""
    for line in text[text.index("三、工作任务") : text.index("四、保障措施")].splitlines():
        heading = re.match(r"\s*(\d+)\.", line)
        point = re.match(r"\s*\((\d+)\)(.+)", line)
        if heading:
            number = heading[1]
        elif point and number:
            found[f"三{number}({point[1]})"] = re.sub(r"\(责任单位:.*", "", point[2])
    return found


def piece_of(shared: Path, task: Task) -> str:
    """The piece of a source sentence that states a task."""
    body = paragraphs(shared)[task.item.split(" ")[0]]
    words = WORDS.get(task.input, task.input)
    found = [piece for piece in re.split("[,;。、]", body) if words in piece]
    assert found, task.input
    return found[0]


def reads_as_the_task(sentence: str, task: Task) -> bool:
    """Whether a sentence is read as one requirement with a task's target and unit of measure."""
    try:
        rule = parse(sentence, default_rule=scheme().default_rule)
    except RuleError:
        return False
    if len(rule.inputs) != 1 or not isinstance(rule.terms[0], Requirements):
        return False
    (asked,), term = rule.inputs, rule.terms[0]
    if task.kind == "judged":
        return asked.kind == "judged"
    same_unit = asked.unit == task.unit or conversion(asked.unit, task.unit) == 1
    return asked.target == task.target and same_unit and bool(term.limits) == task.limit


@pytest.mark.parametrize("name", sorted(set(WORDS) - EXCEPTIONS))
def test_renamed_figures_stand_in_the_source_under_these_words(shared: Path, name: str) -> None:
    assert piece_of(shared, tasks()[name])


def test_source_sentences_give_the_targets_of_our_workbook(shared: Path) -> None:
    unread = {
        task.input for task in ledger().tasks if not reads_as_the_task(piece_of(shared, task), task)
    }
    assert unread == EXCEPTIONS


def test_exceptions_are_told_in_the_documents() -> None:
    text = (REPO / "docs" / "source-sentences.md").read_text(encoding="utf-8")
    told = re.findall(rf"^\| {SYSTEM} \| ([^|]+) \|", text, re.MULTILINE)
    assert sorted(told) == sorted(EXCEPTIONS)


# -- worked examples and golden cohorts ------------------------------------------------


@pytest.mark.parametrize("path", LEDGERS, ids=lambda p: p.stem)
def test_a_ledger_comes_out_as_in_the_working_paper(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    found = ledger_json(follow(scheme(), [path], month=int(path.stem[-2:])))
    assert found["tasks"] == expected["tasks"]
    units = {u["unit"]: u for u in found["units"]}
    assert len(units) == len(expected["units"]) == 21
    for line in expected["units"]:
        assert {key: units[line["unit"]][key] for key in line} == line


@pytest.mark.parametrize("path", TABLES, ids=lambda p: p.stem)
def test_classes_come_out_as_in_the_working_paper(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    found = ledger_json(follow(scheme(), enterprises=path))
    lines = {e["name"]: e for e in found["enterprises"]}
    assert lines == {e["name"]: e for e in expected["enterprises"]}


# -- the form --------------------------------------------------------------------------


def blank() -> Path:
    return find_scheme(SYSTEM).folder / "空白表.xlsx"


def test_the_blank_ledger_asks_for_every_task_in_every_month_and_holds_no_figure() -> None:
    form = files.read(blank())
    by_month, findings = collect_ledger([form], scheme())
    assert by_month == {} and findings == ()
    sheet = form.sheets[0]
    assert sheet.protected
    heads = {v: (r, c) for r, c, v in sheet.filled() if re.fullmatch(r"\d+月", str(v))}
    assert list(heads) == [f"{m}月" for m in range(1, 13)]
    names = {v: r for r, c, v in sheet.filled() if v in tasks()}
    assert set(names) == set(tasks())
    months = [column for _, column in heads.values()]
    assert {(r, c) for r in names.values() for c in months} <= sheet.unlocked


def test_the_blank_ledger_prints_on_landscape_pages_as_wide_as_the_paper(
    tmp_path: Path, soffice: Office
) -> None:
    (pdf,) = soffice.convert([blank()], "pdf", tmp_path)
    data = pdf.read_bytes()
    pages = data.count(b"/Type/Page/") + data.count(b"/Type/Page ")
    assert 3 <= pages <= 6  # one or two of them for the remarks
    assert b"/MediaBox[0 0 841" in data or b"/MediaBox [0 0 841" in data


# -- the returned ledgers --------------------------------------------------------------


def test_every_leading_unit_has_returned_a_ledger_and_nothing_is_wrong() -> None:
    by_month, findings = collect_ledger(returns(), scheme())
    assert findings == () and list(by_month) == [1, 2, 3, 4, 5, 6]
    assert len(returns()) == len(ledger().leads) == 12
    for entries in by_month.values():
        settled, findings = validate(entries, scheme())
        assert findings == () and not blocking(findings)
        assert {e.input for e in settled if e.state == "given"} == set(tasks())


def test_returned_figures_are_those_of_the_readable_table() -> None:
    by_month, _ = collect_ledger(returns(), scheme())
    for row in rows(find_scheme(SYSTEM).folder / "source" / "示例.csv"):
        for month, entries in by_month.items():
            assert entries.cells["", row["input"]].raw == float(row[f"{month}月"])


def test_every_returned_ledger_says_on_its_face_that_its_figures_are_invented() -> None:
    for snapshot in returns():
        texts = [str(v) for _, _, v in snapshot.sheets[0].filled() if isinstance(v, str)]
        assert any("示例" in t and "虚构" in t for t in texts[:4])
        own = [t for t in ledger().tasks if t.input in texts]
        assert sum(t == "示例(虚构)" for t in texts) == len(own) > 0


def test_each_figure_is_traced_to_the_cell_of_the_file_it_came_from() -> None:
    result = follow(scheme(), [find_scheme(SYSTEM).folder / "回收"], month=6)
    assert result.current is not None
    for state in result.current.table.states:
        assert state.entry is not None and state.actual is not None
        place = state.entry.place
        assert place.file == f"{state.task.lead}.xlsx"
        source = next(s for s in returns() if s.source.name == place.file)
        assert state.entry.sha256 == source.source.sha256
        sheet = source.sheet(place.sheet)
        assert sheet is not None
        column = re.sub(r"\d", "", place.cell)
        row = int(re.sub(r"\D", "", place.cell))
        number = 0
        for letter in column:
            number = number * 26 + ord(letter) - 64
        assert sheet.value(row, number) == float(state.actual)


def test_invented_enterprises_are_classed_and_one_lacks_a_figure() -> None:
    table = find_scheme(SYSTEM).folder / "企业示例.xlsx"
    result = follow(scheme(), enterprises=table)
    assert result.classes is not None
    assert len(result.classes.frame) == 60 and result.classes.count == 59
    assert [f.code for f in result.findings] == ["enterprise-missing"]
