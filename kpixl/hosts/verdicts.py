"""Why a file cannot be used: one plain sentence each, and what to do about it."""

from __future__ import annotations

from pathlib import Path

from kpixl.errors import UnusableFile

_RESEND = "请重新下载,或向报送单位重新索取。"
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx,再试。"

VERDICTS: dict[str, tuple[str, str]] = {
    "missing": ("文件不存在", "请核对路径和文件名。"),
    "folder": ("这是文件夹,不是文件", "请给出其中的表格文件。"),
    "special": ("这不是普通文件", "请给出表格文件。"),
    "denied": ("没有读取权限,或文件被其他程序占用", "请关闭打开它的程序后重试。"),
    "unreadable": ("系统报告“{detail}”", "请把文件复制到本机硬盘后重试。"),
    "lock": (
        "这是表格打开时自动产生的临时文件,不是表格本身",
        "请选不带“~$”或“.~”的同名文件。",
    ),
    "empty": ("文件是空的(0 字节)", _RESEND),
    "large": ("文件超过 {detail} MB", "请删去多余的工作表和图片后另存,再试。"),
    "encrypted": (
        "文件有打开密码",
        "请用 --password-file 给出写有密码的文本文件,或在 Excel、WPS 中取消打开密码后另存,再试。",
    ),
    "password": (
        "打开密码不对",
        "请核对密码(注意大小写);确实无误的,请在 Excel 或 WPS 中取消打开密码后另存,再试。",
    ),
    "sealed": (
        "文件有打开密码,这种格式的密码不能在此解除",
        "请在 LibreOffice 或 WPS 中取消打开密码后另存,再试。",
    ),
    "encryption": (
        "文件的加密方式不能识别({detail})",
        "请在 Excel 或 WPS 中取消打开密码后另存,再试。",
    ),
    "truncated": ("文件不完整,可能没有传完", _RESEND),
    "damaged": ("文件内容已损坏({detail})", _SAVE_AS + "打不开的,请重新索取。"),
    "unread": (
        "文件内容读不出来({detail}),可能已损坏,也可能用了本工具不认识的写法",
        _SAVE_AS + "打不开的,请重新索取。",
    ),
    "text": ("这是纯文字文件,不是电子表格", _SAVE_AS),
    "html": ("这是网页文件,只是用了表格的扩展名", _SAVE_AS),
    "xml2003": ("这是“XML 表格 2003”格式,不能直接读取", _SAVE_AS),
    "old": ("这是 Excel 4.0 或更早的格式,不能读取", _SAVE_AS),
    "archive": ("这是压缩包,不是电子表格", "请先解压,再给出其中的表格。"),
    "word": ("这是文字文档(Word),不是电子表格", "请给出表格文件。"),
    "slides": ("这是演示文稿(PPT),不是电子表格", "请给出表格文件。"),
    "pdf": ("这是 PDF,不是电子表格", "请给出原来的表格文件。"),
    "picture": ("这是图片,不是电子表格", "请给出原来的表格文件。"),
    "flat": (
        "这是存成单个 XML 文件的 OpenDocument 表格(.fods),不能直接读取",
        "请用 LibreOffice 或 WPS 打开后另存为 .xlsx 或 .ods,再试。",
    ),
    "other": ("这不是电子表格", "请给出 .xlsx、.xls、.xlsb 或 .ods 文件。"),
    "doctype": (
        "文件内部的“{detail}”带有外部实体声明,正常的表格没有,可能有恶意内容",
        "请勿使用,并向报送单位核实来源。",
    ),
    "traversal": (
        "文件内部的路径“{detail}”指向文件之外,可能有恶意内容",
        "请勿使用,并向报送单位核实来源。",
    ),
    "duplicate": ("文件内部有两份“{detail}”,无法确定以哪份为准", _SAVE_AS),
    "bomb": (
        "文件展开后大得不正常({detail}),可能有恶意内容",
        "请勿使用,并向报送单位核实来源。",
    ),
    "outside": ("单元格位置“{detail}”不在工作表的范围内", _SAVE_AS + "打不开的,请重新索取。"),
    "sparse": (
        "{detail},中间几乎全是空白",
        "请删除远处的多余内容(选中多余的行、列,右键删除)后保存,再试。",
    ),
    "crowded": ("{detail},超出本工具能处理的数量", "请拆分成几个文件。"),
    "memory": (
        "读取它要用的内存太多,已停止读取",
        "请删去多余的工作表和图片,或拆分成几个文件,再试。",
    ),
    "slow": ("读取它用的时间太长,已停止读取", "请删去多余的工作表和内容后另存,再试。"),
    "crash": ("读取它的程序中途退出,文件可能已损坏", _SAVE_AS + "打不开的,请重新索取。"),
    "failed": (
        "读取时出错({detail})",
        _SAVE_AS + "仍然出错的,请在命令后加上 --debug 再运行一次,把显示的内容发给维护人员。",
    ),
}


def refused(path: str | Path, verdict: str, detail: object = "") -> UnusableFile:
    """The error for a verdict of `VERDICTS`.

    >>> print(refused("表.xls", "folder"))
    无法使用文件“表.xls”:这是文件夹,不是文件。请给出其中的表格文件。
    """
    reason, remedy = VERDICTS[verdict]
    return UnusableFile(path, reason.format(detail=detail), remedy, verdict)
