"""Asking before something is lost that nobody can bring back."""

from __future__ import annotations

from pathlib import Path

from kpixl.commands.console import Console
from kpixl.errors import SignedFile
from kpixl.workspace.results import is_signed


def may_change(console: Console, path: str | Path, *, void_signature: bool) -> bool:
    """Whether a workbook may be changed: one that is signed only with the user's consent.

    `void_signature` is consent that was given before.  Raises SignedFile where nobody can be
    asked, and what `is_signed` raises.
    """
    if void_signature or not is_signed(path):
        return True
    said = console.ask(f"“{path}”带有数字签名,写入后签名作废,要重新签。继续写入吗?")
    if said is None:
        raise SignedFile(path)
    if not said:
        console.fail("没有写入,工作簿未改动。")
    return said
