"""Whether a result workbook still shows what was computed from what it carries.

Nothing else is needed, no host, no file: `verify` takes the workbook as values.  The sheet
封存 holds the figures, the scheme and the circumstances; all sheets are computed from them
again and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from kpixl.address import a1
from kpixl.errors import UnusableFile
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Scalar, Sheet, Snapshot
from kpixl.host import Patch, PutSheet, SheetSpec
from kpixl.pipeline import Outcome, ledger_book, result_book
from kpixl.ranking.ledger import rank_ledger
from kpixl.ranking.rank import rank
from kpixl.reporting.ledger_report import LedgerResult
from kpixl.reporting.run import RunInfo
from kpixl.reporting.seal import (
    CHECK,
    COPY,
    TEXT,
    TOP,
    UNFIT,
    BrokenSeal,
    Record,
    Sealed,
    digest_of,
    unseal,
)
from kpixl.reporting.sheets import SEAL
from kpixl.scoring.ledger import score_ledger
from kpixl.scoring.score import score
from kpixl.verification.compare import Altered, Compared, Recalculation, compare

MARK = "kpixl-seal"
RUN_MARK = "kpixl-run"
_SHOWN = 60  # characters of a found text
_FOREIGN = "封存完好,但由另一个版本的 kpixl 写出,本机的版本读不懂"
_OTHER_VERSION = "请用写出时的版本核验(版本见“运行记录”表)。"
_MOST_TRIED = 6  # records of which either text may be the true one


class NotSealed(UnusableFile):
    """A workbook that carries nothing that this version can compute again from."""


@dataclass(frozen=True)
class Verification:
    """What a verification came to.

    `run` are the circumstances that the workbook names, None where what it carries is broken;
    `seal` is the SHA-256 of that.  `altered` are the cells that do not hold what was computed,
    `following` formulas whose values only follow those; `findings` say all of it in words.
    `sealed` is what the workbook carries.
    """

    run: RunInfo | None
    scheme: str
    seal: str
    sheets: tuple[str, ...]
    cells: int
    altered: tuple[Altered, ...]
    following: tuple[Altered, ...]
    findings: tuple[Finding, ...]
    sealed: Sealed | None = None

    @property
    def identical(self) -> bool:
        """Whether the workbook shows what was computed, everywhere."""
        return not any(f.code in _FAULTS for f in self.findings)


_FAULTS = frozenset(
    {
        "verify-altered",
        "verify-figure-differs",
        "verify-formula",
        "verify-format",
        "verify-mark",
        "verify-seal-altered",
        "verify-seal-broken",
        "verify-sheet-missing",
        "verify-unsaid",
    }
)


def verify(
    snapshot: Snapshot, *, version: str, recalculate: Recalculation | None = None
) -> Verification:
    """Compute a result again from what its workbook carries, and name what differs.

    `version` is that of the program that verifies.  With `recalculate`, values of formulas
    that only follow an altered cell are told from those that were written over (`live` for a
    workbook that is open in a program which calculates by itself).  Raises
    NotSealed for a workbook that carries nothing.
    """
    sheet = snapshot.sheet(SEAL)
    if sheet is None or sheet.value(1, 1) != SEAL:
        raise _not_sealed(snapshot)
    carried = _carried(snapshot, sheet)
    records = _records(sheet, carried)
    try:
        sealed = unseal(records)
        patch, unsaid = _computed(sealed)
    except (BrokenSeal, *UNFIT) as error:
        if digest_of(records) in carried:
            raise NotSealed(snapshot.source.name, _FOREIGN, _OTHER_VERSION) from error
        return _broken(snapshot, sheet, error)
    specs = [change.sheet for change in patch.changes if isinstance(change, PutSheet)]
    compared = compare(specs, snapshot, recalculate)
    findings = (
        *_about_seal(snapshot, carried, digest_of(records)),
        *_of_cells(snapshot, compared),
        *_marks(snapshot, patch),
        *(
            finding("verify-unsaid", place=Place(snapshot.source.name, SEAL), found=said.sentence())
            for said in unsaid
        ),
        *_notes(snapshot, sealed, specs, compared, version),
    )
    return Verification(
        sealed.run,
        sealed.scheme.title,
        digest_of(records),
        tuple(spec.name for spec in specs),
        compared.cells,
        tuple(compared.altered),
        tuple(compared.following),
        findings,
        sealed,
    )


def _not_sealed(snapshot: Snapshot) -> NotSealed:
    if RUN_MARK in snapshot.marks:
        reason = f"是结果工作簿,但没有“{SEAL}”表(被删除,或由早先的版本写出)"
        remedy = "没有它就无从重算;请用 kpixl rank 重新写出结果。"
    else:
        reason, remedy = "不是 kpixl 写出的结果工作簿", "请给出 kpixl rank 写出的工作簿。"
    return NotSealed(snapshot.source.name, reason, remedy)


# -- what the workbook carries ---------------------------------------------------------


def _carried(snapshot: Snapshot, sheet: Sheet) -> frozenset[str]:
    """The SHA-256 of the seal as the workbook says it, wherever it does."""
    said = [snapshot.marks.get(MARK), sheet.value(TOP - 1, TEXT)]
    return frozenset(text for text in said if isinstance(text, str))


def _records(sheet: Sheet, carried: frozenset[str]) -> list[Record]:
    """The records, each with the one of its two texts that its checksum is of."""
    rows: list[Sequence[str]] = []
    for row in range(TOP + 1, len(sheet.rows) + 1):
        text, check, copy = (sheet.value(row, column) for column in (TEXT, CHECK, COPY))
        if text is None and check is None and copy is None:
            continue
        texts = [t for t in dict.fromkeys((text, copy)) if isinstance(t, str)]
        true = [t for t in texts if Record(t).check == check]
        rows.append(true[:1] or texts or [""])
    unsure = [n for n, texts in enumerate(rows) if len(texts) > 1]
    first = [Record(texts[0]) for texts in rows]
    if not unsure or len(unsure) > _MOST_TRIED:
        return first
    for choice in product(*(rows[n] for n in unsure)):
        tried = list(first)
        for n, text in zip(unsure, choice, strict=True):
            tried[n] = Record(text)
        if digest_of(tried) in carried:
            return tried
    return first


def _computed(sealed: Sealed) -> tuple[Patch, list[Finding]]:
    """The result computed again, and the findings of that which the sealed ones lack."""
    if sealed.scheme.ledger is None:
        if sealed.entries is None:
            raise BrokenSeal("figures")
        table = score(sealed.scheme, sealed.entries)
        ranking = rank(table)
        outcome = Outcome(sealed.scheme, sealed.entries, ranking, sealed.findings)
        patch = result_book(outcome, sealed.run)
        found = (*table.findings, *ranking.findings)
    else:
        months = {
            number: rank_ledger(score_ledger(sealed.scheme, entries, number))
            for number, entries in sealed.months.items()
        }
        classes = None
        if sealed.enterprises is not None:
            from kpixl.ranking.classing import classify

            classes = classify(sealed.scheme, *sealed.enterprises)
        result = LedgerResult(sealed.scheme, months, classes, sealed.findings, sealed.current)
        patch = ledger_book(result, sealed.run)
        found = () if result.current is None else result.current.findings
    said = set(sealed.findings)
    return patch, [fault for fault in found if fault not in said]


def _broken(snapshot: Snapshot, sheet: Sheet, error: Exception) -> Verification:
    """What can be said of a seal that can't be read: the first row whose checksum is wrong."""
    place = Place(snapshot.source.name, SEAL)
    for row in range(TOP + 1, len(sheet.rows) + 1):
        text = sheet.value(row, TEXT)
        said = text if isinstance(text, str) else ""
        if Record(said).check != sheet.value(row, CHECK):
            place = Place(snapshot.source.name, SEAL, a1(row, TEXT))
            break
    fault = finding("verify-seal-broken", place=place, found=str(error).partition("\n")[0][:_SHOWN])
    return Verification(None, "", "", (), 0, (), (), (fault,))


