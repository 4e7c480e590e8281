"""The commands, a clerk's year from left to right.

Each takes a Job, the workbook as it was read, and gives a Reply: what to say, and the
patch that the host is to apply.  None of them knows a spreadsheet program.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kpixl import __version__, log
from kpixl.addin.job import Job, Reply, Tone
from kpixl.addin.registry import REGISTRY, CommandArgument, command
from kpixl.addin.working_on import (
    RESULTS,
    SHEETS,
    Subject,
    forms_of,
    own_sheets,
    result_patch,
    subject_of,
)
from kpixl.address import a1, parse_a1
from kpixl.errors import KpixlError, NeedsChoice
from kpixl.findings import Finding, Severity, blocking
from kpixl.grid import Spot
from kpixl.host import Change, ClearMarks, Mark, MarkCells, Patch, PutSheet
from kpixl.pipeline import assess_forms, check_forms, follow_forms, ledger_book, result_book
from kpixl.reporting.run import RunInfo
from kpixl.reporting.sheets import FINDINGS, NATIVE, RANKING, TRACE
from kpixl.templates.marks import FORM_ID, UNIT

MOST_LINES = 12
FILLS = {Severity.BLOCK: "F8CBAD", Severity.VERIFY: "FFEB9C", Severity.NOTE: "DDEBF7"}
_SCHEME = CommandArgument(
    "scheme", "考核方案", "自带方案的名称,或方案工作簿;不选时按表中的标识查找", "file"
)
_DATA = CommandArgument(
    "data",
    "填报表文件夹",
    "各单位交回的填报表所在的文件夹;不选时用当前工作簿所在的文件夹",
    "folder",
)
_MONTH = CommandArgument("month", "月份", "台账:按几月底的进度计算,1 至 12")
_MOST_TOLD = 5  # cells of one kind, in a message
# What is to be done next about units of a state.
_AFTER_COLLECTING = {
    "未报": "未报的:名单在“催报”表,请催交。",
    "退回": "退回的:请打开该单位的表,按“退回单”,打印后随表退回。",
    "已报": "已报的:有问题待核,见“问题”表。",
}


# -- 模板 --------------------------------------------------------------------------------


@command(
    name="bind",
    label="识别模板",
    help="认出当前表格里哪一格是什么:指标、评分标准、要填的数;拿不准的列出来问。",
    icon="FormatAsTableGallery",
    group="模板",
    reads="当前工作簿、考核方案;找不到方案时,按表上的评分标准读",
    writes="工作表“识别结果”",
    arguments=(_SCHEME,),
)
def bind(job: Job) -> Reply:
    """Which cell is what, as `kpixl bind` says it."""
    from kpixl.addin.recognising import recognised

    return recognised(job)


@command(
    name="issue",
    label="下发表格",
    help="按方案给每个单位做一份填报表,存到选定的文件夹;已有的文件不会被覆盖。",
    icon="ReviewSendForReview",
    group="模板",
    reads="考核方案",
    writes="选定文件夹中的新文件;当前工作簿不变",
    arguments=(
        _SCHEME,
        CommandArgument("folder", "下发文件夹", "填报表写到这个文件夹", "folder"),
    ),
)
def issue(job: Job) -> Reply:
    """A form for every unit, as `kpixl issue` makes them."""
    from kpixl.workspace.issuing import issue_forms

    subject = subject_of(job)
    if blocking(subject.found):
        lines = said(subject.found)
        return Reply("没有下发:方案有“强”级问题,请先改正", lines, tone="warning")
    folder = job.arguments.get("folder", "")
    if not folder:
        raise NeedsChoice("folder", "下发文件夹", "填报表要写到这里")
    job.step("正在写填报表……", 0, 0)
    paths = issue_forms(subject.scheme, folder)
    return Reply(
        f"{subject.scheme.title}:已写出 {len(paths)} 份填报表",
        (f"文件夹:{folder}", *_some([p.name for p in paths])),
    )


@command(
    name="lint",
    label="检查方案",
    help="检查考核方案本身:分值合计、读不懂的条款、条款与分值不一致、达不到的等次等。",
    icon="Spelling",
    group="模板",
    reads="考核方案",
    writes="工作表“问题清单”;当前工作簿就是方案时,在有问题的格子上做标记",
    arguments=(_SCHEME,),
)
def lint(job: Job) -> Reply:
    """What is wrong with the scheme, as `kpixl lint` says it."""
    from kpixl.scheme.lint import lint as examine

    subject = subject_of(job)
    found = (*subject.found, *examine(subject.scheme))
    found = tuple(dict.fromkeys(found))
    if not found:
        return Reply(f"{subject.scheme.title}:没有发现问题", patch=Patch((ClearMarks(),)))
    return _with_findings(job, subject, found, of_scheme=True)


# -- 收集 --------------------------------------------------------------------------------


@command(
    name="collect",
    label="汇总回收",
    help="看各单位交表的情况:谁没有交、谁的要退回、谁的通过;列出催报名单和全部问题。",
    icon="Consolidate",
    group="收集",
    reads="当前填报表和同一文件夹里其他单位的填报表、考核方案",
    writes="工作表“回收情况”“催报”“问题”等;原有工作表不变",
    arguments=(_SCHEME, _DATA),
)
def collect(job: Job) -> Reply:
    """The board of `kpixl collect`, in the open workbook."""
    from kpixl.addin.collecting import board_of
    from kpixl.reporting.board import BOARD, board_book, summary

    subject = subject_of(job)
    forms = forms_of(job, subject)
    job.step("正在校验……", 0, 0)
    board = board_of(subject.scheme, forms, subject.found, today=job.now.date())
    log.findings(board.findings)
    run = RunInfo(__version__, job.now.replace(microsecond=0), "汇总回收")
    patch = result_patch(job.book, board_book(board, run, {}), title=run.command)
    lines = [
        f"{state}:{'、'.join(names)}"
        for state in ("未报", "退回", "已报")
        if (names := _some_names([u.unit for u in board.units if u.state == state]))
    ]
    tone: Tone = "warning" if lines else "info"
    states = {u.state for u in board.units}
    after = [words for state, words in _AFTER_COLLECTING.items() if state in states]
    lines += ["", *(after or ["都通过了:打开任意一份填报表,按“排名”,与同一文件夹的表一起计分。"])]
    return Reply(f"{board.scheme.title}:{summary(board)}", tuple(lines), patch, BOARD, tone)


@command(
    name="check",
    label="校验",
    help="校验当前填报表:有问题的格子做上颜色和批注,并列出清单;只标记,不改数。",
    icon="DataValidation",
    group="收集",
    shortcut="Ctrl+Alt+J",
    reads="当前填报表、考核方案",
    writes="有问题的格子上的标记,工作表“问题清单”",
    arguments=(_SCHEME,),
)
def check(job: Job) -> Reply:
    """Marks at every cell that is wrong, and a list."""
    subject = subject_of(job)
    _refuse_scheme_book(job, subject)
    job.step("正在校验……", 0, 0)
    entries, found = check_forms(subject.scheme, [own_sheets(job.book)], whole=False)
    found = (*subject.found, *found)
    if not found:
        patch = Patch((ClearMarks(),), title="校验")
        if FINDINGS in job.book.marks.get(RESULTS, "").split("\t"):  # what it says is out of date
            again = _with_findings(job, replace(subject, entries=entries), ()).patch
            patch = again or patch
        return Reply("校验通过:没有发现问题", patch=patch)
    return _with_findings(job, replace(subject, entries=entries), found)


@command(
    name="slip",
    label="退回单",
    help="给当前填报表写退回单:哪里有问题,怎样改;打印一页,随表退回。",
    icon="ReviewReplyWithChanges",
    group="收集",
    reads="当前填报表、考核方案",
    writes="工作表“退回单”;原有工作表不变",
    arguments=(_SCHEME,),
)
def send_back(job: Job) -> Reply:
    """The slip of `kpixl collect` for the open form."""
    from kpixl.reporting.slip import SLIP, Sent, slip
    from kpixl.validation.returned import deadline_of

    subject = subject_of(job)
    _refuse_scheme_book(job, subject)
    job.step("正在校验……", 0, 0)
    entries, found = check_forms(subject.scheme, [own_sheets(job.book)], whole=False)
    found = (*subject.found, *found)
    if not found:
        return Reply("没有发现问题,不用退回")
    unit = "、".join(entries.units) or job.book.marks.get(UNIT, "") or job.book.source.name
    due = deadline_of(subject.scheme)
    sent = Sent(unit, job.book.source.name, 1, job.now.date(), due)
    patch = result_patch(job.book, slip(subject.scheme, sent, found), title=SLIP)
    lines = (*said(found), "", "请打印这一页,随表退回;改好的表放回原来的文件夹,再按“汇总回收”。")
    return Reply(f"{unit}:{tally(found)},已写出退回单", lines, patch, SLIP)


# -- 评分 --------------------------------------------------------------------------------


@command(
    name="score",
    label="评分",
    help="按评分标准给各单位逐项计分,写出每个得分的条款、出处和计算过程。",
    icon="Calculator",
    group="评分",
    reads="当前填报表和同一文件夹里其他单位的填报表、考核方案",
    writes="工作表“追溯”等;原有工作表不变",
    arguments=(_SCHEME, _DATA, _MONTH),
)
def score(job: Job) -> Reply:
    """Every score with its trace; the places stay out."""
    return _results(job, "评分", show=TRACE, without={RANKING, NATIVE, "核对数据", "自评与考核"})


@command(
    name="rank",
    label="排名",
    help="计分并排名,写出排名、追溯、公式核对等工作表;再按一次就更新这些表。",
    icon="SortDescendingExcel",
    group="评分",
    shortcut="Ctrl+Alt+K",
    reads="当前填报表和同一文件夹里其他单位的填报表、考核方案",
    writes="工作表“排名”“追溯”“公式核对”等;原有工作表不变",
    arguments=(_SCHEME, _DATA, _MONTH),
)
def rank(job: Job) -> Reply:
    """All result sheets, as in the result book of `kpixl rank`."""
    return _results(job, "排名", show=RANKING)


# -- 解释 --------------------------------------------------------------------------------


@command(
    name="explain",
    label="解释此格",
    help="说明所在的格子:得分或 KPISCORE 公式是怎样算出来的,填报值用在哪里,评分标准读成什么。",
    icon="FunctionWizard",
    group="解释",
    shortcut="Ctrl+Alt+L",
    reads="所在的格子、当前填报表、考核方案",
    writes="不写",
    arguments=(_SCHEME, _DATA),
)
def explain(job: Job) -> Reply:
    """Where the cell's figure comes from, or what its clause means."""
    from kpixl.addin.explaining import clause_lines, score_lines
    from kpixl.addin.explaining_calls import call_explained

    if job.selection is None:
        return Reply("请先选中一个格子", tone="warning")
    sheet_name, area = job.selection
    sheet = job.book.sheet(sheet_name)
    spot = (area.top, area.left)
    value = None if sheet is None else sheet.seen(*spot)
    if sheet is not None:
        called = call_explained(job.book, sheet, spot)
        if called is not None:
            return Reply(f"{job.cell}:{called.title}", called.lines, tone=called.tone)
    clause = clause_lines(value)
    if clause is not None:
        return Reply(f"{job.cell}:{clause[0]}", clause[1:])
    if sheet is None or value is None:
        return Reply(f"{job.cell} 是空的", tone="warning")
    try:
        subject = subject_of(job)
    except KpixlError:
        return Reply(f"{job.cell} 不是评分标准,也找不到它所属的考核方案", tone="warning")
    if subject.scheme.ledger is not None:
        return Reply("台账的计算过程在“追溯”表中,请先按“排名”", tone="warning")
    lines = score_lines(job, subject, sheet, spot)
    if lines is None:
        return Reply(
            f"{job.cell} 不是得分、填报值或评分标准",
            ("请选中排名表里的得分、填报表里的填报值、评分标准,或用 KPISCORE 计分的格子。",),
            tone="warning",
        )
    return Reply(f"{job.cell}:{lines[0]}", lines[1:])


