"""Readable wordings that resemble a clause which could not be read.

The wordings are the phrases that head the productions and the rule families, so whatever the
grammar learns is offered without anybody keeping a list.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import kpixl.rules as rules
from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.normalise import normalise
from kpixl.rules.productions import PRODUCTIONS
from kpixl.rules.reader import parse

_LIKE_ENOUGH = 0.3
_ENDS = lazily(r"[;。\n]+")


@cache
def wordings() -> tuple[str, ...]:
    """The phrases of the productions and of the rule families that are clauses by themselves."""
    phrases = [p.phrase for p in PRODUCTIONS]
    for found in iter_modules(rules.__path__, "kpixl.rules."):
        if not found.name.endswith("terms"):
            continue
        module = import_module(found.name)
        families = (v for v in vars(module).values() if isinstance(v, type))
        phrases += [(f.__doc__ or "").partition(": ")[0] for f in families if f.__doc__]
    return tuple(filter(_readable, dict.fromkeys(phrases)))


def _readable(phrase: str) -> bool:
    try:
        parse(phrase)
    except RuleError:
        return False
    return bool(phrase)


def nearest_wordings(clause: str, position: int = 0, most: int = 3) -> tuple[str, ...]:
    """Readable wordings like the sentence in which a character stands, the most alike first.

    `position` counts characters of the clause from 1; 0 is the clause as a whole.

    >>> nearest_wordings("亿元企业数最多的得10分,每降低一名减去0.5分", most=1)
    ('数量最多的得10分,排名每下降1位减0.5分',)
    """
    sentence = _pattern(_sentence(clause, position))
    scored = [(SequenceMatcher(None, sentence, _pattern(w)).ratio(), w) for w in wordings()]
    alike = sorted((s for s in scored if s[0] >= _LIKE_ENOUGH), key=lambda s: -s[0])
    return tuple(w for _, w in alike[:most])


def _sentence(clause: str, position: int) -> str:
    if position < 1:
        return clause[:200]
    start = max((m.end() for m in _ENDS.finditer(clause, 0, position - 1)), default=0)
    end = _ENDS.search(clause, position)
    return clause[start : end.start() if end else len(clause)][:200]


def _pattern(text: str) -> str:
    # Which numbers stand in a clause says nothing about its kind.
    return re.sub(r"[0-9]+(?:\.[0-9]+)*", "0", normalise(text).text)
