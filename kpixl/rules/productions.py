"""The stock phrases: one row each, a pattern over token classes and its builder.

Token classes are in `kpixl.rules.vocabulary`, builders in `kpixl.rules.phrases`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kpixl.rules import (
    among,
    count_phrases,
    deviation,
    each_phrases,
    escalations,
    exception_phrases,
    formula_phrases,
    gate_phrases,
    judge_phrases,
    mark_phrases,
    parties,
    peer_phrases,
    period_phrases,
    phrases,
    place_phrases,
    prose,
    require_phrases,
    shares,
    side_phrases,
    step_phrases,
    tier_phrases,
)
from kpixl.rules.parts import Part
from kpixl.rules.phrases import BOUNDS
from kpixl.rules.segment import Segment
from kpixl.rules.step_phrases import STEP_POINTS

# Parts of patterns that recur. L: the name of a figure or of a thing to be done.
ALIASES = {
    # the name of a figure or of a thing to be done; 以上 is part of a name where no amount
    # stands before it (省级以上平台)
    "W": "(SUBJ | ORW | UPW | DOWNW | DO | TASK | UNMET | EVERY | BRACKET | WHO | GROW | YEAR | SAMEW "
    "| NONEW | PASTMEAN)",
    "L": "W ((DUN | GES)? W)* GES?",
    # what a requirement or a remark may say
    "R": "(W | PERIOD | QUALITY | VIEWW | HUNDRED | DUEW) "
    "((DUN | GES)? (W | PERIOD | QUALITY | VIEWW | HUNDRED | DUEW))* GES?",
    "AMT": "(PPT | PCT | QTY | CNT)",
    "TIERX": "(RANGE | OVERUNDER | SPAN | AMT (GES | GESX | LES | LESX) | ONEQTY LES)",
    # a counted thing may have numbers in its name: 20亿以上项目每个
    "THING": "(L | AMT GES | DUN)+",
    # how large a counted thing is: 投资1亿元以上5亿元以下项目
    "SIZED": "(AMT (GES | GESX | LES | LESX) ((DUN | COMMA)? AMT (LES | LESX))? "
    "| (GT | LT | GEQ) AMT | RANGE | OVERUNDER | SPAN)",
    "MARKED": "L GEQ? AMT GES? L?",
    # points by place: what is ranked and how, and what a place gives
    "RANKED": "((L (RANKB L)? (SCOREW L?)? | RANKB L | SCOREW) (COMMA | COLON)?)? GROUPW? "
    "((ORDER | RANKW | BYPLACE) (COMMA | COLON)? THAT?)?",
    "SEP": "(COMMA | SEMI | DUN | DOT)",
    # in what case: 逾期3天以上的
    "CASE": "(W | DUN | AMT | GES | LES | LT | GT | GEQ | LEQ | PERIOD)+",
    "RESULT": "(GIVE | FULL | FULLPCT | BPTS | ADD | ADDPCT | SUB | SUBPCT | ZERO | NOADD)",
    "END": "(COMMA | SEMI | DOT | COLON | DUN | BRACKET)",
}


_ROW = "(BEST | BESTLOW | RANKN | PLACER | TOPN | TOPPCT | FRACT) WHO? DE? COMMA? EACHW? RESULT"
_NEXT = "RANGE WHO? DE? COMMA? EACHW? RESULT"  # 第1—3名…,4—6名…
_LAST = "(LASTN | LASTAT) DE? COMMA? EACHW? RESULT"
_TAIL = (
    "((RESTW | PLACEFROM | SHAREFROM) DE? COMMA? EACHW? RESULT | DECR | DECRPCT | ETC "
    "| PLACEFROM? RANKDOWN COMMA? (SUB | SUBPCT) CALCW? (COMMA ETC)?) (SEP LEAST)?"
)


# what was not done in a period: 每季度研究工作少于1次
_WANTING = "L? (PERIOD | EVCNT) L? (LT | GT | UNMET) AMT GES? L?"

_SIDED = "(GIVE | FULL | FULLPCT | BPTS | ZERO | ADD | SUB)"
_TIER = "(GIVE | ZERO | FULL | FULLPCT | BPTS | ADD | SUB | NOADD | NOSUB)"


@dataclass(frozen=True, slots=True)
class Production:
    """A row: pattern, builder, and its cost where the fewest-segments rule is not enough."""

    pattern: str
    build: Callable[[Segment], Part | tuple[Part, ...]]
    cost: int | None = None

    @property
    def phrase(self) -> str:
        """The stock phrase that heads the builder's docstring."""
        return (self.build.__doc__ or "").strip().partition("\n")[0]


