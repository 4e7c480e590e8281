"""`kpixl new`: a blank scheme workbook to begin with."""

from __future__ import annotations

from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.texts import CLEAN
from kpixl.workspace.schemes import new_scheme


def run(console: Console, *, path: str) -> int:
    """Write the workbook; what stands in its place is never replaced."""
    sheets = new_scheme(path)
    if console.as_json:
        console.json({"file": path, "sheets": list(sheets)})
        return CLEAN
    console.title(f"已写出空白方案:{Path(path).name}")
    console.line(f"请填写 {'、'.join(sheets)} 各表,再用 kpixl lint {Path(path).name} 检查。")
    return CLEAN
