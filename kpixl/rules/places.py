"""Clauses that give points by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import cast

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import Ties
from kpixl.rules.formula_terms import Ladder
from kpixl.rules.last_places import read_last
from kpixl.rules.parts import Part, PlacesPart
from kpixl.rules.place_terms import Place, Places

# Words that say that the place is settled elsewhere.
_CIRCLE = lazily("全(?:国|省|市|县|区|州|系统|行业)|^(?:获|荣获|被)|中$")
# Several figures, or one that is ranked several times: one place does not tell.
_MANY = lazily(r"^(?:各|每|单|各单)项|^(?:每个?|各)?(?:月|季)(?!末|底|初)")


def read_places(
    b: Builder, scoring: Sequence[Placed], *, alone: bool = True, counted: bool = False
) -> None:
    """Tables of places, one after the other; one without a name goes on about the figure before.

    `alone` says that nothing else gives points, `counted` that the clause speaks of the last
    place, so that the places are those of the group.
    """
    last = [p for p in scoring if isinstance(p.part, PlacesPart) and p.part.bottom]
    first = [p for p in scoring if p not in last and isinstance(p.part, PlacesPart)]
    if last and first and all(_gives(p.part) for p in scoring):
        read_places(b, first, alone=alone, counted=True)
        read_last(b, first, last)
        return
    given = [a for p in last if _gives(p.part) for a in _amounts(p.part)]
    if given and all(amount.number == 0 for amount in given):
        raise Refused(last[0], "没有写别的名次得几分", "第一名得N分,其余得M分,最后一名不得分")
    known: dict[tuple[str, str, bool], int] = {}
    before: tuple[str, str] | None = None
    told: set[tuple[str, str, bool]] = set()
    for at in scoring:
        part = at.part
        assert isinstance(part, PlacesPart)
        before = label, scope = _ranked(b, at, part, before)
        if (label, scope, part.bottom) in told:
            raise Refused(at, "前面已经写过这些名次", "每个名次写一次")
        told.add((label, scope, part.bottom))
        place = _place(b, at, part, label or "本值", scope, known, counted=counted)
        _check(at, part)
        if not alone and any(a.number is None for _, a in part.rows):
            raise Refused(at, "另有得分,名次不能再得满分", "写明得几分")
        if part.share and (part.step is not None or place.given):
            raise Refused(
                at, "按百分比分的名次不能依次递减,也不能在本类之外排", "前N%得M分,其余得…"
            )
        b.terms.append(_table(b, part, place))


def _ranked(
    b: Builder, at: Placed, part: PlacesPart, before: tuple[str, str] | None
) -> tuple[str, str]:
    """The figure that is ranked, and in which circle; `before` is that of the table before."""
    label, scope = part.label, part.scope
    if not label and not scope and before is not None:
        label, scope = before
    if not label and before is not None and scope != before[1]:
        raise Refused(
            at, f"在{before[1]}和{scope}都排第一时,不知道是否都加", "分开写,或只写一个范围"
        )
    if _MANY.search(label):
        raise Refused(
            at, "有几个名次,不知道是每次都计,还是合起来排", "每次第一名加N分,或写明是哪个数据"
        )
    return label or b.head, scope


def _table(b: Builder, part: PlacesPart, place: Place) -> Ladder | Places:
    """A table as its rows, or as a step down from the first place."""
    up = part.share and b.reading("G36") == "进一"
    top = part.rows[0][1]
    of_first = part.of_first and top.number is not None and not top.share
    if of_first:
        of_first = b.reading("G32") == "第一名得分"
    step, places = part.step, part.places
    if part.spread and b.reading("G159") == "末位最轻":
        turned = zip(part.rows, reversed(part.rows), strict=True)
        part = replace(part, rows=tuple((place, amount) for (place, _), (_, amount) in turned))
    rows = _without_steps(part.rows, step, places)
    if not of_first and _is_ladder(place, rows, part, step):
        assert step is not None and step.number is not None
        first = rows[0][1].number
        ladder = Ladder(place.input, first, places, step.number, place.ties, place.descending)
        return replace(ladder, share=step.share)
    rest = part.rest or Amount(Decimal(0))
    found = Places(place, rows, part.verb, rest, step, places, part.least)
    shares = replace(found, share=part.share, up=up, of=part.of)
    return replace(shares, rest_said=part.rest is not None, of_first=of_first, spread=part.spread)


def _gives(part: Part) -> bool:
    return isinstance(part, PlacesPart) and part.verb == "得"


def _amounts(part: Part) -> list[Amount]:
    return [amount for _, amount in part.rows] if isinstance(part, PlacesPart) else []


def _without_steps(
    rows: tuple[tuple[int, Amount], ...], step: Amount | None, places: Decimal
) -> tuple[tuple[int, Amount], ...]:
    """第一名得15分,第二名得14.7分, each further one 0.3 less: the second row says nothing new."""
    if step is None or step.number is None or places != 1:
        return rows
    while len(rows) > 1:
        (first, above), (last, below) = rows[-2:]
        top = Decimal(1) if above.number is None and step.share else above.number
        if top is None or below.number is None or below.share != step.share:
            break
        if (above.number is not None and above.share != step.share) or last != first + 1:
            break
        if top - below.number != step.number:
            break
        rows = rows[:-1]
    return rows


def _is_ladder(
    place: Place, rows: tuple[tuple[int, Amount], ...], part: PlacesPart, step: Amount | None
) -> bool:
    """Whether a table is a step down from the first place of a group, and nothing more."""
    plain = step is not None and part.least is None and part.verb == "得"
    counted = part.said and not place.given and not place.bottom
    return plain and counted and len(rows) == 1 and rows[0][0] == 1 and not rows[0][1].share


def _check(at: Placed, part: PlacesPart) -> None:
    """Points go down from place to place, as far as they can be compared."""
    amounts = [a for _, a in part.rows] + ([part.rest] if part.rest else [])
    numbers = [a.number for a in amounts if a.number is not None and not a.share]
    if numbers != sorted(numbers, reverse=True):
        raise Refused(at, "后面的名次反而多", "名次越前分数越多")
    if part.step is not None:
        if part.bottom or part.verb == "扣":
            raise Refused(at, "从最后一名起扣分,不能再依次递减", "写明每个名次扣几分")
        if part.step.number is None or part.step.number <= 0:
            raise Refused(at, "名次之间没有分差", "大于0的分差")
        if part.places < 1 or part.places != int(part.places):
            raise Refused(at, "名次没有小数", "每下降1位")
        if part.least is not None and part.least <= 0:
            raise Refused(at, "最低分为0不必写", "大于0的最低分")


def _place(
    b: Builder,
    at: Placed,
    part: PlacesPart,
    label: str,
    scope: str,
    known: dict[tuple[str, str, bool], int],
    *,
    counted: bool,
) -> Place:
    """The place that a table asks for, counted or reported, and its input."""
    # a clause that says how the figures are ordered has them ordered
    wider = scope or _CIRCLE.search(label)  # 在全省考核中获第一名
    # how many come first of all can be told only where the places are counted
    asked = not part.said and (not (part.share or counted) or bool(wider))
    asked = asked or "G31" in b.readings
    given = asked and b.reading("G31", "填报" if wider else "排出") == "填报"
    descending = not part.low
    if not given and not part.said:
        descending = b.more_is_better(label, taken=part.verb == "扣" and not part.bottom)
    key = (label, scope, given and part.bottom)
    i = known.get(key, -1)
    if i < 0:
        figure = "" if label == "本值" and scope else label
        last = "倒数" if part.bottom else ""
        name = f"{figure}{scope}{last}名次" if given else label
        i = b.input(at, name, "number", "名" if given else "")
        if given:
            b.inputs[i] = replace(b.inputs[i], direction="down")
    known[key] = i
    ties = cast(Ties, "竞争" if given else b.reading("G3"))
    return Place(i, ties, descending, given, part.bottom, label, scope, part.said)