@command(
    name="native",
    label="公式核对",
    help="用表格软件自己的公式把得分和名次重算一遍,与排名对照;不装本程序也能验算。",
    icon="FormulaEvaluate",
    group="解释",
    reads="当前填报表和同一文件夹里其他单位的填报表、考核方案",
    writes="工作表“公式核对”“核对数据”及其对照的“排名”等",
    arguments=(_SCHEME, _DATA, _MONTH),
)
def native(job: Job) -> Reply:
    """The ranking once more as live formulas, beside the figures that it is held against."""
    return _results(job, "公式核对", show=NATIVE)


@command(
    name="verify",
    label="核验",
    help="把结果按其中封存的数据重算一遍,逐格比较:有没有改过、改了哪里。",
    icon="SignatureLineInsert",
    group="解释",
    reads="当前工作簿里的结果和“封存”表",
    writes="改过的格子上的标记",
)
def check_results(job: Job) -> Reply:
    """As `kpixl verify`: what does not show what was computed."""
    from kpixl.verification import live, verify

    done = verify(job.book, version=__version__, recalculate=live)
    if done.identical:
        lines = [f"方案:{done.scheme}", f"封存校验值:{done.seal[:16]}……", *said(done.findings)]
        return Reply(
            f"核验通过:{len(done.sheets)} 张表 {done.cells} 格与重算的结果一致", tuple(lines)
        )
    marks = marks_for(job, done.findings)
    changes: tuple[Change, ...] = (
        ClearMarks(),
        *(MarkCells(name, cells) for name, cells in marks.items()),
    )
    return Reply(
        f"核验没有通过:{tally(done.findings)}",
        said(done.findings),
        Patch(changes, title="核验"),
        tone="warning",
        findings=tuple(done.findings),
    )


