"""How much of a file of real clauses is read, and how much of what is read is right.

Each line of the file is a clause with hand-worked cases.  Printed per kind: read, and of
those read, cases that are right, right under another reading that the rule lists as an
assumption, wrong, and not bound; then every wrong case and, with --refused, every refusal
with its reason.

    python -m bench.clauses FILE.jsonl [--refused] [--document DOC] [--holdout | --build]

Whoever adds a phrase looks at the clauses of --build only; --holdout, about a fifth of the
documents, says afterwards how far it reaches beyond them.

A case names its figures in its own way.  Which figure of a case is which input of the rule
is settled by `clause_inputs.json`, ids and input names only, or else by the order of the
figures: targets, priors, points and places by their names, all others in turn.  A place is
given to the unit by the figures of thirty units among whom it has that place; the group's ends
belong to the figure before them.  A case whose figures do not fit the rule's inputs, or that
rests on a condition of another clause, counts as not bound, never as right.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.statement_cases import KINDS, judge_statement
from kpixl.errors import RuleError
from kpixl.rules import Rule, default_below, parse
from kpixl.rules.case_terms import Cases, cases_of
from kpixl.rules.evaluate import case_of, evaluate
from kpixl.rules.expr import Rank, walk
from kpixl.rules.frame import Frame
from kpixl.rules.statements import Statement

BINDINGS = Path(__file__).with_name("clause_inputs.json")
# Names that cases use for what is not a figure of the unit itself.
_TARGETS = frozenset({"target", "mark"})
_PRIORS = frozenset({"last", "prior", "base"})
_PEERS = {"best": "max", "hi": "max", "max": "max", "lo": "min", "avg": "mean", "mean": "mean"}


@dataclass(frozen=True)
class Verdict:
    """What became of one clause."""

    id: str
    kind: str
    doc: str
    clear: bool
    rule: Rule | Statement | None
    refusal: RuleError | None
    right: int = 0
    other: int = 0
    wrong: tuple[str, ...] = ()
    unbound: int = 0


@cache
def statement_roles() -> Mapping[str, Mapping[str, str]]:
    """The figures of cases of rules that are no item's score: id → name → role."""
    roles: Mapping[str, Mapping[str, str]] = json.loads(BINDINGS.read_text("utf-8")).get(
        "statements", {}
    )
    return roles


@cache
def unit_kinds() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Of which kind the unit of a case is: id → name of the case → its word → the rule's input.

    A name "" tells what holds for each case, a label "" that it is one of the other units.
    """
    kinds: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(
        BINDINGS.read_text("utf-8")
    ).get("kinds", {})
    return kinds


def held_out(document: str) -> bool:
    """Whether a document is kept apart; whole documents are, since phrases repeat in one."""
    return zlib.crc32(document.encode()) % 5 == 4


def default_rules(lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The default rule of each document that has one among its clauses."""
    found: dict[str, str] = {}
    for line in lines:
        with suppress(RuleError):
            if line["doc"] not in found and default_below(line["clause"]):
                found[line["doc"]] = line["clause"]
    return found


def judge(
    line: Mapping[str, Any], bindings: Mapping[str, list[str]], default_rule: str = ""
) -> Verdict:
    """Read one clause and work its cases."""
    known = (line["id"], line["kind"], line["doc"], line["confidence"] == "clear")
    if line["kind"] in KINDS:
        with suppress(RuleError):
            found = judge_statement(line, statement_roles().get(line["id"]))
            return Verdict(*known, found.rule, None, found.right, 0, found.wrong, found.unbound)
    try:
        rule = parse(line["clause"], default_rule=default_rule)
    except RuleError as error:
        with suppress(RuleError):  # a bound of the whole scheme stands among capped sums
            found = judge_statement(line, statement_roles().get(line["id"]))
            return Verdict(*known, found.rule, None, found.right, 0, found.wrong, found.unbound)
        return Verdict(*known, None, error)
    right, other, unbound = 0, 0, 0
    wrong: list[str] = []
    alternatives = list(_alternatives(line["clause"], rule, default_rule))
    for case in line["cases"]:
        named = unit_kinds().get(line["id"])
        figures = _flat({n: v for n, v in case["inputs"].items() if n not in (named or ())})
        kind = _kind_of(named, case["inputs"])
        score = _score(rule, figures, bindings.get(line["id"]), line["points"], kind)
        if score is None or not isinstance(case["score"], (int, float)):
            unbound += 1
        elif abs(score - case["score"]) < 0.0051:
            right += 1
        elif any(
            (again := _score(a, figures, bindings.get(line["id"]), line["points"], kind))
            is not None
            and abs(again - case["score"]) < 0.0051
            for a in alternatives
        ):
            other += 1
        else:
            wrong.append(f"{dict(case['inputs'])} → {score:g}, by hand {case['score']:g}")
    return Verdict(*known, rule, None, right, other, tuple(wrong), unbound)


