"""How reading time grows with the length of a clause, for ordinary and for hostile text.

The peer is one pass of the token patterns alone over the same text; the ratio should not
grow with the length.

    python -m bench.clause_length
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from kpixl.errors import RuleError
from kpixl.rules.normalise import normalise
from kpixl.rules.reader import _parse
from kpixl.rules.scanner import scan

TEXTS: dict[str, str] = {
    "checklist": "制定方案得1分;按时报送月报得1分;报送信息,每采用一条得0.1分;",
    "names in a row": "、甲",
    "remarks": "推进工作,",
    "one word": "每",
    "brackets": "得分=(",
    "spaces": " ",
    "levels": "得1、",
    "places": "第一名得15分,",
}
LENGTHS = (100, 1_000, 10_000)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call; a refusal is an answer like any other."""
    start = time.perf_counter()
    with suppress(RuleError):
        work()
    return time.perf_counter() - start


def words(text: str) -> object:
    """The words of a clause and nothing more."""
    return scan(normalise(text))


def main() -> None:
    """Print a row for each text and length."""
    print(f"{'text':16} {'characters':>10} {'read ms':>9} {'scan ms':>9} {'ratio':>7}")
    for name, piece in TEXTS.items():
        for length in LENGTHS:
            text = (piece * (length // len(piece) + 1))[:length]
            _parse.cache_clear()
            read = seconds(partial(_parse, text, (), ""))
            peer = seconds(partial(words, text))
            print(
                f"{name:16} {length:10} {read * 1000:9.1f} {peer * 1000:9.1f} "
                f"{read / max(peer, 1e-9):7.1f}"
            )


if __name__ == "__main__":
    main()
