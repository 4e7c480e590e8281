"""A pattern that is compiled late does what one does that is compiled at once."""

from __future__ import annotations

import re
import subprocess
import sys

from kpixl.patterns import lazily


def test_a_late_pattern_does_what_any_pattern_does() -> None:
    late, plain = lazily("(?P<n>[0-9]+)分.", re.DOTALL), re.compile("(?P<n>[0-9]+)分.", re.DOTALL)
    text = "得15分\n扣3分,"
    for name in ("search", "match", "fullmatch", "findall", "split"):
        results = [getattr(pattern, name)(text) for pattern in (late, late, plain)]
        assert len({str(result) for result in results}) == 1, name
    assert late.sub("", text) == plain.sub("", text) == "得扣"
    assert [m["n"] for m in late.finditer(text)] == ["15", "3"]
    assert (late.pattern, late.flags, late.groups) == (plain.pattern, plain.flags, plain.groups)


def test_the_grammar_compiles_no_pattern_before_the_first_clause() -> None:
    code = (
        "import dataclasses, importlib.resources, inspect, re\n"
        "found, plain = [], re.compile\n"
        "re.compile = lambda *given: found.append(given[0]) or plain(*given)\n"
        "import kpixl.rules, kpixl.rules.statements\n"
        "print([p for p in found if isinstance(p, str) and not p.isascii()])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert run.stdout.strip() == "[]"
