"""`kpixl issue`: a form for every unit, prefilled with its name, into a folder."""

from __future__ import annotations

from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, show_findings, tally
from kpixl.findings import blocking
from kpixl.workspace.issuing import issue_forms
from kpixl.workspace.schemes import usable_scheme


def run(console: Console, *, scheme: str, folder: str) -> int:
    """Write the forms; none of a scheme with faults of severity 强, as it could not be scored."""
    read, found = usable_scheme(scheme)
    names = [] if blocking(found) else [path.name for path in issue_forms(read, folder)]
    if console.as_json:
        findings = [f.as_json() for f in found]
        console.json({"system": read.system, "files": names, "findings": findings})
        return exit_code(found)
    if names:
        console.title(f"{read.title}:已写出 {len(names)} 份填报表,在文件夹“{folder}”中:")
        for name in names:
            console.line(f"· {name}")
    if found:
        head = f"共有 {tally(found)}:" if names else f"没有下发:方案有 {tally(found)}。请先改正:"
        console.title(head)
        show_findings(console, found, elsewhere="用 kpixl lint --json 可看全部")
    return exit_code(found)