# -- 输出 --------------------------------------------------------------------------------


@command(
    name="clear",
    label="清除标记",
    help="去掉校验做的颜色和批注;格子里的内容、原有的格式和别人的批注都不动。",
    icon="ReviewDeleteComment",
    group="输出",
    reads="不读",
    writes="去掉本程序的标记",
)
def clear(job: Job) -> Reply:
    """All marks of ours go, and nothing else."""
    return Reply("标记已清除", patch=Patch((ClearMarks(),), title="清除标记"))


# -- 帮助 --------------------------------------------------------------------------------


@command(
    name="help",
    label="帮助",
    help="列出各个按钮和函数的用法。",
    icon="Help",
    group="帮助",
    reads="不读",
    writes="不写",
)
def show_help(job: Job) -> Reply:
    """What there is, from the registry."""
    from kpixl.addin import functions

    lines = [f"{spec.label}:{spec.help}" for spec in REGISTRY.commands.values()]
    lines += ["", "函数(可用函数向导填写):"]
    lines += [f"{spec.syntax}" for spec in functions().values()]
    return Reply("KPI考核的按钮", tuple(lines))


@command(
    name="doctor",
    label="诊断",
    help="检查本程序能否正常工作、本工作簿的函数有没有指到别人的电脑、有没有把百分数看小,列出版本;求助时把显示的内容发给维护人员。",
    icon="PropertySheet",
    group="帮助",
    reads="当前工作簿的链接(存盘时的)、函数和它们所看的格子",
    writes="不写",
)
def doctor(job: Job) -> Reply:
    """Versions, and a clause that is read and scored here and now."""
    from kpixl.addin import callables
    from kpixl.addin.explaining_calls import unseen_percents
    from kpixl.addin.relinking import BUTTON, links_of
    from kpixl.scheme.find import known_schemes

    facts = {
        "kpixl": __version__,
        "Python": platform.python_version(),
        **job.about,
        "系统": platform.system(),
        "自带方案": "、".join(known_schemes()) or "没有找到",
    }
    works = callables()["KPISCORE"]("数量最多的得10分,排名每下降1位减0.5分", 10, ((8.0,), (9.0,)))
    right = works == ((9.5,), (10.0,))
    facts["试算"] = "正常" if right else f"不对:{works}"
    lines = tuple(f"{name}:{value}" for name, value in facts.items())
    links = links_of(job)
    if links:
        lines += ("", f"本工作簿的函数指到别人的加载项:{'、'.join(links)}。请按“{BUTTON}”。")
    small = unseen_percents(job.book)
    if small:
        lines += ("", f"有 {len(small)} 格得分把百分数看小了 100 倍:", *small[:_MOST_TOLD])
    if len(small) > _MOST_TOLD:
        lines += (f"…… 还有 {len(small) - _MOST_TOLD} 格",)
    if right and known_schemes():
        if links:
            return Reply(f"程序正常,本工作簿要按“{BUTTON}”", lines, tone="warning")
        if small:
            return Reply(f"程序正常,本工作簿有 {len(small)} 格得分不对", lines, tone="warning")
        return Reply("一切正常", lines)
    return Reply("有问题,请把下面的内容发给维护人员", lines, tone="error")


