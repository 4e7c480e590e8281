"""The stock phrases of rules that are not an item's score: the table.

A builder's docstring is the phrase.  A builder takes its numbers through the segment and
puts all free words into the part; a number that nobody took refuses the statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kpixl.rules.statement_data import (
    data_rule,
    deadline,
    joint,
    limit,
    marked,
    no_effect,
    rounding,
    source,
    stacking,
)
from kpixl.rules.statement_gates import bare_gate, gate, list_head, listed
from kpixl.rules.statement_parts import Part
from kpixl.rules.statement_quotas import (
    class_list,
    classes,
    grade_names,
    levels,
    quota,
    ratio,
    shares,
)
from kpixl.rules.statement_scanner import Segment
from kpixl.rules.statement_totals import evenly, formula, full_marks, harmless, proof, ranked, tie


@dataclass(frozen=True, slots=True)
class Production:
    """A row: pattern, builder, and its cost where the fewest-phrases rule is not enough."""

    pattern: str
    build: Callable[[Segment], Part]
    cost: int | None = None


ALIASES = {
    "CQ": "(VETO | BAR | BARGRADE | SETGRADE | DOWN | TZERO | TCAP | TSUB | LAST | TOLD | TAKEBACK "
    "| AWARD)",
    "CQS": "(WHATEVER COMMA?)? CQ ((COMMA | DUN)? ALSO? CQ)*",
    # free words of a condition; the builder looks at each
    "C": "(SUBJ | IF | ALSO | OR | MUST | TASK | UNMET | GEQ | GT | LT | AMT | GES | GESX | LES "
    "| LESX | DUN | COMMA | SAME | ABOVE | TIMEW | TOTALW | SCOREW | STATE | YEAR | CLASS | PLACES | BOUND)",
    "FIRST": "(SUBJ | IF | MUST | TASK | UNMET | GEQ | GT | LT | AMT | SAME | ABOVE | TIMEW | TOTALW "
    "| SCOREW | STATE | YEAR | CLASS | PLACES)",
    "COND": "(FIRST C* | IF? SUBJ VETO)",
    "L": "(SUBJ | IF | ALSO | OR | MUST | SAME | TASK | YEAR | DUN)+",
    "HOW": "(HIGHEST | ONCE | SUMUP)",
    "LACKS": "(MISSING | MISSZERO | UNSENT | NOTASK)",
    "TAKES": "(TAKEPRIOR | TAKEZERO | ITEMZERO | ITEMFULL | ITEMMEAN | ITEMLOW | SPREAD | SKIPPED)",
    "CLASSED": "CLASS L? (AMT | CLASSPOINTS | CLASSFACTOR)",
    "END": "(COMMA | SEMI | DOT | COLON)",
}

PRODUCTIONS: tuple[Production, ...] = (
    Production(
        "(L VETO COMMA)? COND DEUNIT (COMMA? (DUN | OR) COND DEUNIT)* (COMMA | DOT)? CQS", gate
    ),
    Production("COND COMMA? CQS", bare_gate),
    Production("ANYOF COMMA? CQS (COLON | COMMA | DOT | SEMI)", list_head),
    Production("ITEMNO? COND DEUNIT", listed),
    Production("ITEMNO COND", listed),
    Production("(L COMMA?)? LACKS DEUNIT COMMA? TAKES", data_rule),
    Production("(L COMMA?)? (MISSING | MISSZERO) DEUNIT COMMA? ITEMSUB", data_rule),
    Production(
        "(FIRST | UNSENT | MISSING) (C | UNSENT | MISSING)* DEUNIT COMMA? TAKESHARE", marked
    ),
    Production("L SOURCE", source),
    Production("L? ROUND", rounding),
    Production("FIRST C* DEUNIT COMMA? HOW ((COMMA | DUN) HOW)?", stacking),
    Production("(SAME | SUBJ)+ COMMA? HOW ((COMMA | DUN) HOW)?", stacking),
    Production("(LIMADD | LIMSUB | LIMEACH | LIMPART | TCAP | LIMITEM | LIMFLOOR)", limit),
    Production("QUOTA", quota),
    Production("RATIO", ratio),
    Production("GRADESHARE ((COMMA | DUN | SEMI) GRADESHARE)+", shares),
    Production(
        "(L COLON)? CLASS ((DUN | COMMA) CLASS)+ L? EACHIS AMT ((DUN | COMMA) AMT)+", class_list
    ),
    Production("(L COLON)? CLASSED ((COMMA | DUN | SEMI) CLASSED)+", classes),
    Production("L COLON LEVEL ((COMMA | DUN | SEMI) LEVEL)+", levels),
    Production("(GRADING COMMA?)* SUBJ? GRADING* GRADELIST", grade_names),
    Production("NOTE? L BYDATE (L COMMA)* L", deadline),
    Production("KNOWN", no_effect),
    Production("PAID", harmless),
    Production("(FULLMARKS | FULLPARTS)", full_marks),
    Production("SUBJ FULLMARKS SUBJ", full_marks),
    Production("(FORMULA | SUMALL)", formula),
    Production("RANKED", ranked),
    Production("IF? TIE", tie),
    Production("(FIRST C* DEUNIT COMMA? | SUBJ COMMA?) EVENLY", evenly),
    Production("PROOF", proof),
    Production("END+", joint, cost=1),
    Production("ITEMNO", joint, cost=2),
)
