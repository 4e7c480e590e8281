"""What is done with paths that were dropped: which kind each is, and by which scheme.

Returned forms are collected and scored, a single one is checked, a scheme is linted, a result
is verified.  Nothing that was dropped is changed; what is made stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from kpixl.collection import BOOK, Collected, collect, default_folder
from kpixl.commands import check, lint, score, verify
from kpixl.commands.console import Console
from kpixl.commands.show_board import show
from kpixl.commands.texts import CLEAN, UNUSABLE
from kpixl.errors import BadArgument, KpixlError, NoData, UnusableFile
from kpixl.grid import Snapshot
from kpixl.hosts import pool
from kpixl.returns import ARCHIVES, RESULT_MARK, WORKBOOKS, returned
from kpixl.scheme.find import known_schemes
from kpixl.scheme.model import Scheme
from kpixl.templates.marks import FORM_ID, SYSTEM
from kpixl.workspace.results import refuse_result
from kpixl.workspace.schemes import load_scheme, usable_scheme

RESULT = "-评分结果.xlsx"
_SCHEME_SHEETS = {"方案", "指标", "数据项"}
_MOST_NEIGHBOURS = 600  # workbooks that are looked at for being a scheme


def run(console: Console, *, paths: Sequence[str], command: str) -> int:
    """Do what is expected of each path."""
    if not paths:
        console.title("把填报表所在的文件夹(或 zip 压缩包)拖到 kpixl.cmd 的图标上。")
        console.line("拖一份填报表,只校验这一份。填报表只读取,不改动。")
        console.line("也可以在这里输入命令,如 kpixl.cmd demo、kpixl.cmd doctor。")
        return CLEAN
    codes: list[int] = []
    forms: list[str] = []
    for path in map(Path, paths):
        try:
            if not path.exists():
                raise NoData(path, "没有这个文件或文件夹")
            if path.is_dir() or path.suffix.lower() in (*ARCHIVES, ".csv"):
                codes.append(_returns(console, path, command))
            elif path.suffix.lower() in WORKBOOKS:
                code = _book(console, path)
                if code is None:
                    forms.append(str(path))
                else:
                    codes.append(code)
            else:
                raise UnusableFile(path, "不是表格文件", "请拖放填报表,或它们所在的文件夹。")
        except KpixlError as error:
            console.fail(str(error))
            codes.append(UNUSABLE)
    if forms:
        codes.append(_forms(console, forms))
    return max(codes)


def _book(console: Console, path: Path) -> int | None:
    """Look at a workbook that is no return; None for one that may be."""
    book = pool.read(path, structure=False)
    if RESULT_MARK in book.marks:
        return verify.run(console, book=str(path))
    if _is_scheme(book):
        return lint.run(console, scheme=str(path))
    return None


def _is_scheme(book: Snapshot) -> bool:
    return {sheet.name for sheet in book.sheets} >= _SCHEME_SHEETS and FORM_ID not in book.marks


def _forms(console: Console, forms: Sequence[str]) -> int:
    """Check forms by themselves."""
    try:
        books = [pool.read(form, structure=False) for form in forms]
        scheme = _scheme_for(books, [Path(f).parent for f in forms])
        return check.run(console, files=forms, scheme=str(scheme) if scheme else None)
    except KpixlError as error:
        console.fail(str(error))
        return UNUSABLE


def _returns(console: Console, path: Path, command: str) -> int:
    """Collect and score the returns of a folder or archive."""
    scheme, found_where = _known(path)
    name = path.resolve().stem if path.is_file() else path.resolve().name
    result = path.parent / f"{name}{RESULT}"
    if path.suffix.lower() == ".csv":
        if scheme is None:
            raise BadArgument(
                "方案", "没有找到", "方案工作簿与 .csv 放在同一个文件夹里(文件名不限)"
            )
        return score.run(
            console, scheme=str(scheme), data=[str(path)], out=str(result), command=command
        )
    if found_where:
        console.line(f"方案:{found_where}")
    refuse_result(result)
    own: Scheme | None = None
    if scheme is not None:
        own, _ = usable_scheme(scheme, [path] if path.is_dir() else ())
    done = collect(path, own, now=datetime.now(), command=command)
    code = show(console, done)
    console.line()
    code = max(code, _scored(console, path, done, scheme, result, command))
    console.line()
    _say_next(console, done)
    return code


def _scored(
    console: Console,
    path: Path,
    done: Collected,
    scheme: Path | str | None,
    result: Path,
    command: str,
) -> int:
    """Score the returns that count."""
    used = {unit.file for unit in done.board.units if unit.file}
    out = default_folder(path)
    with returned([path], aside=out) as (files, _):
        data = [str(f.path) for f in files if f.name in used]
        if not data:
            console.fail(f"没有可以评分的填报表,只写出了“{BOOK}”。")
            return UNUSABLE
        return score.run(
            console,
            scheme=str(scheme or done.board.scheme.system),
            data=data,
            out=str(result),
            command=command,
            told=frozenset(done.board.findings),
        )


def _say_next(console: Console, done: Collected) -> None:
    """What is still to be done before the places hold."""
    for state, todo in (("未报", "催报"), ("退回", "把退回单和批注表发给它们,请改好后再交")):
        units = [u.unit for u in done.board.units if u.state == state]
        if units:
            console.title(f"{state} {len(units)} 个:{todo}。收齐以前,名次只供参考。")


# -- which scheme ----------------------------------------------------------------------------


def _known(path: Path) -> tuple[Path | None, str]:
    """The scheme workbook for the returns of a folder, archive or table, and what to call it.

    None where the forms say themselves which system of the package they belong to.
    """
    with returned([path], aside=default_folder(path)) as (files, _):
        books: list[Snapshot] = []
        for file in files:
            if file.path.suffix.lower() == ".csv":
                continue
            try:
                book = pool.read(file.path, structure=False)
            except UnusableFile:
                continue
            if RESULT_MARK not in book.marks and not _is_scheme(book):
                books.append(book)
                if book.marks.get(SYSTEM):
                    break  # one that says it is enough
        places = [path, path.parent] if path.is_dir() else [path.parent]
        found = _scheme_for(books, places)
        if found is not None:
            return found, str(found)
        if books and not any(b.marks.get(SYSTEM) in known_schemes() for b in books):
            stated = _stating(files_of=[f.path for f in files], path=path)
            if stated is not None:
                return stated, f"取自“{stated.name}”上写的评分标准"
    return None, ""


def _stating(files_of: Sequence[Path], path: Path) -> Path | None:
    """A form that states its rules itself, which makes it a scheme; only in a folder."""
    if not path.is_dir():
        return None
    for file in files_of[:_MOST_NEIGHBOURS]:
        try:
            usable_scheme(file, [path])
        except KpixlError:
            continue
        return file
    return None


def _scheme_for(books: Sequence[Snapshot], folders: Iterable[Path]) -> Path | None:
    """The scheme workbook in these folders that the forms belong to.

    None where there is none, or the forms belong to a system of the package.  Raises
    BadArgument where several could be meant.
    """
    wanted = {b.marks[SYSTEM] for b in books if b.marks.get(SYSTEM)}
    there: dict[Path, str] = {}
    for folder in dict.fromkeys(f.resolve() for f in folders):
        for path in _workbooks(folder):
            try:
                book = pool.read(path, structure=False)
            except UnusableFile:
                continue
            if RESULT_MARK in book.marks or not _is_scheme(book):
                continue
            scheme, _ = load_scheme(path)
            if scheme is not None:
                there[path] = scheme.system
    fitting = [path for path, system in there.items() if system in wanted]
    if not fitting and wanted:
        return None
    fitting = fitting or list(there)
    if len(fitting) > 1:
        names = "、".join(p.name for p in fitting)
        raise BadArgument("方案", names, "只有一个方案工作簿:请把不用的移走")
    return fitting[0] if fitting else None


def _workbooks(folder: Path) -> list[Path]:
    """The workbooks of a folder itself."""
    if not folder.is_dir():
        return []
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in (".xlsx", ".xlsm")
        and not path.name.startswith(("~$", ".~lock", "."))
        and path.is_file()
    ]
    return found[:_MOST_NEIGHBOURS]
