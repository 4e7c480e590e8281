"""One exception class per mistake; each takes facts and builds its own sentence.

Faults of the user's data are values (`kpixl.findings`), not exceptions.  What
stands here ends a command: a file that cannot be used, a place that cannot be
written, or a clause that cannot be read when a single clause was asked for.
The sentences are Chinese because clerks read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class KpixlError(Exception):
    """Base of every error that a user may see as one sentence."""


class UnusableFile(KpixlError):
    """A file that cannot be read as what it should be.

    `verdict` is the code of the reason where there is one (`kpixl.hosts.verdicts`).
    """

    def __init__(self, path: str | Path, reason: str, remedy: str, verdict: str = "") -> None:
        self.path, self.reason, self.remedy = Path(path), reason, remedy
        self.verdict = verdict
        super().__init__(f"无法使用文件“{self.path}”:{reason}。{remedy}")


class UnwritableFile(KpixlError):
    """An output that cannot be put in its place; the old file is whole."""

    def __init__(self, path: str | Path, reason: str, remedy: str) -> None:
        self.path, self.reason, self.remedy = Path(path), reason, remedy
        super().__init__(f"无法写入“{self.path}”:{reason}。{remedy}原文件未改动。")


class SignedFile(UnwritableFile):
    """A workbook with a digital signature, which any change makes void."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(
            path,
            "工作簿带有数字签名,改动以后签名就作废了",
            "确认可以作废的,请加上 --void-signature 再运行;已签名的原件请先另存一份。",
        )


class UnknownScheme(KpixlError):
    """A scheme name that is neither a file nor a system in the package."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(
            f"找不到考核方案“{name}”:既不是文件,也不是自带方案。"
            f"自带方案有:{'、'.join(known) or '无'};或给出方案工作簿的路径。"
        )


class NoData(KpixlError):
    """A data path that holds nothing that could be read as returned forms."""

    def __init__(self, path: str | Path, reason: str) -> None:
        self.path, self.reason = Path(path), reason
        super().__init__(
            f"“{self.path}”中没有可用的填报数据:{reason}。"
            "请给出填报表、含填报表的文件夹,或列名为 unit,group,input,value 的 .csv 文件。"
        )


class NoEnterprises(KpixlError):
    """A file that holds no table of enterprises."""

    def __init__(self, path: str | Path, reason: str, columns: Sequence[str]) -> None:
        self.path, self.reason, self.columns = Path(path), reason, tuple(columns)
        super().__init__(
            f"“{self.path}”不能用作企业表:{reason}。"
            f"请给出列名为{'、'.join(columns)}的 .csv 文件或工作簿。"
        )


class BadArgument(KpixlError):
    """A function or option argument of the wrong kind.

    `excel` is the error value that a cell shows for it.
    """

    def __init__(self, name: str, found: object, expected: str, excel: str = "#VALUE!") -> None:
        self.name, self.found, self.expected, self.excel = name, found, expected, excel
        super().__init__(f"参数“{name}”为“{found}”,应为{expected}。")


class RuleError(KpixlError):
    """A clause that is refused: where, what stands there, what was expected.

    `position` counts characters of the original text from 1 (0: the clause as a
    whole); `phrase` is the original wording at that place; `nearest` holds
    readable wordings that resemble it.
    """

    def __init__(
        self,
        text: str,
        position: int,
        phrase: str,
        reason: str,
        expected: str,
        nearest: Sequence[str] = (),
    ) -> None:
        self.text, self.position, self.phrase = text, position, phrase
        self.reason, self.expected, self.nearest = reason, expected, tuple(nearest)
        place = f"第{position}字" if position else "整句"
        sentence = f"条款读不懂:{place}“{phrase}”,{reason};此处应为{expected}。"
        if self.nearest:
            sentence += "可读的相近写法:" + ";".join(f"“{n}”" for n in self.nearest) + "。"
        super().__init__(sentence)


class SchemeNotKnown(KpixlError):
    """A command on an open workbook of which nothing says what scheme it belongs to."""

    def __init__(self, workbook: str, known: Sequence[str]) -> None:
        self.workbook, self.known = workbook, tuple(known)
        super().__init__(
            f"不知道“{workbook}”属于哪个考核方案:它不是方案工作簿,也不是本程序下发的填报表。"
            f"请打开方案工作簿,或选定方案。自带方案有:{'、'.join(known) or '无'}。"
        )


class NeedsChoice(KpixlError):
    """A command that can't go on until the user has chosen a file or a folder.

    `argument` is the name of what a host has to ask for.
    """

    def __init__(self, argument: str, label: str, reason: str) -> None:
        self.argument, self.label, self.reason = argument, label, reason
        super().__init__(f"请选定“{label}”:{reason}。")


class Cancelled(KpixlError):
    """The user stopped a command; nothing was written."""

    def __init__(self) -> None:
        super().__init__("已取消,没有改动任何内容。")
