"""How fast clauses are read: the grammar's load, a clause of 100 characters, and growth.

Four tables.  The grammar is loaded in interpreters of their own that find its bytecode, as
installed: up to the first clause that is read, up to five long ones, as most patterns are
compiled when a clause first needs them, and what a spreadsheet loads with its first call; the
peer is the bare interpreter.  Ordinary clauses are read warm, without the cache
of clauses; the figure is for 100 characters.  Then ordinary and hostile text of growing
length: the peer is one pass of the token patterns alone, and the ratio should not grow.  The
last table is of what a scheme says of itself (vetoes, grades, data rules).

    python -m bench.clause_length
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from kpixl.errors import RuleError
from kpixl.rules.normalise import normalise
from kpixl.rules.reader import _parse
from kpixl.rules.scanner import forget, scan
from kpixl.rules.statements import read_scheme_rule
from kpixl.rules.vocabulary import WORDS, effect_words, stop_words

# Ordinary clauses of about 100 characters.
CLAUSES = (
    "得分=[(本值-本类最低值)÷(本类最高值-本类最低值)×40+60]÷100×分值;"
    "其中产值总量、亩均产值、产值增速三项得分分别以30%、20%、50%的权重计入最终得分。",
    "园区投资增幅完成目标任务计12分,未完成按比例扣分,每超额完成1个百分点加0.3分,"
    "加分不超过3分,总分不超过15分。",
    "增速达到10%得基本分(25分)的90%,每多(少)1个百分点加(减)基本分的5%,"
    "最多加基本分的10%,最多减基本分的20%。",
    "(1)制定年度实施方案得1分;(2)按时报送月报得1分;(3)向上级报送信息,每采用一条得0.1分;"
    "(4)未组织演练的,扣1分,扣完为止。",
    "工业产值完成年初任务90%(不含90%)以下的不记分,90%—95%(不含95%)的记10分,"
    "95%—100%(不含100%)的记15分,全面完成任务的记20分",
)


def hostile(size: int, seed: int = 1) -> str:
    """Words of the vocabulary, of the list of effect words and names, in no order."""
    pick = random.Random(seed)
    words = [w.sample.replace("N", "3").replace("M", "5") for w in WORDS]
    words += [*effect_words(), *stop_words(), "产值", "0.5分", "10%", "3个"]
    text = ""
    while len(text) < size:
        text += pick.choice(words)
    return text[:size]


def phrases(size: int, seed: int = 2) -> str:
    """Words of the vocabulary between commas, so that no joint is refused before phrases are
    looked for."""
    pick = random.Random(seed)
    words = []
    for word in WORDS:
        with suppress(RuleError):
            scan(normalise(sample := word.sample.replace("N", "3").replace("M", "5") + ","))
            words.append(sample)
    return "".join(pick.choice(words) for _ in range(size))[:size]


def nested(size: int) -> str:
    """A formula of brackets within brackets, as many closed as opened."""
    depth = max(1, (size - 5) // 2)
    return "得分=" + "(" * depth + "本" + ")" * depth


def repeated(piece: str) -> Callable[[int], str]:
    """Text of one piece, again and again."""
    return lambda size: (piece * (size // len(piece) + 1))[:size]


TEXTS: dict[str, Callable[[int], str]] = {
    "checklist": repeated("制定方案得1分;按时报送月报得1分;报送信息,每采用一条得0.1分;"),
    "words in no order": hostile,
    "words of phrases": phrases,
    "nested brackets": nested,
    "open brackets": repeated("得分=("),
    "names in a row": repeated("、甲"),
    "remarks": repeated("推进工作,"),
    "one word": repeated("每"),
    "numerals": repeated("十"),
    "digits": repeated("1"),
    "spaces": repeated(" "),
    "levels": repeated("得1、"),
    "places": repeated("第一名得15分,"),
    "steps": repeated("每超过1个百分点加0.5分,"),
    "tiers": repeated("80%—90%得8分,"),
    "quotes": repeated("“"),
}
STATEMENTS: dict[str, Callable[[int], str]] = {
    "vetoes": repeated("1.发生事故的;"),
    "grades": repeated("优秀、"),
    "numbers of deaths": repeated("死亡3人以上、"),
    "what follows": repeated("取消评优"),
    "figures": repeated("9"),
    "one word": repeated("考核"),
}
LENGTHS = (100, 1_000, 10_000)
FIRST = "from kpixl.rules import parse; parse('制定方案得1分')"
LOADS = {
    "grammar and its first clause": FIRST,
    "and five of 100 characters": f"{FIRST}; [parse(text) for text in {CLAUSES!r}]",
    "the functions of the add-in": "import kpixl.addin.udfs",
}


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call; a refusal is an answer like any other."""
    start = time.process_time()
    with suppress(RuleError):
        work()
    return time.process_time() - start


def words(text: str) -> object:
    """The words of a clause and nothing more."""
    forget()
    return scan(normalise(text))


def read(text: str) -> object:
    """A clause read anew, whatever was read before."""
    _parse.cache_clear()
    forget()
    return _parse(text, (), "")


def interpreter(code: str, bytecode: Path, rounds: int = 7) -> float:
    """The least processor time, in seconds, of an interpreter that runs some code and ends."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    times = []
    for _ in range(rounds + 1):  # the first writes the bytecode
        run = subprocess.run(
            [sys.executable, "-c", f"{code}; import time; print(time.process_time())"],
            check=True,
            capture_output=True,
            env=environment,
        )
        times.append(float(run.stdout))
    return min(times[1:])


def main() -> None:
    """Print the tables."""
    with TemporaryDirectory() as folder:
        bare = interpreter("pass", Path(folder))
        print(f"bare interpreter: {bare * 1000:.0f} ms; more than that:")
        for name, code in LOADS.items():
            print(f"{name}: {(interpreter(code, Path(folder)) - bare) * 1000:.0f} ms")
    for text in CLAUSES:
        _parse(text, (), "")  # these are read, and the automaton's states are there
    times = [statistics.median(seconds(partial(read, t)) for _ in range(25)) for t in CLAUSES]
    peers = [statistics.median(seconds(partial(words, t)) for _ in range(25)) for t in CLAUSES]
    size = sum(map(len, CLAUSES))
    print(
        f"100 characters, warm: {sum(times) / size * 1e5:.2f} ms "
        f"(peer: {sum(peers) / size * 1e5:.2f} ms, ratio {sum(times) / sum(peers):.1f}); "
        f"slowest {max(t / len(c) for t, c in zip(times, CLAUSES, strict=True)) * 1e5:.2f} ms"
    )
    grown(TEXTS, read)
    print("\nwhat a scheme says of itself:")
    grown(STATEMENTS, read_scheme_rule)


def grown(texts: Mapping[str, Callable[[int], str]], reader: Callable[[str], object]) -> None:
    """Print how long texts of growing length take, beside one pass of the patterns."""
    print(f"\n{'text':18} {'characters':>10} {'read ms':>9} {'scan ms':>9} {'ratio':>7}")
    for name, make in texts.items():
        for length in LENGTHS:
            text = make(length)
            elapsed = seconds(partial(reader, text))
            peer = seconds(partial(words, text))
            print(
                f"{name:18} {len(text):10} {elapsed * 1000:9.1f} {peer * 1000:9.1f} "
                f"{elapsed / max(peer, 1e-9):7.1f}"
            )


if __name__ == "__main__":
    main()
