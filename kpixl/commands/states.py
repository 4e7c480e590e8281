"""What a screen says of the parts of an installation: each right, or how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpixl import __version__
from kpixl.commands.console import Console
from kpixl.commands.texts import CLEAN, FINDINGS

if TYPE_CHECKING:
    from kpixl.addin.excel_install import State


def show(console: Console, states: Sequence[State], title: str) -> int:
    """Show the states, or give them to a program; the exit code says whether all are right."""
    wrong = [s for s in states if not s.right]
    if console.as_json:
        console.json(
            {
                "version": __version__,
                "checks": [
                    {
                        "what": s.what,
                        "code": "" if s.right else s.code,
                        "right": s.right,
                        "found": s.found,
                        "remedy": "" if s.right else s.remedy,
                    }
                    for s in states
                ],
            }
        )
        return FINDINGS if wrong else CLEAN
    console.title(f"{title}(kpixl {__version__})")
    for state in states:
        console.line(f"{'√' if state.right else '×'} {state.what}:{state.found}")
        if not state.right:
            console.line(f"  {state.remedy}")
    console.line(f"{len(wrong)} 处要处理。" if wrong else "全部正常。")
    return FINDINGS if wrong else CLEAN
