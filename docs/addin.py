"""The pages about functions and buttons, made from the registry; see `docs.make`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpixl.addin import commands, functions
from kpixl.addin.calc_files import MENU
from kpixl.addin.registry import GROUPS, ArgumentSpec, CommandSpec, FunctionSpec

_MADE = "<!-- 由 python -m docs.make 生成,请不要直接改本页。 -->"
_GIVES: Mapping[str, str] = {"number": "数", "text": "文字", "table": "表格(几行几列)"}
_TAKES: Mapping[str, str] = {"text": "文字", "number": "数", "range": "一格或一个区域"}


def functions_page() -> str:
    """docs/functions.zh-CN.md: every cell function and its arguments."""
    specs = list(functions().values())
    pieces = [_MADE, "# 单元格函数", _FUNCTIONS]
    rows = [["函数", "用途"]]
    rows += [[f"[{s.name}](#{s.name.lower()})", s.help.partition("。")[0] + "。"] for s in specs]
    pieces.append(_table(rows))
    pieces += [_function(spec) for spec in specs]
    return "\n\n".join(pieces) + "\n"


def _function(spec: FunctionSpec) -> str:
    column = ";给几行数据,就得几行结果" if spec.column else ""
    pieces = [
        f"## {spec.name}",
        f"`={spec.syntax}`",
        _plain(spec.help),
        f"结果:{_GIVES[spec.returns]}{column}。",
        _table([["参数", "填什么", "要求", "说明"], *map(_argument, spec.shown)]),
    ]
    if spec.example:
        pieces.append(f"例:`{spec.example}`")
    return "\n\n".join(pieces)


def _argument(argument: ArgumentSpec) -> list[str]:
    needed = "可不填" if argument.optional else "必填"
    return [f"`{argument.name}`", _TAKES[argument.kind], needed, _plain(argument.help)]


def ribbon_page() -> str:
    """docs/ribbon.zh-CN.md: every button, a clerk's year from left to right."""
    specs = commands()
    pieces = [_MADE, "# 按钮", _BUTTONS.format(menu=MENU)]
    rows = [["步骤", "按钮", "快捷键", "作用"]]
    rows += [
        [spec.group, f"[{spec.label}](#{spec.label})", spec.shortcut, spec.help]
        for group in GROUPS
        for spec in specs.values()
        if spec.group == group
    ]
    pieces.append(_table(rows))
    pieces += [_command(spec) for spec in specs.values()]
    return "\n\n".join(pieces) + "\n"


def _command(spec: CommandSpec) -> str:
    facts = [f"- 读:{spec.reads}", f"- 写:{spec.writes}"]
    if spec.shortcut:
        facts.append(f"- 快捷键:{spec.shortcut}")
    facts += [f"- 可选“{a.label}”:{_plain(a.help)}" for a in spec.arguments]
    return "\n\n".join([f"## {spec.label}", _plain(spec.help), "\n".join(facts)])


def _table(rows: Iterable[Iterable[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    width = lines[0].count(" | ") + 1
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


def _plain(text: str) -> str:
    for sign in "*_<>|":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", " ")


_FUNCTIONS = """\
在任何一格里都可以用的函数,名称和参数在 Excel 加载项和 LibreOffice 扩展里相同,函数向导里有同样的说明。
空着的格子不是 0:缺数据时结果是空的。评分标准怎么写,见 [rules.zh-CN.md](rules.zh-CN.md)。

一次给一列数据,就按列算出一列结果:选中同样多的格子,输入公式,按 Ctrl+Shift+Enter。逐行各写一个公式也行,
一列一次算得快得多。Excel 2010–2019 里只按回车,一格只得第一行的结果;有动态数组的版本(2021、365)直接回车,
由 Excel 自己往下排,有内容的格子不会被盖掉,挡住时显示 `#SPILL!`。

出错时格子里是错误值:`#VALUE!` 评分标准读不懂或参数不合用,`#NUM!` 数不合理(如个数为负),
`#N/A` 要与别的单位比而没有给出别的单位。原因用 `KPIEXPLAIN` 看。"""

_BUTTONS = """\
工具栏和菜单“{menu}”里的按钮,从左到右是一年里的步骤。每个按钮先把工作簿读一遍,再一次写完:
中途按 Esc 取消,工作簿不变;写完后按一次“撤销”,全部撤回。程序写的工作表可以再按一次更新,
别的工作表不改;校验做的标记用“清除标记”去掉。"""
