"""`kpixl rule`: a clause read, or refused at the very character."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpixl.commands.console import caret
from tests.cli.running import Run

LADDER = "亿元以上企业数最多的得10分,排名每下降1位减0.5分"


def test_a_reading_is_shown_with_its_inputs_and_conventions(run: Callable[..., Run]) -> None:
    done = run("rule", LADDER)
    assert (done.code, done.err) == (0, "")
    assert f"读作:\n  {LADDER}\n" in done.out
    assert "  1. 亿元以上企业数:数值,越大越好\n" in done.out
    assert "  G3=竞争 数值相同的名次相同" in done.out
    assert "(可改:G3=密集、G3=平均)" in done.out


def test_a_reading_in_json_is_what_programs_need(run: Callable[..., Run]) -> None:
    done = run("rule", LADDER, "--points", "10", "--json")
    assert done.code == 0
    reading = done.json
    assert reading["clause"] == reading["canonical"] == LADDER
    assert reading["points"] == 10
    (given,) = reading["inputs"]
    assert (given["name"], given["kind"], given["target"]) == ("亿元以上企业数", "number", None)
    (taken,) = reading["assumptions"]
    assert (taken["code"], taken["taken"], taken["alternatives"]) == (
        "G3",
        "竞争",
        ["密集", "平均"],
    )


def test_a_convention_can_be_switched(run: Callable[..., Run]) -> None:
    done = run("rule", LADDER, "--readings", "G3=密集", "--json")
    assert [a["taken"] for a in done.json["assumptions"]] == ["密集"]


@pytest.mark.parametrize(
    ("readings", "sentence"),
    [
        ("G3=随便", "参数“读法”为“G3=随便”,应为G3=竞争、密集、平均之一。"),
        ("密集", "参数“读法”为“密集”,应为“代码=取值”"),
        ("G7=整步", "参数“--readings”为“G7”,应为这条评分标准用得到的约定(G3)。"),
    ],
)
def test_a_convention_that_does_not_apply_is_refused(
    readings: str, sentence: str, run: Callable[..., Run]
) -> None:
    done = run("rule", LADDER, "--readings", readings)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(sentence)


@pytest.mark.parametrize("points", ["0", "-5", "十", "nan", "inf", ""])
def test_points_are_a_number_above_zero(points: str, run: Callable[..., Run]) -> None:
    done = run("rule", LADDER, f"--points={points}")
    assert done.code == 2
    assert done.err == f"参数“--points”为“{points}”,应为大于 0 的数。\n"


def test_the_range_of_an_item_is_shown_and_a_cap_that_disagrees(run: Callable[..., Run]) -> None:
    assert "分值 10:得 0 至 10 分。\n" in run("rule", LADDER, "--points", "10").out
    done = run("rule", "成效显著的,最高加5分", "--points", "10")
    assert "分值 10:得 0 至 5 分。" in done.out
    assert "条款本身最多得 5 分,与分值不一致(10 ≠ 5)" in done.out


def test_a_rule_of_the_whole_scheme_is_shown_with_what_it_does(run: Callable[..., Run]) -> None:
    shown = run("rule", "凡发生死亡3人以上事故的,取消评优资格")
    assert shown.code == 0
    assert "发生死亡3人以上事故的,取消评优资格" in shown.out
    assert "否决和定等" in shown.out
    assert "死亡(事故)≥3人" in shown.out
    found = run("rule", "优秀比例不超过20%", "--json").json
    assert (found["kind"], found["canonical"]) == ("等次名额", "优秀比例不超过20%")
    assert found["assumptions"][0]["taken"] == "舍去"


def test_a_refusal_points_at_the_character_below_it(run: Callable[..., Run]) -> None:
    done = run("rule", "制定方案得1分;每少一家扣0..5分")
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("读不懂,第14字:")
    # Of the 13 characters before it, “1” and “;” are narrow.
    assert lines[1] == "  制定方案得1分;每少一家扣0..5分"
    assert lines[2] == "  " + " " * (2 * 11 + 2) + "^" * 6
    assert lines[3].startswith("此处应为:")


def test_a_refusal_in_json_is_json_alone(run: Callable[..., Run]) -> None:
    done = run("rule", "每少一家扣0..5分", "--json")
    assert (done.code, done.err) == (1, "")
    assert done.json["refusal"]["position"] == 6
    assert done.json["refusal"]["phrase"].startswith("0..5")


@pytest.mark.parametrize(
    ("clause", "like"),
    [
        ("亿元企业数最多得10分,每降低1位减去0..5分", "排名每下降"),
        ("制定方案得1分;每采用一篇奖0..1分", "每采用一条得"),
        ("工作成效显著的,至多增加5..5分", "最高加"),
    ],
)
def test_a_refusal_offers_wordings_like_it_that_are_readable(
    clause: str, like: str, run: Callable[..., Run]
) -> None:
    done = run("rule", clause)
    offered = done.out.partition("可读的相近写法:\n")[2].splitlines()
    assert 1 <= len(offered) <= 3
    assert any(like in line for line in offered)
    for line in offered:
        assert line.startswith("  · ")
        assert run("rule", line.removeprefix("  · ")).code == 0
    assert [f"  · {w}" for w in run("rule", clause, "--json").json["refusal"]["nearest"]] == offered


def test_nothing_is_offered_for_what_resembles_nothing(run: Callable[..., Run]) -> None:
    assert "相近写法" not in run("rule", "翻番翻番").out


@pytest.mark.parametrize(
    ("text", "position", "phrase", "expected"),
    [
        ("得5分", 2, "5分", ("得5分", "  ^^^")),
        ("ab得5分", 1, "ab", ("ab得5分", "^^")),
        ("甲得1分\n乙得x分", 8, "x", ("乙得x分", "    ^")),
        ("甲\t得x", 4, "x", ("甲 得x", "     ^")),
        ("得5分", 4, "", ("得5分", "     ^")),
        ("", 1, "", ("", "^")),
        ("得一分\r\n后面", 3, "分\r\n后面", ("得一分", "    ^^")),
    ],
)
def test_the_caret_stands_below_the_character_however_wide_those_before_it(
    text: str, position: int, phrase: str, expected: tuple[str, str]
) -> None:
    assert tuple(caret(text, position, phrase)) == expected
