"""The workbooks in the repository are those that their tables make."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from workbooks import make

REPO = Path(__file__).parents[2]


def copy_of(tmp_path: Path) -> Path:
    root = tmp_path / "workbooks"
    shutil.copytree(make.HERE, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_no_workbook_is_stale() -> None:
    assert make.make(check=True) == []


def test_the_same_tables_make_the_same_bytes(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    books = sorted(p.relative_to(root) for p in root.rglob("*.xlsx"))
    assert books
    contents = []
    for _ in range(2):
        for book in books:
            (root / book).unlink()
        assert sorted(p.relative_to(root) for p in make.make(root=root)) == books
        contents.append([(root / book).read_bytes() for book in books])
    assert contents[0] == contents[1]


def test_a_changed_table_makes_its_workbooks_stale_and_check_writes_nothing(
    tmp_path: Path,
) -> None:
    root = copy_of(tmp_path)
    table = root / "wenzhou-2015" / "source" / "示例.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",456.5,", ",456.6,", 1), encoding="utf-8")
    before = {p: p.read_bytes() for p in root.rglob("*.xlsx")}
    stale = make.make(check=True, root=root)
    assert [p.name for p in stale] == ["星海街道.xlsx"]
    assert {p: p.read_bytes() for p in root.rglob("*.xlsx")} == before


def test_the_command_answers_in_a_checkout() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "workbooks.make", "--check"], cwd=REPO, capture_output=True
    )
    assert done.returncode == 0
