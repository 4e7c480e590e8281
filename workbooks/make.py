"""Makes the workbooks of every system from the readable tables in its source/ folder.

    python -m kpixl.workbooks.make            writes what is missing or stale
    python -m kpixl.workbooks.make --check    says what is stale, and fails if anything is

In a checkout without an installed package the first part reads `python -m workbooks.make`.
The same tables give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kpixl.findings import blocking
from kpixl.grid import Scalar
from kpixl.host import Patch, PutSheet
from kpixl.hosts import files
from kpixl.reporting.selftest import BOOK_FILE, selftest_book
from kpixl.scheme.book import as_scalar, information_sheet, scheme_book
from kpixl.scheme.find import SCHEME_FILE
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.issue import blank_form
from kpixl.templates.ledger_form import MONTHS, blank_ledger
from kpixl.templates.monthly import monthly_form

HERE = Path(__file__).resolve().parent
FORM_FILE, RETURNS, SAMPLES = "空白表.xlsx", "回收", "示例"
SELF_SCORES = "自评"  # what the sample units give themselves: unit, item, value
# Forms of single units, where each is assessed on items of its own.
FORMS = "空白表"
MONTHLY = "月报"  # tables of that name are forms of their own, sent in every month
ENTERPRISES = "企业示例"  # a table of invented enterprises, for schemes that class them
FICTION = "示例(虚构)"
# Sheets of the scheme workbook in the order in which a clerk reads them.
ORDER = ("方案", "指标", "数据项", "单位", "目标")

Table = Sequence[Sequence[str]]


def tables(system: Path) -> Mapping[str, Table]:
    """The tables of a system's source folder by name, the scheme's own sheets first."""
    found = {}
    for path in sorted((system / "source").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found[path.stem] = list(csv.reader(stream))
    return {n: found[n] for n in ORDER if n in found} | found


def books(system: Path) -> Iterator[tuple[Path, Patch]]:
    """Every workbook of a system, with the file that it belongs in."""
    source = dict(tables(system))
    samples, own = source.pop(SAMPLES, ()), source.pop(SELF_SCORES, ())
    enterprises = source.pop(ENTERPRISES, ())
    monthly = {n: source.pop(n) for n in list(source) if n.startswith(MONTHLY)}
    name = next(row[1] for row in source["方案"] if row[0] == "名称")
    book = scheme_book(source, title=name)
    yield system / SCHEME_FILE, book
    scheme = _read_back(book, system.name)
    if scheme.ledger is not None:
        yield from _ledger_books(system, scheme, samples, enterprises)
        return
    yield system / FORM_FILE, blank_form(scheme)
    if scheme.items_differ:
        for unit in scheme.units:
            yield system / FORMS / f"{unit.name}.xlsx", blank_form(scheme, unit=unit)
    for title, rows in monthly.items():
        title = title.removeprefix(MONTHLY).strip()
        cells = [[as_scalar(cell) for cell in row] for row in rows]
        yield system / MONTHLY / f"{title}.xlsx", monthly_form(scheme, title, cells)
    yield from _returns(system / RETURNS, scheme, samples, own)


def _read_back(book: Patch, system: str) -> Scheme:
    """The scheme as any reader of the workbook gets it; a faulty one is not shipped."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SCHEME_FILE
        files.write_new(path, book)
        scheme, findings = read_scheme(files.read(path), system=system)
    if scheme is None or blocking(findings):
        raise SystemExit("\n".join(f.sentence() for f in findings))
    return scheme


