"""Whether a change of a clause ever goes unseen: each number, each word that alters a score.

Every clause of a file that is read is changed in all these ways, and its canonical wording
must change or the clause be refused:

- each number outside labels (of sub-items) and years: raised, made another, taken out;
- each effect word, and 未, 不, 非, 无: taken out wherever it stands, put in at every place.

    python -m bench.mutations FILE.jsonl [--words N] [--list]

Putting in all words at all places takes minutes; --words N puts in N of them at each place,
others at the next place.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path

from bench.clauses import default_rules
from kpixl.errors import RuleError
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.reader import parse
from kpixl.rules.scanner import Figure, Token, read_numeral, scan
from kpixl.rules.vocabulary import effect_words

# Words that turn a score when put in front of a verb; they can't be banned from names, so
# the label that is shown must change with them.
TURNING = ("未", "不", "非", "无")
WORDS = (*effect_words(), *TURNING)
_ARABIC = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Mutant:
    """A changed clause; `where` shows the change in its place."""

    kind: str
    word: str
    where: str
    text: str


def reading(clause: str, default_rule: str = "") -> str | None:
    """The canonical wording, None where the clause is refused."""
    try:
        return parse(clause, default_rule=default_rule).canonical
    except RuleError:
        return None


def numbers(clause: str) -> Iterator[Mutant]:
    """Each number changed; that of a sub-item is a label and a year is a name: neither scores."""
    normal = normalise(clause)
    spans: set[tuple[int, int]] = {m.span() for m in _ARABIC.finditer(normal.text)}
    labels: list[tuple[int, int]] = []
    for token in _tokens(normal):
        if token.name in ("ITEMNO", "YEAR"):
            labels.append((token.start, token.end))
        else:
            spans |= {(f.start, f.end) for f in token.figures.values()}  # 三 as well as 3
    for start, end in sorted(spans):
        if any(a <= start < b for a, b in labels):
            continue
        found = normal.text[start:end]
        first, last = normal.index[start], normal.index[end - 1] + 1
        if found[0].isdigit():
            value = float(found.replace(",", ""))
            changed = [f"{value + 1:g}", f"{value * 7 + 0.3:.4g}"]
        else:
            changed = ["2" if found == "七" else "7", "9.3"]
        if found not in ("1", "一"):  # 每1位 and 每位 are the same words
            changed.append("")
        for new in changed:
            text = clause[:first] + new + clause[last:]
            yield Mutant("number", found, _place(clause, first, last, new), text)


_YEAR = re.compile(r"(?:19|20)[0-9]{2}年(?:度|底|末)?")
_SPOKEN = re.compile(r"[一二两三四五六七八九十]{1,3}(?=名|项|个|家|位|次|类|季)")


def _tokens(normal: Normal) -> Sequence[Token]:
    """The tokens of a clause; one that is only read in parts has those that hold a number."""
    try:
        return scan(normal)
    except RuleError:
        years = [m.span() for m in _YEAR.finditer(normal.text)]
        spoken = [m.span() for m in _SPOKEN.finditer(normal.text)]
        found = [Token("YEAR", normal.text[a:b], a, b, {}, {}) for a, b in years]
        for a, b in spoken:
            value = read_numeral(normal.text[a:b])
            if value is not None:
                figures = {"n": Figure(value, a, b)}
                found.append(Token("NUM", normal.text[a:b], a, b, figures, {}))
        return found


def taken_out(clause: str) -> Iterator[Mutant]:
    """Each effect word taken out wherever it stands."""
    for word in WORDS:
        for match in re.finditer(re.escape(word), clause):
            text = clause[: match.start()] + clause[match.end() :]
            where = _place(clause, match.start(), match.end(), "")
            yield Mutant("taken out", word, where, text)


def put_in(clause: str, words: int = 0, turn: int = 0) -> Iterator[Mutant]:
    """Each effect word put in at every place, or `words` of them at each, the next in `turn`."""
    for at in range(len(clause) + 1):
        several = WORDS
        if words:
            begin = (turn + at) * words
            several = tuple(WORDS[(begin + n) % len(WORDS)] for n in range(words))
        for word in several:
            text = clause[:at] + word + clause[at:]
            yield Mutant("put in", word, _place(clause, at, at, word), text)


def _place(clause: str, start: int, end: int, new: str) -> str:
    return f"{clause[max(0, start - 5) : start]}[{clause[start:end]}→{new}]{clause[end : end + 5]}"


def unseen(
    clause: str, default_rule: str = "", words: int = 0, turn: int = 0, every: int = 1
) -> tuple[Counter[str], list[Mutant]]:
    """How many changes were tried, by kind, and those that leave the reading as it was.

    `every` 2 leaves out every second of the words that are put in.

    A clause that is not read has none.
    """
    tried: Counter[str] = Counter()
    plain = reading(clause, default_rule)
    if plain is None:
        return tried, []
    found = []
    for mutant in chain(
        numbers(clause), taken_out(clause), islice(put_in(clause, words, turn), None, None, every)
    ):
        tried[mutant.kind] += 1
        if reading(mutant.text, default_rule) == plain:
            found.append(mutant)
    return tried, found


def clauses(path: Path) -> list[tuple[str, str]]:
    """The clauses of a file, each with the default rule of its document."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    defaults = default_rules(lines)
    return [(line["clause"], defaults.get(line["doc"], "")) for line in lines]


def survey(
    given: Sequence[tuple[str, str]], words: int = 0, every: int = 1
) -> list[tuple[str, Counter[str], list[Mutant]]]:
    """The result of every clause that is read, on all cores."""
    texts, defaults = zip(*given, strict=True)
    with ProcessPoolExecutor() as pool:
        turns = range(len(given))
        results = pool.map(
            unseen, texts, defaults, repeat(words), turns, repeat(every), chunksize=4
        )
        return [
            (text, tried, found)
            for text, (tried, found) in zip(texts, results, strict=True)
            if tried
        ]


def main() -> None:
    """Print how many changes were tried and how many went unseen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--words", type=int, default=0, help="words put in at each place")
    parser.add_argument("--list", action="store_true", help="list what went unseen")
    arguments = parser.parse_args()
    given = clauses(arguments.file)
    results = survey(given, arguments.words)
    print(f"{len(results)} of {len(given)} clauses are read")
    print(f"{'change':10} {'tried':>9} {'unseen':>8}")
    for kind in ("number", "taken out", "put in"):
        tried = sum(count[kind] for _, count, _ in results)
        found = [m for _, _, mutants in results for m in mutants if m.kind == kind]
        print(f"{kind:10} {tried:9,} {len(found):8,} {len(found) / max(tried, 1):8.2%}")
        if arguments.list:
            for word, count in Counter(m.word for m in found).most_common():
                places = [m.where for m in found if m.word == word]
                print(
                    f"    {word} {count}: " + " | ".join(p.replace("\n", "⏎") for p in places[:6])
                )


if __name__ == "__main__":
    main()
