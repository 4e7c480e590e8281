"""Calls functions of this folder: a line of JSON in, a line of JSON out, until the input ends."""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """Lists as COM takes them."""
    return tuple(map(plain, value)) if isinstance(value, list) else value


def main() -> None:
    """Answer until there is nothing more to answer; answers begin with a character of their own."""
    sys.path.insert(0, str(Path(__file__).parent))
    for line in sys.stdin.buffer:
        name, arguments = json.loads(line)
        module, _, function = name.partition(".")
        try:
            found = getattr(importlib.import_module(module), function)
            said = [True, found(*map(plain, arguments))]
            text = json.dumps(said)
        except Exception:  # all of it is for the test that asked
            text = json.dumps([False, traceback.format_exc()])
        sys.stdout.buffer.write(b"\x02" + text.encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
