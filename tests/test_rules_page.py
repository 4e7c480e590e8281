"""docs/rules.zh-CN.md, the page for the clerk: complete, fresh, and every figure on it true.

The figures in docs/rules.zh-CN.json are worked by hand, with the working beside them; here
the program has to come to the same.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from docs.make import (
    EXAMPLES,
    PAGE,
    Book,
    Example,
    Family,
    GradeExample,
    NotDocumented,
    Refusal,
    Row,
    SchemeExample,
    book,
    main,
    missing,
    page,
)
from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from kpixl.rules.grades import parse_grades
from kpixl.rules.statements import read_statement

BOOK = book()
CASES = [
    pytest.param(example, id=f"{phrase.builder}-{n}")
    for n, (phrase, example) in enumerate(BOOK.examples())
]


def _number(value: Any) -> float:
    if isinstance(value, str):
        return {"是": 1.0, "否": 0.0}[value]
    return float("nan") if value is None else float(value)


def frame(example: Example) -> Frame:
    """The units of an example as columns."""
    inputs = example.rule().inputs

    def column(rows: list[dict[str, Any]], label: str) -> np.ndarray:
        return np.array([_number(row.get(label)) for row in rows])

    values = [column([dict(r.values) for r in example.rows], i.label) for i in inputs]
    targets = [
        column([{i.label: i.target, **r.targets} for r in example.rows], i.label) for i in inputs
    ]
    priors = [column([dict(r.prior) for r in example.rows], i.label) for i in inputs]
    return Frame(values, targets, priors)


def test_every_phrase_has_an_example_and_words_for_the_clerk() -> None:
    assert missing(BOOK) == []


def test_the_page_is_what_the_grammar_and_the_examples_make() -> None:
    assert PAGE.read_text("utf-8") == page(BOOK), "stale: python -m docs.make"


@pytest.mark.parametrize("example", CASES)
def test_the_program_comes_to_the_figures_worked_by_hand(example: Example) -> None:
    rule = example.rule()
    assert example.rows
    for row in example.rows:
        assert set(row.values) == {i.label for i in rule.inputs}
        assert row.working
    scores = evaluate(rule, frame(example), points=example.points).tolist()
    found = {r.unit: None if s != s else s for r, s in zip(example.rows, scores, strict=True)}
    assert found == {row.unit: row.score for row in example.rows}
    for at, row in enumerate(example.rows):
        assert explain(rule, frame(example), at, points=example.points).score == row.score


@pytest.mark.parametrize("example", BOOK.grades, ids=lambda e: e.clause)
def test_units_get_the_grades_of_the_page(example: GradeExample) -> None:
    rule = parse_grades(example.clause)
    for unit, total, place, count, grade, _ in example.rows:
        assert rule.grade(total, place, count) == grade, unit


@pytest.mark.parametrize("example", BOOK.schemes, ids=lambda e: e.clause)
def test_rules_of_a_scheme_do_what_was_worked_by_hand(example: SchemeExample) -> None:
    rule = read_statement(example.clause)
    for case in example.cases:
        found = getattr(rule, case.call)(*case.with_)
        if case.call == "outcome":
            found = [consequence.canonical() for consequence in found]
        assert found == case.gives, case.given


@pytest.mark.parametrize("refusal", BOOK.refusals, ids=lambda r: r.clause)
def test_what_the_page_calls_unreadable_is_refused_at_that_phrase(refusal: Refusal) -> None:
    with pytest.raises(RuleError) as caught:
        parse(refusal.clause)
    assert caught.value.phrase == refusal.phrase
    assert parse(refusal.instead).terms


# -- the making itself --------------------------------------------------------------------------


def _without(builder: str) -> Book:
    families = tuple(
        Family(f.title, f.about, tuple(p for p in f.phrases if p.builder != builder))
        for f in BOOK.families
    )
    return dataclasses.replace(BOOK, families=families)


def _new(changed: Book) -> list[str]:
    """What a changed book lacks beyond what the book itself does."""
    known = missing(BOOK)
    return [fault for fault in missing(changed) if fault not in known]


def test_a_phrase_without_an_example_stops_the_making_with_its_name() -> None:
    with pytest.raises(NotDocumented, match=r"phrase 'below' \(未完成的不得分\) has no example"):
        page(_without("below"))


def test_a_row_of_the_table_that_no_example_is_read_with_is_named() -> None:
    (family,) = (f for f in BOOK.families if any(p.builder == "joint" for p in f.phrases))
    (joint,) = (p for p in family.phrases if p.builder == "joint")
    plain = Example("建成运行得4分;通过验收得6分", (Row("甲", {}, 4, ""),), Decimal(10))
    families = (
        *_without("joint").families,
        Family("", "", (dataclasses.replace(joint, examples=(plain,)),)),
    )
    assert _new(dataclasses.replace(BOOK, families=families)) == [
        "phrase 'joint': no example is read with 'ITEMNO'"
    ]


def test_an_example_that_is_not_read_is_named_with_the_reason() -> None:
    broken = Example("制定方案减半得1分", (), Decimal(10))
    family = BOOK.families[0]
    first = dataclasses.replace(family.phrases[0], examples=(*family.phrases[0].examples, broken))
    changed = dataclasses.replace(family, phrases=(first, *family.phrases[1:]))
    (fault,) = _new(dataclasses.replace(BOOK, families=(changed, *BOOK.families[1:])))
    assert "is not read" in fault and "减半" in fault


def test_the_command_says_whether_the_page_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_the_page_has_no_words_of_engineers() -> None:
    text = PAGE.read_text("utf-8").partition("-->")[2]
    for word in ("PRODUCTIONS", "builder", "token", "解析", "函数", "参数", "正则", "None", "nan"):
        assert word not in text, word
    assert EXAMPLES.name not in text
