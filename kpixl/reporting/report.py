"""All result sheets of a run as one patch."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.findings import Finding
from kpixl.host import Patch, PutSheet
from kpixl.ranking.model import Ranking
from kpixl.reporting.data_sheet import data_sheet, lay_out
from kpixl.reporting.items_sheet import items_sheet
from kpixl.reporting.native_sheet import native_sheet
from kpixl.reporting.ranking_sheet import ranking_sheet
from kpixl.reporting.run import RunInfo, Step, owner, run_id, unseen
from kpixl.reporting.run_sheet import findings_sheet, run_sheet
from kpixl.reporting.seal import Sealed, digest_of, records_of, seal_sheet
from kpixl.reporting.self_scores import has_self_scores, self_scores_sheet
from kpixl.reporting.trace_sheet import trace_sheet


def report(
    ranking: Ranking, findings: Sequence[Finding], run: RunInfo, step: Step = unseen
) -> Patch:
    """The sheets 排名, 追溯, 公式核对, 核对数据, 运行记录; others where needed.

    各项得分 where units differ in their items, 自评与考核, 问题清单; 封存 where the scheme was read
    from a workbook.
    """
    table, scheme = ranking.table, ranking.table.scheme
    places, written = ranking_sheet(ranking, run=run, findings=findings)
    records = records_of(Sealed(scheme, run, tuple(findings), table.entries))
    seal = digest_of(records) if records else ""
    layout = lay_out(table, top=4 if run.remark else 3)
    sheets = [
        places,
        trace_sheet(ranking, run=run, step=step),
        native_sheet(ranking, layout, written, run=run, step=step),
        data_sheet(ranking, layout, run=run),
        run_sheet(ranking, run=run, findings=findings, seal=seal),
    ]
    if table.own is not None:
        sheets.insert(1, items_sheet(ranking, run=run))
    if has_self_scores(table):
        sheets.insert(1, self_scores_sheet(ranking, run=run))
    if findings:
        sheets.insert(1, findings_sheet(table, run=run, findings=findings))
    if records:
        sheets.append(seal_sheet(records))
    return Patch(
        changes=tuple(PutSheet(sheet) for sheet in sheets),
        title=f"{scheme.title} 排名",
        marks={
            "kpixl-version": run.version,
            "kpixl-run": run_id(table, run.version),
            "kpixl-scheme": scheme.form_id,
            "kpixl-scheme-sha256": scheme.sha256,
            **({"kpixl-seal": seal} if seal else {}),
        },
        owner=owner(scheme),
    )
