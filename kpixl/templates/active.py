"""What a returned form holds beside sheets: macros, objects, links.

None of it is ever run, opened or followed; it is reported, because a figure may come from
it, and because nobody should open such a file without knowing.
"""

from __future__ import annotations

from kpixl.findings import Finding, Place, finding
from kpixl.grid import Snapshot
from kpixl.templates.marks import SYSTEM

# What `Snapshot.active` names, in the words of a spreadsheet program.
WORDS = {
    "vba": "宏(VBA)",
    "xlm": "宏表(Excel 4.0 宏)",
    "activex": "ActiveX 控件",
    "ole": "嵌入的对象",
    "dde": "到其他程序的链接(DDE 或 OLE)",
    "links": "到其他工作簿的链接",
    "data": "外部数据连接",
}


def active_content(form: Snapshot) -> tuple[Finding, ...]:
    """One finding for all of it; of severity 强 in a form of ours, as it was issued without.

    >>> from kpixl.grid import Source
    >>> [f.text for f in active_content(Snapshot(Source("甲.xlsm"), (), active=("vba", "dde")))]
    ['文件中带有宏(VBA)、到其他程序的链接(DDE 或 OLE),未运行']
    """
    kinds = [words for kind, words in WORDS.items() if kind in form.active]
    if not kinds:
        return ()
    issued = bool(form.marks.get(SYSTEM))
    code = "form-active-added" if issued else "form-active"
    return (finding(code, place=Place(form.source.name), name="、".join(kinds)),)
