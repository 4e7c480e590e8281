"""What is said of a result that was written: under which circumstances, where, which sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kpixl import __version__
from kpixl.commands.console import Console
from kpixl.reporting.run import RunInfo
from kpixl.workspace.results import Target

# What a clerk finds on a sheet of the result book.
SHEETS = {
    "排名": "名次、总分、各项得分",
    "各项得分": "每个单位的各项得分、得分率和合计",
    "问题清单": "有问题的数据:在哪一格,怎样改正",
    "自评与考核": "各单位的自评分、考核分和差距",
    "追溯": "每个得分的条款、数据出处(文件、表、单元格)和计算过程",
    "公式核对": "用表格软件自己的公式重算一遍,可改数验算",
    "核对数据": "公式核对所用的数据",
    "运行记录": "程序版本、时间、方案和数据文件的校验值",
    "封存": "隐藏的表,存有算出结果的全部依据,供 kpixl verify 核验",
}


def run_info(command: str, remark: str = "") -> RunInfo:
    """The circumstances of this run."""
    return RunInfo(__version__, datetime.now().replace(microsecond=0), command, remark)


def say_written(
    console: Console, target: Target, sheets: Sequence[str], words: Mapping[str, str]
) -> None:
    """Say where the result stands, and what is on each of its sheets."""
    console.line()
    console.title(f"结果已写入:{target.path.resolve()}")
    for name in sheets:
        console.line(f"· {name}" + (f":{words[name]}" if name in words else ""))
    if target.about is not None:
        console.line("工作簿里原有的工作表和其他内容没有改动;再次运行只替换以上各表。")
        if target.about.signed:
            console.line("工作簿的数字签名已经作废,需要时请重新签名。")