@command(
    name="relink",
    label="修复链接",
    help="表在别人电脑上存过、函数变成一长串路径时用:旁边写一份改好的副本,并列出同一文件夹里还有哪些这样的表。",
    icon="HyperlinkInsert",
    group="帮助",
    reads="当前工作簿和同一文件夹里其他工作簿的链接(存盘时的)",
    writes="旁边的“…(已改链接)”;当前工作簿不变",
)
def relink(job: Job) -> Reply:
    """As `kpixl addin relink`, for the open workbook."""
    from kpixl.addin.relinking import mended

    return mended(job)


@command(
    name="selftest",
    label="自检",
    help="在自检工作簿里逐项试函数和命令,写上表格软件的版本,把报告存成文件,发给维护人员。",
    icon="ErrorChecking",
    group="帮助",
    reads="自检工作簿(workbooks/selftest.xlsx)",
    writes="表“自检”里的实得、通过和运行环境,命令试出来的工作表(分几步写,撤销也分几步);报告存在工作簿旁边",
    arguments=(CommandArgument("folder", "存自检报告的文件夹", "不选时存在工作簿旁边", "folder"),),
    recalculates=True,
)
def selftest(job: Job) -> Reply:
    """Each command over a form of the workbook, the host's facts, and the report."""
    from kpixl.addin.selftesting import tested

    return tested(job)


