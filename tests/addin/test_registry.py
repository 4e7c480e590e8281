"""The registry holds all that a host needs to offer a function or a command."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kpixl.addin import callables, functions
from kpixl.addin.registry import (
    GROUPS,
    ArgumentSpec,
    Cells,
    CommandSpec,
    Number,
    Place,
    Registry,
    Text,
    command,
    udf,
)
from kpixl.grid import CellError

NAMES = (
    "KPISCORE", "KPIEXPLAIN", "KPIRULE", "KPIINPUTS", "KPIASSUME",
    "KPIFORMULA", "KPIRANK", "KPIGRADE", "KPICHECK", "KPINUMBER",
)  # fmt: skip


def test_the_ten_functions_are_registered() -> None:
    assert tuple(functions()) == NAMES
    assert tuple(callables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_function_and_its_arguments_have_help_in_chinese(name: str) -> None:
    spec = functions()[name]
    for text in (spec.help, *(a.help for a in spec.shown)):
        assert re.search("[\u4e00-\u9fff]", text)
        assert len(text) <= 255
    assert len({a.name for a in spec.arguments}) == len(spec.arguments)


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        (
            "KPISCORE",
            "KPISCORE(rule, points, value, [target], [peers], [prior], [groups], [readings])",
        ),
        ("KPIRULE", "KPIRULE(rule, [points])"),
        ("KPIINPUTS", "KPIINPUTS(rule)"),
        ("KPIRANK", "KPIRANK(scores, [groups], [method])"),
        ("KPIGRADE", "KPIGRADE(total, rank, rule)"),
        ("KPICHECK", "KPICHECK(value, spec)"),
        ("KPINUMBER", "KPINUMBER(text, [unit])"),
    ],
)
def test_the_syntax_is_that_of_the_design(name: str, syntax: str) -> None:
    assert functions()[name].syntax == syntax


def test_explanation_and_formula_take_the_arguments_of_the_score() -> None:
    wanted = [(a.name, a.kind, a.optional) for a in functions()["KPISCORE"].shown]
    for name in ("KPIEXPLAIN", "KPIFORMULA"):
        assert [(a.name, a.kind, a.optional) for a in functions()[name].shown] == wanted


def test_a_formula_is_told_where_its_ranges_stand() -> None:
    arguments = {a.name: a for a in functions()["KPIFORMULA"].arguments}
    told = {name for name, a in arguments.items() if a.address and not a.hidden}
    assert told == {"value", "target", "peers", "prior", "groups"}
    assert arguments["points_at"].address_of == "points"
    assert arguments["points_at"].hidden
    assert not any(a.address for a in functions()["KPISCORE"].arguments)


def test_an_example_calls_the_function_with_arguments_it_has() -> None:
    for spec in functions().values():
        if spec.example:
            match = re.fullmatch(rf"={spec.name}\((.*)\)", spec.example)
            assert match
            given = len(re.sub('"[^"]*"', "", match[1]).split(","))
            needed = sum(not a.optional for a in spec.shown)
            assert needed <= given <= len(spec.shown)


def one(rule: Text, value: Cells, points: Number = None) -> float:
    return 1.0


def registered(**changes: Any) -> Registry:
    registry = Registry()
    facts = {
        "name": "KPIONE",
        "help": "一",
        "args": {"rule": "条款", "value": "数据", "points": "分值"},
        "registry": registry,
    }
    udf(**{**facts, **changes})(one)
    return registry


def test_kinds_and_optional_arguments_come_from_the_signature() -> None:
    spec = registered().functions["KPIONE"]
    assert spec.arguments == (
        ArgumentSpec("rule", "条款", "text"),
        ArgumentSpec("value", "数据", "range"),
        ArgumentSpec("points", "分值", "number", optional=True),
    )
    assert spec.function is one


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "KPI1"},  # a cell's address
        {"name": "kpione"},
        {"help": "one"},
        {"help": "一" * 256},
        {"args": {"rule": "条款", "value": "数据"}},
        {"args": {"value": "数据", "rule": "条款", "points": "分值"}},
        {"args": {"rule": "条款", "value": "", "points": "分值"}},
    ],
)
def test_what_could_not_be_offered_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"KPI|kpi"):
        registered(**changes)


def test_a_name_is_taken_once() -> None:
    registry = registered()
    with pytest.raises(ValueError, match="twice"):
        registry.add_function(registry.functions["KPIONE"])


def test_an_argument_without_a_kind_is_refused() -> None:
    def bare(rule: str) -> float:
        return 1.0

    with pytest.raises(ValueError, match="kind"):
        udf(name="KPIBARE", help="一", args={"rule": "条款"}, registry=Registry())(bare)


def test_an_address_is_of_an_argument_that_is_there() -> None:
    def spot(rule: Text, at: Place = None) -> float:
        return 1.0

    register = udf(
        name="KPISPOT",
        help="一",
        args={"rule": "条款"},
        addresses={"at": "points"},
        registry=Registry(),
    )
    with pytest.raises(ValueError, match="points"):
        register(spot)


def test_a_command_carries_what_the_ribbon_needs() -> None:
    registry = Registry()

    @command(
        name="score_all",
        label="评分",
        help="给全部单位计分。",
        icon="Calculator",
        group="评分",
        shortcut="Ctrl+Shift+K",
        reads="方案、填报数据",
        writes="排名、追溯",
        registry=registry,
    )
    def score_all() -> None: ...

    spec = registry.commands["score_all"]
    assert spec == CommandSpec(
        "score_all", "评分", "给全部单位计分。", "Calculator", "评分", score_all,
        "Ctrl+Shift+K", "方案、填报数据", "排名、追溯",
    )  # fmt: skip
    for changes in (
        {"name": "score_all"},
        {"name": "ScoreAll"},
        {"name": "other", "group": "其他"},
        {"name": "other", "shortcut": "Ctrl+Shift+K"},
        {"name": "other", "shortcut": "Shift-K"},
        {"name": "other", "label": "Score"},
    ):
        facts = {"label": "甲", "help": "乙", "icon": "x", "group": GROUPS[0], **changes}
        with pytest.raises(ValueError, match=str(changes["name"])):
            command(registry=registry, **facts)(lambda: None)  # type: ignore[arg-type]


def test_no_exception_comes_out_of_a_call(caplog: pytest.LogCaptureFixture) -> None:
    from kpixl.addin.udfs import call

    assert call("KPINONE") == CellError("#NAME?")
    assert call("KPISCORE") == CellError("#VALUE!")
    assert call("kpiscore", "制定方案得1分", 10, 1) == 1.0
    assert call("KPISCORE", "数量最多的得10分,排名每下降1位减0.5分", 10, 3) == CellError("#N/A")
    assert call("KPISCORE", "每采用1条得0.1分", 10, -3) == CellError("#NUM!")
    assert call("KPISCORE", "制定方案得05分", 10, 1) == CellError("#VALUE!")
    assert call("KPISCORE", object(), object(), object()) == CellError("#VALUE!")


def test_the_log_of_a_failed_call_holds_codes_and_no_figure_or_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from kpixl.addin.udfs import call

    call("KPISCORE", "星星街道制定方案得1分", 10, 73512)
    call("KPISCORE", "星星街道制定方案得73512.1.2分", 10, 1)
    call("KPISCORE", "星星街道制定方案得1分", 10, "73512家")
    call("KPISCORE", {"星星街道": 73512}, 10, 1)
    assert "kpiscore-argument" in caplog.text
    assert "kpiscore-clause" in caplog.text
    assert "星" not in caplog.text
    assert "73512" not in caplog.text
