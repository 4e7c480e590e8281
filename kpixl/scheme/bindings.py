"""The sheets 绑定 and 同义词: how forms that others made are to be read, as users have said.

A binding belongs to a layout, which its fingerprint names; the form itself is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpixl.address import a1, parse_a1
from kpixl.findings import NOWHERE, Finding, Place, finding
from kpixl.grid import Sheet, Spot
from kpixl.scheme.cells import parts_of, table_of
from kpixl.scheme.headings import Synonyms

BINDING_SHEET, SYNONYM_SHEET = "绑定", "同义词"
BINDING_HEADS = ("指纹", "工作表", "作用", "数据项", "单位", "单元格", "说明")
SYNONYM_HEADS = ("标准名", "别称")
FIGURE, UNIT, IGNORED = "数据项", "单位", "不用"

NO_TARGET = "表上没有目标"  # begins the question what a figure is a share of

FIRST = "请先答上面的问题"  # ends a question that another one may answer

BINDING_COLUMNS: Synonyms = {
    "指纹": ("指纹", "表样指纹"),
    "工作表": ("工作表", "表名", "表"),
    "作用": ("作用", "是什么", "含义"),
    "数据项": ("数据项", "数据项名称"),
    "单位": ("单位", "单位名称"),
    "单元格": ("单元格", "位置", "地址"),
    "说明": ("说明", "备注"),
}
SYNONYM_COLUMNS: Synonyms = {
    "标准名": ("标准名", "规范名", "名称"),
    "别称": ("别称", "同义词", "又称", "表上写法"),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """One line of 绑定: in forms of this layout, the cell is this.

    `role` is 数据项 for the cell of a figure, 单位 for the cell that names the unit, else the role
    of the column that the cell heads (填报值, 目标, 不用 …).  `cell` is None where a question is open.
    """

    fingerprint: str
    sheet: str
    role: str
    input: str = ""
    unit: str = ""
    cell: Spot | None = None
    note: str = ""
    place: Place = NOWHERE

    def row(self) -> tuple[str, ...]:
        """The line as it stands on the sheet."""
        cell = a1(*self.cell) if self.cell else ""
        return (
            self.fingerprint,
            self.sheet,
            self.role,
            self.input,
            self.unit,
            cell,
            self.note if self.cell else f"待答:{self.note.removeprefix('待答:')}",
        )


def read_bindings(file: str, sheet: Sheet) -> tuple[tuple[Bound, ...], list[Finding]]:
    """The lines of 绑定; one whose cell is no address is a finding."""
    table = table_of(file, sheet, BINDING_COLUMNS, needs="指纹")
    found: list[Bound] = []
    findings: list[Finding] = []
    for row in table.rows if table else ():
        text = row.text("单元格").replace("$", "").upper()
        cell: Spot | None = None
        if text:
            try:
                cell = parse_a1(text)
            except ValueError:
                findings.append(
                    finding("scheme-binding-cell", place=row.place("单元格"), found=text, name=text)
                )
                continue
        found.append(
            Bound(
                row.text("指纹"),
                row.text("工作表"),
                row.text("作用") or FIGURE,
                row.text("数据项"),
                row.text("单位"),
                cell,
                row.text("说明"),
                row.place("单元格"),
            )
        )
    return tuple(found), findings


def read_synonyms(file: str, sheet: Sheet) -> Mapping[str, tuple[str, ...]]:
    """The user's own words by the name that they stand for."""
    table = table_of(file, sheet, SYNONYM_COLUMNS, needs="别称")
    words: dict[str, tuple[str, ...]] = {}
    for row in table.rows if table else ():
        name = row.text("标准名")
        if name:
            words[name] = (*words.get(name, ()), *parts_of(row.text("别称")))
    return words


def binding_table(bound: Iterable[Bound]) -> list[tuple[str, ...]]:
    """The sheet 绑定 as a table, headings first."""
    return [BINDING_HEADS, *(b.row() for b in bound)]


def merged(old: Sequence[Bound], new: Sequence[Bound]) -> tuple[Bound, ...]:
    """New lines beside old ones; what a user has answered stays."""

    def key(line: Bound) -> tuple[str, ...]:
        role = line.role if line.role in (FIGURE, UNIT) else str(line.cell)
        return line.fingerprint, role, line.input, line.unit

    kept = {key(line): line for line in new}
    kept |= {key(line): line for line in old if line.cell is not None}
    return tuple(kept.values())
