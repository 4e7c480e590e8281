"""退回单: one printed page that says what is wrong with a return and what to do.

And the notes for the cells of its annotated copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpixl.address import parse_a1
from kpixl.findings import Finding, Severity
from kpixl.grid import Area, Spot
from kpixl.host import ClearMarks, Mark, MarkCells, Page, Patch, PutSheet
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.scheme.model import Scheme

SLIP = "退回单"
_WIDTHS = {1: 5.0, 2: 6.0, 3: 16.0, 4: 42.0, 5: 31.0}
_ONE_PAGE = 1010.0  # points of height that an upright A4 page takes at this width
_MOST_CELLS = 6  # of one cause that are named
_LONGEST_NOTE = 900  # characters that a note shows without scrolling
FILLS = {Severity.BLOCK: "F8CBAD", Severity.VERIFY: "FDE49C", Severity.NOTE: "DDEBF7"}
_CALLED = {
    Severity.BLOCK: "强(必须改正)",
    Severity.VERIFY: "核(改正或说明原因)",
    Severity.NOTE: "提(提示)",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """The circumstances of a return: whose, which file, the how manieth, when it was checked."""

    unit: str
    file: str
    number: int
    checked: date
    due: date | None = None
    copy: str = ""  # the annotated copy that goes with the slip


@dataclass(frozen=True)
class Cause:
    """Findings of one cause: they differ in nothing but where they are and what is named."""

    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """How grave they are."""
        return self.findings[0].severity

    @property
    def places(self) -> str:
        """Sheet and cells, the first few of them."""
        first = self.findings[0].place
        cells = [f.place.cell for f in self.findings if f.place.cell]
        said = "、".join(cells[:_MOST_CELLS])
        said += f" 等 {len(cells)} 格" if len(cells) > _MOST_CELLS else ""
        return " ".join(part for part in (first.sheet, said) if part) or "整份表"

    @property
    def text(self) -> str:
        """What is wrong, what was found, what was expected."""
        first = self.findings[0]
        names = list(dict.fromkeys(f.input for f in self.findings if f.input))
        text = first.text
        if len(self.findings) > 1 and first.input:
            shown = "”“".join(names[:_MOST_CELLS])
            more = f"等 {len(names)} 项" if len(names) > _MOST_CELLS else ""
            text = text.replace(f"“{first.input}”", f"“{shown}”{more}", 1)
        found = list(dict.fromkeys(f.found for f in self.findings if f.found))
        if found:
            text += f"。\n现为:{'、'.join(found[:3])}{' 等' if len(found) > 3 else ''}"
        if first.expected:
            text += f"{';' if found else '。'}应为:{first.expected}"
        return text


def causes(findings: Sequence[Finding]) -> list[Cause]:
    """The findings, those of one cause together, the gravest first."""
    grouped: dict[tuple[str, ...], list[Finding]] = {}
    for f in findings:
        grouped.setdefault(_cause(f), []).append(f)
    order = list(Severity)
    return sorted(
        (Cause(tuple(g)) for g in grouped.values()), key=lambda c: order.index(c.severity)
    )


def _cause(f: Finding) -> tuple[str, ...]:
    def bare(text: str) -> str:
        return text.replace(f"“{f.input}”", "“”") if f.input else text

    facts = (f.expected, f.remedy)
    return (f.severity, f.code, f.place.file, f.place.sheet, bare(f.text), *map(bare, facts))


def slip(scheme: Scheme, sent: Sent, findings: Sequence[Finding]) -> Patch:
    """The slip as a workbook of one sheet that prints on one page.

    What does not fit is counted; all of it is in the annotated copy and in the list of the
    office.
    """
    counts = Counter(f.severity for f in findings)
    draft = Draft(SLIP, _WIDTHS)
    back = bool(counts[Severity.BLOCK])
    title = "填报表退回单" if back else "填报表核实单"
    draft.line(1, scheme.title + title, style.aligned(style.TITLE, "center"))
    draft.heights[1] += 10
    row = _head(draft, 2, sent)
    draft.line(row, _verdict(sent, counts), replace(style.TEXT, border=False, size=11))
    draft.heights[row] += 8
    row += 1
    head = row
    draft.put_row(head, ["序号", "级别", "位置", "问题", "怎样改"], style.HEADER)
    draft.heights[head] = 24
    foot = list(_foot(sent, counts))
    room = _ONE_PAGE - sum(draft.heights.values()) - 28 * len(foot) - 60
    every = causes(findings)
    shown = 0
    for number, cause in enumerate(every, 1):
        row += 1
        _line(draft, row, number, cause)
        room -= draft.heights[row]
        if room < 0 and number > 1:
            _take_back(draft, row)
            row -= 1
            break
        shown = number
    left = sum(len(c.findings) for c in every[shown:])
    if left:
        row += 1
        text = f"另有 {left} 条没有列出(共 {len(findings)} 条),见附上的批注表。"
        draft.line(row, text, replace(style.TEXT, bold=True, align="center"))
    row = draft.foot(row + 1, foot)
    draft.span(Area(row, 1, row, 3), "退回人:", replace(style.NOTE, size=10, valign="bottom"))
    draft.put(row, 4, "签收人:", replace(style.NOTE, size=10, valign="bottom"))
    draft.put(row, 5, "日期:", replace(style.NOTE, size=10, valign="bottom"))
    draft.heights[row] = 36
    sheet = draft.sheet(page=Page(fit_width=1, fit_height=1, footer=f"&L{_plain(scheme.form_id)}"))
    return Patch(changes=(PutSheet(sheet),), title=f"{sent.unit} {title}")


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def _head(draft: Draft, row: int, sent: Sent) -> int:
    label = style.aligned(style.LABEL, "center")
    for facts in (
        (("单位", sent.unit), ("报送文件", sent.file)),
        (("报送次数", f"第 {sent.number} 次"), ("校验日期", sent.checked.isoformat())),
    ):
        (one, first), (other, second) = facts
        draft.span(Area(row, 1, row, 2), one, label)
        draft.put(row, 3, first, replace(style.TEXT, indent=1))
        whole = Area(row, 4, row, 5)
        draft.span(whole, f"{other}:{second}", replace(style.TEXT, indent=1))
        draft.fit(row, least=22)
        row += 1
    return row


def _verdict(sent: Sent, counts: Mapping[Severity, int]) -> str:
    parts = []
    if counts[Severity.BLOCK]:
        parts.append(f"{counts[Severity.BLOCK]} 条必须改正(强)")
    if counts[Severity.VERIFY]:
        parts.append(f"{counts[Severity.VERIFY]} 条要核实,改正或说明原因(核)")
    if counts[Severity.NOTE]:
        parts.append(f"{counts[Severity.NOTE]} 条提示(提)")
    due = ""
    if sent.due is not None and sent.due >= sent.checked:
        due = f",于 {sent.due.year} 年 {sent.due.month} 月 {sent.due.day} 日前"
    return f"这份填报表有 {'、'.join(parts)},暂不能通过。请按下表处理后{due}重新报送。"


def _line(draft: Draft, row: int, number: int, cause: Cause) -> None:
    look = replace(style.TEXT, size=9.5, indent=1)
    mark = replace(style.CENTER, fill=FILLS[cause.severity], bold=True)
    draft.put(row, 1, number, style.CENTER)
    draft.put(row, 2, str(cause.severity), mark)
    draft.put(row, 3, cause.places, look)
    draft.put(row, 4, cause.text, look)
    draft.put(row, 5, cause.findings[0].remedy, look)
    draft.fit(row, least=20)


def _take_back(draft: Draft, row: int) -> None:
    for column in _WIDTHS:
        draft.cells.pop((row, column), None)
        draft.styles.pop((row, column), None)
    draft.heights.pop(row, None)


def _foot(sent: Sent, counts: Mapping[Severity, int]) -> Iterator[str]:
    if sent.copy:
        yield (
            f"1. 有问题的格已在“{sent.copy}”上标了颜色、加了批注,可以直接在那份表上改;"
            "改好后另存,照原来的方式报送,颜色和批注不用删。"
        )
    else:
        yield "1. 请在原表上改好后重新报送。"
    yield "2. 数字只能由填报单位改,这里给出的都是建议。"
    if counts[Severity.VERIFY]:
        yield "3. “核”级的数,核对后确实无误的,在“情况说明”表写明原因;只写“核实无误”不算说明。"


# -- the annotated copy ----------------------------------------------------------------------


def marks(findings: Sequence[Finding], sheets: Mapping[str, Mapping[Spot, Spot]]) -> Patch:
    """Colours and notes for the cells of a return, instead of those that it may still bear.

    `sheets` are the sheets that the copy has, each with the cells that a merge hides and the
    cell that shows instead of them.  What belongs to no cell is said in the first sheet's first.
    """
    cells: dict[str, dict[Spot, list[Finding]]] = {}
    first = next(iter(sheets), "")
    order = list(Severity)
    for f in sorted(findings, key=lambda f: order.index(f.severity)):
        if f.place.sheet in sheets and f.place.cell:
            spot = parse_a1(f.place.cell)
            name = f.place.sheet
        elif first:
            spot, name = (1, 1), first
        else:
            continue
        spot = sheets[name].get(spot, spot)
        cells.setdefault(name, {}).setdefault(spot, []).append(f)
    return Patch(
        (
            ClearMarks(),
            *(
                MarkCells(
                    name,
                    {
                        spot: Mark(FILLS[own[0].severity], note_of(own))
                        for spot, own in sorted(spots.items())
                    },
                )
                for name, spots in cells.items()
            ),
        ),
        recalculate=False,
    )


def note_of(findings: Sequence[Finding]) -> str:
    """The note on a cell: what is wrong, what was found and expected, how to mend it."""
    paragraphs = []
    for f in findings:
        lines = [f"【{_CALLED[f.severity]}】{f.text}"]
        lines += [f"现为:{f.found}"] if f.found else []
        lines += [f"应为:{f.expected}"] if f.expected else []
        lines += [f.remedy] if f.remedy else []
        paragraphs.append("\n".join(lines))
    text = "\n\n".join(paragraphs)
    return text if len(text) <= _LONGEST_NOTE else text[: _LONGEST_NOTE - 1] + "…"
