"""Makes docs/rules.zh-CN.md, the stock phrases for the clerk, and the pages of the add-in.

    python -m docs.make [--check]

Functions and buttons (docs/functions.zh-CN.md, docs/ribbon.zh-CN.md) come from the registry.
Of the stock phrases:

The phrase and what it does come from the builders' docstrings (`kpixl.rules.productions`),
the assumptions from `kpixl.rules.assumptions`, how a clause is read and what it asks for from
reading it.  The examples come from docs/rules.zh-CN.json; their figures are worked by hand,
and tests/test_rules_page.py holds the program against them.  A phrase without an example, or
without words for the clerk, stops the making with its name.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kpixl.errors import RuleError
from kpixl.rules import (
    Assumption,
    Rule,
    RuleInput,
    cases,
    parse,
    parse_readings,
    statement_phrases,
    statement_scanner,
)
from kpixl.rules.assumptions import READINGS
from kpixl.rules.automaton import Automaton
from kpixl.rules.grades import parse_grades
from kpixl.rules.normalise import normalise
from kpixl.rules.printing import number
from kpixl.rules.productions import ALIASES, PRODUCTIONS
from kpixl.rules.scanner import scan
from kpixl.rules.statements import read_statement

HERE = Path(__file__).parent
PAGE = HERE / "rules.zh-CN.md"
EXAMPLES = HERE / "rules.zh-CN.json"


class NotDocumented(Exception):
    """A phrase, or an example, lacks something that the page must have."""


@dataclass(frozen=True)
class Row:
    """One unit of an example: its figures by the input's label, and its score by hand.

    A figure is a number, 是, 否, or None where it is missing; `score` None is a blank.
    """

    unit: str
    values: Mapping[str, Any]
    score: float | None
    working: str
    targets: Mapping[str, float] = field(default_factory=dict)
    prior: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """A clause with units whose scores were worked by hand.

    `readings` is the text of a 读法 cell, `default` the scheme's default rule.
    """

    clause: str
    rows: tuple[Row, ...]
    points: Decimal | None = None
    readings: str = ""
    default: str = ""
    remark: str = ""

    def rule(self) -> Rule:
        """The clause as it is read."""
        return parse(self.clause, readings=parse_readings(self.readings), default_rule=self.default)


@dataclass(frozen=True)
class GradeExample:
    """A grade clause; each row is a unit's total, place, number of units, grade and reason."""

    clause: str
    rows: tuple[tuple[str, float, int, int, str | None, str], ...]


@dataclass(frozen=True)
class SchemeCase:
    """One case of a rule of the whole scheme, by hand.

    `given`, `result` and `working` are shown; calling `call` of the rule with `with_` has to
    give `gives`.
    """

    given: str
    result: str
    working: str
    call: str
    with_: tuple[Any, ...]
    gives: Any


@dataclass(frozen=True)
class SchemeExample:
    """A clause that is no item's score (一票否决, 名额 …) with its cases."""

    clause: str
    cases: tuple[SchemeCase, ...]


@dataclass(frozen=True)
class Refusal:
    """A clause that is refused: the phrase that is named, and how to write it instead."""

    clause: str
    phrase: str
    instead: str


@dataclass(frozen=True)
class Phrase:
    """A builder by its name, with its examples."""

    builder: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Family:
    """A chapter of the page."""

    title: str
    about: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class Book:
    """All that stands in the file of examples."""

    families: tuple[Family, ...]
    grades: tuple[GradeExample, ...]
    schemes: tuple[SchemeExample, ...]
    refusals: tuple[Refusal, ...]

    def examples(self) -> Iterator[tuple[Phrase, Example]]:
        """Every example with its phrase."""
        for family in self.families:
            for phrase in family.phrases:
                for example in phrase.examples:
                    yield phrase, example