PRODUCTIONS: tuple[Production, ...] = (
    Production("(L? EFFW (COMMA | COLON | SEMI | DOT))? L? FORM", phrases.formula),
    Production("L COMMA? EFFW", peer_phrases.efficacy),
    Production("(L COMMA?)? EFFW SEP? EFFCONST", peer_phrases.efficacy_of),
    Production(
        "L DE? (BPTS | GIVE) COMMA? OFWH? L (OFPCT | PCT) (SEP L (OFPCT | PCT))+ WEIGHTW?",
        peer_phrases.split,
    ),
    Production("L (SCOREW | ANYADD) COMMA? FORMP", phrases.phrase_formula),
    Production("BASEDEF", formula_phrases.base),
    Production("DEF", formula_phrases.definition),
    Production("DEFS", formula_phrases.defined),
    Production("L SCOREW? WEIGHTED", formula_phrases.weighted),
    Production("L (SCOREW | ANYADD)? COMMA? PRORATED", formula_phrases.prorated),
    Production("L SCOREW? WEIGHTED (SEP L SCOREW? WEIGHTED)+", formula_phrases.weighted_parts),
    Production("IFZERO", formula_phrases.zero_if),
    Production("SHAREW", shares.share),
    Production(
        f"((DEF | L) (COMMA | COLON)?)? DEVIN DE? COMMA? {_TIER} "
        f"(SEP? (DEVIN | DEVTO) DE? COMMA? {_TIER})* (SEP? DEVOUT DE? COMMA? {_TIER})?",
        deviation.deviation,
    ),
    Production(
        "(UNMET L? (AMT GES? L?)? | L? UNMET AMT GES? L? | L? LT (AMT | TASK | MEAN | PRIORW) "
        "| L? AMT (LES | LESX) | L UNMET L? | ELSE) DE? COMMA? (FORM | FORMW | FORMP)",
        formula_phrases.formula_below,
    ),
    Production(
        "L? AMT (GES | GESX) L? DE? COMMA? (FORM | FORMW | FORMP)", formula_phrases.formula_from
    ),
    Production("(L (COMMA | COLON)?)? FORMW", formula_phrases.spoken_formula),
    Production("FORMB", formula_phrases.bare_formula),
    Production("L SEP RATIOBY", formula_phrases.ratio_times),
    Production(
        "OFWH? L NITEMS? SCOREW? EACHW? WITHW? PCT ((DUN | AND | COMMA) PCT)+ WEIGHTW",
        phrases.blend,
    ),
    Production(
        "RANKED (BEST | BESTLOW) WHO? (GIVE | FULL) SEP (BESTREL | RESTPROP)",
        peer_phrases.to_best,
    ),
    Production("RANKED (BEST | BESTLOW) WHO? (GIVE | FULL) SEP NEXTREL", peer_phrases.next_to_best),
    Production("L AMT FULL SEP (ETC | RESTPROP)", peer_phrases.full_at),
    Production(
        "L? AMT L? DE? COMMA? GIVE (SEP AMT DE? COMMA? GIVE)+ SEP? ETC", peer_phrases.each_more
    ),
    Production("L BESTFULL SEP (BESTREL | RESTPROP | ETC)", peer_phrases.to_best),
    Production(
        "RANKED (BEST | BESTLOW) WHO? (GIVE | FULL) SEP (BEST | BESTLOW) WHO? (GIVE | ZERO) "
        "SEP (INTERP | RESTPROP)",
        peer_phrases.between,
    ),
    Production(
        "RANKED (BEST | BESTLOW | RANKN) WHO? DE? COMMA? (GIVE | FULL) SEP LASTN DE? COMMA? "
        "(GIVE | ZERO | FULLPCT) SEP (EVENLY | INTERW)",
        place_phrases.even_places,
    ),
    Production(
        "OFWH? L NITEMS? SCOREW? (DUN? L SCOREW?)* (EACHPCT WEIGHTW? | SCOREAS? RATIO)",
        peer_phrases.shares,
    ),
    Production(
        "(OFWH COMMA?)? L SCOREW? OFPCT (SEP L SCOREW? OFPCT)+ COMMA? WEIGHTW?", peer_phrases.shares
    ),
    Production(
        "(L TOPN L? COMMA? L? TOADD (COMMA | COLON) | L DE? COMMA)? EVCNT "
        "(BEST | RANKN) (GIVE | ADD | SUB) (SEP (BEST | RANKN) (GIVE | ADD | SUB))*",
        place_phrases.place_times,
    ),
    Production(
        f"RANKED {_ROW} (SEP RESTORD)? (SEP ({_ROW} | {_NEXT}))* (SEP? {_TAIL})?",
        place_phrases.places,
    ),
    Production(
        "L? RANKING (COLON | COMMA)? RANGE COMMA? RESULT (SEP RANGE COMMA? RESULT)* "
        "(SEP? (RESTW | PLACEFROM) RESULT)?",
        place_phrases.places,
    ),
    Production(
        f"RANKED (TOPN | PLACES | PLACER) DE? COMMA? BYPLACE? EACHW? BYPLACE? LEVELS (SEP? {_TAIL})?",
        place_phrases.places_listed,
    ),
    Production(
        f"L? BYPLACE (BYPLACE | EACHW) EACHW? LEVELS (SEP? {_TAIL})?", place_phrases.places_listed
    ),
    Production(
        f"L? SCOREW? ORDER COMMA? EACHW? LEVELS (SEP? {_TAIL})?", place_phrases.places_listed
    ),
    Production(
        "L? MOVEUP COMMA? (ADD | GIVE) (SEP? L? RANKDOWN COMMA? SUB)?", place_phrases.rank_moves
    ),
    Production(f"L? {_LAST} (SEP {_LAST})*", place_phrases.places_from_last),
    Production("RANKED LASTN DE? COMMA? EACHW LEVELS", place_phrases.last_listed),
    Production(f"L? COMMA? (UPW | DOWNW | EVEN) DE? COMMA? {_SIDED}", side_phrases.side),
    Production("L? MOVED DE? COMMA? (ADD | GIVE | SUB)", place_phrases.moved),
    Production("L? MOVED DE? COMMA? (ADD | GIVE) SEP DOWNW DE? COMMA? SUB", place_phrases.moved),
    Production("L? QUALITY DE? COMMA? (CAPADD | CAPITEM)", judge_phrases.judged),
    Production("L? QUALITY DE? COMMA? (GIVE | ADD)", judge_phrases.found_good),
    Production("L DE? COMMA? THAT? (GIVE | FULL | FULLPCT | BPTS)", mark_phrases.give),
    Production(
        "SUBJ? DO SUBJ? TASK DE PCT GES? DE? COMMA? (GIVE | FULL | FULLPCT)",
        mark_phrases.give_share,
    ),
    Production("L? (AMT | NUM) ATW COMMA? (GIVE | FULL | BPTS)", mark_phrases.give_when),
    Production("L SCOREW? (DO | GEQ) BPTS DE? COMMA? THAT? (GIVE | FULL)", mark_phrases.give_score),
    Production("L ISZERO DE? COMMA? THAT? (GIVE | FULL | FULLPCT | BPTS)", mark_phrases.give_none),
    Production(
        "L (GEQ | DO) OFTOTAL PCT GES? DE? COMMA? THAT? (GIVE | FULL | FULLPCT)",
        mark_phrases.give_of_total,
    ),
    Production("PCT DE? COMMA? THAT? FULL", mark_phrases.give_whole),
    Production(
        "L (GEQ | DO | GT)? AMT GES? DE? COMMA? (ORW L (GEQ | DO | GT)? AMT GES? DE?)+ L? COMMA? THAT? "
        "(GIVE | FULL | BPTS)",
        gate_phrases.met_either,
    ),
    Production(
        "PERIOD? MARKED DE? COMMA? THAT? (GIVE | FULL | FULLPCT | BPTS)", mark_phrases.give_at
    ),
    Production("L PERIOD GEQ AMT L? DE? COMMA? THAT? (GIVE | FULL | BPTS)", mark_phrases.give_at),
    Production("MARKED DE? COMMA? THAT? ADD", mark_phrases.give_at),
    Production(
        "L EACHW (DO | GEQ) AMT GES? (DUN AMT GES?)* DE? COMMA? EACHW? (GIVE | LEVELS)",
        mark_phrases.give_each,
    ),
    Production(
        "(L | L? AMT GES? L?) DE? COMMA? (SUBPER | ADDPER | GIVEPER)", step_phrases.each_slash
    ),
    Production("L? DE? COMMA? JUDGEW? RANGED", judge_phrases.judge),
    Production("L DE? COMMA? EACHW JUDGEW? RANGED", judge_phrases.judge_named),
    Production(
        "L? AMT (GES | LES) L? DE? COMMA? EVCNT L? DE? COMMA? JUDGEW? RANGED",
        judge_phrases.judge_sized,
    ),
    Production("(L BUT | L? ONLY) L DE? COMMA? JUDGEW? RANGED", judge_phrases.judge),
    Production(
        "L? (UNMET AMT GES? | (LT | GT) AMT) L? DE? COMMA? (RANGED | JUDGEW (RANGED | ANYSUB))",
        judge_phrases.judge_beyond,
    ),
    Production("MARKED DE? COMMA? RANGED", judge_phrases.range_at),
    Production("L SPANPTS", judge_phrases.judge_span),
    Production(
        "L? SCOREW? (RANGE | SPAN | (AMT | PTS) (GES | GESX | LES | LESX)) DE? COMMA? RANGED",
        tier_phrases.tier_within,
    ),
    Production(
        "L (LT | GT) AMT (COMMA? L | DUN L) (LT | GT) AMT ((COMMA? L | DUN L) (LT | GT) AMT)* "
        "DE? COMMA? ZERO",
        gate_phrases.broken,
    ),
    Production("L AMT GES ((COMMA? L | DUN L) AMT GES)+ DE? COMMA? ZERO", gate_phrases.broken),
    Production("L DE? COMMA? JUDGEW? RANGEDPER", judge_phrases.judge_each),
    Production("(L DE? COMMA?)? EVCNT L? DE? COMMA? JUDGEW? RANGED", judge_phrases.judge_each),
    Production("(L DE? COMMA?)? CNT L? DE? COMMA? JUDGEW? RANGED", judge_phrases.judge_each),
    Production(
        "(L | L? QUALITY | VIEWW)? DE? COMMA? JUDGEW (ANYADD | ANYSUB) COMMA "
        "(CAPADD | CAPITEM | CAPSUB | CAPANY)",
        judge_phrases.judge_capped,
    ),
    Production(
        "(L | L? QUALITY) DE? COMMA? JUDGEW (ANYSUB | ANYADD | SUB | ADD | GIVE)",
        judge_phrases.judge,
    ),
    Production("(L | L? QUALITY) DE? COMMA? JUDGEW? UPTOADD", judge_phrases.judge),
    Production("JUDGEW (ANYSUB | ANYADD)", judge_phrases.judge),
    Production(
        "(ELSE | L | (L BUT | L? ONLY) L) DE? COMMA? ORJUDGE", judge_phrases.judge_or_nothing
    ),
    Production(
        "(ELSE | (L BUT | L? ONLY) L) DE? COMMA? JUDGEW ANYSUB", judge_phrases.judge_or_nothing
    ),
    Production("ALLNONE", mark_phrases.all_or_none),
    Production("L? MEANBASE DE? COMMA? (GIVE | FULL)", mark_phrases.give_base),
    Production(
        "L? GT (MEAN | L) (PPT GES | DO PPT GES?) DE? COMMA? THAT? (GIVE | FULL | FULLPCT | ADD)",
        mark_phrases.give_gap,
    ),
    Production(
        "L? GT (AMT GES? L? | MEAN) DE? COMMA? THAT? (GIVE | FULL | ADD)", mark_phrases.give_over
    ),
    Production(
        "(L COMMA?)? (GEQ | GT | LEQ) (PRIORW | L) DE? COMMA? THAT? (GIVE | FULL | FULLPCT | ADD)",
        mark_phrases.held,
    ),
    Production("L? LEQ? TASK LES DE? COMMA? THAT? (GIVE | FULL | FULLPCT)", mark_phrases.held),
    Production("L? DO PRIORW DE? COMMA? THAT? (GIVE | FULL | FULLPCT | ADD)", mark_phrases.held),
    Production("L? DO? SAMEP DE? COMMA? THAT? (GIVE | FULL | FULLPCT | ADD)", mark_phrases.held),
    Production(
        "L? LT ((PRIORW | L | TASK DE? PCT) DE? COMMA? (ZERO | PROP | SUB) | MEAN DE? COMMA? PROP)",
        mark_phrases.held,
    ),
    Production("L? GT (PRIORW | TASK) DE? COMMA? ZERO", mark_phrases.held),
    Production("L? GT L DE? COMMA? ZERO", gate_phrases.over_limit),
    Production(
        "L? LEQ AMT LES? L? DE? COMMA? THAT? (GIVE | FULL | FULLPCT)", mark_phrases.give_limit
    ),
    Production("L? LT AMT L? DE? COMMA? THAT? (GIVE | FULL | FULLPCT)", mark_phrases.give_under),
    Production("L? OVERC PCT GES? DE? COMMA? THAT? (GIVE | ADD)", mark_phrases.give_beyond),
    Production("L? (UNMET | LT | GT) AMT GES? L? DE? COMMA? SUB", mark_phrases.lose_at),
    Production("OFWH? L DE? COMMA? EACHW (SUB | ADD | GIVE | BPTS)", each_phrases.each_named),
    Production(
        "L (CNT | NITEMS) L? DE? COMMA? EACHW (SUB | ADD | GIVE | BPTS)", each_phrases.each_counted
    ),
    Production("L GEQ? DO? MEAN DE? COMMA? THAT? (GIVE | FULL | FULLPCT)", mark_phrases.give_mean),
    Production(
        "(W GES DUN)? L DE? COMMA? (EVCNT COMMA? | CNT)? EACHW? (LEVELS | SLASHPTS)",
        each_phrases.levels,
    ),
    Production(
        "((L DE? COMMA?)? EVCNT COMMA? | L DE? COMMA? CNT DE? COMMA? | (L DE? COMMA?)? EACHW) L DE? "
        "COMMA? EACHW? (LEVELS | SLASHPTS)",
        each_phrases.levels_behind,
    ),
    Production(
        "OFWH COLON? L (BPTS | GIVE | STATED) (SEP L (BPTS | GIVE | STATED))+",
        each_phrases.parts_of,
    ),
    Production(
        "L DE (COMMA L DE)+ COMMA? (EVCNT COMMA?)? EACHW? LEVELS", each_phrases.levels_apart
    ),
    Production("R STATED? COLON", phrases.head),
    Production("L NITEMS L DE? COMMA? (GIVE | FULL)", mark_phrases.give_all),
    Production("L DE? COMMA? (SUB | ADD)", phrases.lose),
    Production("L DE? COMMA? (SUBPCT | ADDPCT)", phrases.lose_share),
    Production("(L DE? COMMA)? L? EVCNT L? DE? COMMA? (SUBPCT | ADDPCT)", step_phrases.count_share),
    Production("L CNT L? DE? COMMA? SUBPCT", step_phrases.count_share),
    Production("ELSE COMMA? SUB", phrases.else_lose),
    Production(
        "L BUT L (COMMA L)? DE? COMMA? THAT? (GIVE | FULL | BPTS | ZERO)", phrases.alternative
    ),
    Production("(L BUT | L? ONLY) L (COMMA L)? DE? COMMA? SUB", phrases.lose),
    Production(
        "L? ONLY L ((COMMA | ONLY | DUN | L)* L)? DE? COMMA? THAT? (GIVE | BPTS)",
        phrases.only,
    ),
    Production("OFWH L DE? COMMA? SUB", among.among),
    Production("OFWH L CNT L? DE? COMMA? (GIVE | ADD | SUB)", step_phrases.each_among),
    Production(
        "OFWH L? DE? COMMA? EVCNT L? DE? COMMA? (GIVE | ADD | SUB)", step_phrases.each_among
    ),
    Production("L CNT L? DE? COMMA? (ADD | SUB)", step_phrases.each_one),
    Production("L? AMT GES L CNT DE? COMMA? (GIVE | ADD | SUB)", step_phrases.each_one),
    Production("L CNT L? QTY (GES | LES) DE? L DE? COMMA? (GIVE | ADD)", step_phrases.each_one),
    Production("L DE? COMMA CNT L? DE? COMMA? (ADD | SUB)", step_phrases.each_one),
    Production("CNT L DE? COMMA? SUB", step_phrases.each_one),
    Production("L DE? COMMA? CNT BPTS", step_phrases.each_one),
    Production("ELSE COMMA? JUDGEW ANYADD", judge_phrases.judge_or_nothing),
    Production("L? UNMET QTY L? DE? COMMA? EVCNT L? DE? COMMA? SUB", step_phrases.count),
    Production("L UNMET PCT GES? DE? COMMA? EVCNT L? DE? COMMA? SUB", count_phrases.sized),
    Production("STATED", phrases.stated),
    Production("GIVEN", phrases.given_behind),
    Production("STARTW", phrases.start),
    Production("REPORTED", phrases.reported),
    Production("NOBASEW", phrases.text),
    Production(
        f"(EVENNONE SEP)? L? (GT | LT) (TASK | MEAN) AMT LES DE? COMMA? {_SIDED}",
        tier_phrases.gap_tier,
    ),
    Production(f"L? OVERC TASK AMT LES DE? COMMA? {_SIDED}", tier_phrases.gap_tier),
    Production(
        f"L? DE? SCOREW? (RANGE | OVERUNDER | SPAN) (DE? L)? DE? (COMMA | COLON)? L? {_TIER}",
        tier_phrases.tier,
    ),
    Production(
        f"L? SCOREW? (AMT | PTS) (GESX | LES | LESX) (DE? L)? DE? (COMMA | COLON)? {_TIER}",
        tier_phrases.tier,
    ),
    Production(f"L? LEQ AMT LES? DE? COMMA? {_TIER}", tier_phrases.tier),
    Production(f"AMT GES DE? COMMA? {_TIER}", tier_phrases.tier),
    Production(f"L? (AMT | PTS) GES COLON {_TIER}", tier_phrases.tier),
    Production(
        "L? COLON? TIERX STATED (SEP TIERX STATED)+ (SEP TIERX (STATED | ZERO))?",
        tier_phrases.tiers_in_brackets,
    ),
    Production("L? EQW AMT DE? COMMA? (GIVE | BPTS | ADD | SUB | ZERO)", tier_phrases.tier_at),
    Production("AMT DE? COMMA? (GIVE | BPTS | FULLPCT)", tier_phrases.next_mark),
    Production("L? AMT GES L? DE? COMMA? ZERO", tier_phrases.tier),
    Production(f"L? GEQ AMT L? DE? COMMA? {_TIER}", tier_phrases.tier),
    Production(f"L? SCOREW? PTS GES (DE? L)? DE? COMMA? {_TIER}", tier_phrases.tier),
    Production("L? SCOREW? AMT GES DE? COMMA? NOSUB", tier_phrases.tier),
    Production("L? SCOREW? LT BPTS DE? COMMA? (ZERO | SUB | GIVE)", tier_phrases.below_score),
    Production("L? SCOREW? (RANGE | OVERUNDER | SPAN) (DE? L)? DE? COMMA? PROP", tier_phrases.ramp),
    Production(f"BETWEEN DE? COMMA? {_TIER}", tier_phrases.tier_between),
    Production("INTERW", tier_phrases.interpolated),
    Production(
        "L? (RANGE | GT AMT | AMT (GES | GESX)) DE? COMMA? INTERW", tier_phrases.interpolated_from
    ),
    Production("L? SLASHED DE? COMMA? SLASHPTS", tier_phrases.slashed),
    Production("NTIERS", tier_phrases.number_of_tiers),
    Production("L? TIERX ((DUN | AND) TIERX)+ DE? COMMA? EACHW? LEVELS", tier_phrases.tier_list),
    Production(
        "L? (DO | GEQ | GT)? AMT ((DUN | AND) AMT)+ DE? COMMA? EACHW LEVELS",
        tier_phrases.marks_listed,
    ),
    Production(
        "L? DE? COMMA? (EVCNT | CNT) L? DE? COMMA? SUB (SEP TIMESROW)+ (SEP L? CNT GES L? DE? COMMA? SUB)?",
        escalations.times,
    ),
    Production(
        "L? COMMA? FIRSTW L? DE? COMMA? SUB (SEP NTHROW)* (SEP NTHZERO)?", escalations.times
    ),
    Production("TIMESZERO", escalations.none_at),
    Production("L? DE? COMMA? PARTYSUB (SEP (PARTYSUB | PARTYPTS))*", parties.parties),
    Production("L? DE? COMMA? PARTYLIST", parties.parties),
    Production("(L DE? COMMA?)? L? (EVCNT | CNT) L? DE? COMMA? PARTYLIST", parties.parties),
    Production("(L BUT | L? ONLY) L (COMMA L)? DE? COMMA? PARTYSUB", parties.parties),
    Production(
        "(L DE? COMMA?)? L? (EVCNT | CNT) L? DE? COMMA? PARTYSUB (SEP (PARTYSUB | PARTYPTS))*",
        parties.parties,
    ),
    Production("OFWH? BUT? CASE DE? COMMA? SCALED", exception_phrases.scaled),
    Production("OFWH? BUT? CASE DE? COMMA? (NOSUB | EXCEPTW)", exception_phrases.exempt),
    Production("EXCEPTB", exception_phrases.excepted),
    Production("ANYMISS", phrases.any_miss),
    Production("L ANYMISS", count_phrases.missing_of),
    Production("EACHITEM", phrases.each_item),
    Production("(L? BEST (GIVE | FULL) (COMMA | SEMI))? FORMP", phrases.phrase_formula),
    Production(
        "(UNMET L? (AMT GES? L?)? | L? UNMET AMT GES? L? | L? (LT | GT) AMT L? | ELSE | RESTW) "
        "DE? COMMA? (ZERO | PROP)",
        mark_phrases.below,
    ),
    Production("L? AMT (LES | LESX) DE? COMMA? PROP", mark_phrases.below),
    Production("L DE? COMMA? ZERO", mark_phrases.below),
    Production("RESTW EACHW? (GIVE | BPTS)", mark_phrases.rest_gives),
    Production("EVDOWN AMT (GES | GESX) DE? COMMA? ZERO", mark_phrases.short_by),
    Production("LT DE? COMMA? PROP", mark_phrases.below),
    Production("L? EVCNT L? DE? COMMA? ZERO", mark_phrases.none_at_one),
    Production("L? CNT L DE? COMMA? ZERO", count_phrases.first_fault),
    Production("L CNT DE? COMMA? ZERO", count_phrases.first_fault),
    Production("L AMT GES L CNT DE? COMMA? ZERO", count_phrases.one_sized),
    Production(f"L? (GT | LT) (MEAN | PRIORW) DE? COMMA? {_SIDED}", side_phrases.beside),
    Production("L? LT L DE? COMMA? (GIVE | FULL)", side_phrases.below_mean),
    Production("BELOWLEVEL", phrases.below_level),
    Production("L DE? COMMA? NOADD", phrases.no_more),
    Production("VETOTOO", phrases.veto_too),
    Production("VETOED", phrases.vetoed),
    Production("LOSEQ", phrases.loses_right),
    Production("VETOITEM", phrases.veto_item),
    Production("PERIOD? L SUBEACH", step_phrases.each_within),
    Production("ASWORKED", phrases.as_worked),
    Production("SAMPLE", phrases.sample),
    Production("SUMMED", phrases.summed),
    Production("NOCAP", phrases.uncapped),
    Production("LEFTOUT", phrases.left_out),
    Production(
        "L? (LEQ AMT LES? | LT AMT | AMT LES) DE? COMMA? NOSUB SEP (L? GT AMT DE? COMMA? | L)? "
        "EVUP L? AMT L? DE? COMMA? SUB",
        step_phrases.free_up_to,
    ),
    Production(
        "L? (GEQ AMT | GT AMT | DO? AMT GES | DO AMT) DE? COMMA? NOSUB SEP (L? LT AMT DE? COMMA? | L)? "
        "EVDOWN L? AMT L? DE? COMMA? SUB",
        step_phrases.free_up_to,
    ),
    Production("(L DE? COMMA)? EVCNT L AMT L? DE? COMMA? SUB", step_phrases.either_count),
    Production(
        "(L DE? COMMA?)? EVCNT L? (COMMA | COLON) L (GIVE | ADD | BPTS)", each_phrases.each_of_kind
    ),
    Production("EVDOWN CNT L EVDOWN CNT L DE? COMMA? SUB", step_phrases.either_missing),
    Production(
        "L? (TOPN | PLACER) DE? COMMA? (EVCNT (ADD | GIVE | SUB) | EACHITEM)",
        step_phrases.times_among,
    ),
    Production("LASTN COMMA? EVCNT SUB", step_phrases.times_among),
    Production("L? EVCNT L COMMA L DE? COMMA? SUB", step_phrases.count),
    Production("(L DE? COMMA?)? VIEWED", judge_phrases.viewed),
    Production("(L DE? COMMA?)? ((VIEWW | JUDGEW) COMMA?)? MARKS", judge_phrases.marks),
    Production("(L DE? COMMA?)? JUDGEW LEVELS", judge_phrases.marks),
    Production("L DE? COMMA? EVCNT COMMA? MARKS", judge_phrases.marks),
    Production("(L DE? COMMA?)? PROP", mark_phrases.proportion),
    Production("(L DE? COMMA?)? PROPBASE COMMA? PROP", mark_phrases.proportion_of),
    Production("RESTPROP", mark_phrases.rest_in_proportion),
    Production(
        "(L? DO? L? PCT (GES | GESX) | L? GEQ PCT) DE? COMMA? PROP", mark_phrases.proportion_from
    ),
    Production("RATEBY", mark_phrases.by_rate),
    Production("BPTS", mark_phrases.bare),
    Production("PACE", phrases.pace),
    Production("OVERC L? DE? COMMA? PROPADD", step_phrases.over_prop),
    Production("BOTHPROP", step_phrases.both_prop),
    Production("ETC", tier_phrases.and_so_on),
    Production(
        "(L? (OVERC | UNMET) L? DE? COMMA? TOTAKE? COMMA? | L DE? COMMA? "
        "| L? (GT | LT) (L | MEAN | PRIORW | AMT GES? L?)? DE? COMMA? | L? UNMET AMT GES? L? DE? COMMA? "
        "| L? PCT (LES | LESX | GES | GESX) DE)? "
        "(EVUP | EVDOWN | EVSYM) (L | MEAN)? (AMT | NUM | BPTS) L? DE? COMMA? EACHW? "
        f"({' | '.join(STEP_POINTS)})",
        step_phrases.step,
    ),
    Production("OVERC L? DE? COMMA? EVCNT DE? COMMA? ADD", step_phrases.over_each),
    Production(
        "(L DE? COMMA)? L? EVCNT (L? AMT GES)? L? DE? COMMA? EACHW? (GIVE | ADD | SUB | BPTS)",
        step_phrases.count,
    ),
    Production(
        "L? (GT | LT) AMT GES? L DE? COMMA? EVCNT L? DE? COMMA? (ADD | SUB)", count_phrases.sized
    ),
    Production("L? AMT LES L? DE? COMMA? EVCNT L? DE? COMMA? (ADD | SUB)", count_phrases.sized),
    Production(
        "L? RANGE L? (DE? COMMA L)* DE? COMMA? EVCNT L? DE? COMMA? (ADD | SUB)",
        count_phrases.sized,
    ),
    Production("(L DE? COMMA?)? EVCNT CNT L DE? COMMA? SUB", count_phrases.in_each),
    Production("L? LT CNT DE? COMMA? EVCNT DE? COMMA? SUB", count_phrases.fewer),
    Production("L? (GT | LT) L DE? COMMA? EVCNT L? DE? COMMA? SUB", count_phrases.beyond_time),
    Production("L? EVCNT GES L DE? COMMA? (GIVE | FULL | SUB)", count_phrases.one_at_least),
    Production("(L DE? COMMA?)? EVCNT EVCNT L? DE? COMMA? (ADD | SUB)", count_phrases.in_each),
    Production(
        "(L BUT | L? ONLY) L (COMMA L)? DE? COMMA? EVCNT L? DE? COMMA? SUB",
        count_phrases.each_lacking,
    ),
    Production("L DE? COMMA ABOVEW COMMA? EVCNT SUB", step_phrases.count),
    Production(f"{_WANTING} DE? COMMA? SUB", period_phrases.wanting),
    Production("L? PERIOD L DE? COMMA? SUB", period_phrases.wanting),
    Production(
        "L? (PERIOD | EVCNT) L? (LT | GT | UNMET) CNT GES? L? DE? COMMA? EVCNT DE? COMMA? SUB",
        period_phrases.wanting_times,
    ),
    Production(f"{_WANTING} DE? COMMA? EVDOWN L? CNT L? DE? COMMA? SUB", period_phrases.short_in),
    Production("L? PERIOD L DE COMMA? EVDOWN L? CNT L? DE? COMMA? SUB", period_phrases.short_in),
    Production(f"{_WANTING} DE? COMMA? ZERO", period_phrases.closed_in),
    Production("L? PERIOD L DE? COMMA? ZERO", period_phrases.closed_in),
    Production(
        "(L DE? COMMA?)? L? (PERIOD | EVPER) L? DE? COMMA? (ADD | SUB)", step_phrases.each_period
    ),
    Production(
        "(L DE? COMMA?)? EVLIST L? DE? COMMA? EACHW? (LEVELS | SLASHPTS)", each_phrases.levels_each
    ),
    Production(
        "W+ AMT GES THING? DE? COMMA? EVCNT L? DE? COMMA? (GIVE | ADD | SUB)", step_phrases.count
    ),
    Production("AMT GES DE? COMMA? EVCNT L? DE? COMMA? (GIVE | ADD | SUB)", step_phrases.count),
    Production("L? SIZED DE? L? DE? COMMA? EVCNT DE? COMMA? (GIVE | ADD)", count_phrases.of_size),
    Production("L? EVCNT L? SIZED DE? L DE? COMMA? (GIVE | ADD)", count_phrases.of_size),
    Production("W+ CNT W GES DE? COMMA? EVCNT L? DE? COMMA? (ADD | SUB)", step_phrases.count),
    Production(
        "L (LT | GT) (AMT | BPTS) DE? COMMA? EVCNT L? DE? COMMA? (ADD | SUB)", step_phrases.count
    ),
    Production(f"({' | '.join(BOUNDS)})", phrases.bound),
    Production("OFWH? R? (GEQ | LEQ)? AMT (GES | LES | ABOUT)? DE? R?", require_phrases.require),
    Production("OFWH? R? GEQ (PERIOD | W)+ AMT GES? DE? R?", require_phrases.require),
    Production(
        "OFWH? R? DO? (CNT? QTY GES W+ | RANGE W+)+ (GEQ | DO)? AMT GES? DE? R?",
        require_phrases.require_named,
    ),
    Production("OFWH? R? RANGE DE? R?", require_phrases.require_range),
    Production("R OFPCT", require_phrases.require_of),
    Production("L? AIMAT", require_phrases.require_aim),
    Production("RATIODEF", phrases.ratio),
    Production("PARTSTEP", step_phrases.part_step),
    Production(
        "(L? TIERX (DUN TIERX)+)? L EACHW (GEQ | DO) AMT GES? (DUN AMT GES?)+",
        require_phrases.require_each,
    ),
    Production("EACHNOTE", phrases.each_note),
    Production("LASTTWO", phrases.last_two),
    Production("AGAINNOTE", phrases.again_note),
    Production("PERIODNOTE", gate_phrases.period_note),
    Production("RATENOTE", phrases.rate_note),
    Production("HEADNOTE", phrases.head_note),
    Production("FACTORNOTE", phrases.factor_note),
    Production("R DE?", phrases.text),
    Production("PROSE", prose.prose),
    Production("PROSE COMMA BPTS", prose.prose_worth),
    Production("L? EVCNT L", phrases.having),
    Production("R? COMMA? (NOREPEAT | TOPMOST) (COMMA (NOREPEAT | TOPMOST))?", phrases.stacking),
    Production("R? SAMEW COMMA R ((COMMA | DUN) R)*", place_phrases.tie_rule),
    Production(
        "ASIDE (R | RATIODEF | BELOWLEVEL | NOBASEW | NOREPEAT | TOPMOST | ASWORKED | VIEWED "
        "| SAMPLE | SUMMED | LEFTOUT | NOCAP | PACE "
        "| SAMEW | COMMA | SEMI | DOT | COLON | DE | AMT | PROSE)+ ASIDEEND",
        phrases.text,
    ),
    Production("END+", phrases.joint, cost=1),
    Production("KINDW", phrases.kind),
    Production("ITEMNO", phrases.joint, cost=2),
)