# -- in words --------------------------------------------------------------------------


def _about_seal(snapshot: Snapshot, carried: frozenset[str], digest: str) -> Iterator[Finding]:
    if digest not in carried:
        yield finding(
            "verify-seal-altered",
            place=Place(snapshot.source.name, SEAL, a1(TOP - 1, TEXT)),
            found="、".join(sorted(carried)) or "空白",
            digest=digest,
        )


def _of_cells(snapshot: Snapshot, compared: Compared) -> Iterator[Finding]:
    file = snapshot.source.name
    # In somebody's workbook a command may have put some of the sheets only.
    whole = RUN_MARK in snapshot.marks
    for name in compared.missing:
        code = "verify-sheet-missing" if whole else "verify-sheet-absent"
        yield finding(code, place=Place(file, name), name=name)
    for cell in compared.altered:
        found, computed = _shown(cell.found, cell.computed)
        code = "verify-formula" if cell.what == "formula" else "verify-altered"
        yield finding(
            code, place=Place(file, cell.sheet, cell.cell), found=found, computed=computed
        )
    for cell in compared.formats:
        yield finding(
            "verify-format",
            place=Place(file, cell.sheet, cell.cell),
            found=str(cell.found),
            wanted=str(cell.computed),
        )


def _marks(snapshot: Snapshot, patch: Patch) -> Iterator[Finding]:
    """Document properties that say something else; a workbook of others has its own."""
    if RUN_MARK not in snapshot.marks:
        return
    for name, wanted in patch.marks.items():
        found = snapshot.marks.get(name)
        if found is not None and found != wanted:
            yield finding(
                "verify-mark",
                place=Place(snapshot.source.name, "文档属性", name),
                found=found,
                wanted=wanted,
            )


def _notes(
    snapshot: Snapshot,
    sealed: Sealed,
    specs: Sequence[SheetSpec],
    compared: Compared,
    version: str,
) -> Iterator[Finding]:
    file = snapshot.source.name
    if sealed.run.version != version:
        yield finding(
            "verify-version", place=Place(file), found=f"kpixl {sealed.run.version}", own=version
        )
    if compared.following:
        first = compared.following[0]
        yield finding(
            "verify-following",
            place=Place(file, first.sheet, first.cell),
            count=len(compared.following),
        )
    for name, what in compared.hidden:
        yield finding("verify-hidden", place=Place(file, name), what=what)
    for name, areas in compared.merged:
        yield finding("verify-merged", place=Place(file, name), areas=areas)
    if compared.unstored:
        yield finding("verify-unstored", place=Place(file), count=compared.unstored)
    ours = {spec.name for spec in specs}
    others = [sheet.name for sheet in snapshot.sheets if sheet.name not in ours]
    if others:
        yield finding(
            "verify-other-sheets", place=Place(file), count=len(others), found="、".join(others[:5])
        )


def _shown(found: Scalar, computed: object) -> tuple[str, str]:
    """Two contents as a reader tells them apart: of long texts the part that differs."""
    from kpixl.host import Formula

    value = computed.value if isinstance(computed, Formula) else computed
    one, other = _in_words(found), _in_words(value)
    if max(len(one), len(other)) <= _SHOWN:
        return one, other
    start = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(0, start - _SHOWN // 3)
    return _window(one, start), _window(other, start)


def _window(text: str, start: int) -> str:
    end = start + _SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _in_words(value: object) -> str:
    if value is None or value == "":
        return "空白"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