def book(path: Path = EXAMPLES) -> Book:
    """The file of examples."""
    data = json.loads(path.read_text("utf-8"))

    def example(given: Mapping[str, Any]) -> Example:
        rows = tuple(Row(**row) for row in given["rows"])
        points = None if given.get("points") is None else Decimal(str(given["points"]))
        rest = {k: v for k, v in given.items() if k not in ("rows", "points")}
        return Example(rows=rows, points=points, **rest)

    families = tuple(
        Family(
            f["title"],
            f["about"],
            tuple(Phrase(p["builder"], tuple(map(example, p["examples"]))) for p in f["phrases"]),
        )
        for f in data["families"]
    )
    grades = tuple(GradeExample(g["clause"], tuple(map(tuple, g["rows"]))) for g in data["grades"])
    schemes = tuple(
        SchemeExample(
            e["clause"],
            tuple(
                SchemeCase(with_=tuple(c["with"]), **{k: v for k, v in c.items() if k != "with"})
                for c in e["cases"]
            ),
        )
        for e in data["schemes"]
    )
    return Book(families, grades, schemes, tuple(Refusal(**r) for r in data["refusals"]))


# -- what the grammar has, and what of it an example shows -------------------------------------


@cache
def _automaton() -> tuple[Automaton, dict[int, int]]:
    costs = {i: p.cost for i, p in enumerate(PRODUCTIONS) if p.cost is not None}
    return Automaton([p.pattern for p in PRODUCTIONS], ALIASES), costs


def shown_by(clause: str) -> frozenset[int]:
    """The rows of PRODUCTIONS that a clause is read with."""
    automaton, costs = _automaton()
    normal, shown = normalise(clause), set[int]()
    for described in (False, True):  # with what only describes told apart, or not
        try:
            tokens = scan(normal, described=described)
        except RuleError:
            continue
        cover, _, _ = automaton.cover([t.name for t in tokens], costs)
        shown |= {match.phrase for match in cover or ()}
    return frozenset(shown)


def _builders() -> dict[str, Callable[..., Any]]:
    """What reads a phrase, or takes a clause apart, by its name."""
    ways = (*cases.KINDS, *cases.STATES)
    return {p.build.__name__: p.build for p in PRODUCTIONS} | {w.__name__: w for w in ways}


def missing(given: Book) -> list[str]:
    """What the page lacks, a sentence each; empty where it has everything."""
    builders = _builders()
    listed = [phrase.builder for family in given.families for phrase in family.phrases]
    faults = [f"{EXAMPLES.name}: no production has the builder {n!r}" for n in listed]
    faults = [f for f, name in zip(faults, listed, strict=True) if name not in builders]
    faults += [f"{EXAMPLES.name}: {n!r} is listed twice" for n in {*listed} if listed.count(n) > 1]
    shown: dict[str, set[int]] = {name: set() for name in builders}
    ways = {way.__name__ for way in (*cases.KINDS, *cases.STATES)}
    for phrase, example in given.examples():
        try:
            example.rule()
        except RuleError as error:
            faults.append(f"the example of {phrase.builder!r} is not read: {error}")
        else:
            if phrase.builder in ways:
                continue  # read from parts of it, not as it stands
            shown.setdefault(phrase.builder, set()).update(shown_by(example.clause))
    for number_, production in enumerate(PRODUCTIONS):
        name = production.build.__name__
        if name not in listed:
            faults.append(f"phrase {name!r} ({heading(production.build)}) has no example")
        elif number_ not in shown[name]:
            faults.append(f"phrase {name!r}: no example is read with {production.pattern!r}")
    for way in (*cases.KINDS, *cases.STATES):
        if way.__name__ not in listed:
            faults.append(f"phrase {way.__name__!r} ({heading(way)}) has no example")
    for name, build in builders.items():
        if not does(build):
            faults.append(f"phrase {name!r}: its docstring does not say what it does")
    return [*dict.fromkeys(faults), *_missing_of_schemes(given.schemes)]


