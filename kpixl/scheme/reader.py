"""A scheme workbook as a value, with everything that is wrong in it in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar, cast

from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot
from kpixl.rules.completion import by_completion
from kpixl.scheme.binding import bind_inputs
from kpixl.scheme.bindings import read_bindings, read_synonyms
from kpixl.scheme.cells import Table, parts_of, repeated, table_of
from kpixl.scheme.checking import read_relations, read_thresholds, read_waivers
from kpixl.scheme.derive import inputs_of
from kpixl.scheme.headings import (
    INDICATOR_COLUMNS,
    INPUT_COLUMNS,
    RELATION_COLUMNS,
    SHEETS,
    TARGET_COLUMNS,
    UNIT_COLUMNS,
    WAIVER_COLUMNS,
    Synonyms,
    find_headings,
    match,
    spelling,
    without_bracket,
)
from kpixl.scheme.indicators import read_indicators
from kpixl.scheme.inputs import read_derivations, read_inputs
from kpixl.scheme.items import (
    Attachment,
    Indicator,
    Input,
    MissingPolicy,
    NotApplicable,
    Scope,
    Ties,
    Unit,
)
from kpixl.scheme.ledger import read_ledger
from kpixl.scheme.membership import with_memberships
from kpixl.scheme.model import Origin, Scheme
from kpixl.scheme.settings import Settings, read_settings

_DATED = re.compile(r"\([^()]*(?:\d{4}|更名|并入|撤销|原)[^()]*\)")

_T = TypeVar("_T")


def read_scheme(snapshot: Snapshot, *, system: str) -> tuple[Scheme | None, tuple[Finding, ...]]:
    """The scheme that a workbook holds, and all its faults.

    None only where no indicator or no input can be read at all.  An indicator whose
    clause can't be read has no rule, one whose inputs are unclear has no feeds; both
    are findings of severity 强.  `system` names the scheme unless the workbook does (代号).
    """
    file = snapshot.source.name
    findings: list[Finding] = []
    sheets = dict(_sheets(snapshot))
    findings += [
        finding(
            "scheme-sheet-missing", place=Place(file), name=name, found="、".join(_names(snapshot))
        )
        for name in ("方案", "单位", "指标", "数据项")
        if name not in sheets
    ]
    settings, faults = read_settings(file, sheets["方案"]) if "方案" in sheets else (Settings(), ())
    findings += faults

    def table(name: str, columns: Synonyms, needs: str, *others: str) -> Table | None:
        if name not in sheets:
            return None
        found, wrong = _table(file, sheets[name], name, columns, needs, others)
        may_be_empty = name in ("勾稽", "豁免")
        findings.extend(w for w in wrong if not (may_be_empty and w.code == "scheme-empty"))
        return found

    def gathered(pair: tuple[_T, Sequence[Finding]]) -> _T:
        findings.extend(pair[1])
        return pair[0]

    units = gathered(_units(table("单位", UNIT_COLUMNS, "单位")))
    indicators, blocks = gathered(
        read_indicators(table("指标", INDICATOR_COLUMNS, "指标", "分值", "评分标准"), settings)
    )
    inputs = gathered(
        read_inputs(
            table("数据项", INPUT_COLUMNS, "数据项", "指标", "类型"), indicators, units, settings
        )
    )
    inputs = with_memberships(indicators, inputs, units)
    derivations = gathered(read_derivations(inputs))
    bad = {i.name for i in inputs if i.derived and i.name not in derivations}
    veto = settings.text("一票否决")
    used = frozenset(n for tree in derivations.values() for n in inputs_of(tree)) | {veto}
    used |= {i.target_input for i in inputs if i.target_input}
    indicators = tuple(
        gathered(_bound(i, [n for n in inputs if n.item == i.key], used, bad)) for i in indicators
    )
    findings += _veto(settings, inputs)
    targets = gathered(_targets(file, sheets["目标"], units, inputs)) if "目标" in sheets else {}
    thresholds = gathered(read_thresholds(settings))
    relations = gathered(
        read_relations(table("勾稽", RELATION_COLUMNS, "关系"), [i.name for i in inputs])
    )
    waivers = gathered(
        read_waivers(table("豁免", WAIVER_COLUMNS, "单位", "问题", "批准人", "理由"))
    )
    bindings = gathered(read_bindings(file, sheets["绑定"])) if "绑定" in sheets else ()
    synonyms = read_synonyms(file, sheets["同义词"]) if "同义词" in sheets else {}
    if not indicators or not inputs:
        return None, tuple(findings)
    scheme = Scheme(
        system=settings.text("代号") or system,
        title=settings.text("名称") or system,
        year=settings.year,
        version=settings.text("版本"),
        basis=settings.text("依据"),
        units=units,
        indicators=indicators,
        inputs=inputs,
        decimals=settings.decimals,
        ties=cast(Ties, settings.choice("并列")),
        missing=cast(MissingPolicy, settings.choice("缺报")),
        not_applicable=cast(NotApplicable, settings.choice("不涉及")),
        scope=cast(Scope, settings.choice("排名范围")),
        default_rule=settings.default_rule,
        grades=settings.text("等次"),
        veto=veto,
        deadlines=settings.deadlines,
        period="月" if settings.choice("期间") == "月" else "年",
        extra=settings.extra,
        sha256=snapshot.source.sha256,
        blocks=blocks,
        mark_factors=settings.mark_factors,
        targets=targets,
        attachments=_attachments(snapshot),
        total=settings.total,
        form=settings.form,
        carried_into=settings.text("结果运用"),
        ledger=gathered(read_ledger(settings, indicators, inputs, units)),
        coded=bool(settings.text("代号")),
        synonyms=synonyms,
        bindings=bindings,
        grades_place=settings.places.get("等次", Place(file, "方案")),
        thresholds=thresholds,
        relations=relations,
        waivers=waivers,
        origin=Origin(_own_sheets(snapshot), system),
    )
    return scheme, tuple(findings)


def _own_sheets(snapshot: Snapshot) -> Snapshot:
    """The workbook with the sheets of the scheme only; what else it holds is nobody's business."""
    used = {id(sheet) for _, sheet in _sheets(snapshot)}
    kept = (s for s in snapshot.sheets if id(s) in used or _attached(s))
    return Snapshot(snapshot.source, tuple(kept))


