"""Collecting returned forms: who has sent what, what is sent back, and what a run leaves behind.

A run of collecting keeps two files of its own in its folder.  回收记录.jsonl says which returns
were seen, when first, with which figures: so a later return is known as a correction, with what
it changes.  While a run goes on, another one holds what was read so far: a run that was stopped
goes on from there, and the file goes away with its end.  Both only ever grow by whole lines; a
line that was cut off is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from kpixl import __version__, log
from kpixl.errors import BadArgument, NoData, UnusableFile, UnwritableFile
from kpixl.findings import Finding, Place, Severity, finding
from kpixl.grid import Snapshot, Spot
from kpixl.hosts import files, pool
from kpixl.hosts.safewrite import file_name
from kpixl.reporting.board import Board, ChangeLine, FileLine, State, UnitLine, board_book
from kpixl.reporting.run import RunInfo
from kpixl.reporting.slip import Sent, marks, slip
from kpixl.returns import RESULT_MARK, Keep, Received, ReturnedFile, returned
from kpixl.scheme.model import Scheme
from kpixl.validation.returned import Reading, deadline_of
from kpixl.validation.succession import Seen, Succession, succession
from kpixl.workspace.checking import by_scheme, examined
from kpixl.workspace.results import refuse_result
from kpixl.workspace.schemes import usable_scheme

BOOK, RECORD, SENT_BACK = "回收情况.xlsx", "回收记录.jsonl", "退回"
_HALFWAY = ".续跑.jsonl"


@dataclass(frozen=True)
class Collected:
    """What a run of collecting gave: the board, the folder it wrote to, the slips by unit."""

    board: Board
    folder: Path
    slips: Mapping[str, Path]
    resumed: int = 0


def default_folder(folder: Path) -> Path:
    """Where the outcome goes if nobody says: beside the folder or archive of returns."""
    resolved = folder.resolve()
    name = resolved.stem if resolved.is_file() else resolved.name
    return folder.parent / f"{name}-回收情况"


def collect(
    folder: str | Path,
    scheme: str | Path | Scheme | None = None,
    *,
    to: str | Path | None = None,
    last_year: str | Path | None = None,
    now: datetime,
    command: str = "",
) -> Collected:
    """Read all returns of a folder, check them, and write the board, the slips, the copies.

    Without a scheme it is the one that the forms say they belong to.  Raises a KpixlError where
    there is nothing to work on or nowhere to write; nothing in `folder` is changed.
    """
    folder = Path(folder)
    if not folder.exists():
        raise NoData(folder, "没有这个文件夹")
    out = Path(to) if to is not None else default_folder(folder)
    found: tuple[Finding, ...] = ()
    if scheme is not None and not isinstance(scheme, Scheme):
        scheme, found = usable_scheme(scheme)
    _make(out)
    refuse_result(out / BOOK)
    today = now.date()
    with returned([folder], aside=out) as (every, closed):
        tables = [f.name for f in every if f.path.suffix.lower() == ".csv"]
        forms = tuple(f for f in every if f.path.suffix.lower() != ".csv")
        if not forms and not closed and not isinstance(scheme, Scheme):
            raise NoData(folder, "文件夹里没有填报表,也没有写明方案")
        halfway = _Halfway(out / _HALFWAY, scheme, today)
        with halfway:
            groups = list(
                by_scheme(forms, scheme, today=today, known=halfway.known, keep=halfway.keep)
            )
        own, returns = _one_scheme(groups, scheme)
        run = _Run(own, out, now, RunInfo(__version__, now, command))
        collected = run.finish(returns, closed, tables, found, last_year)
    halfway.forget()
    log.event("returns-collected", returns=len(returns), units=len(own.units))
    return replace(collected, resumed=halfway.resumed)


def _one_scheme(
    groups: Sequence[tuple[Scheme | None, tuple[Received, ...]]], scheme: Scheme | None
) -> tuple[Scheme, tuple[Received, ...]]:
    """The scheme that the forms belong to, and all files; raises a KpixlError."""
    known = [own for own, _ in groups if own is not None]
    returns = tuple(r for _, own in groups for r in own)
    if len(known) > 1:
        names = "、".join(own.title for own in known)
        raise BadArgument(
            "文件夹", names, "一个考核方案的填报表;有几个方案的,请用 --scheme 写明一个"
        )
    if known:
        return known[0], returns
    if scheme is not None:
        return scheme, returns
    broken = [r.result for r in returns if isinstance(r.result, UnusableFile)]
    if broken and len(broken) == len(returns):
        raise broken[0]
    raise BadArgument("--scheme", "空白", "方案的名称,或方案工作簿的路径(表上没有自带方案的标识)")


def _make(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UnwritableFile(folder, "这是文件,不是文件夹", "请换一个文件夹。")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"文件夹建不成({error.strerror})"
        raise UnwritableFile(folder, reason, "请换一个位置。") from None


# -- a run that may be stopped ---------------------------------------------------------------


class _Halfway:
    """What was read so far, in a file that only lives as long as its run."""

    def __init__(self, path: Path, scheme: Scheme | None, today: date) -> None:
        self.path = path
        self.known: dict[str, str] = {}
        self._stream: TextIO | None = None
        self._head = json.dumps(
            {
                "kpixl": __version__,
                "scheme": scheme.form_id + scheme.sha256 if scheme else "",
                "day": today.isoformat(),
            },
            ensure_ascii=False,
        )
        lines = _lines(path)
        fits = bool(lines) and lines[0] == self._head
        for line in lines[1:] if fits else ():
            key, tab, text = line.partition("\t")
            if tab and text.endswith("}"):
                self.known[key] = text
        self.resumed = len(self.known)

    def __enter__(self) -> Keep:
        try:
            fresh = not self.known
            self._stream = self.path.open("w" if fresh else "a", encoding="utf-8", newline="\n")
            self._stream.write(self._head + "\n" if fresh else "\n")
        except OSError as error:
            raise UnwritableFile(
                self.path, f"写不成({error.strerror})", "请换一个文件夹(--to)。"
            ) from None
        return self.keep

    def keep(self, key: str, text: str) -> None:
        """Remember a return."""
        assert self._stream is not None
        self._stream.write(f"{key}\t{text}\n")
        self._stream.flush()

    def __exit__(self, *error: object) -> None:
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()

    def forget(self) -> None:
        """Take the file away, at the end of a whole run."""
        with suppress(OSError):
            self.path.unlink()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", errors="replace").split("\n")
    except OSError:
        return []


@dataclass
class _Record:
    """What earlier runs have seen and written."""

    path: Path
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    wrote: dict[str, str] = field(default_factory=dict)
    _new: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> _Record:
        """The record of a folder; lines that can't be read are passed over."""
        record = cls(path)
        for line in _lines(path):
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                record._take(json.loads(line))
        return record

    def _take(self, line: dict[str, Any]) -> None:
        kind = line["kind"]
        if kind == "return":
            figures = {n: (str(cell), str(text)) for n, (cell, text) in line["figures"].items()}
            one = Seen(line["unit"], line["sha256"], line["file"], line["first"], figures)
            self.seen.setdefault(one.unit, []).append(one)
        elif kind == "run":
            self.runs.append(str(line["time"]))
            self.wrote = {str(p): str(h) for p, h in line["wrote"].items()}

    def first_seen(self, unit: str, digest: str, now: str) -> str:
        """When a return was first seen."""
        own = (s.first for s in self.seen.get(unit, ()) if s.sha256 == digest)
        return next(own, now)

    def add(self, one: Succession, reading: Reading, now: str) -> None:
        """Note a return, unless it was the last one of its unit already."""
        last = self.seen.get(one.unit, [])[-1:]
        if last and last[0].sha256 == reading.sha256:
            return
        self._new.append(
            {
                "kind": "return",
                "unit": one.unit,
                "sha256": reading.sha256,
                "file": reading.file,
                "first": self.first_seen(one.unit, reading.sha256, now),
                "figures": reading.figures,
            }
        )

    def write(self, now: str, wrote: Mapping[str, str]) -> None:
        """Add this run to the record."""
        lines = [*self._new, {"kind": "run", "time": now, "wrote": dict(wrote)}]
        text = "".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines)
        try:
            with self.path.open("a", encoding="utf-8", newline="\n") as stream:
                if self.path.stat().st_size:
                    stream.write("\n")  # whatever was cut off ends here
                stream.write(text)
        except OSError as error:
            raise UnwritableFile(
                self.path, f"写不成({error.strerror})", "请换一个文件夹(--to)。"
            ) from None