def _missing_of_schemes(given: Sequence[SchemeExample]) -> Iterator[str]:
    """The phrases of a whole scheme that no example is read with."""
    rows = statement_phrases.PRODUCTIONS
    automaton = Automaton([p.pattern for p in rows], statement_phrases.ALIASES)
    costs = {i: p.cost for i, p in enumerate(rows) if p.cost is not None}
    shown: set[str] = set()
    for example in given:
        names = [t.name for t in statement_scanner.scan(normalise(example.clause))]
        cover, _, _ = automaton.cover(names, costs)
        shown |= {rows[match.phrase].build.__name__ for match in cover or ()}
    for build in dict.fromkeys(p.build for p in rows):
        if build.__name__ not in (*shown, "joint"):
            yield f"phrase {build.__name__!r} of a scheme ({heading(build)}) has no example"


def heading(build: Callable[..., Any]) -> str:
    """The phrase that heads a builder's docstring."""
    return (inspect.getdoc(build) or "").partition("\n")[0]


def does(build: Callable[..., Any]) -> str:
    """What the phrase does, in the clerk's words: the rest of the docstring, on one line."""
    return "".join((inspect.getdoc(build) or "").partition("\n")[2].split())


# -- the page ----------------------------------------------------------------------------------


def page(given: Book) -> str:
    """The page; raises NotDocumented with all that is missing."""
    faults = missing(given)
    if faults:
        raise NotDocumented("\n".join(faults))
    text = "\n\n".join(
        (
            _INTRODUCTION,
            _contents(given),
            *(piece for family in given.families for piece in _family(family)),
            _grades(given.grades),
            _schemes(given.schemes),
            _readings(),
            _refusals(given.refusals),
        )
    )
    return text + "\n"


def _contents(given: Book) -> str:
    titles = [f.title for f in given.families]
    titles += ["等次", "全方案的规则", "没写明的地方怎么算", "读不懂的时候"]
    return "\n".join(f"- [{t}](#{_anchor(t)})" for t in titles)


def _anchor(title: str) -> str:
    return "".join(c for c in title if c.isalnum() or c in "-_")


def _family(family: Family) -> Iterator[str]:
    yield f"## {family.title}"
    yield family.about
    builders = _builders()
    for phrase in family.phrases:
        build = builders[phrase.builder]
        yield f"### {_plain(heading(build))}"
        yield does(build)
        for example in phrase.examples:
            yield from _example(example)


def _example(example: Example) -> Iterator[str]:
    rule = example.rule()
    size = f"(分值{number(example.points)}分)" if example.points is not None else ""
    yield f"**例**{size}:{_plain(example.clause)}"
    if example.default:
        yield f"本方案的默认规则:{example.default}"
    if example.readings:
        yield f"读法:{example.readings}"
    yield _table(rule, example)
    if example.remark:
        yield example.remark
    notes = list(_notes(rule, example))
    if notes:
        yield "\n".join(notes)


def _notes(rule: Rule, example: Example) -> Iterator[str]:
    if rule.canonical != example.clause:
        yield f"- 读作:{_plain(rule.canonical)}"
    wanted = "、".join(map(_asked, rule.inputs))
    if wanted:
        yield f"- 要填:{wanted}"
    for assumption in rule.assumptions:
        yield f"- 假定 {_assumed(assumption)}"


def _asked(given: RuleInput) -> str:
    target = "" if given.target is None else f",条款里的目标是{number(given.target)}{given.unit}"
    match given.kind:
        case "yes_no":
            kind = "是或否"
        case "count":
            kind = f"多少{given.unit}"
        case "percent":
            kind = "百分数"
        case "judged" if given.unit == "%":
            kind, target = "评定完成了百分之几", ""
        case "judged":
            kind = "评定的分数"
        case _:
            kind = given.unit or "数"
    return f"{given.label}({kind}{target})"


def _assumed(assumption: Assumption) -> str:
    others = "、".join(assumption.alternatives)
    told = f"{assumption.code}={assumption.taken}:{assumption.sentence}"
    return f"{told};可改为“{others}”" if others else told


