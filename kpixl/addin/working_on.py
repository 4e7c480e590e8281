"""What a command works on: the scheme of the open workbook, and the forms around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from kpixl import log
from kpixl.addin.job import Job
from kpixl.entries import Entries
from kpixl.errors import KpixlError, NeedsChoice, SchemeNotKnown, UnusableFile
from kpixl.findings import Finding
from kpixl.grid import Snapshot
from kpixl.host import Patch, PutSheet
from kpixl.pipeline import NOTHING
from kpixl.reporting import sheets as names
from kpixl.scheme.find import SCHEME_FILE, find_scheme, known_schemes
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.from_form import scheme_of_form
from kpixl.templates.marks import FORM_ID, SYSTEM

OWNER = "kpixl"
RESULTS = "kpixl-results"  # which sheets of a workbook are results of ours
RETURNED = "回收"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
# What a clerk finds on a sheet.
SHEETS = {
    names.RANKING: "名次、总分、各项得分",
    names.ITEMS: "每个单位的各项得分、得分率和合计",
    names.FINDINGS: "有问题的数据:在哪一格,怎样改正",
    names.SELF_SCORES: "各单位的自评分、考核分和差距",
    names.TRACE: "每个得分的条款、数据出处和计算过程",
    names.NATIVE: "用表格软件自己的公式重算一遍",
    names.DATA: "公式核对所用的数据",
    names.RUN: "程序版本、时间、方案和数据文件的校验值",
    names.QUICK: "每项任务的完成率和亮灯",
    names.BULLETIN: "季度得分和名次",
    names.LEDGER: "全部任务和进度",
    names.CLASSES: "企业得分和分类",
    names.SEAL: "结果所依据的数据,“核验”由它重算",
}


@dataclass(frozen=True)
class Subject:
    """The scheme that a command goes by, and what is wrong with it.

    `is_book` says that the open workbook is that scheme.  `entries` are the figures that
    findings are about, where there are any.
    """

    scheme: Scheme
    found: tuple[Finding, ...] = ()
    is_book: bool = False
    entries: Entries = field(default=NOTHING)


def subject_of(job: Job) -> Subject:
    """The scheme that was chosen, that the open workbook is, that it belongs to, or that it
    states itself."""
    chosen = job.arguments.get("scheme", "")
    if chosen:
        place = find_scheme(chosen)
        return _read(job, place.path, place.system)
    if _is_scheme(job.book):
        system = Path(job.book.source.name).stem
        scheme, found = read_scheme(own_sheets(job.book), system=system)
        if scheme is not None:
            return Subject(scheme, found, is_book=True)
    system = job.book.marks.get(SYSTEM, "")
    form_id = job.book.marks.get(FORM_ID, "")
    for path in _beside(job.path):
        near = _read(job, path, path.parent.name)
        if near.scheme.form_id == form_id:
            return near
    if system in known_schemes():
        place = find_scheme(system)
        return _read(job, place.path, place.system)
    stated = scheme_of_form(own_sheets(job.book))
    if stated.scheme is not None:  # a form with a column 评分标准
        return Subject(stated.scheme, stated.findings)
    raise SchemeNotKnown(job.book.source.name or "当前工作簿", known_schemes())


def _is_scheme(book: Snapshot) -> bool:
    there = {sheet.name for sheet in book.sheets}
    return {"方案", "指标", "数据项"} <= there


def _beside(path: Path | None) -> tuple[Path, ...]:
    """Scheme workbooks in the form's own folder, or in the one above."""
    if path is None:
        return ()
    near = (path.parent / SCHEME_FILE, path.parent.parent / SCHEME_FILE)
    return tuple(p for p in near if p.is_file() and p != path)


def _read(job: Job, path: Path, system: str) -> Subject:
    if job.read is None:
        raise UnusableFile(path, "这里不能打开别的工作簿", "请先打开方案工作簿。")
    job.step("正在读取考核方案……", 0, 0)
    book = job.read(path)
    log.event("scheme-read", sha256=book.source.sha256, sheets=len(book.sheets))
    scheme, found = read_scheme(book, system=system)
    if scheme is None:
        raise UnusableFile(path, "读不成考核方案", "样子请看自带方案。")
    return Subject(scheme, found)


def own_sheets(book: Snapshot) -> Snapshot:
    """The workbook without the sheets that we put into it."""
    ours = set(book.marks.get(RESULTS, "").split("\t"))
    return replace(book, sheets=tuple(s for s in book.sheets if s.name not in ours))


def forms_of(job: Job, subject: Subject) -> tuple[Snapshot, ...]:
    """The open form as it is now, and the other forms of its folder as they were saved.

    For a scheme workbook: the forms of the folder 回收 beside it.  A file that can't be used
    is passed over where it is no workbook of this scheme; the open one never is.
    """
    chosen = job.arguments.get("data", "")
    folder = Path(chosen) if chosen else None
    forms: list[Snapshot] = []
    if subject.is_book:
        if folder is None and job.path is not None and (job.path.parent / RETURNED).is_dir():
            folder = job.path.parent / RETURNED
        if folder is None:
            raise NeedsChoice("data", "填报表文件夹", "方案工作簿里没有数据,要知道填报表在哪里")
    else:
        forms.append(own_sheets(job.book))
        if folder is None and job.path is not None and FORM_ID in job.book.marks:
            folder = job.path.parent
    if folder is None:
        return tuple(forms)
    if not folder.is_dir():
        raise UnusableFile(folder, "没有这个文件夹", "请重新选择。")
    forms += _neighbours(job, subject, folder)
    if not forms:
        raise UnusableFile(folder, "文件夹里没有这个方案的填报表", "请选择填报表所在的文件夹。")
    return tuple(forms)


def _neighbours(job: Job, subject: Subject, folder: Path) -> Iterable[Snapshot]:
    paths = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in WORKBOOKS
        and not path.name.startswith(("~$", ".~lock", "."))
        and (job.path is None or path.resolve() != job.path.resolve())
    ]
    forms: list[Snapshot] = []
    for number, path in enumerate(paths, 1):
        job.step(f"正在读取 {path.name}", number, len(paths))
        if job.read is None:
            break
        try:
            form = job.read(path)
        except KpixlError:
            log.event("form-unusable", level=log.WARNING)
            continue
        if (
            form.marks.get(FORM_ID, "").partition("@")[0]
            == subject.scheme.form_id.partition("@")[0]
        ):
            forms.append(own_sheets(form))
    return forms


def result_patch(
    book: Snapshot, patch: Patch, *, without: Iterable[str] = (), title: str = ""
) -> Patch:
    """A patch of result sheets for the open workbook, which says itself which they are.

    The marks of a result book stay out: the workbook goes on being a form or a scheme.
    """
    left_out = set(without)
    changes = tuple(
        c for c in patch.changes if not (isinstance(c, PutSheet) and c.sheet.name in left_out)
    )
    put = [c.sheet.name for c in changes if isinstance(c, PutSheet)]
    ours = [n for n in book.marks.get(RESULTS, "").split("\t") if n and book.sheet(n) is not None]
    all_ours = "\t".join(dict.fromkeys([*ours, *put]))
    return Patch(changes, title, {RESULTS: all_ours} if put else {}, owner=OWNER)
