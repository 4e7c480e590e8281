"""Which group of the roster a clause means: 一类区 and the unit's 分组, known without asking.

A clause that differs by the kind of unit asks for a yes or no each.  Where the roster's groups,
or a unit itself, bear the name, the answer is derived (算式 分组=一类区) and no form asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpixl.rules.cases import kinds_of
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import Indicator, Input, Unit

_UNIT_WORDS = re.compile(
    r"(?:县\(市、区\)|县\(市\)区?|\(市、区\)|\(市\)|区域|地区|区县|县区|县市区|县市|市县|市区|乡镇|镇乡|镇街|街道|园区|县|市|区|乡|镇"
    r"|村|社区|单位|部门|企业|学校|医院)$"
)


def with_memberships(
    indicators: Sequence[Indicator], inputs: Sequence[Input], units: Sequence[Unit]
) -> tuple[Input, ...]:
    """The inputs, and one more for each kind of unit that the roster can tell."""
    found = list(inputs)
    for indicator in indicators:
        if indicator.rule is None:
            continue
        own = [i for i in inputs if i.item == indicator.key]
        claimed = {spelling(text) for i in own for text in (i.name, i.term) if text}
        for number, asked in enumerate(indicator.rule.inputs, 1):
            if not asked.group or claimed & {spelling(asked.label), str(number)}:
                continue
            names = members(asked.label, units)
            name = f"属于{asked.label}"
            if names and not any(
                i.name == name and (i.item == indicator.key or not i.derived) for i in found
            ):
                if any(i.name == name for i in found):
                    name = f"属于{asked.label}({indicator.name})"
                found.append(
                    Input(
                        name=name,
                        item=indicator.key,
                        unit="是/否",
                        kind="yes_no",
                        term=asked.label,
                        derivation="分组=" + "、".join(names),
                        place=indicator.place,
                    )
                )
    return tuple(found)


def members(label: str, units: Sequence[Unit]) -> tuple[str, ...]:
    """The groups and units of the roster that a kind of unit names; () where one is not there.

    >>> members("一类、二类区", [Unit("甲县", "一类县"), Unit("乙县", "二类县")])
    ('一类县', '二类县')
    >>> members("一类区", [Unit("甲县", "山区县")])
    ()
    """
    groups = list(dict.fromkeys(u.group for u in units if u.group))
    names: list[str] = []
    for piece in kinds_of(label):
        fits = [g for g in groups if _core(g) == _core(piece)]
        fits = [g for g in fits if spelling(g) == spelling(piece)] or fits
        if not fits:
            fits = [u.name for u in units if spelling(piece) in _spelled(u)]
        if len(fits) != 1:
            return ()
        names += fits
    return tuple(dict.fromkeys(names))


def _spelled(unit: Unit) -> set[str]:
    return {spelling(name) for name in (unit.name, *unit.aliases)}


def _core(name: str) -> str:
    """The name of a kind without what kind of units they are: 一类县(市) → 一类."""
    text = spelling(name).replace("（", "(").replace("）", ")").removeprefix("第")
    return _UNIT_WORDS.sub("", text) or text