def _table(rule: Rule, example: Example) -> str:
    labels = [i.label for i in rule.inputs]
    targets = [n for n in labels if any(n in row.targets for row in example.rows)]
    priors = [n for n in labels if any(n in row.prior for row in example.rows)]
    head = ["单位", *labels, *(f"{n}的目标" for n in targets), *(f"{n}的上年值" for n in priors)]
    lines = [[*head, "得分", "怎么算"]]
    for row in example.rows:
        figures = [row.values.get(n) for n in labels]
        figures += [row.targets.get(n) for n in targets] + [row.prior.get(n) for n in priors]
        lines.append([row.unit, *map(_figure, figures), _figure(row.score), _plain(row.working)])
    return _lines(lines)


def _figure(value: object) -> str:
    if value is None:
        return "(空)"
    return value if isinstance(value, str) else number(Decimal(str(value)))


def _lines(rows: Sequence[Iterable[str]]) -> str:
    texts = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([texts[0], "|" + "---|" * len(list(rows[0])), *texts[1:]])


def _plain(text: str) -> str:
    """Text of a clause inside a page: its signs are no markup, its lines stay one line."""
    for sign in "\\`*_[]<>|~":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", " ⏎ ")


def _grades(examples: Sequence[GradeExample]) -> str:
    pieces = ["## 等次", _GRADES]
    for example in examples:
        pieces.append(f"**例**:{_plain(example.clause)}")
        rows = [["单位", "总分", "名次", "参评单位数", "等次", "怎么定"]]
        rows += [
            [u, _figure(t), str(p), str(n), g or "(无)", _plain(why)]
            for u, t, p, n, g, why in example.rows
        ]
        pieces.append(_lines(rows))
        rule = parse_grades(example.clause)
        notes = [f"- 读作:{_plain(rule.canonical)}"] if rule.canonical != example.clause else []
        notes += [f"- 假定:{a.sentence}" for a in rule.assumptions]
        if notes:
            pieces.append("\n".join(notes))
    return "\n\n".join(pieces)


def _schemes(examples: Sequence[SchemeExample]) -> str:
    pieces = ["## 全方案的规则", _SCHEMES]
    for example in examples:
        rule = read_statement(example.clause)
        assert not isinstance(rule, Rule)
        pieces.append(f"**例**:{_plain(example.clause)}")
        pieces.append("意思:" + "<br>".join(map(_plain, rule.explanation.split("\n"))))
        if example.cases:
            rows = [["情形", "结果", "怎么定"]]
            rows += [[c.given, c.result, _plain(c.working)] for c in example.cases]
            pieces.append(_lines(rows))
        notes = [f"- 读作:{_plain(rule.canonical)}"] if rule.canonical != example.clause else []
        notes += [f"- 假定:{a.sentence}" for a in rule.assumptions]
        if notes:
            pieces.append("\n".join(notes))
    return "\n\n".join(pieces)


def _readings() -> str:
    pieces = ["## 没写明的地方怎么算", _READINGS]
    rows = [["代码", "问题", "不说明时", "可以改为"]]
    for reading in READINGS.values():
        (value, sentence), *others = reading.choices
        rest = "<br>".join(f"**{v}**:{s}" for v, s in others)
        rows.append([reading.code, reading.question, f"**{value}**:{sentence}", rest])
    return "\n\n".join([*pieces, _lines(rows)])


def _refusals(refusals: Sequence[Refusal]) -> str:
    rows = [["写法", "指出的地方", "说明", "改为"]]
    for refusal in refusals:
        try:
            parse(refusal.clause)
        except RuleError as error:
            why = _plain(
                f"第{error.position}字起:{error.reason}" if error.position else error.reason
            )
            rows.append(
                [_plain(refusal.clause), _plain(error.phrase), why, _plain(refusal.instead)]
            )
        else:
            raise NotDocumented(f"{refusal.clause!r} is among the refusals and is read")
    return "\n\n".join(["## 读不懂的时候", _REFUSALS, _lines(rows)])


