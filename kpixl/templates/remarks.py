"""情况说明: the sheet on which a unit gives its reasons and names its evidence.

It travels with every issued form, one row an input, so that a reason comes back beside the
figure that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpixl.address import a1
from kpixl.findings import Place
from kpixl.grid import Sheet, Snapshot
from kpixl.host import Page, SheetSpec
from kpixl.layout.draft import Draft
from kpixl.layout.style import CENTER, HEADER, LABEL, NOTE, TEXT, TITLE, aligned, typed_in
from kpixl.scheme.headings import Synonyms, find_headings, spelling, text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme

REMARKS_SHEET = "情况说明"
REMARK_COLUMNS: Synonyms = {
    "数据项": ("数据项", "数据项名称"),
    "情况说明": ("情况说明",),
    "佐证材料": ("佐证材料", "佐证材料名称"),
}
_WIDTHS = {1: 6.0, 2: 32.0, 3: 62.0, 4: 34.0}
_ROOM = 2  # rows for what is no input, such as a self-score


@dataclass(frozen=True, slots=True)
class Remark:
    """A text that a unit wrote, and where."""

    text: str
    place: Place


@dataclass(frozen=True)
class Remarks:
    """The reasons (情况说明) and the evidence (佐证材料) of one form, by input."""

    reasons: Mapping[str, Remark] = field(default_factory=dict)
    evidence: Mapping[str, Remark] = field(default_factory=dict)


def remarks_sheet(inputs: Sequence[Input]) -> SheetSpec:
    """The sheet for some inputs: reasons may be written for all, evidence where it is needed."""
    draft = Draft(REMARKS_SHEET, _WIDTHS)
    draft.line(1, REMARKS_SHEET, aligned(replace(TITLE, size=14), "center"))
    draft.line(
        2,
        "校验提出要核实的数,核对后确实无误的,在这里逐项写明原因和依据;"
        "没有要说明的不用填。只写“核实无误”“情况属实”不算说明。",
        NOTE,
    )
    draft.put_row(3, ["序号", "数据项", "情况说明", "佐证材料"], HEADER)
    draft.heights[3] = 24
    shut = aligned(LABEL, "center")
    row = 3
    for number, given in enumerate(inputs, 1):
        row += 1
        draft.put(row, 1, number, CENTER)
        draft.put(row, 2, given.name, replace(TEXT, indent=1))
        draft.put(row, 3, None, typed_in(TEXT))
        draft.put(row, 4, None, typed_in(TEXT) if given.evidence else shut)
        draft.fit(row, least=21)
    for _ in range(_ROOM):
        row += 1
        draft.put(row, 1, None, CENTER)
        for column in (2, 3, 4):
            draft.put(row, column, None, typed_in(TEXT))
        draft.heights[row] = 21
    return draft.sheet(
        page=Page(repeat_rows=(3, 3), footer="&C&A&R第 &P 页,共 &N 页"),
        freeze=(4, 1),
        protected=True,
    )


def read_remarks(snapshot: Snapshot, names: Mapping[str, str]) -> Remarks:
    """What a returned form says on its sheet 情况说明; `names` maps a spelling to its input.

    What stands beside a name that is no input is kept under that name.
    """
    for sheet in snapshot.sheets:
        if sheet.name.strip() != REMARKS_SHEET or sheet.hidden:
            continue
        headings = find_headings(sheet, REMARK_COLUMNS, needs=("情况说明", "佐证材料"))
        if headings is not None and "数据项" in headings.columns:
            body = range(headings.bottom + 1, len(sheet.rows) + 1)
            return _read(snapshot.source.name, sheet, headings.columns, body, names)
    return Remarks()


def _read(
    file: str, sheet: Sheet, columns: Mapping[str, int], body: range, names: Mapping[str, str]
) -> Remarks:
    found: dict[str, dict[str, Remark]] = {"情况说明": {}, "佐证材料": {}}
    for row in body:
        label = text_of(sheet.seen(row, columns["数据项"]))
        for heading, texts in found.items():
            at = columns.get(heading)
            text = text_of(sheet.value(row, at)) if at else ""
            if label and text and at:
                place = Place(file, sheet.name, a1(row, at))
                texts.setdefault(names.get(spelling(label), label), Remark(text, place))
    return Remarks(found["情况说明"], found["佐证材料"])


def beside_figures(scheme: Scheme) -> frozenset[str]:
    """The sheets of a form of ours that hold no figures: attachments, and what is explained."""
    return frozenset((*(a.name for a in scheme.attachments), REMARKS_SHEET))
