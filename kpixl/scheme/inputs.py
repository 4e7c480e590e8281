"""The sheet 数据项: what the form asks for, and what is derived from that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, cast, get_args

from kpixl.findings import Finding, finding
from kpixl.scheme.cells import Row, Table, parts_of, repeated
from kpixl.scheme.derive import Derivation, DerivationError, in_order, parse_derivation
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import Indicator, Input, Kind, MissingPolicy, Pace, Unit
from kpixl.scheme.settings import Settings

KINDS: Mapping[str, Kind] = {
    "number": "number", "数值": "number", "数": "number", "数字": "number",
    "percent": "percent", "百分数": "percent", "百分比": "percent", "比率": "percent",
    "count": "count", "个数": "count", "计数": "count", "数量": "count", "整数": "count",
    "yes_no": "yes_no", "yes/no": "yes_no", "是否": "yes_no", "是/否": "yes_no",
    "judged": "judged", "评议": "judged", "评分": "judged", "打分": "judged",
}  # fmt: skip
DIRECTIONS: Mapping[str, Literal["up", "down"]] = {
    "": "up", "up": "up", "越大越好": "up", "正向": "up", "高": "up",
    "down": "down", "越小越好": "down", "逆向": "down", "低": "down",
}  # fmt: skip
_FLAGS: Mapping[str, bool] = {"": True, "是": True, "可": True, "否": False, "不可": False}
_NEEDED: Mapping[str, bool] = {"": False, "是": True, "要": True, "否": False, "不要": False}
_PACES: Mapping[str, Pace] = {
    "累计": "累计", "序时": "累计", "cumulative": "累计",
    "比率": "比率", "全额": "比率", "存量": "比率", "rate": "比率",
}  # fmt: skip
# Who is meant in 适用单位 by the figures of a table of enterprises.
ENTERPRISES = "企业"


def read_inputs(
    table: Table | None,
    indicators: Sequence[Indicator],
    units: Sequence[Unit],
    settings: Settings,
) -> tuple[tuple[Input, ...], list[Finding]]:
    inputs: list[Input] = []
    findings: list[Finding] = []
    find = _finder(indicators)
    members = {n for u in units for n in (u.name, u.group, *u.aliases) if n} | {ENTERPRISES}
    taken: set[str] = set()
    written = (row.text("数据项") for row in (table.rows if table else ()))
    names = {spelling(name): name for name in written if name}
    for row in table.rows if table else ():
        name = row.text("数据项")
        if not name:
            if row.own("类型") or row.own("单位"):
                place = row.place("数据项")
                findings.append(finding("scheme-name-missing", place=place, name="数据项"))
            continue
        if spelling(name) in taken:
            findings.append(repeated(row.place("数据项"), name))
            continue
        taken.add(spelling(name))
        item = find(row.text("指标"))
        given, wrong = _input(row, name, item, settings.text("一票否决"), names, indicators)
        inputs.append(given)
        findings += wrong
        findings += [
            finding(
                "scheme-applies-unknown",
                place=row.place("适用单位"),
                input=name,
                found=part,
                name=name,
                choices="、".join(dict.fromkeys(u.group or u.name for u in units)),
            )
            for part in given.applies_to
            if units and part not in members
        ]
    known = {i.name for i in inputs}
    findings += [
        finding("scheme-same-unknown", place=i.place, input=i.name, found=other, name=i.name)
        for i in inputs
        for other in i.same_as
        if other not in known or other == i.name
    ]
    return tuple(inputs), findings


def _finder(indicators: Sequence[Indicator]) -> Callable[[str], str | None]:
    """Which indicator a text means: its key, its name, or its number where that is unique."""
    names: dict[str, set[str]] = {}
    for i in indicators:
        for text in (i.key, i.name, i.number):
            names.setdefault(spelling(text), set()).add(i.key)

    def find(text: str) -> str | None:
        exact = next((i.key for i in indicators if spelling(i.key) == spelling(text)), None)
        keys = names.get(spelling(text), set())
        return exact or (next(iter(keys)) if len(keys) == 1 and text else None)

    return find


def _nearest(text: str, indicators: Sequence[Indicator]) -> list[str]:
    """The keys of the indicators that somebody may have meant, else some as an example."""
    from difflib import get_close_matches

    keys = [i.key for i in indicators]
    return get_close_matches(text, keys, n=2, cutoff=0.5) or keys[:3]


def _named(row: Row, column: str, names: Mapping[str, str]) -> str:
    """目标 may name the input that holds each unit's own target."""
    found = names.get(spelling(row.text(column)), "") if column == "目标" else ""
    return "" if found == row.text("数据项") else found


