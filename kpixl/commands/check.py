"""`kpixl check`: what is wrong with returned forms."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, fail_unusable, show_findings, tally
from kpixl.workspace.checking import check
from kpixl.workspace.receiving import unusable


def run(
    console: Console, *, files: Sequence[str], scheme: str | None, last_year: str | None = None
) -> int:
    """Check files and folders of returned forms, and show the findings."""
    console.progress("正在校验……")
    names, found = check(files, scheme, last_year=last_year)
    useless = unusable(found)
    if console.as_json:
        console.json({"files": list(names), "findings": [f.as_json() for f in found]})
    elif not found:
        console.line(f"已校验 {len(names)} 份,没有发现问题。")
    else:
        console.title(f"已校验 {len(names)} 份,共有 {tally(found)}:")
        show_findings(console, found, elsewhere="加 --json 可看全部")
    fail_unusable(console, useless)
    return exit_code(found, useless)