# -- one run -----------------------------------------------------------------------------------


def reporting_units(scheme: Scheme) -> tuple[str, ...]:
    """The units that are to send a form."""
    if scheme.ledger is not None:
        ledger = scheme.ledger
        return tuple(u.name for u in scheme.units if ledger.led_by(u.name))
    return tuple(u.name for u in scheme.units if scheme.asked_of(u.name))


class _Run:
    """The returns of one scheme, from the files to what is written."""

    def __init__(self, scheme: Scheme, out: Path, now: datetime, info: RunInfo) -> None:
        self.scheme, self.out, self.info = scheme, out, info
        self.stamp = now.isoformat(timespec="seconds")
        self.today = now.date()
        self.due = deadline_of(scheme)
        self.record = _Record.read(out / RECORD)
        self.wrote: dict[str, str] = {}

    def finish(
        self,
        returns: Sequence[Received],
        closed: Sequence[UnusableFile],
        tables: Sequence[str],
        found: tuple[Finding, ...],
        last_year: str | Path | None,
    ) -> Collected:
        """Put the returns in order, examine those that count, and write everything."""
        ours = {r.file.name for r in returns if self._is_ours(r)}
        readings = [
            r.result for r in returns if isinstance(r.result, Reading) and r.file.name not in ours
        ]
        orders = {
            unit: succession(unit, own, self.record.seen.get(unit, ()))
            for unit, own in _by_unit(readings).items()
        }
        left_out = {r.file for o in orders.values() for r, _ in o.aside}
        left_out -= {r.file for o in orders.values() for r in (o.used, *o.rivals)}
        first = [o.used.file for o in orders.values()]
        chosen = [r for r in returns if isinstance(r.result, Reading) and r.result in readings]
        chosen = [r for r in chosen if r.file.name not in left_out]
        chosen.sort(key=lambda r: r.file.name not in first)
        done = examined(self.scheme, chosen, whole=True, last_year=last_year)
        broken = [r.result for r in returns if isinstance(r.result, UnusableFile)]
        findings = [
            *found,
            *(_broken(e, _name_of(e, returns)) for e in (*closed, *broken)),
            *done.findings,
            *(f for o in orders.values() for f in o.findings),
            *self._late(orders, done.findings),
        ]
        board = Board(
            self.scheme,
            tuple(self._unit(name, orders.get(name), findings) for name in self._expected(orders)),
            tuple(self._files(returns, closed, tables, orders, ours, findings)),
            tuple(
                ChangeLine(c.unit, c.label, c.cell, c.before, c.now, c.since)
                for o in orders.values()
                for c in o.changes
            ),
            tuple(findings),
            self.due,
            self.today,
        )
        slips = dict(self._send_back(board, orders, {r.file.name: r.file for r in returns}))
        self._write(BOOK, board_book(board, self.info, {RESULT_MARK: self.stamp}))
        for order in orders.values():
            for reading in (*(r for r, _ in reversed(order.aside)), *order.rivals, order.used):
                self.record.add(order, reading, self.stamp)
        self._clear()
        self.record.write(self.stamp, self.wrote)
        return Collected(board, self.out, slips)

    def _is_ours(self, one: Received) -> bool:
        result = one.result
        return isinstance(result, Reading) and (result.ours or result.sha256 == self.scheme.sha256)

    def _expected(self, orders: Mapping[str, Succession]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*reporting_units(self.scheme), *orders)))

    def _late(
        self, orders: Mapping[str, Succession], findings: Sequence[Finding]
    ) -> Iterator[Finding]:
        """Returns that came after a run that was itself after the deadline, whatever they say."""
        if self.due is None:
            return
        said = {f.unit for f in findings if f.code == "form-late"}
        over = [run for run in self.record.runs if run[:10] > self.due.isoformat()]
        for unit, order in orders.items():
            first = self._received(unit, order)
            if unit not in said and any(run < first for run in over):
                yield finding(
                    "form-late",
                    place=order.used.place,
                    unit=unit,
                    found=f"{first[:10]} 收到",
                    wanted=self.due.isoformat(),
                )

    def _received(self, unit: str, order: Succession) -> str:
        """When the first return of a unit was first seen."""
        known = self.record.seen.get(unit)
        return known[0].first if known else self.stamp

    def _unit(self, name: str, order: Succession | None, findings: Sequence[Finding]) -> UnitLine:
        unit = self.scheme.unit_named(name)
        group = unit.group if unit else ""
        if order is None:
            return UnitLine(name, group, "未报", late="超期未报" if self._overdue else "")
        own = _of_unit(name, order, findings)
        counts = {s: sum(f.severity is s for f in own) for s in Severity}
        state: State = "通过"
        if counts[Severity.BLOCK]:
            state = "退回"
        elif counts[Severity.VERIFY]:
            state = "已报"
        late = next((f.found for f in own if f.code == "form-late"), "")
        remarks = []
        if order.rivals:
            names = "、".join(r.file for r in order.rivals)
            remarks.append(f"另有“{names}”,数据不同,不知道以哪份为准")
        if order.changes:
            remarks.append(f"比上一次改了 {len(order.changes)} 处")
        waived = [f for f in own if f.remedy.startswith("已由")]
        if waived:
            remarks.append(f"豁免 {len(waived)} 条")
        return UnitLine(
            name,
            group,
            state,
            order.used.file,
            order.number,
            order.used.day.isoformat() if order.used.day else "",
            self.record.first_seen(name, order.used.sha256, self.stamp)[:10],
            f"迟报({late})" if late else "",
            counts[Severity.BLOCK],
            counts[Severity.VERIFY],
            counts[Severity.NOTE],
            ";".join(remarks),
        )

    @property
    def _overdue(self) -> bool:
        return self.due is not None and self.today > self.due

    def _files(
        self,
        returns: Sequence[Received],
        closed: Sequence[UnusableFile],
        tables: Sequence[str],
        orders: Mapping[str, Succession],
        ours: set[str],
        findings: Sequence[Finding],
    ) -> Iterator[FileLine]:
        lines: dict[str, FileLine] = {}
        for unit, order in orders.items():
            lines[order.used.file] = FileLine(order.used.file, unit, "采用")
            for reading in order.rivals:
                why = f"与“{order.used.file}”数据不同,不知道以哪份为准"
                lines[reading.file] = FileLine(reading.file, unit, "待定", why)
            for reading, why in order.aside:
                lines.setdefault(reading.file, FileLine(reading.file, unit, "不采用", why))
        for one in returns:
            name = one.file.name
            if isinstance(one.result, UnusableFile):
                yield FileLine(name, "", "未采用", f"{one.result.reason}。{one.result.remedy}")
            elif name in ours:
                yield FileLine(name, "", "不采用", "方案工作簿,或 kpixl 写出的工作簿")
            elif name in lines:
                yield lines[name]
            else:
                about = [f for f in findings if f.place.file == name]
                about.sort(key=lambda f: list(Severity).index(f.severity))
                said = f"{about[0].text}。{about[0].remedy}" if about else "认不出是哪个单位的"
                yield FileLine(name, "", "未采用", said)
        for error in closed:
            yield FileLine(error.path.name, "", "未采用", f"{error.reason}。{error.remedy}")
        for name in tables:
            yield FileLine(name, "", "不采用", "不是填报表")

    # -- writing ---------------------------------------------------------------------------

    def _send_back(
        self, board: Board, orders: Mapping[str, Succession], where: Mapping[str, ReturnedFile]
    ) -> Iterator[tuple[str, Path]]:
        """A slip and an annotated copy for every unit that has something to mend."""
        for line in board.units:
            order = orders.get(line.unit)
            if order is None or line.state == "通过":
                continue
            own = _of_unit(line.unit, order, board.findings)
            folder = f"{SENT_BACK}/{file_name(line.unit)}"
            _make(self.out / folder)
            copy = self._annotate(folder, where[order.used.file], own)
            sent = Sent(
                line.unit,
                order.used.file,
                order.number,
                self.today,
                self.due,
                copy,
            )
            patch = slip(self.scheme, sent, own)
            patch = replace(patch, marks={RESULT_MARK: self.stamp})
            yield line.unit, self._write(f"{folder}/退回单.xlsx", patch)

    def _annotate(self, folder: str, file: ReturnedFile, own: Sequence[Finding]) -> str:
        """The name of the annotated copy; empty where the file can't be copied so."""
        stem = Path(file.name).stem.removesuffix("(批注)")
        target = self.out / folder / f"{stem}(批注).xlsx"
        try:
            book = pool.read(file.path)
            patch = marks(own, {s.name: _hidden_cells(book, s.name) for s in book.sheets})
            path = files.annotate(file.path, target, patch, book=book)
        except (UnusableFile, UnwritableFile):
            log.event("not-annotated", level=log.WARNING)
            return ""
        self._note(path)
        return path.name

    def _write(self, name: str, patch: Any) -> Path:
        path = self.out / name
        files.write_new(path, patch)
        self._note(path)
        return path

    def _note(self, path: Path) -> None:
        name = path.relative_to(self.out).as_posix()
        self.wrote[name] = sha256(path.read_bytes()).hexdigest()

    def _clear(self) -> None:
        """Take away what the run before wrote and this one did not, unless somebody changed it."""
        for name, digest in self.record.wrote.items():
            path = self.out / name
            if name in self.wrote or ".." in name or not path.is_file():
                continue
            with suppress(OSError):
                if sha256(path.read_bytes()).hexdigest() == digest:
                    path.unlink()
                    path.parent.rmdir()