def _returns(
    folder: Path, scheme: Scheme, samples: Table, own: Table
) -> Iterator[tuple[Path, Patch]]:
    """One returned form a unit of the samples.

    Their columns are unit, input, value, source_note and, where figures have them, last_year
    and mark.
    """
    if not samples:
        return
    at = {head: n for n, head in enumerate(samples[0])}

    def given(rows: Table, column: str) -> dict[str, str]:
        return {r[at["input"]]: r[at[column]] for r in rows if column in at and r[at[column]]}

    for unit in scheme.units:
        rows = [row for row in samples[1:] if row[at["unit"]] == unit.name]
        values: dict[str, Scalar] = {r[at["input"]]: as_scalar(r[at["value"]]) for r in rows}
        unknown = values.keys() - {i.name for i in scheme.asked_of(unit.name)}
        if not rows or unknown:
            raise SystemExit(
                f"{SAMPLES}.csv:{unit.name} {'、'.join(sorted(unknown)) or '没有数据'}"
            )
        remarks = {r[at["input"]]: r[at["source_note"]] for r in rows}
        last_year = {name: as_scalar(text) for name, text in given(rows, "last_year").items()}
        yield (
            folder / f"{unit.name}.xlsx",
            blank_form(
                scheme,
                unit=unit,
                values=values,
                remarks=remarks,
                cover={"填报人": "示例", "联系电话": "示例", "负责人": "示例", "填报日期": "示例"},
                notice=_notice(remarks),
                last_year=last_year,
                marks=given(rows, "mark"),
                self_scores={r[1]: as_scalar(r[2]) for r in own if r[0] == unit.name},
            ),
        )


def _ledger_books(
    system: Path, scheme: Scheme, samples: Table, enterprises: Table
) -> Iterator[tuple[Path, Patch]]:
    """The blank ledger, one returned ledger a leading unit, and a table of enterprises.

    The columns of the samples are input, source_note and one a month (1月 …).
    """
    assert scheme.ledger is not None
    yield system / FORM_FILE, blank_ledger(scheme)
    at = {head: n for n, head in enumerate(samples[0])} if samples else {}
    rows = {row[at["input"]]: row for row in samples[1:]}
    unknown = rows.keys() - {task.input for task in scheme.ledger.tasks}
    if unknown:
        raise SystemExit(f"{SAMPLES}.csv:{'、'.join(sorted(unknown))}")
    for unit in scheme.units if rows else ():
        own = [rows[t.input] for t in scheme.ledger.led_by(unit.name) if t.input in rows]
        if not own:
            continue
        values = {
            (row[at["input"]], month): as_scalar(row[at[f"{month}月"]])
            for row in own
            for month in MONTHS
            if f"{month}月" in at
        }
        remarks = {row[at["input"]]: row[at["source_note"]] for row in own}
        yield (
            system / RETURNS / f"{unit.name}.xlsx",
            blank_ledger(
                scheme,
                unit=unit,
                values=values,
                remarks=remarks,
                cover={"填报人": "示例", "联系电话": "示例", "负责人": "示例", "填报日期": "示例"},
                notice=_notice(remarks),
            ),
        )
    if enterprises:
        cells = [[as_scalar(cell) for cell in row] for row in enterprises]
        title = "示例:全部为虚构的企业和数据。"
        sheet = information_sheet("企业", [[title], *cells])
        patch = Patch((PutSheet(sheet),), title=f"{scheme.title} 企业表 示例")
        yield system / f"{ENTERPRISES}.xlsx", patch


def _notice(remarks: Mapping[str, str]) -> str:
    """What a demonstration form says about its figures, from the notes on them."""
    given = sorted({r.partition("(")[0] for r in remarks.values() if r != FICTION})
    if not given:
        return "全部为虚构的示例数据。"
    return f"按{'、'.join(given)}演示:注明来源的是目标值,不是完成数;其余为虚构的示例数据。"


def _content(book: bytes) -> list[tuple[str, bytes]]:
    """The parts of a workbook: compression differs between builds of Python, content never."""
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def make(*, check: bool = False, root: Path = HERE) -> list[Path]:
    """Write the workbooks that are missing or stale, or with `check` only name them."""
    stale = []
    made = [(path, patch) for s in sorted(root.glob("*/source")) for path, patch in books(s.parent)]
    for path, patch in [*made, (root / BOOK_FILE, selftest_book())]:
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / path.name
            files.write_new(fresh, patch)
            data = fresh.read_bytes()
        if path.is_file() and _content(path.read_bytes()) == _content(data):
            continue
        stale.append(path)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    return stale


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 with --check where a workbook is stale."""
    parser = argparse.ArgumentParser(prog="kpixl.workbooks.make", description=__doc__)
    parser.add_argument("--check", action="store_true", help="只检查,不写文件")
    check = parser.parse_args(arguments).check
    stale = make(check=check)
    for path in stale:
        print(f"{'过期' if check else '已生成'} {path.relative_to(HERE).as_posix()}")
    if not stale:
        print("工作簿都是最新的")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
