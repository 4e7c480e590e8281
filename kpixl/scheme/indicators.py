"""The sheet 指标: scored items, their points, and their clauses read as rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kpixl.errors import BadArgument, RuleError
from kpixl.findings import Finding, finding
from kpixl.rules import Assumption, Rule, parse, parse_readings
from kpixl.rules.assumptions import READINGS
from kpixl.rules.terms import YesNo
from kpixl.scheme.blocks import read_blocks
from kpixl.scheme.cells import Row, Table, parts_of, repeated
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import Block, Indicator
from kpixl.scheme.settings import Settings

_FLAGS: Mapping[str, bool] = {
    "": False, "否": False, "基础": False, "是": True, "附加": True, "√": True, "y": True,
}  # fmt: skip
_TOTALS = frozenset({"合计", "总计", "小计", "总分", "计"})


def read_indicators(
    table: Table | None, settings: Settings
) -> tuple[tuple[tuple[Indicator, ...], tuple[Block, ...]], list[Finding]]:
    indicators: list[Indicator] = []
    blocks: list[Block] = []
    findings: list[Finding] = []
    for first, more in _runs(table.rows if table else (), "指标"):
        name = first.text("指标")
        clause = "\n".join(
            dict.fromkeys(c for c in (r.text("评分标准") for r in (first, *more)) if c)
        )
        if spelling(name) in _TOTALS:
            continue
        if not name:
            if clause:
                findings += _block_row(first, clause, blocks)
            continue
        number = first.text("序号")
        key = f"{number} {name}".strip()
        if any(i.key == key for i in indicators):
            findings.append(repeated(first.place("指标"), key))
            continue
        indicator, wrong = _indicator(first, key, number, name, clause, settings)
        indicators.append(indicator)
        findings += wrong
    known, wrong = read_blocks(blocks, indicators)
    return (tuple(indicators), known), [*findings, *wrong]


def _runs(rows: Sequence[Row], column: str) -> Iterator[tuple[Row, list[Row]]]:
    """Rows with the further rows over which their cell of a column is merged."""
    at = 0
    while at < len(rows):
        first = rows[at]
        place = first.place(column)
        end = at + 1
        while end < len(rows) and first.text(column) and rows[end].place(column) == place:
            end += 1
        yield first, list(rows[at + 1 : end])
        at = end


def _block_row(row: Row, clause: str, blocks: list[Block]) -> Iterator[Finding]:
    name = row.text("块")
    if not name:
        yield finding(
            "scheme-name-missing", place=row.place("指标"), name="指标", found=clause[:20]
        )
        return
    blocks.append(Block(name, clause, row.number_in("分值"), row.place("评分标准")))


def _indicator(
    row: Row, key: str, number: str, name: str, clause: str, settings: Settings
) -> tuple[Indicator, list[Finding]]:
    findings: list[Finding] = []
    points = row.number_in("分值")
    # the tasks of a ledger have no points
    ledger = settings.choice("期间") == "月"
    within_block = (bool(row.text("块")) or ledger) and row.dashed("分值")
    if (points is None and not within_block) or (points is not None and points <= 0):
        findings.append(
            finding("scheme-points", place=row.place("分值"), found=row.text("分值"), name=key)
        )
        points = None
    bonus = _FLAGS.get(row.text("附加").lower())
    if bonus is None:
        findings.append(
            finding("scheme-flag", place=row.place("附加"), found=row.text("附加"), name=key)
        )
    rule, readings, wrong = _rule(row, key, clause, settings)
    findings += wrong
    return (
        Indicator(
            key=key,
            number=number,
            name=name,
            points=points,
            clause=clause,
            category=row.text("类别") or row.text("块"),
            block=row.text("块"),
            readings=readings,
            bonus=bool(bonus),
            departments=parts_of(row.text("责任单位")),
            data_source=row.text("数据来源"),
            rule=rule,
            place=row.place("评分标准"),
            content=row.text("考核内容"),
        ),
        findings,
    )


def _reads(clause: str, settings: Settings) -> bool:
    try:
        parse(clause, default_rule=settings.default_rule)
    except RuleError:
        return False
    return True


def _rule(
    row: Row, key: str, clause: str, settings: Settings
) -> tuple[Rule | None, Mapping[str, str], list[Finding]]:
    findings: list[Finding] = []
    place = row.place("评分标准")

    def unknown(reading: str, choices: str) -> None:
        findings.append(
            finding(
                "scheme-reading-unknown",
                place=row.place("读法"),
                found=row.text("读法"),
                name=key,
                reading=reading,
                choices=choices,
            )
        )

    readings: Mapping[str, str] = {}
    strange: BadArgument | None = None
    try:
        readings = parse_readings(row.text("读法").replace(":", "=").replace("：", "="))
    except BadArgument as error:
        strange = error
    if strange and not (clause and _reads(clause, settings)):
        unknown(str(strange.found), strange.expected)
    if not clause and settings.choice("期间") == "月":
        return None, readings, findings  # a task's target may stand in 数据项 alone
    if not clause:
        findings.append(finding("scheme-clause-missing", place=place, name=key))
        return None, readings, findings
    try:
        # 并列 of the scheme holds for its ladders too, unless the item's own 读法 says otherwise
        taken = {"G3": settings.choice("并列"), **readings}
        rule = parse(clause, readings=taken, default_rule=settings.default_rule)
    except RuleError as error:
        where = f"第{error.position}字“{error.phrase}”," if error.position else ""
        findings.append(
            finding(
                "scheme-clause-unread",
                place=place,
                found=clause if len(clause) <= 60 else clause[:60] + "…",
                name=key,
                reason=where + error.reason,
                wanted=error.expected,
            )
        )
        return None, readings, findings
    open_ = {a.code: (a.taken, *a.alternatives) for a in rule.assumptions if a.alternatives}
    if any(isinstance(t, YesNo) and t.verb == "得" for t in rule.terms):
        open_.setdefault("G17", READINGS["G17"].values)  # where a completion may be entered
    offered = ";".join(f"{c}={'、'.join(v)}" for c, v in open_.items())
    wrong = [f"{code}={value}" for code, value in readings.items() if code not in open_]
    for reading in (*([str(strange.found)] if strange else []), *wrong):
        unknown(reading, offered or "这条评分标准没有可选的读法,留空")
    stated = tuple(
        Assumption("方案", line.strip(), "")
        for line in row.text("口径说明").splitlines()
        if line.strip()
    )
    return replace(rule, assumptions=(*rule.assumptions, *stated)), readings, findings