# -- what several of them do ---------------------------------------------------------------


def _results(
    job: Job, label: str, *, show: str, without: frozenset[str] | set[str] = frozenset()
) -> Reply:
    """The result sheets of a run over the open workbook and its neighbours."""
    subject = subject_of(job)
    forms = forms_of(job, subject)
    run = RunInfo(__version__, job.now.replace(microsecond=0), label)
    job.step("正在计算……", 0, 0)
    if subject.scheme.ledger is not None:
        month = job.arguments.get("month", "")
        result = follow_forms(subject.scheme, forms, int(month) if month.isdecimal() else None)
        patch, found = ledger_book(result, run), result.findings
        names = [c.sheet.name for c in patch.changes if isinstance(c, PutSheet)]
        show = show if show in names else names[0]
        units = f"{len(result.current.standings)} 个单位" if result.current else "没有单位"
    else:
        outcome = assess_forms(subject.scheme, forms)
        outcome = replace(outcome, findings=(*subject.found, *outcome.findings))
        patch, found = result_book(outcome, run, job.step), outcome.findings
        standings = outcome.ranking.standings
        complete = sum(s.complete for s in standings)
        units = f"{len(standings)} 个单位,其中数据完整 {complete} 个"
    log.findings(found)
    kept = result_patch(job.book, patch, without=without, title=label)
    names = [c.sheet.name for c in kept.changes if isinstance(c, PutSheet)]
    lines = [f"{name}:{SHEETS[name]}" if name in SHEETS else name for name in names]
    if found:
        lines += ["", f"有 {tally(found)},见“{FINDINGS}”表。"]
    if own_form(job):
        lines += ["", "当前工作簿是填报表:请另存为新文件,原来的填报表就保持不变。"]
    tone: Tone = "warning" if blocking(found) else "info"
    return Reply(f"{label}完成:{units}", tuple(lines), kept, show, tone)


