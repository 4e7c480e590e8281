"""What several commands say: findings as lines, the run's conventions, its exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kpixl.commands.console import Console
from kpixl.findings import Finding, Severity, blocking

MOST_FINDINGS = 40  # more lines than that are not read on a screen
CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


def exit_code(found: Iterable[Finding], unusable: Iterable[Finding] = ()) -> int:
    """0 clean, 1 with findings of severity 强, 2 where a file could not be used."""
    if any(True for _ in unusable):
        return UNUSABLE
    return FINDINGS if blocking(found) else CLEAN


def tally(found: Sequence[Finding]) -> str:
    """How many findings there are, by severity.

    >>> from kpixl.findings import finding
    >>> tally([finding("form-unit-missing"), finding("form-unit-missing")])
    '2 条问题(强 2)'
    """
    counts = Counter(f.severity for f in found)
    parts = ",".join(f"{s} {counts[s]}" for s in Severity if counts[s])
    return f"{len(found)} 条问题({parts})"


def show_findings(console: Console, found: Sequence[Finding], *, elsewhere: str = "") -> None:
    """The findings, gravest first; `elsewhere` says where all of them are, if not all fit."""
    order = list(Severity)
    ranked = sorted(found, key=lambda f: order.index(f.severity))
    for fault in ranked[:MOST_FINDINGS]:
        sentence = fault.sentence().removeprefix(f"〔{fault.severity}〕")
        console.fault(fault.severity, sentence)
    left = len(ranked) - MOST_FINDINGS
    if left > 0:
        console.line(f"…… 还有 {left} 条没有列出{elsewhere and ',' + elsewhere}。")


def fail_unusable(console: Console, unusable: Sequence[Finding]) -> None:
    """Say of each file that could not be used why, where the exit code says so too."""
    for fault in unusable:
        expected = f",应为:{fault.expected}" if fault.expected else ""
        text = fault.text.removeprefix("文件不能用:")
        console.fail(f"“{fault.place.file}”没有采用:{text}{expected}。{fault.remedy}")
