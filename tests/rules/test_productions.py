"""Every builder copes with all that its row of the table lets through.

What a pattern allows is far more than the clauses of any collection hold: each row is drawn from
as a language of its own, over words that stand in real clauses, and its builder has to give a
part or a refusal.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from kpixl.errors import RuleError
from kpixl.rules import productions, statement_phrases
from kpixl.rules.building import Refused
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.scanner import Token, scan
from kpixl.rules.segment import Segment
from kpixl.rules.statement_scanner import Segment as StatementSegment
from kpixl.rules.statement_scanner import scan as scan_statement
from kpixl.rules.vocabulary import WORDS
from tests.rules.clauses import READABLE
from tests.rules.statements import READABLE as STATEMENTS

_DRAWS = 30

Node = str | tuple[str, Any]


def _tree(pattern: str, aliases: Mapping[str, str]) -> Node:
    """A pattern as nested nodes: a word, ("|", branches), (" ", chain) or (sign, node)."""
    pieces = re.findall(r"[A-Z][A-Z0-9_]*|[()|?*+]", pattern)

    def choice(at: int) -> tuple[Node, int]:
        branches = []
        while True:
            chain, at = sequence(at)
            branches.append(chain)
            if at >= len(pieces) or pieces[at] != "|":
                return ("|", branches), at
            at += 1

    def sequence(at: int) -> tuple[Node, int]:
        chain: list[Node] = []
        while at < len(pieces) and pieces[at] not in "|)":
            piece = pieces[at]
            if piece == "(":
                node, at = choice(at + 1)
            else:
                node = _tree(aliases[piece], aliases) if piece in aliases else piece
            at += 1
            while at < len(pieces) and pieces[at] in "?*+":
                node, at = (pieces[at], node), at + 1
            chain.append(node)
        return (" ", chain), at

    return choice(0)[0]


def _drawn(node: Node, pick: random.Random) -> list[str]:
    """The words of one sentence of a pattern."""
    match node:
        case str(word):
            return [word]
        case ("|", branches):
            return _drawn(pick.choice(branches), pick)
        case (" ", chain):
            return [word for part in chain for word in _drawn(part, pick)]
        case (sign, part):
            times = pick.choice({"?": (0, 1), "*": (0, 1, 1, 2, 3), "+": (1, 1, 2, 3)}[sign])
            return [word for _ in range(times) for word in _drawn(part, pick)]
    raise AssertionError(node)


def _pool(
    texts: Iterable[str], cut: Callable[[Normal], Sequence[Token]]
) -> dict[str, dict[str, Token]]:
    """Words by class as they stand in some texts, each as if it stood first."""
    pool: dict[str, dict[str, Token]] = {}
    for text in texts:
        try:
            tokens = cut(normalise(text))
        except RuleError:
            continue
        for token in tokens:
            pool.setdefault(token.name, {}).setdefault(token.text, _moved(token, -token.start))
    return pool


def _moved(token: Token, by: int) -> Token:
    figures = {
        name: replace(figure, start=figure.start + by, end=figure.end + by)
        for name, figure in token.figures.items()
    }
    return replace(token, start=token.start + by, end=token.end + by, figures=figures)


@cache
def _words() -> dict[str, dict[str, Token]]:
    samples = [w.sample.replace("N", "3").replace("M", "5") for w in WORDS]
    return _pool([*READABLE, *samples], scan)


@cache
def _said() -> dict[str, dict[str, Token]]:
    return _pool([text for text, *_ in STATEMENTS], scan_statement)


def _in_a_row(
    names: Sequence[str], pool: Mapping[str, Mapping[str, Token]], pick: random.Random
) -> tuple[Token, ...] | None:
    """Words of some classes one behind the other; None where a class has none."""
    tokens: list[Token] = []
    end = 0
    for name in names:
        if name not in pool:
            return None
        token = _moved(pool[name][pick.choice(sorted(pool[name]))], end)
        tokens.append(token)
        end = token.end
    return tuple(tokens)


def _normal(tokens: Sequence[Token]) -> Normal:
    text = "".join(token.text for token in tokens)
    return Normal(text, text, tuple(range(len(text))))


def _told(build: Callable[[], object]) -> str:
    """What a builder gives, or the reason why it refuses; anything else that it raises is a fault."""
    try:
        return repr(build())
    except RuleError as refusal:
        return refusal.reason
    except Refused as refusal:
        return refusal.reason


@pytest.mark.parametrize("row", productions.PRODUCTIONS, ids=lambda row: row.build.__name__)
def test_what_a_row_lets_through_becomes_a_part_or_a_refusal(row: productions.Production) -> None:
    pick = random.Random(row.pattern)
    tree = _tree(row.pattern, productions.ALIASES)
    for _ in range(_DRAWS):
        tokens = _in_a_row(_drawn(tree, pick), _words(), pick)
        if not tokens:
            continue
        segment = Segment(_normal(tokens), tokens, Decimal(1), "竞争")
        assert _told(lambda: row.build(segment))  # noqa: B023 (called at once)


@pytest.mark.parametrize("row", statement_phrases.PRODUCTIONS, ids=lambda row: row.build.__name__)
def test_what_a_row_of_statements_lets_through_becomes_one_or_a_refusal(
    row: statement_phrases.Production,
) -> None:
    pick = random.Random(row.pattern)
    tree = _tree(row.pattern, statement_phrases.ALIASES)
    for _ in range(_DRAWS):
        tokens = _in_a_row(_drawn(tree, pick), _said(), pick)
        if not tokens:
            continue
        segment = StatementSegment(_normal(tokens), tokens)
        assert _told(lambda: row.build(segment))  # noqa: B023 (called at once)


def test_nearly_all_classes_of_words_are_drawn() -> None:
    named = {w.name for w in WORDS}
    assert len(named - set(_words())) <= 4
