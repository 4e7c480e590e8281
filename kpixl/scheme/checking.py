"""Reading what a scheme says of checking.

Settings 波动 and 允差, the sheet 勾稽 (关系 between inputs) and the sheet 豁免 (findings that
somebody has let pass, with name and reason).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpixl.findings import Finding, finding
from kpixl.numbers import read_number
from kpixl.scheme.cells import Table
from kpixl.scheme.derive import DerivationError
from kpixl.scheme.relations import Relation, Thresholds, Waiver, parse_relation
from kpixl.scheme.settings import Settings


def read_thresholds(settings: Settings) -> tuple[Thresholds, list[Finding]]:
    """波动, 波动百分点, 波动个数 and 允差, each with its default where it is not given."""
    findings: list[Finding] = []
    usual = Thresholds()

    def number(key: str, default: Decimal | None, *, share: bool = False) -> Decimal | None:
        text = settings.text(key)
        if not text:
            return default
        read = read_number(text)
        if read is not None and read.value >= 0 and read.unit in ("", "%", "个百分点", "百分点"):
            points = read.unit == "%" or (share and read.value > 5)
            return read.value / 100 if share and points else read.value
        choices = "不小于 0 的数,如 50%" if share else "不小于 0 的数"
        place = settings.places[key]
        used = "默认值" if default is None else f"{default:f}"
        findings.append(
            finding(
                "scheme-setting-value",
                place=place,
                found=text,
                name=key,
                choices=choices,
                used=used,
            )
        )
        return default

    return Thresholds(
        swing=number("波动", usual.swing, share=True) or usual.swing,
        points=number("波动百分点", usual.points) or usual.points,
        pieces=number("波动个数", usual.pieces) or usual.pieces,
        tolerance=number("允差", None),
    ), findings


def read_relations(
    table: Table | None, names: Sequence[str]
) -> tuple[tuple[Relation, ...], list[Finding]]:
    """The rows of the sheet 勾稽 that can be used."""
    relations: list[Relation] = []
    findings: list[Finding] = []
    for row in table.rows if table else ():
        text = row.text("关系")
        if not text:
            continue
        try:
            read = parse_relation(text, names)
        except DerivationError as error:
            findings.append(
                finding(
                    "scheme-relation",
                    place=row.place("关系"),
                    found=text,
                    reason=f"第{error.position}字,{error.reason}",
                )
            )
            continue
        tolerance = row.number_in("允差") if not row.dashed("允差") else None
        blocks = row.text("级别") not in ("提", "提示")
        relations.append(
            Relation(
                text,
                read.left,
                read.sign,
                read.right,
                None if tolerance is None else abs(tolerance),
                blocks,
                place=row.place("关系"),
            )
        )
    return tuple(relations), findings


def read_waivers(table: Table | None) -> tuple[tuple[Waiver, ...], list[Finding]]:
    """The rows of the sheet 豁免; one without a name or a reason lets nothing pass."""
    waivers: list[Waiver] = []
    findings: list[Finding] = []
    for row in table.rows if table else ():
        waiver = Waiver(
            unit=row.text("单位"),
            input=row.text("数据项"),
            problem=row.text("问题"),
            name=row.text("批准人"),
            reason=row.text("理由"),
            place=row.place("单位"),
        )
        lacking = [
            label
            for label, text in (
                ("单位", waiver.unit),
                ("问题", waiver.problem),
                ("批准人", waiver.name),
                ("理由", waiver.reason),
            )
            if not text
        ]
        if lacking:
            findings.append(
                finding(
                    "scheme-waiver",
                    place=waiver.place,
                    unit=waiver.unit,
                    input=waiver.input,
                    name="、".join(lacking),
                )
            )
        else:
            waivers.append(waiver)
    return tuple(waivers), findings
