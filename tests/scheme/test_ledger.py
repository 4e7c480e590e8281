"""The ledger of a scheme workbook: tasks, their targets, and everything wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kpixl.findings import Finding
from kpixl.grid import Sheet, Snapshot, Source
from kpixl.scheme.lint import lint
from kpixl.scheme.reader import read_scheme
from kpixl.scheme.tasks import Ledger

Rows = Sequence[Sequence[object]]

SETTINGS = (
    ("设置项", "取值"), ("名称", "推进"), ("年度", "2017"), ("版本", "1"), ("代号", "push"), ("期间", "月"),
    ("默认规则", "完成目标任务的得满分,未完成的按比例得分"),
)  # fmt: skip
UNITS = (("单位", "别名", "分组"), ("甲局", "甲", "部门"), ("乙局", "", "部门"), ("丙镇", "", "镇"))
INDICATORS = (
    ("序号", "指标", "分值", "评分标准"),
    ("1", "企业", None, "新增企业达到30家以上"),
    ("2", "时限", None, "答复时限不超过5天"),
    ("3", "平台", None, "推进平台建设"),
)
INPUTS = (
    ("指标", "数据项", "单位", "类型", "目标", "方向", "进度", "责任单位"),
    ("1 企业", "新增企业", "家", "个数", None, "", "累计", "甲局、乙局"),
    ("2 时限", "答复时限", "天", "数值", None, "越小越好", "比率", "乙局"),
    ("3 平台", "平台进度", "%", "评议", None, "", "累计", "丙镇"),
)


def read(**changed: Rows) -> tuple[Ledger, tuple[Finding, ...]]:
    tables: Mapping[str, Rows] = {
        "方案": SETTINGS, "单位": UNITS, "指标": INDICATORS, "数据项": INPUTS, **changed,
    }  # fmt: skip
    sheets = tuple(
        Sheet(name, tuple(tuple(row) for row in rows))  # type: ignore[arg-type]
        for name, rows in tables.items()
    )
    scheme, findings = read_scheme(Snapshot(Source("方案.xlsx"), sheets), system="x")
    assert scheme is not None and scheme.ledger is not None
    return scheme.ledger, findings


def changed(table: Rows, row: int, column: int, value: object) -> Rows:
    rows = [list(r) for r in table]
    rows[row][column] = value
    return rows


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [f.code for f in findings]


def test_targets_and_limits_come_from_the_clauses() -> None:
    ledger, findings = read()
    assert findings == ()
    assert [(int(t.target), t.limit, t.pace) for t in ledger.tasks] == [
        (30, False, "累计"),
        (5, True, "比率"),
        (100, False, "累计"),
    ]
    assert [(t.lead, t.sharing) for t in ledger.tasks] == [
        ("甲局", ("乙局",)),
        ("乙局", ()),
        ("丙镇", ()),
    ]
    assert ledger.leads == ("甲局", "乙局", "丙镇")


def test_the_column_of_targets_goes_before_the_clause_and_a_difference_is_told() -> None:
    ledger, findings = read(数据项=changed(INPUTS, 1, 4, 40))
    assert ledger.tasks[0].target == 40 and codes(findings) == ["scheme-task-clause"]


def test_a_reading_of_the_clause_changes_the_target() -> None:
    heads = (*INDICATORS[0], "读法")
    rows = [(*row, "") for row in INDICATORS[1:]]
    targets = {}
    for reading in ("", "G28=上限"):
        rows[0] = ("1", "企业", None, "新增企业达到3-5家", reading)
        ledger, findings = read(指标=(heads, *rows))
        assert findings == ()
        targets[reading] = int(ledger.tasks[0].target)
    assert targets == {"": 3, "G28=上限": 5}


def test_a_task_may_do_without_a_clause() -> None:
    ledger, findings = read(
        指标=changed(changed(INDICATORS, 1, 3, ""), 2, 3, ""),
        数据项=changed(changed(INPUTS, 1, 4, 25), 2, 4, 7),
    )
    assert findings == ()
    assert [(int(t.target), t.limit) for t in ledger.tasks[:2]] == [(25, False), (7, True)]


def test_a_smaller_target_below_0_asks_for_a_decrease() -> None:
    ledger, _ = read(指标=changed(INDICATORS, 2, 3, ""), 数据项=changed(INPUTS, 2, 4, -4))
    assert (int(ledger.tasks[1].target), ledger.tasks[1].limit) == (-4, False)


def test_a_task_without_a_target_is_told_and_left_out() -> None:
    ledger, findings = read(指标=changed(INDICATORS, 1, 3, ""))
    assert codes(findings) == ["scheme-task-target"] and len(ledger.tasks) == 2


def test_responsible_units_are_known_by_their_aliases_and_strangers_are_told() -> None:
    ledger, findings = read(数据项=changed(INPUTS, 1, 7, "甲、丁局"))
    assert ledger.tasks[0].units == ("甲局", "丁局")
    assert [(f.code, f.found) for f in findings] == [("scheme-task-unit", "丁局")]
    _, findings = read(数据项=changed(INPUTS, 1, 7, ""))
    assert codes(findings) == ["scheme-task-nobody"]


def test_a_task_without_a_pace_grows_over_the_year() -> None:
    ledger, findings = read(数据项=changed(INPUTS, 2, 6, ""))
    assert ledger.tasks[1].pace == "累计" and codes(findings) == ["scheme-task-pace"]


def test_lights_weights_and_groups_without_places_are_settings() -> None:
    more = (("亮灯", "绿灯=95%;黄灯=75%"), ("责任权重", "牵头=2;配合=1"), ("不排名", "集体、镇"))
    ledger, findings = read(方案=(*SETTINGS, *more))
    assert findings == ()
    assert (ledger.green, ledger.yellow) == (Decimal("0.95"), Decimal("0.75"))
    assert (int(ledger.lead), int(ledger.share), ledger.unplaced) == (2, 1, ("集体", "镇"))


def test_settings_that_make_no_sense_are_told_and_the_usual_ones_hold() -> None:
    for text in ("绿灯=80%;黄灯=100%", "蓝灯=100%", "绿灯", "绿灯=-1"):
        ledger, findings = read(方案=(*SETTINGS, ("亮灯", text)))
        assert codes(findings) == ["scheme-setting-value"], text
        assert (ledger.green, ledger.yellow) == (Decimal(1), Decimal("0.8"))


def test_all_or_nothing_is_a_default_rule() -> None:
    rule = "每项考核内容达到要求的得满分,未达到要求的不得分"
    settings = [r for r in SETTINGS if r[0] != "默认规则"]
    ledger, _ = read(方案=(*settings, ("默认规则", rule)))
    assert all(t.all_or_nothing for t in ledger.tasks)


def test_classes_need_indicators_of_enterprises_and_a_readable_clause() -> None:
    _, findings = read(方案=(*SETTINGS, ("企业分类", "前20%为A;其余为B")))
    assert codes(findings) == ["scheme-clause-unread"]
    indicators = (*INDICATORS, ("4", "税收", 75, "得分=本值÷本类平均值×50"))
    inputs = (
        (*INPUTS[0], "适用单位"),
        *((*row, "") for row in INPUTS[1:]),
        ("4 税收", "亩均税收", "万元", "数值", None, "", "", "", "企业"),
    )
    tables: dict[str, Rows] = {"指标": indicators, "数据项": inputs}
    ledger, findings = read(方案=(*SETTINGS, ("企业分类", "前20%为A;其余为B")), **tables)
    assert findings == () and ledger.classing is not None
    assert ledger.classing.inputs == ("亩均税收",) and len(ledger.tasks) == 3
    _, findings = read(方案=(*SETTINGS, ("企业分类", "前一些为A")), **tables)
    assert codes(findings) == ["scheme-clause-unread"]


def test_the_lint_asks_for_no_points_of_tasks() -> None:
    sheets = {"方案": SETTINGS, "单位": UNITS, "指标": INDICATORS, "数据项": INPUTS}
    snapshot = Snapshot(
        Source("方案.xlsx"),
        tuple(Sheet(n, tuple(tuple(r) for r in rows)) for n, rows in sheets.items()),
    )
    scheme, _ = read_scheme(snapshot, system="x")
    assert scheme is not None and lint(scheme) == ()
