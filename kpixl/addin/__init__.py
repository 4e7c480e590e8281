"""Cell functions and commands, and what hosts need to offer them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from kpixl.addin.registry import REGISTRY, ArgumentSpec, CommandSpec, FunctionSpec, command, udf

__all__ = [
    "REGISTRY",
    "ArgumentSpec",
    "CommandSpec",
    "FunctionSpec",
    "callables",
    "command",
    "commands",
    "functions",
    "udf",
]


def functions() -> Mapping[str, FunctionSpec]:
    """All cell functions by name.

    >>> len(functions())
    10
    """
    importlib.import_module("kpixl.addin.udfs")  # which registers them
    return REGISTRY.functions


def commands() -> Mapping[str, CommandSpec]:
    """All commands by name, a clerk's year from left to right.

    >>> [spec.label for spec in commands().values()][-2:]
    ['修复链接', '自检']
    """
    importlib.import_module("kpixl.addin.buttons")  # which registers them
    return REGISTRY.commands


def callables() -> dict[str, Callable[..., Any]]:
    """All cell functions by name, as a host calls them: no exception comes out of one.

    >>> callables()["KPINUMBER"]("约30家", "家"), callables()["KPINUMBER"]("三五家", "家")
    (30.0, CellError(code='#VALUE!'))
    """
    udfs = importlib.import_module("kpixl.addin.udfs")
    return {name: partial(udfs.call, name) for name in functions()}