def _alternatives(clause: str, rule: Rule, default_rule: str) -> Iterator[Rule]:
    """The clause under each other reading that its assumptions list."""
    for assumption in rule.assumptions:
        for value in assumption.alternatives:
            yield parse(clause, readings={assumption.code: value}, default_rule=default_rule)


def _kind_of(
    named: Mapping[str, Mapping[str, str]] | None, inputs: Mapping[str, Any]
) -> str | None:
    """The label of the yes or no that tells the kind of a case's unit, None where none is told."""
    for name, labels in (named or {}).items():
        word = str(inputs[name]) if name else ""
        if word in labels:
            return labels[word]
    return None


def _flat(inputs: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The figures of a case in order; a list gives one figure for each of its entries."""
    figures: list[tuple[str, float]] = []
    for name, value in inputs.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, (int, float)):
                figures.append((name, float(one)))
    return figures


def _score(
    rule: Rule,
    figures: list[tuple[str, float]],
    roles: list[str] | None,
    points: float | None,
    kind: str | None = None,
) -> float | None:
    """The rule's score for the figures of a case, None where they do not fit its inputs."""
    size = len(rule.inputs)
    values: list[float | None] = [None] * size
    cases = cases_of(rule)
    if cases is not None and kind is not None:
        return _score_of_kind(rule, cases, figures, roles, points, kind)
    targets = [float("nan") if i.target is None else float(i.target) for i in rule.inputs]
    priors = [float("nan")] * size
    peers: dict[int, list[float]] = {}  # of each input
    turn = 0
    for at, (name, figure) in enumerate(figures):
        role = roles[at] if roles and at < len(roles) else _role(name)
        if role == "points":
            points = figure
        elif role in ("target", "target_fraction"):
            targets = [figure * (100 if role == "target_fraction" else 1)] * size
        elif role == "prior":
            priors = [figure] * size
        elif role in ("max", "min", "mean"):
            peers.setdefault(max(turn - 1, 0), []).append(figure)
        elif role == "ignored":
            continue
        elif role == "holds":  # a condition that stands in another clause
            if not figure:
                return None
        elif role == "rank":
            if turn >= size:
                return None
            values[turn], peers[turn] = _standing(rule, turn, figure)
            turn += 1
        elif role == "own":  # the figure of the unit that has the place before it
            shift = figure - (values[turn - 1] or 0.0)
            peers[turn - 1] = [peer + shift for peer in peers[turn - 1]]
            values[turn - 1] = figure
        elif role == "times":  # each input counts how often a place was taken
            values = [float(figure == place) for place in range(1, size + 1)]
            turn = size
        elif role == "band":  # where a part lies in its band, as 60 … 100
            if turn >= size:
                return None
            values[turn], peers[turn] = (figure - 60) / 40, [0.0, 1.0]
            turn += 1
        elif name == "all_met":
            # every line of a list of requirements at its target, or none
            values = [figure * t if t == t else figure for t in targets]
            turn = size
        else:
            if turn >= size:
                return None
            judged = rule.inputs[turn].kind == "judged" and rule.inputs[turn].unit == "%"
            scale = 100.0 if judged and name == "done" else 1.0
            if role == "fraction":  # the case writes 0.9 for 90 %
                scale = 100.0
            values[turn] = (1 - figure if role == "not" else figure) * scale
            turn += 1
    if turn != size or (rule.needs_target and any(t != t for t in targets)):
        return None
    columns = [np.array([v], dtype=np.float64) for v in values]
    cohort = None
    if peers:
        longest = max(map(len, peers.values()))
        nan = float("nan")
        lists = [peers.get(i, []) for i in range(size)]
        cohort = Frame([np.array([*one, *[nan] * (longest - len(one))]) for one in lists])
    elif rule.needs_peers:
        return None
    frame = Frame(columns, targets, priors, None, cohort)
    exact = None if points is None else Decimal(repr(points))
    return float(evaluate(rule, frame, points=exact, decimals=4)[0])


def _score_of_kind(
    rule: Rule,
    cases: Cases,
    figures: list[tuple[str, float]],
    roles: list[str] | None,
    points: float | None,
    kind: str,
) -> float | None:
    """The score of a unit of a kind: its own case, once the rule itself takes it for that."""
    answers = [float(i.label == kind) if i.kind == "yes_no" else float("nan") for i in rule.inputs]
    taken = int(case_of(cases, Frame([np.array([a]) for a in answers]))[0])
    if taken < 0 or (kind and cases.of[taken].who != kind):
        return None
    return _score(cases.of[taken].rule, figures, roles, points)


def _standing(rule: Rule, i: int, place: float) -> tuple[float, list[float]]:
    """A figure of an input and those of thirty units among whom it has a place.

    Where the place itself is the figure that is asked for, it is that.
    """
    nodes = [node for term in rule.terms for node in walk(term.expr())]
    ranks = [node for node in nodes if isinstance(node, Rank) and node.input == i]
    if not ranks:
        return place, []
    sign = 1 if ranks[0].descending else -1
    return 0.0, [sign * (place - n) for n in range(1, 31)]


def _role(name: str) -> str:
    if name == "rank":
        return "rank"
    if name == "points":
        return "points"
    if name in _TARGETS:
        return "target"
    if name in _PRIORS:
        return "prior"
    return _PEERS.get(name, "value")


def main() -> None:
    """Print the report; exit code 1 where a read clause has a wrong case."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--refused", action="store_true", help="list every refusal")
    parser.add_argument("--read", action="store_true", help="list every reading")
    parser.add_argument("--document", help="only clauses of this document")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--holdout", action="store_true", help="only the documents kept apart")
    part.add_argument("--build", action="store_true", help="only the documents not kept apart")
    arguments = parser.parse_args()
    bindings = json.loads(BINDINGS.read_text("utf-8"))
    lines = [json.loads(line) for line in arguments.file.read_text("utf-8").splitlines() if line]
    if arguments.document:
        lines = [line for line in lines if line["doc"] == arguments.document]
    if arguments.holdout or arguments.build:
        lines = [line for line in lines if held_out(line["doc"]) == arguments.holdout]
    defaults = default_rules(lines)
    verdicts = [judge(line, bindings, defaults.get(line["doc"], "")) for line in lines]
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for v in verdicts:
        for counter in (by_kind[v.kind], by_kind["all"]):
            counter["clauses"] += 1
            counter["read"] += v.rule is not None
            counter["right"] += v.right
            counter["other"] += v.other
            counter["wrong"] += len(v.wrong)
            counter["unbound"] += v.unbound if v.rule else 0
    print(f"{'kind':22} clauses  read       cases right  by a listed reading  wrong  not bound")
    for kind, c in sorted(by_kind.items(), key=lambda item: item[0] == "all"):
        share = c["read"] / c["clauses"]
        print(
            f"{kind:22} {c['clauses']:7}  {c['read']:4} {share:5.0%} "
            f"{c['right']:12} {c['other']:20} {c['wrong']:6} {c['unbound']:10}"
        )
    for v in verdicts:
        for wrong in v.wrong:
            print(f"WRONG {v.id}{'' if v.clear else ' (assumed)'}: {wrong}")
    if arguments.read:
        for v in verdicts:
            if v.rule:
                print(f"{v.id} [{v.right} right, {v.unbound} not bound] {v.rule.canonical}")
    if arguments.refused:
        for v in verdicts:
            if v.refusal:
                print(f"{v.id}: {v.refusal}")
    raise SystemExit(1 if by_kind["all"]["wrong"] else 0)


if __name__ == "__main__":
    main()
