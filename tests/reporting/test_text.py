"""The ranking on a terminal, in a pipe and as JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from kpixl.findings import finding
from kpixl.layout.measure import PIXELS, cell_width, line_count, pad, terminal_width
from kpixl.reporting.text import item_table, ranking_table, score_json
from tests.reporting.example import FIGURES, GROUPS, entries, ranking


def test_columns_stand_under_each_other_where_names_are_chinese() -> None:
    lines = ranking_table(ranking()).lines()
    edges = [terminal_width(line[: line.index("街道 ")]) for line in lines if "街道 " in line]
    assert len(edges) == 4 and len(set(edges)) == 1


def test_the_text_says_place_unit_total_and_what_is_missing() -> None:
    text = "\n".join(ranking_table(ranking()).lines())
    best = next(line for line in text.splitlines() if "东街道" in line)
    assert best.split()[:4] == ["1", "1", "东街道", "街道"]
    assert "未完整:缺 1 产值、3 技改" in text
    assert "基础分" in text and "距上一名" in text


def test_a_single_group_needs_no_column_for_it() -> None:
    streets = {u: f for u, f in FIGURES.items() if GROUPS[u] == "街道"}
    headings = ranking_table(ranking(entries(streets))).headings
    assert headings[:2] == ("名次", "单位")
    assert "总名次" not in headings and "分组" not in headings


def test_items_stand_beside_few_units_only() -> None:
    table = item_table(ranking())
    assert table is not None and table.headings[1:3] == ("东街道", "西街道")
    assert table.rows[0][0] == "1 产值(20分)" and table.rows[0][1:3] == ("16.80", "16.00")


def test_json_has_the_keys_of_the_contract_and_survives_json() -> None:
    faults = [finding("value-missing", unit="北街道", input="增速", name="增速", wanted="数")]
    result = score_json(ranking(), faults)
    assert json.loads(json.dumps(result, ensure_ascii=False)) == result
    assert result["system"] == "example" and result["period"] == "2015"
    assert set(result) == {"system", "period", "units", "findings", "assumptions"}
    first = result["units"][0]
    assert set(first) == {
        "unit", "group", "items", "base_total", "blocks", "total", "complete", "rank",
        "rank_all", "grade", "notes",
    }  # fmt: skip
    assert result["findings"] == [faults[0].as_json()]
    assert score_json(ranking(), (), period="2015-04")["period"] == "2015-04"


def test_json_leaves_a_blank_item_null_and_an_incomplete_unit_without_place() -> None:
    lines = {u["unit"]: u for u in score_json(ranking(), ())["units"]}
    north = lines["北街道"]
    assert north["items"]["1 产值"] is None and north["items"]["2 企业数"] == 8.5
    assert (north["complete"], north["rank"], north["rank_all"]) == (False, None, None)
    assert lines["乙乡"]["rank"] == 2 and lines["乙乡"]["rank_all"] == 4


def test_every_assumption_names_the_items_it_holds_for() -> None:
    taken = {a["code"]: a for a in score_json(ranking(), ())["assumptions"]}
    assert taken["G5"]["items"] == ["1 产值", "3 技改"]
    assert taken["G3"]["taken"] == "竞争" and "密集" in taken["G3"]["alternatives"]


@given(st.text(max_size=20), st.integers(0, 40))
def test_padding_reaches_the_width_and_never_cuts(text: str, width: int) -> None:
    padded = pad(text, width)
    assert padded.startswith(text)
    assert terminal_width(padded) == max(width, terminal_width(text))


@given(st.text(alphabet="规上工业A1“,", min_size=1, max_size=60), st.integers(4, 60))
def test_wrapped_lines_hold_the_whole_text(text: str, width: int) -> None:
    column, half = PIXELS * width + 5, 11 * 4 / 3 / 2  # pixels
    narrow = text.count(",") * 0.4
    assert line_count(text, width) * column >= (cell_width(text) - narrow) * half


def test_a_run_of_figures_is_carried_over_whole() -> None:
    # 得分 is alone on its line, since the figures behind it do not fit there and are one word
    assert line_count("得分=((61.7−53.6)÷(65.1−53.6)×40+60)", 37) == 2
    assert line_count("得分占比" * 4, 17) == 2
    assert line_count("1" * 26, 12) == 3


def test_no_line_begins_with_what_closes_or_ends_with_what_opens() -> None:
    room = 11  # five Chinese characters and no more
    assert line_count("规上工业产", room) == 1
    assert line_count("规上工业产,值", room) == 2  # 产, goes over
    assert line_count("规上工业(产值)规上", room) == 2  # so does (产
    assert line_count("规上工业(产值)规", room) == line_count("规上工业产(值)规", room)
    assert line_count("规上 工业\u00a0规上规", room) == 2  # at a space, but not at this one


def test_narrow_letters_take_less_room_than_figures() -> None:
    assert line_count("1,1.1:1 1;" * 3, 25) == 1 < line_count("1" * 30, 25)