def _names(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(s.name for s in snapshot.sheets)


def _sheets(snapshot: Snapshot) -> Iterator[tuple[str, Sheet]]:
    """The scheme's sheets by role; a sheet with the very name goes before a synonym."""
    for role in SHEETS:
        named = [s for s in snapshot.sheets if spelling(s.name) == spelling(role)]
        alike = [s for s in snapshot.sheets if match(s.name, SHEETS) == role]
        if named or alike:
            yield role, (named or alike)[0]


def _attachments(snapshot: Snapshot) -> tuple[Attachment, ...]:
    """Sheets named 附表… or 附件…."""
    return tuple(Attachment(s.name, s.rows) for s in snapshot.sheets if _attached(s))


def _attached(sheet: Sheet) -> bool:
    return sheet.name.strip().startswith(("附表", "附件")) and bool(sheet.rows)


def _table(
    file: str, sheet: Sheet, name: str, columns: Synonyms, needs: str, others: Sequence[str]
) -> tuple[Table | None, list[Finding]]:
    place = Place(file, sheet.name)
    table = table_of(file, sheet, columns, needs=needs)
    if table is None:
        only = _single_column(file, sheet, columns, needs) if not others else None
        if only is None:
            return None, [finding("scheme-heading-missing", place=place, name=name, column=needs)]
        table = only
    findings = [
        finding("scheme-heading-missing", place=place, name=name, column=column)
        for column in table.lacking(needs, *others)
    ]
    if not table.rows:
        findings.append(finding("scheme-empty", place=place, name=name))
    return table, findings


def _single_column(file: str, sheet: Sheet, columns: Synonyms, needs: str) -> Table | None:
    """A roster may be one column, which is too little for the search of headings."""
    lone = find_headings(sheet, {needs: columns[needs]}, needs=(needs,), least=1)
    return None if lone is None else Table(file, sheet, lone)


# -- 单位 ---------------------------------------------------------------------------


def _units(table: Table | None) -> tuple[tuple[Unit, ...], list[Finding]]:
    units: list[Unit] = []
    findings: list[Finding] = []
    taken: set[str] = set()
    for row in table.rows if table else ():
        name = row.text("单位")
        if not name:
            if row.text("别名") or row.text("备注"):
                findings.append(
                    finding("scheme-name-missing", place=row.place("单位"), name="单位")
                )
            continue
        aliases = tuple(_without_date(a) for a in parts_of(row.text("别名")))
        for known in (name, *aliases):
            if spelling(known) in taken:
                findings.append(repeated(row.place("单位"), known))
        if spelling(name) in taken:
            continue
        taken |= {spelling(n) for n in (name, *aliases)}
        units.append(
            Unit(
                name=name,
                group=row.text("分组"),
                aliases=tuple(a for a in aliases if a),
                assessor=row.text("考核单位"),
                note=row.text("备注"),
                place=row.place("单位"),
            )
        )
    return tuple(units), [*findings, *_without_group(units)]


def _without_group(units: Sequence[Unit]) -> Iterator[Finding]:
    """Units that stand alone because nobody said where they belong."""
    if any(u.group for u in units):
        for unit in units:
            if not unit.group:
                yield finding("scheme-unit-group", place=unit.place, unit=unit.name, name=unit.name)


def _without_date(alias: str) -> str:
    """An alias without the remark since when it holds: 市质监局(2014年3月并入)."""
    return _DATED.sub("", alias.replace("（", "(").replace("）", ")")).strip()


def _bound(
    indicator: Indicator, inputs: Sequence[Input], used: frozenset[str], bad: set[str]
) -> tuple[Indicator, tuple[Finding, ...]]:
    feeds, findings = bind_inputs(indicator, inputs, used)
    rule, by_name = indicator.rule, {i.name: i for i in inputs}
    if rule is not None:
        partly = {
            n
            for n, name in enumerate(feeds)
            if by_name[name].kind == "judged" and "%" in by_name[name].unit
        }
        rule = by_completion(rule, partly)
    return replace(indicator, rule=rule, feeds=() if bad & {*feeds} else feeds), findings


def _veto(settings: Settings, inputs: Sequence[Input]) -> Iterator[Finding]:
    veto = settings.text("一票否决")
    chosen = next((i for i in inputs if i.name == veto), None)
    if veto and (chosen is None or chosen.kind != "yes_no"):
        yield finding("scheme-veto", place=settings.places["一票否决"], found=veto, name=veto)


# -- 目标 ---------------------------------------------------------------------------


def _targets(
    file: str, sheet: Sheet, units: Sequence[Unit], inputs: Sequence[Input]
) -> tuple[Mapping[tuple[str, str], Decimal], list[Finding]]:
    """The units' own targets: one row an input, one column a unit."""
    columns = {**TARGET_COLUMNS, **{u.name: (u.name, *u.aliases) for u in units}}
    table, findings = _table(file, sheet, "目标", columns, "数据项", ())
    if table is None:
        return {}, findings
    known = {spelling(i.name): i for i in inputs}
    targets: dict[tuple[str, str], Decimal] = {}
    for row in table.rows:
        text = spelling(row.text("数据项"))
        given = known.get(text) or known.get(without_bracket(text))
        if given is None:
            if text:
                place, name = row.place("数据项"), row.text("数据项")
                findings.append(
                    finding("scheme-target-unknown", place=place, found=name, name=name)
                )
            continue
        for unit in units:
            value = row.number_in(unit.name, points=given.kind == "percent")
            if value is not None:
                targets[unit.name, given.name] = value
            elif unit.name in table.headings.columns and not row.dashed(unit.name):
                findings.append(
                    finding(
                        "scheme-input-target",
                        place=row.place(unit.name),
                        unit=unit.name,
                        input=given.name,
                        found=row.text(unit.name),
                        name=given.name,
                    )
                )
    return targets, findings
