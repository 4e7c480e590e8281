"""运行记录 and 问题清单: what was run on what, and what is wrong with the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpixl.findings import Finding, Severity
from kpixl.grid import Area
from kpixl.host import Content, SheetSpec
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.model import Ranking
from kpixl.reporting.columns import subtitle
from kpixl.reporting.run import Figures, RunInfo, page, run_id
from kpixl.reporting.sheets import FINDINGS, RUN, SEAL

_FINDING_COLUMNS: tuple[tuple[str, float], ...] = (
    ("级别", 6),
    ("单位", 13),
    ("数据项", 20),
    ("文件", 22),
    ("表", 12),
    ("单元格", 8),
    ("问题", 36),
    ("现为", 14),
    ("应为", 22),
    ("怎样改正", 32),
)
_MEANING = {
    Severity.BLOCK: "强(不改正不能验收)",
    Severity.VERIFY: "核(须说明理由)",
    Severity.NOTE: "提(提示)",
}


def run_sheet(
    ranking: Ranking, *, run: RunInfo, findings: Sequence[Finding] = (), seal: str = ""
) -> SheetSpec:
    """The sheet 运行记录: enough to repeat the run and to see that it was this one."""
    table, scheme = ranking.table, ranking.table.scheme
    complete = sum(s.complete for s in ranking.standings)
    blank = sum(
        table.score(row, item) is None
        for row in range(len(table.units))
        for item in range(len(scheme.indicators))
        if table.is_own(row, item)
    )
    scores = sum(len(s.items) for s in ranking.standings)
    return record_sheet(
        table,
        [
            ("参评单位", f"{len(table.units)} 个,其中数据完整 {complete} 个"),
            ("指标", f"{len(scheme.indicators)} 项"),
            ("数据项", f"{len(scheme.asked)} 项,收到数据 {_given(ranking)} 个"),
            ("得分", f"{scores - blank} 个,空缺 {blank} 个"),
        ],
        run=run,
        findings=findings,
        seal=seal,
    )


def record_sheet(
    table: Figures,
    own: Sequence[tuple[str, Content]],
    *,
    run: RunInfo,
    findings: Sequence[Finding] = (),
    seal: str = "",
) -> SheetSpec:
    """运行记录 of any result: what was run, `own` facts of this sort of result, the files.

    `seal` is the SHA-256 of what the sheet 封存 holds, where there is one.
    """
    scheme = table.scheme
    draft = Draft(RUN, {1: 20, 2: 50, 3: 72})
    top = draft.heading(f"{scheme.title} 运行记录", subtitle(scheme), warning=run.remark)
    counts = Counter(f.severity for f in findings)
    facts: list[tuple[str, Content]] = [
        ("运行编号", run_id(table, run.version)),
        ("程序版本", f"kpixl {run.version}"),
        ("计算时间", run.stamp),
        ("命令", run.command or None),
        ("考核方案", scheme.title),
        ("方案标识", scheme.form_id),
        ("方案版本", scheme.version),
        ("依据", scheme.basis or None),
        ("方案 SHA-256", scheme.sha256 or None),
        *own,
        *([("封存 SHA-256", seal)] if seal else []),
        ("问题", ",".join(f"{m}{counts[s]} 条" for s, m in _MEANING.items())),
    ]
    row = top
    for key, value in facts:
        draft.put(row, 1, key, style.LABEL)
        draft.span(Area(row, 2, row, 3), value, style.TEXT)
        draft.fit(row, least=20)
        row += 1
    row += 1
    draft.span(Area(row, 1, row, 3), "数据文件", style.SECTION)
    draft.heights[row] = 24
    row += 1
    draft.put_row(row, ["序号", "文件", "SHA-256"], style.HEADER)
    draft.heights[row] = 22
    for number, (file, digest) in enumerate(sorted(table.entries.sources.items()), 1):
        row += 1
        draft.put(row, 1, number, style.CENTER)
        draft.put(row, 2, file, style.TEXT)
        draft.put(row, 3, digest, style.TEXT)
        draft.fit(row, least=20)
    remarks = [
        "运行编号由方案、全部数据和程序版本算出:三者相同,编号就相同。",
        "用 SHA-256 可以核对文件是否就是计算时用的那一份;计算只读取填报表,不改动它。",
    ]
    if seal:
        remarks.append(
            f"隐藏的“{SEAL}”表存有算出本结果的全部依据。kpixl verify 只凭本工作簿就能重算一遍,"
            "指出每一个被改动过的单元格;把“封存 SHA-256”另外抄存,就能发现连封存一起的改动。"
        )
    draft.foot(row + 2, remarks)
    return draft.sheet(
        page=page(table, run, rows=(1, 1), landscape=True), tab_color=style.TAB_RECORD
    )


def _given(ranking: Ranking) -> int:
    return sum(e.value is not None for e in ranking.table.entries)


def findings_sheet(table: Figures, *, run: RunInfo, findings: Sequence[Finding]) -> SheetSpec:
    """The sheet 问题清单: the gravest first, each with its place and how to mend it."""
    scheme = table.scheme
    draft = Draft(FINDINGS, {n: width for n, (_, width) in enumerate(_FINDING_COLUMNS, 1)})
    counts = Counter(f.severity for f in findings)
    total = ",".join(f"{m}{counts[s]} 条" for s, m in _MEANING.items())
    top = draft.heading(f"{scheme.title} 问题清单", f"共 {len(findings)} 条。{total}。")
    draft.put_row(top, [heading for heading, _ in _FINDING_COLUMNS], style.HEADER)
    draft.heights[top] = 24
    order = list(Severity)
    ranked = sorted(findings, key=lambda f: order.index(f.severity))
    for row, fault in enumerate(ranked, top + 1):
        where = fault.place
        contents = (
            str(fault.severity),
            fault.unit,
            fault.input,
            where.file,
            where.sheet,
            where.cell,
            fault.text,
            fault.found,
            fault.expected,
            fault.remedy,
        )
        for column, content in enumerate(contents, 1):
            look = style.CENTER if column in (1, 6) else style.TEXT
            grave = column == 1 and fault.severity is Severity.BLOCK
            draft.put(row, column, content or None, style.warned(look) if grave else look)
        draft.fit(row, least=20)
    last = max(top + len(findings), top + 1)
    return draft.sheet(
        page=page(table, run, rows=(top, top)),
        freeze=(top + 1, 1),
        autofilter=Area(top, 1, last, len(_FINDING_COLUMNS)),
        tab_color=style.TAB_RECORD,
    )
