"""Every code of the lint on a scheme that is broken in just that way, with its whole sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pytest

from kpixl.findings import CATALOGUE, Finding
from kpixl.grid import Scalar
from kpixl.pipeline import assess_entries
from kpixl.scheme.find import known_schemes
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.table import parse_table
from kpixl.workspace.schemes import load_scheme
from tests.books import book

BAND = "得分=[(本值-本类最低值)÷(本类最高值-本类最低值)×40+60]÷100×分值"
LADDER = "企业数最多的得40分,排名每下降1位减5分"


@dataclass(frozen=True)
class Item:
    """One row of 指标 with the figures that its clause asks for."""

    name: str
    points: Scalar
    clause: str
    block: str | None = None
    content: str | None = None
    inputs: Sequence[tuple[str, str, str | None]] = (("数值", "亿元", None),)


SOUND = (
    Item("产值", 60.0, BAND),
    Item("企业", 40.0, LADDER, inputs=(("个数", "家", None),)),
)


def scheme(
    *items: Item, units: int = 3, blocks: Sequence[Sequence[Scalar]] = (), **settings: Scalar
) -> tuple[Scheme, tuple[Finding, ...]]:
    """A scheme as its workbook is read, and what reading it found."""
    rows: list[list[Scalar]] = [["序号", "块", "指标", "考核内容", "分值", "评分标准"]]
    inputs: list[list[Scalar]] = [["指标", "数据项", "单位", "类型", "子句"]]
    for number, item in enumerate(items, 1):
        rows.append([float(number), item.block, item.name, item.content, item.points, item.clause])
        for n, (kind, unit, term) in enumerate(item.inputs, 1):
            inputs.append([f"{number} {item.name}", f"{item.name}数据{n}", unit, kind, term])
    tables: Mapping[str, Sequence[Sequence[Scalar]]] = {
        "方案": [
            ["设置项", "取值"],
            ["名称", "试评"],
            ["年度", 2020.0],
            ["版本", "1"],
            *([k, v] for k, v in {"代号": "shiping", **settings}.items()),
        ],
        "单位": [["单位"], *([f"{chr(0x4E00 + n)}镇"] for n in range(units))],
        "指标": [*rows, *blocks],
        "数据项": inputs,
    }
    found, faults = read_scheme(book(tables), system="试评")
    assert found is not None
    return found, faults


def test_a_sound_scheme_is_told_nothing() -> None:
    found, faults = scheme(*SOUND, 等次="前1名为优秀;80分以上为达标")
    assert (faults, lint(found)) == ((), ())


BLOCKS = (
    Item("产值", 60.0, BAND, block="甲块"),
    Item("企业", 40.0, LADDER, block="乙块", inputs=(("个数", "家", None),)),
    Item("创新", 5.0, "成效显著的,最高加5分", block="乙块", inputs=(("评议", "分", None),)),
)
FULL: Sequence[Sequence[Scalar]] = ((None, "乙块", None, None, 45.0, "本块合计不超过45分"),)

# Code -> the broken scheme, and what a clerk reads of it.
BROKEN: dict[str, tuple[Callable[[], tuple[Scheme, tuple[Finding, ...]]], str]] = {
    "lint-code-missing": (
        lambda: scheme(*SOUND, 代号=None),
        "〔提〕方案.xlsx 方案:没有填写代号,以“试评”代替:文件改名以后,已下发的填报表就认不回来了;"
        "应为:“方案”表中有“代号”。请在下发前补填,如 pingan-2026,以后不要改动。",
    ),
    "lint-points-budget": (
        lambda: scheme(
            SOUND[0], Item("企业", 30.0, LADDER.replace("40", "30"), inputs=SOUND[1].inputs)
        ),
        "〔核〕方案.xlsx 指标!F2:基础指标的分值合计为 90,与通常的总分 100 不符;现为:60+30=90;"
        "应为:合计 100。请核对各项分值;总分本来不是 100 的,请在“方案”表写明“总分”。",
    ),
    "lint-block-budget": (
        lambda: scheme(
            *BLOCKS, blocks=((None, "乙块", None, None, 40.0, "本块合计不超过40分"),), 总分=100.0
        ),
        "〔核〕方案.xlsx 指标!F5:块“乙块”的分值为 40,块内各项最多可得之和为 45;"
        "现为:40+5 > 40;应为:两者相等。请核对各项分值;原文如此的,写明块内各项怎样合计。",
    ),
    "lint-block-cap": (
        lambda: scheme(
            *BLOCKS, blocks=((None, "乙块", None, None, 45.0, "本块合计不超过30分"),), 总分=105.0
        ),
        "〔核〕方案.xlsx 指标!F5:块“乙块”的分值为 45,约定却写合计不超过 30 分;"
        "现为:45 ≠ 30;应为:两者相等。请核对原文,改正其中一处。",
    ),
    "lint-block-scaled": (
        lambda: scheme(*BLOCKS, blocks=FULL, 总分=105.0, 不涉及="剔除并折算"),
        "〔核〕方案.xlsx 指标!F5:块“乙块”有合计上限,“不涉及”又按“剔除并折算”处理,"
        "折算后的合计可能超过上限;现为:剔除并折算;应为:“不涉及”为 询问、满分 或 本组均分。"
        "请改“方案”表的“不涉及”,或由考核办书面明确。",
    ),
    "lint-points-clause": (
        lambda: scheme(
            *SOUND,
            Item("创新", 10.0, "成效显著的,最高加5分", inputs=(("评议", "分", None),)),
            总分=110.0,
        ),
        "〔核〕方案.xlsx 指标!F4:“3 创新”的分值为 10,评分标准“最高加5分”最多得 5 分,"
        "计分时按小的计;现为:10 ≠ 5;应为:分值与评分标准一致。"
        "请核对原文,改正其中一处;原文如此的,请考核办书面明确。",
    ),
    "lint-clause-unread": (
        lambda: scheme(SOUND[0], Item("企业", 40.0, "每少一家扣0..5分", inputs=())),
        "〔强〕方案.xlsx 指标!F3:“2 企业”的评分标准读不懂,这一项不能计分:"
        "第6字“0..5分”,一个数里有两个小数点;现为:每少一家扣0..5分;应为:只有一个小数点的数。"
        "请改写这一处;可用 kpixl rule 逐句试读。",
    ),
    "lint-heading-rule": (
        lambda: scheme(Item("产值", 60.0, BAND, content="产值,按排名得分"), SOUND[1]),
        "〔核〕方案.xlsx 指标!F2:“1 产值”的考核内容写“按排名得分”,"
        "评分标准却是按本类最高值和最低值之间的位置折算得分,以评分标准为准;"
        "现为:“按排名得分” ≠ “得分=[(本值-本类最低值)÷(本类最高值-本类最低值)×40+60]÷100…”;"
        "应为:考核内容与评分标准一致。"
        "请核对原文,改正其中一处;原文如此的,请考核办书面明确。",
    ),
    "lint-ladder-below-zero": (
        lambda: scheme(*SOUND, units=12),
        "〔提〕方案.xlsx 指标!F3:“2 企业”有 12 个单位排名,从第 10 名起扣到 0 分以下,"
        "一律按 0 分计;现为:第10名:40-5×(10-1)=-5;应为:末位仍有得分。"
        "请减小每一名的分差,或确认后面的单位都得 0 分。",
    ),
    "lint-bonus-uncapped": (
        lambda: scheme(
            *SOUND,
            Item("招商", None, "每新增一个项目加2分", inputs=(("个数", "个", None),)),
        ),
        "〔提〕方案.xlsx 指标!F4:“3 招商”没有得分上限,一项可能左右整个排名;"
        "现为:每新增1个项目加2分;应为:写明“最多加…分”。请补写上限,或确认不设上限。",
    ),
    "lint-grades-unread": (
        lambda: scheme(*SOUND, 等次="表现好的为优秀"),
        "〔强〕方案.xlsx 方案!B6:“等次”读不懂,不能评定等次:第1字“表现好的为优秀”,"
        "看不出等次的条件;现为:表现好的为优秀;应为:如“前3名”“80分以上”“其余”。"
        "请改写“方案”表中的“等次”,如“前3名为优秀;80分以上为达标”。",
    ),
    "lint-grade-out-of-reach": (
        lambda: scheme(*SOUND, 等次="前1名为优秀;101分以上为达标"),
        "〔核〕方案.xlsx 方案!B6:等次“101分以上为达标”没有单位能达到:各项合计最多 100 分;"
        "现为:60+40=100 < 101;应为:有单位能达到。请改正“方案”表中的“等次”。",
    ),
}
# Found only with figures at hand, when the units are ranked.
WITH_FIGURES = {"lint-grade-below"}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_scheme_is_told_its_fault_with_the_arithmetic_and_nothing_else(code: str) -> None:
    broken, sentence = BROKEN[code]
    (fault,) = lint(broken()[0])
    assert fault.code == code
    assert fault.sentence() == sentence


def test_every_code_of_the_lint_has_a_broken_scheme() -> None:
    codes = {code for code in CATALOGUE if code.startswith("lint-")}
    assert codes == BROKEN.keys() | WITH_FIGURES


def test_a_grade_by_place_below_the_points_of_the_next_is_told_with_both_figures() -> None:
    found, _ = scheme(*SOUND, 等次="前3名为优秀;80分以上为达标")
    # 产值 10 0 5 -> 60 36 48; 企业 1 3 2 -> third 30, first 40, second 35: 90, 76 and 83
    figures = "unit,input,value\n" + "".join(
        f"{unit},产值数据1,{output}\n{unit},企业数据1,{firms}\n"
        for unit, output, firms in (("一镇", 10, 1), ("丁镇", 0, 3), ("七镇", 5, 2))
    )
    entries, _ = parse_table(figures.encode(), found, name="数据.csv")
    outcome = assess_entries(found, entries)
    assert {s.unit: s.total for s in outcome.ranking.standings} == {
        "一镇": 90.0,
        "七镇": 83.0,
        "丁镇": 76.0,
    }
    (fault,) = outcome.findings
    assert fault.sentence() == (
        "〔核〕丁镇:“丁镇”按名次评为“优秀”,总分 76 却不到“80分以上为达标”;现为:76 < 80;"
        "应为:名次和总分都够。方案没有要求“优秀”另够这个分数;请考核办确认是否照此评定。"
    )


# -- the systems of the package ----------------------------------------------------------

# System -> code, what the message must name, arithmetic: all that the source texts get wrong.
SAID: dict[str, list[tuple[str, str, str]]] = {
    "wenzhou-2015": [
        ("lint-points-clause", "“1 企业风险排查处置”的分值为 10,评分标准“最高加5分”", "10 ≠ 5"),
        ("lint-heading-rule", "“7 “机器换人”技改投资”的考核内容写“排名得分”", "≠ “得分=["),
    ],
    "yueqing-2014": [],
    "yueqing-2015": [
        ("lint-block-budget", "块“项目带动”的分值为 30,块内各项最多可得之和为 35", "15+10+10 > 30"),
    ],
    "hangzhou-2007": [
        ("lint-bonus-uncapped", "“一类1 工业经济增长”没有得分上限", "50亿元加1分"),
    ],
    "xiangshan-2017": [],
}


@pytest.mark.parametrize("name", known_schemes())
def test_of_each_system_the_lint_says_what_its_text_gets_wrong_and_nothing_else(name: str) -> None:
    found, faults = load_scheme(name)
    assert found is not None and faults == ()
    said = lint(found)
    assert [f.code for f in said] == [code for code, _, _ in SAID[name]]
    for fault, (_, named, arithmetic) in zip(said, SAID[name], strict=True):
        assert named in fault.text
        assert arithmetic in fault.found
        assert fault.place.sheet == "指标" and re.fullmatch(r"[A-Z]\d+", fault.place.cell)
        assert str(fault.severity) != "强"