def _hidden_cells(book: Snapshot, name: str) -> Mapping[Spot, Spot]:
    """The cells that a merge hides, each with the one that shows instead."""
    sheet = book.sheet(name)
    return {
        (row, column): (area.top, area.left)
        for area in (sheet.merged if sheet is not None else ())
        if (area.bottom - area.top) * (area.right - area.left) < 10_000
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    }


def _of_unit(unit: str, order: Succession, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What is wrong with the return of a unit that counts."""
    alone = len(order.used.entries.units) < 2
    return tuple(
        f
        for f in findings
        if (
            f.unit == unit
            and f.place.file in ("", order.used.file, *(r.file for r in order.rivals))
        )
        or (alone and not f.unit and f.place.file == order.used.file)
        or (alone and f.place.file == order.used.file)
    )


def _by_unit(readings: Sequence[Reading]) -> Mapping[str, list[Reading]]:
    found: dict[str, list[Reading]] = {}
    for reading in readings:
        for unit in reading.entries.units or ((reading.unit,) if reading.unit else ()):
            found.setdefault(unit, []).append(reading)
    return found


def _name_of(error: UnusableFile, returns: Sequence[Received]) -> str:
    return next((r.file.name for r in returns if r.result is error), error.path.name)


def _broken(error: UnusableFile, name: str) -> Finding:
    return finding("file-unusable", place=Place(name), reason=error.reason, remedy=error.remedy)
