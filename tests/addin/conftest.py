"""The clauses of the source texts, which are read where they are and never copied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def clauses(shared: Path) -> dict[str, str]:
    """The real clauses by number."""
    lines = (shared / "data" / "clauses.jsonl").read_text("utf-8").splitlines()
    return {entry["id"]: entry["clause"] for entry in map(json.loads, lines)}
