"""The shape of a formula: nested calls and brackets over its pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from kpixl.hosts.formula_text import Piece, pieces

DEEPEST = 70  # levels of brackets; spreadsheet programs allow 64


class Aside(Exception):
    """Why a formula is not calculated."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function under its plain name, with what stands in each argument."""

    name: str
    arguments: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in brackets."""

    part: Part


Part: TypeAlias = tuple[Any, ...]


@lru_cache(maxsize=1 << 10)
def pieces_of(formula: str) -> tuple[Piece, ...]:
    """The pieces of a formula, which is asked for several times in a row."""
    return tuple(pieces(formula))


@lru_cache(maxsize=1 << 12)
def tree_of(formula: str) -> Part:
    """A formula as nested calls and brackets over its pieces; raises Aside."""
    stack: list[tuple[Piece | None, list[list[Any]]]] = [(None, [[]])]
    braces = 0
    for piece in pieces_of(formula):
        top = stack[-1][1]
        if piece.kind == "function":
            stack.append((piece, [[]]))
        elif piece.text == "(" and piece.kind == "other":
            stack.append((Piece("other", "("), [[]]))
        elif piece.text == ")" and piece.kind == "other":
            if len(stack) == 1:
                raise Aside("公式读不懂:括号不配对")
            opened, parts = stack.pop()
            assert opened is not None
            frozen = tuple(map(tuple, parts))
            if opened.kind == "function":
                if len(frozen) == 1 and not meant(frozen[0]):
                    frozen = ()
                stack[-1][1][-1].append(Call(opened.name, frozen))
            else:
                stack[-1][1][-1].append(Group(frozen[0]))
        elif piece.text == "," and not braces and stack[-1][0] is not None:
            if stack[-1][0].kind == "function":
                top.append([])
            else:
                top[-1].append(piece)
        else:
            braces += (piece.text == "{") - (piece.text == "}")
            top[-1].append(piece)
        if len(stack) > DEEPEST:
            raise Aside("公式读不懂:括号层数太多")
    if len(stack) != 1:
        raise Aside("公式读不懂:括号不配对")
    return tuple(stack[0][1][0])


def meant(part: Part) -> list[Any]:
    """What stands in a part beside spaces."""
    return [i for i in part if not (isinstance(i, Piece) and not i.text.strip())]


def lone_area(part: Part) -> Piece | None:
    """The area that a part is, brackets around it or not."""
    items = meant(part)
    if len(items) != 1:
        return None
    if isinstance(items[0], Group):
        return lone_area(items[0].part)
    return items[0] if isinstance(items[0], Piece) and items[0].kind == "area" else None


def all_pieces(part: Part) -> Iterator[Piece]:
    """The pieces of a part, at any depth, without names of functions and brackets."""
    for item in part:
        if isinstance(item, Call):
            for argument in item.arguments:
                yield from all_pieces(argument)
        elif isinstance(item, Group):
            yield from all_pieces(item.part)
        else:
            yield item


def calls_in(part: Part) -> Iterator[Call]:
    """The calls of a part, outermost first.

    >>> [c.name for c in calls_in(tree_of("=ROUND(_xll.KPISCORE(A1,IF(B1,1,2))*0.5,2)"))]
    ['ROUND', 'KPISCORE', 'IF']
    """
    for item in part:
        if isinstance(item, Call):
            yield item
            for argument in item.arguments:
                yield from calls_in(argument)
        elif isinstance(item, Group):
            yield from calls_in(item.part)


def written(part: Part) -> str:
    """The text of a part, functions under their plain names.

    >>> written(tree_of("=ROUND(_xll.KPISCORE(A1, B1)*(2+1),2)"))
    'ROUND(KPISCORE(A1, B1)*(2+1),2)'
    """
    texts = []
    for item in part:
        if isinstance(item, Call):
            texts.append(f"{item.name}({','.join(map(written, item.arguments))})")
        elif isinstance(item, Group):
            texts.append(f"({written(item.part)})")
        else:
            texts.append(item.text)
    return "".join(texts)
