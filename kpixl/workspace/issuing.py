"""The forms that units fill in, written to a folder."""

from __future__ import annotations

from pathlib import Path

from kpixl import log
from kpixl.errors import BadArgument, UnwritableFile
from kpixl.host import Patch
from kpixl.hosts import files
from kpixl.hosts.safewrite import file_name
from kpixl.scheme.model import Scheme
from kpixl.templates.issue import blank_form
from kpixl.templates.ledger_form import blank_ledger


def issue_forms(scheme: Scheme, folder: str | Path) -> tuple[Path, ...]:
    """Write a form for every unit that is asked for something, and give the files.

    The folder is made where it is missing.  A file that stands there is never replaced, as
    it may be a return: raises UnwritableFile before anything is written.
    """
    folder = Path(folder)
    forms: dict[Path, Patch] = {}
    for unit in scheme.units:
        path = folder / f"{file_name(unit.name)}.xlsx"
        if scheme.ledger is None:
            if scheme.asked_of(unit.name):
                forms[path] = blank_form(scheme, unit=unit)
        elif scheme.ledger.led_by(unit.name):
            forms[path] = blank_ledger(scheme, unit=unit)
    if not forms:
        raise BadArgument("方案", scheme.title, "单位表中至少有一个要填报的单位")
    if folder.exists() and not folder.is_dir():
        raise UnwritableFile(folder, "这是文件,不是文件夹", "请换一个文件夹。")
    there = next((path for path in forms if path.exists()), None)
    if there is not None:
        raise UnwritableFile(
            there, "文件已经存在,可能是交回的表,不能覆盖", "请换一个文件夹,或先移走这些文件。"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"文件夹建不成({error.strerror})"
        raise UnwritableFile(folder, reason, "请换一个位置。") from None
    for path, patch in forms.items():
        files.write_new(path, patch)
    log.event("forms-issued", forms=len(forms))
    return tuple(forms)
