"""A scheme is a system of the package by name, or somebody's own workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpixl.errors import UnknownScheme
from kpixl.scheme.find import SCHEME_FILE, find_scheme, known_schemes


def test_every_system_of_the_package_is_found_by_name() -> None:
    assert known_schemes()
    for name in known_schemes():
        place = find_scheme(name)
        assert place.system == name
        assert place.path.name == SCHEME_FILE and place.path.is_file()
        assert place.folder.name == name


def test_a_path_means_that_file_and_a_folder_the_scheme_in_it(tmp_path: Path) -> None:
    own = tmp_path / "镇街考核" / SCHEME_FILE
    own.parent.mkdir()
    own.write_bytes(b"")
    assert find_scheme(own.parent).path == own
    assert find_scheme(own.parent).system == "镇街考核"
    other = own.rename(own.with_name("我的方案.xlsx"))
    assert (find_scheme(str(other)).path, find_scheme(other).system) == (other, "我的方案")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownScheme) as caught:
        find_scheme("没有这个方案")
    assert all(name in str(caught.value) for name in known_schemes())
