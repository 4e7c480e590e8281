"""Block rows of a scheme: which items a block holds, in which order they fill it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from kpixl.findings import Finding
from kpixl.grid import Scalar
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from tests.books import TOWNS, Rows, book

CLAUSE = "本块合计不超过12分;超过部分从“乙”中减"


def tables(*clauses: str, points: Scalar = 12.0, **settings: Scalar) -> Mapping[str, Rows]:
    """Three counted items in a block, one outside it, and a row for each block clause."""
    of_items: Mapping[str, Scalar] = {"甲": 10.0, "乙": "–", "丙": 10.0}
    items: list[Sequence[Scalar]] = [
        [float(n), "带动", name, own, f"{name}每个加5分,最多加10分"]
        for n, (name, own) in enumerate(of_items.items(), 1)
    ]
    return {
        **TOWNS,
        "方案": [*TOWNS["方案"], *([k, v] for k, v in settings.items())],
        "指标": [
            ["序号", "块", "指标", "分值", "评分标准"],
            *items,
            [4.0, None, "丁", 10.0, "丁每个加5分,最多加10分"],
            *([None, "带动", None, points, clause] for clause in clauses),
        ],
        "数据项": [
            ["指标", "数据项", "单位", "类型"],
            *([f"{n} {name}", f"{name}数", "个", "个数"] for n, name in enumerate("甲乙丙丁", 1)),
        ],
    }


def read(*clauses: str, **changes: Scalar) -> tuple[Scheme, tuple[Finding, ...]]:
    scheme, findings = read_scheme(book(tables(*clauses, **changes)), system="blocks")
    assert scheme is not None
    return scheme, findings


@pytest.mark.parametrize(
    ("clause", "order"),
    [
        (CLAUSE, "甲丙乙"),
        ("本块合计不超过12分;超过部分依次从“2 乙”、“甲”中减", "丙甲乙"),
        ("本块合计不超过12分,先计丙", "丙甲乙"),
        ("本块合计不超过12分;按乙、丙的顺序计入", "乙丙甲"),
        ("本块合计不超过12分", "甲乙丙"),
    ],
)
def test_items_fill_a_block_in_the_order_of_its_clause(clause: str, order: str) -> None:
    scheme, findings = read(clause)
    assert findings == ()
    (block,) = scheme.blocks
    assert block.rule is not None
    assert (block.name, block.points, block.rule.cap) == ("带动", Decimal(12), Decimal(12))
    assert "".join(key[-1] for key in block.order) == order
    assert scheme.block_of(scheme.indicators[0]) == block
    assert scheme.block_of(scheme.indicators[3]) is None


def test_a_block_is_the_category_of_its_items_where_they_name_none() -> None:
    assert read(CLAUSE)[0].categories == ("带动",)


def test_the_order_is_an_assumption_and_says_where_the_clause_leaves_it_open() -> None:
    (said,), (left_open,) = (read(c)[0].blocks for c in (CLAUSE, "本块合计不超过12分"))
    assert said.assumption is not None and left_open.assumption is not None
    assert said.assumption.sentence.startswith(
        "块“带动”合计不超过12分:先后计入“1 甲”、“3 丙”、“2 乙”"
    )
    assert "未写先后" in left_open.assumption.sentence


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("本块合计30分左右", "第1字“本块合计30分左”,看不懂这是块的什么约定"),
        ("本块合计不超过12分;超过部分从“丁”中减", "“丁”不是这一块的指标"),
        ("本块合计不超过12分,超过部分平均分摊", "第12字“超过部分平均分摊”"),
    ],
)
def test_a_clause_that_is_not_read_is_a_finding_with_its_place(clause: str, reason: str) -> None:
    scheme, (fault,) = read(clause)
    assert (fault.code, fault.severity) == ("scheme-block-clause", "强")
    assert reason in fault.text and fault.found == clause
    assert (fault.place.sheet, fault.place.cell) == ("指标", "E6")
    assert scheme.blocks[0].unread


def test_a_second_row_for_a_block_is_found() -> None:
    scheme, (fault,) = read(CLAUSE, "本块合计不超过20分")
    assert (fault.code, fault.found) == ("scheme-name-repeated", "带动")
    assert len(scheme.blocks) == 1


def test_a_block_that_no_item_belongs_to_is_found() -> None:
    rows = dict(tables(CLAUSE))
    rows["指标"] = [[c if c != "带动" or r[2] else "别处" for c in r] for r in rows["指标"]]
    scheme, (fault,) = read_scheme(book(rows), system="blocks")
    assert (fault.code, scheme is not None and scheme.blocks) == ("scheme-block-clause", ())


def codes(scheme: Scheme) -> dict[str, str]:
    return {f.code: f.found for f in lint(scheme)}


def test_the_lint_compares_a_block_s_clause_with_its_points() -> None:
    assert codes(read(CLAUSE, points=15.0)[0])["lint-block-cap"] == "15 ≠ 12"
    assert "lint-block-cap" not in codes(read(CLAUSE)[0])


def test_the_lint_says_that_scaling_can_break_a_block_s_cap() -> None:
    assert "lint-block-scaled" in codes(read(CLAUSE, 不涉及="剔除并折算")[0])
    assert "lint-block-scaled" not in codes(read(CLAUSE, 不涉及="满分")[0])
