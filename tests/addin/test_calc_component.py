"""The component in a Python of LibreOffice that the engine can't work in: words, no harm."""

from __future__ import annotations

import ast
import importlib.util
import struct
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from kpixl.addin.calc_files import OLDEST_OFFICE, files

COMPONENT = Path(__file__).parents[2] / "macros" / "calc_component.py"
NAME_ERROR = 525  # what Calc shows as #NAME?


class _Anything(ModuleType):
    """A module of LibreOffice's bridge: every name in it is a class without contents."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {"addImplementation": lambda *_: None})
        setattr(self, name, made)
        return made


@pytest.fixture
def component(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The component as a module, beside a bridge that does nothing."""
    names = ["uno", "unohelper", "com", "com.sun", "com.sun.star", "org", "org.kpixl"]
    parts = ("awt", "document", "frame", "lang", "sheet", "task")
    names += [f"com.sun.star.{part}" for part in parts]
    for name in names:
        monkeypatch.setitem(sys.modules, name, _Anything(name))
    known = ModuleType("kpixl_names")
    exec(files()["pythonpath/kpixl_names.py"], known.__dict__)
    monkeypatch.setitem(sys.modules, "kpixl_names", known)
    spec = importlib.util.spec_from_file_location("calc_component", COMPONENT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def older(component: Any, version: tuple[int, int, int]) -> None:
    component.sys = SimpleNamespace(version_info=version, path=[])


def test_the_component_loads_in_the_oldest_python_that_libreoffice_brings() -> None:
    ast.parse(COMPONENT.read_text("utf-8"), feature_version=(3, 7))


def test_under_an_older_python_functions_show_name_and_never_a_figure(component: Any) -> None:
    older(component, (3, 8, 18))
    assert component.missing() == "LibreOffice 的 Python 是 3.8,需要 3.11 或更新"
    (bits,) = struct.unpack("<Q", struct.pack("<d", component.engine("KPISCORE", ["甲", 1, 2])))
    assert bits & 0xFFFF == NAME_ERROR


def test_under_an_older_python_a_button_says_so_and_touches_nothing(
    component: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(component, (3, 9, 7))
    said: list[tuple[Any, ...]] = []
    dispatcher = component.Dispatcher(None)
    monkeypatch.setattr(dispatcher, "_say", lambda *words: said.append(words))
    dispatcher.dispatch(SimpleNamespace(Path="rank"), ())  # there is no document to be touched
    words = "kpixl 不能工作:LibreOffice 的 Python 是 3.9,需要 3.11 或更新。"
    assert said == [("rank", words, "error")]


def test_a_message_leaves_its_button_on_the_screen(component: Any) -> None:
    short = "\n".join("一行" for _ in range(42))
    assert component.shortened(short) == short
    assert component.shortened(short + "\n又一行").splitlines()[-1] == "…… 还有 2 行"
    # a long line takes several lines of the box
    wide = "\n".join("长" * 72 for _ in range(30))
    assert component.shortened(wide).splitlines()[-1] == "…… 还有 10 行"


def test_the_extension_demands_the_libreoffice_that_it_was_tried_in() -> None:
    root = ElementTree.fromstring(files()["description.xml"])
    (wanted,) = [e for e in root.iter() if e.tag.endswith("}LibreOffice-minimal-version")]
    assert wanted.tag.startswith("{http://libreoffice.org/extensions/description/2011}")
    assert wanted.get("value") == OLDEST_OFFICE == "7.4"
