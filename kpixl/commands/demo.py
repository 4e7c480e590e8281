"""`kpixl demo`: the main job on the forms that travel in the package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.score import present
from kpixl.commands.written import run_info
from kpixl.errors import NoData, UnwritableFile
from kpixl.scheme.find import find_scheme
from kpixl.workspace.assessing import assess
from kpixl.workspace.results import result_target, write_result

SYSTEM = "wenzhou-2015"
FORMS = "回收"
RESULT = "演示-工业强镇考核排名.xlsx"
REMARK = "演示:填报表中的数据是目标值和示例,不是考核结果。"


def run(console: Console, *, folder: str, data: Sequence[str] = (), command: str) -> int:
    """Score the demonstration forms, or those of `data`, into a result book in `folder`.

    The forms are read where they are and never changed.
    """
    forms = [str(find_scheme(SYSTEM).folder / FORMS)]
    if not data and not Path(forms[0]).is_dir():
        raise NoData(forms[0], "安装包里缺少演示填报表,请重新安装 kpixl")
    out = _place(folder)
    target = result_target(out, data)
    console.progress("正在读取演示填报表……")
    outcome = assess(SYSTEM, data or forms)
    sheets = write_result(outcome, target, run_info(command, REMARK))
    code = present(console, outcome, target=target, sheets=sheets, remark=REMARK)
    if not data:
        console.line()
        console.line(f"填报表在:{forms[0]}")
        console.line("可复制一份,改几个数,再用“kpixl demo --data 复制的文件夹”看结果怎样变。")
    return code


def _place(folder: str) -> Path:
    """The result book's place; the folder is made where it is missing."""
    where = Path(folder)
    if where.exists() and not where.is_dir():
        raise UnwritableFile(where, "这不是文件夹", "请给出文件夹。")
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFile(
            where, f"建不了这个文件夹(系统报告“{error.strerror}”)", "请换一个位置。"
        ) from error
    return where / RESULT