def _input(
    row: Row,
    name: str,
    item: str | None,
    veto: str,
    names: Mapping[str, str],
    indicators: Sequence[Indicator],
) -> tuple[Input, list[Finding]]:
    findings: list[Finding] = []

    def wrong(code: str, column: str, **facts: str) -> None:
        findings.append(
            finding(
                code,
                place=row.place(column),
                input=name,
                found=row.text(column),
                name=name,
                **facts,
            )
        )

    if item is None and name != veto:
        wrong(
            "scheme-input-unknown-indicator",
            "指标",
            choices="、".join(f"“{key}”" for key in _nearest(row.text("指标"), indicators)),
        )
    kind = KINDS.get(spelling(row.text("类型")))
    if kind is None:
        wrong("scheme-input-kind", "类型")
    direction = DIRECTIONS.get(spelling(row.text("方向")))
    if direction is None:
        wrong("scheme-input-direction", "方向")
    percent = kind == "percent"
    numbers: dict[str, Decimal | None] = {}
    for column, code in (
        ("目标", "scheme-input-target"),
        ("下限", "scheme-input-bound"),
        ("上限", "scheme-input-bound"),
    ):
        numbers[column] = row.number_in(column, points=percent)
        if numbers[column] is None and not row.dashed(column) and not _named(row, column, names):
            wrong(code, column)
    missing = row.text("缺报")
    if missing and missing not in get_args(MissingPolicy):
        wrong("scheme-input-missing", "缺报", choices="、".join(get_args(MissingPolicy)))
        missing = ""
    marks = _FLAGS.get(spelling(row.text("口径")))
    if marks is None:
        wrong("scheme-input-marks", "口径")
    evidence = _NEEDED.get(spelling(row.text("佐证")))
    if evidence is None:
        wrong("scheme-input-evidence", "佐证")
    low, high = numbers["下限"], numbers["上限"]
    if low is not None and high is not None and low > high:
        wrong("scheme-input-bound", "下限")
        low = high = None
    return (
        Input(
            name=name,
            item=item or row.text("指标"),
            unit=row.text("单位"),
            kind=kind or "number",
            target=numbers["目标"],
            direction=direction or "up",
            applies_to=parts_of(row.text("适用单位")),
            term=row.text("子句"),
            derivation=row.text("算式").lstrip("=＝"),
            low=low,
            high=high,
            note=row.text("说明"),
            place=row.place("数据项"),
            pace=_PACES.get(spelling(row.text("进度")), ""),
            departments=parts_of(row.text("责任单位")),
            missing=cast(MissingPolicy, missing) if missing else None,
            takes_marks=marks is not False,
            same_as=parts_of(row.text("同数")),
            target_input=_named(row, "目标", names),
            evidence=bool(evidence),
        ),
        findings,
    )


def read_derivations(inputs: Sequence[Input]) -> tuple[Mapping[str, Derivation], list[Finding]]:
    """The 算式 that can be used, by the input that they give."""
    trees: dict[str, Derivation] = {}
    findings: list[Finding] = []
    by_name = {i.name: i for i in inputs}

    def wrong(given: Input, reason: str) -> None:
        findings.append(
            finding(
                "scheme-derivation",
                place=given.place,
                input=given.name,
                found=given.derivation,
                name=given.name,
                reason=reason,
            )
        )

    for given in inputs:
        if given.derived:
            try:
                trees[given.name] = parse_derivation(given.derivation, by_name)
            except DerivationError as error:
                wrong(given, f"第{error.position}字,{error.reason}")
    order, circle = in_order(trees)
    for name in circle:
        wrong(by_name[name], "算式互相引用,算不出结果")
    return {name: trees[name] for name in order}, findings