_INTRODUCTION = """\
<!-- 由 python -m docs.make 生成,请不要直接改本页。 -->

# 评分标准怎么写、怎么算

表格里“评分标准”一栏的句子就是计分规则:写什么,就算什么,不必另外设置。本页逐句列出能读懂的写法:
它怎么计分,一个带数字的例子,句子没写明时按什么算。例子里的得分都是人工算出的,每次发布前与程序算出的逐一核对。

先记住五条:

1. **整句读懂才算。** 有一个字、一个数对不上,就不算分,并指出是第几个字、哪个词、应当怎样写。
2. **空着不等于0。** 缺一个要填的数,这一项就空着,总分记为“未完整”。填0才是0。
3. **一项的得分不低于0分,不高于分值。** 写了“扣分不封顶”的可以是负分;写了“最高得几分”的,以它和分值中较小的为准。
   不靠加分就能得满分值的,加分加在分值之外;不靠加分得不满分值的,加分只补到分值为止。
4. **每项四舍五入一次,保留两位小数**(方案另有规定的按方案)。中间步骤不舍入。
5. **没写明的地方有明确的假定**,写在每个例子后面,并跟着得分一起显示。
   要改,在方案表的“读法”一栏写代码和取值,如“G7=按比例;G3=密集”;全部代码见[后面的表](#没写明的地方怎么算)。

“得”“计”“记”“占”“赋”意思相同;“满分”“基本分”“基础分”“标准分”单独出现时都指本项分值。全角半角、繁体简体、几种括号和横线都认得。
例子中的“单位”是参评单位,同一张表里的单位属同一类、互相比较。"""

_GRADES = """\
等次的写法自成一句,不与评分标准写在一起。一个单位符合几个条件时取最好的;“以上”“以下”都含本数,写“(不含)”的不含。
总分未完整的单位不评等次。"""

_SCHEMES = """\
不属于哪一项、管整个考核的话:一票否决和降等、缺数据怎么办、同一件事得几次分、总的上下限、等次的名额、各类单位不同的目标。
与评分标准分开写,一句一条。"""

_READINGS = """\
同一句话有几种合理的算法时,按“不说明时”一栏算,并在得分旁边注明。方案表“读法”一栏可以逐项改,
写成“代码=取值”,几个之间用分号隔开。"""

_REFUSALS = """\
读不懂的句子不算分。下面是常见的几种,左边的写法会被指出来,照右边改就能读懂。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 where the page is stale (--check) or something is not documented."""
    parser = argparse.ArgumentParser(prog="docs.make", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look, write nothing")
    check = parser.parse_args(arguments).check
    try:
        made = pages()
    except NotDocumented as error:
        print(error, file=sys.stderr)
        return 1
    stale = [p for p, text in made.items() if not p.is_file() or p.read_text("utf-8") != text]
    for path in made:
        if path not in stale:
            print(f"{path.name} is up to date")
        elif check:
            print(f"{path.name} is stale: python -m docs.make", file=sys.stderr)
        else:
            path.write_text(made[path], "utf-8", newline="\n")
            print(f"{path.name} written")
    return 1 if check and stale else 0


def pages() -> dict[Path, str]:
    """All pages by their file, and what the scanners know of their words."""
    from docs.addin import functions_page, ribbon_page
    from kpixl.rules.lexicon import SIGNS, signs_text

    return {
        PAGE: page(book()),
        HERE / "functions.zh-CN.md": functions_page(),
        HERE / "ribbon.zh-CN.md": ribbon_page(),
        SIGNS: signs_text(patterns()),
    }


def patterns() -> list[str]:
    """The patterns whose signs are kept: the words and names of both scanners, what is guarded."""
    from kpixl.rules import lexicon, scanner, statement_scanner, statement_words, vocabulary

    words = [w.pattern for w in (*vocabulary.WORDS, *statement_words.WORDS)]
    return [*words, *scanner.NAMES, *statement_scanner.NAMES, *sorted(lexicon.GUARDED)]


if __name__ == "__main__":
    sys.exit(main())