def _with_findings(
    job: Job, subject: Subject, found: Sequence[Finding], *, of_scheme: bool = False
) -> Reply:
    """Marks at the cells of the open workbook that findings are about, and the list of all."""
    from kpixl.reporting.run_sheet import findings_sheet

    run = RunInfo(__version__, job.now.replace(microsecond=0), "检查方案" if of_scheme else "校验")
    log.findings(found)
    sheet = findings_sheet(subject, run=run, findings=found)
    marks = marks_for(job, found)
    changes: tuple[Change, ...] = (
        ClearMarks(),
        *(MarkCells(name, cells) for name, cells in marks.items()),
        PutSheet(sheet),
    )
    patch = result_patch(job.book, Patch(changes), title=run.command)
    marked = sum(map(len, marks.values()))
    lines = [*said(found)]
    show, at = _first(job, marks)
    if marked:
        lines += ["", f"已在 {marked} 个格子上做了标记,“清除标记”可以去掉。"]
    if at is not None:
        lines.append(f"已选中最要紧的一处:“{show}”表的 {a1(*at)}。")
    tone: Tone = "warning" if blocking(found) else "info"
    title = f"{subject.scheme.title}:{tally(found)}"
    return Reply(title, tuple(lines), patch, show, tone, findings=tuple(found), at=at)


def marks_for(job: Job, found: Iterable[Finding]) -> dict[str, dict[Spot, Mark]]:
    """The marks of the open workbook by sheet: the gravest finding colours a cell, all are told."""
    order = list(Severity)
    marks: dict[str, dict[Spot, Mark]] = {}
    for fault in sorted(found, key=lambda f: order.index(f.severity)):
        place = fault.place
        sheet = job.book.sheet(place.sheet)
        if place.file not in ("", job.book.source.name) or sheet is None or not place.cell:
            continue
        try:
            spot = sheet.anchor(*parse_a1(place.cell.partition(":")[0]))
        except ValueError:
            continue
        words = f"〔{fault.severity}〕{fault.text}"
        words += f";现为:{fault.found}" if fault.found else ""
        words += f";应为:{fault.expected}" if fault.expected else ""
        words += f"。{fault.remedy}"
        here = marks.setdefault(place.sheet, {})
        old = here.get(spot)
        here[spot] = (
            Mark(FILLS[fault.severity], words)
            if old is None
            else replace(old, note=f"{old.note}\n{words}")
        )
    return marks


def _first(
    job: Job, marks: Mapping[str, Mapping[Spot, Mark]]
) -> tuple[str, Spot] | tuple[str, None]:
    """The sheet and cell of the gravest finding that somebody can look at."""
    for name, cells in marks.items():
        sheet = job.book.sheet(name)
        for spot in cells:
            if sheet is not None and not sheet.hidden:
                return name, spot
    return "", None


def said(found: Sequence[Finding]) -> tuple[str, ...]:
    """The gravest findings as lines, and how many are left."""
    order = list(Severity)
    ranked = sorted(found, key=lambda f: order.index(f.severity))
    lines = [f.sentence() for f in ranked[:MOST_LINES]]
    left = len(ranked) - len(lines)
    if left > 0:
        lines.append(f"…… 还有 {left} 条,见“{FINDINGS}”表。")
    return tuple(lines)


def tally(found: Sequence[Finding]) -> str:
    """How many findings there are, by severity.

    >>> from kpixl.findings import finding
    >>> tally([finding("form-unit-missing")])
    '1 条问题(强 1)'
    """
    counts = {s: sum(f.severity is s for f in found) for s in Severity}
    parts = ",".join(f"{s} {n}" for s, n in counts.items() if n)
    return f"{len(found)} 条问题({parts})"


def _some_names(names: Sequence[str]) -> list[str]:
    left = len(names) - MOST_LINES
    return [*names[:MOST_LINES], *([f"…… 还有 {left} 个"] if left > 0 else [])]


def _some(names: Sequence[str]) -> list[str]:
    shown = [f"· {name}" for name in names[:MOST_LINES]]
    left = len(names) - len(shown)
    return shown + ([f"…… 还有 {left} 个"] if left > 0 else [])


def own_form(job: Job) -> bool:
    """Whether the open workbook is a form that was handed out."""
    return FORM_ID in job.book.marks


def _refuse_scheme_book(job: Job, subject: Subject) -> None:
    if subject.is_book:
        raise KpixlError(
            "当前工作簿是考核方案,不是填报表。检查方案请用“检查方案”;校验请打开填报表。"
        )
