"""One registry of cell functions and commands; wrappers, ribbon, help and docs come from it.

A function or command is registered once, by a decorator, with all that a host needs to
offer it: names, Chinese help for the function and each argument, the kind of every
argument, shortcuts, icons.  Generators read `REGISTRY` and nothing else.

The kind of an argument stands in its annotation: `rule: Text`, `points: Number`,
`value: Cells`.  An argument with a default may be left out.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from kpixl.grid import CellError, Scalar

Kind = Literal["text", "number", "range"]
Returns = Literal["number", "text", "table"]
ArgumentKind = Literal["text", "file", "folder"]
Group = Literal["模板", "收集", "评分", "解释", "输出", "帮助"]
GROUPS: tuple[Group, ...] = ("模板", "收集", "评分", "解释", "输出", "帮助")

# A range as rows; one cell may come bare.
Given: TypeAlias = Scalar | tuple[Any, ...] | list[Any]
Result: TypeAlias = float | str | CellError
Column: TypeAlias = tuple[tuple[Result, ...], ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """What an annotation says about an argument."""

    kind: Kind
    address: bool = False


Text = Annotated[Given, _Mark("text")]
Number = Annotated[Given, _Mark("number")]
Cells = Annotated[Given, _Mark("range")]
Place = Annotated[Given, _Mark("range", address=True)]

# Excel cuts help at this length (Application.MacroOptions).
LONGEST_HELP = 255
_FUNCTION_NAME = re.compile(r"[A-Z]{4}[A-Z]*")  # four letters and more are no cell address
_COMMAND_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_SHORTCUT = re.compile(r"(Ctrl\+)?(Alt\+)?(Shift\+)?([A-Z0-9]|F[0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class ArgumentSpec:
    """An argument of a cell function.

    `address`: the host hands over where the argument stands (“F5:F8”, with a sheet in
    front where it is another one), not what stands there; a constant comes as it is.
    `address_of` names an argument whose address the host puts here; users never see it.
    """

    name: str
    help: str
    kind: Kind
    optional: bool = False
    address: bool = False
    address_of: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the host fills the argument in by itself."""
        return bool(self.address_of)


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A cell function.

    `returns` is what a single cell of the result holds, or table; `column` says that a
    range of several rows gives as many rows, so that a host must offer array entry.
    """

    name: str
    help: str
    arguments: tuple[ArgumentSpec, ...]
    returns: Returns
    column: bool
    function: Callable[..., Any]
    example: str = ""

    @property
    def shown(self) -> tuple[ArgumentSpec, ...]:
        """The arguments that a user types."""
        return tuple(a for a in self.arguments if not a.hidden)

    @property
    def syntax(self) -> str:
        """The call as help shows it.

        >>> from kpixl.addin import functions
        >>> functions()["KPIRANK"].syntax
        'KPIRANK(scores, [groups], [method])'
        """
        return (
            f"{self.name}({', '.join(f'[{a.name}]' if a.optional else a.name for a in self.shown)})"
        )


@dataclass(frozen=True, slots=True)
class CommandArgument:
    """What a command can be told; all of it may be left out.

    A host asks for a file or folder only when the command says that it needs it.
    """

    name: str
    label: str
    help: str
    kind: ArgumentKind = "text"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A button: what it is called, where it stands, what it reads and writes (in words).

    `recalculates`: the host calculates the whole workbook anew before it is read.
    """

    name: str
    label: str
    help: str
    icon: str
    group: Group
    function: Callable[..., Any]
    shortcut: str = ""
    reads: str = ""
    writes: str = ""
    arguments: tuple[CommandArgument, ...] = ()
    recalculates: bool = False


@dataclass
class Registry:
    """All functions and commands by name, in the order of registration."""

    functions: dict[str, FunctionSpec] = field(default_factory=dict)
    commands: dict[str, CommandSpec] = field(default_factory=dict)

    def add_function(self, spec: FunctionSpec) -> None:
        """Take up a function; ValueError where it could not be offered as it is."""
        if spec.name in self.functions:
            raise ValueError(f"{spec.name} is registered twice")
        if not _FUNCTION_NAME.fullmatch(spec.name):
            raise ValueError(f"{spec.name!r} is no name for a cell function")
        late = [a.name for a in spec.arguments if a.optional]
        if [a.name for a in spec.arguments[len(spec.arguments) - len(late) :]] != late:
            raise ValueError(
                f"{spec.name}: an argument that is needed stands behind an optional one"
            )
        _check_help(spec.name, spec.help)
        for argument in spec.shown:
            _check_help(f"{spec.name}({argument.name})", argument.help)
        names = {a.name for a in spec.arguments}
        for argument in spec.arguments:
            if argument.address_of and argument.address_of not in names:
                raise ValueError(f"{spec.name}: there is no argument {argument.address_of}")
        self.functions[spec.name] = spec

    def add_command(self, spec: CommandSpec) -> None:
        """Take up a command; ValueError where it could not be offered as it is."""
        if spec.name in self.commands:
            raise ValueError(f"{spec.name} is registered twice")
        if not _COMMAND_NAME.fullmatch(spec.name):
            raise ValueError(f"{spec.name!r} is no name for a command")
        if spec.group not in GROUPS:
            raise ValueError(f"{spec.name}: there is no group {spec.group}")
        if spec.shortcut and not _SHORTCUT.fullmatch(spec.shortcut):
            raise ValueError(f"{spec.name}: {spec.shortcut!r} is no shortcut")
        if spec.shortcut and spec.shortcut in {c.shortcut for c in self.commands.values()}:
            raise ValueError(f"{spec.name}: {spec.shortcut} is taken")
        for words in (
            spec.label,
            spec.help,
            *(w for a in spec.arguments for w in (a.label, a.help)),
        ):
            _check_help(spec.name, words)
        self.commands[spec.name] = spec


REGISTRY = Registry()
F = TypeVar("F", bound=Callable[..., Any])


def udf(
    *,
    name: str,
    help: str,  # noqa: A002 - the word of the function wizard
    args: Mapping[str, str],
    returns: Returns = "number",
    column: bool = False,
    addresses: Mapping[str, str] | None = None,
    example: str = "",
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Register a function for cells.

    `args` holds the help of every argument that a user types, in the order of the
    signature.  `addresses` maps an argument that the host fills in to the one whose
    address it takes.
    """

    def register(function: F) -> F:
        filled = addresses or {}
        hints = typing.get_type_hints(function, include_extras=True)
        parameters = inspect.signature(function).parameters
        if [p for p in parameters if p not in filled] != list(args):
            raise ValueError(f"{name}: help is given for {list(args)}, not for its arguments")
        specs = []
        for parameter in parameters.values():
            mark = next(
                (m for m in typing.get_args(hints.get(parameter.name)) if isinstance(m, _Mark)),
                None,
            )
            if mark is None:
                raise ValueError(f"{name}: {parameter.name} has no kind")
            specs.append(
                ArgumentSpec(
                    parameter.name,
                    args.get(parameter.name, ""),
                    mark.kind,
                    parameter.default is not inspect.Parameter.empty,
                    mark.address,
                    filled.get(parameter.name, ""),
                )
            )
        registry.add_function(
            FunctionSpec(name, help, tuple(specs), returns, column, function, example)
        )
        return function

    return register


def command(
    *,
    name: str,
    label: str,
    help: str,  # noqa: A002 - the word of the ribbon
    icon: str,
    group: Group,
    shortcut: str = "",
    reads: str = "",
    writes: str = "",
    arguments: tuple[CommandArgument, ...] = (),
    recalculates: bool = False,
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Register a function as a button.

    `icon` is the name of one of Office's own icons (imageMso), `reads` and `writes` say
    in words what of the workbook the command looks at and changes.
    """

    def register(function: F) -> F:
        registry.add_command(
            CommandSpec(
                name,
                label,
                help,
                icon,
                group,
                function,
                shortcut,
                reads,
                writes,
                arguments,
                recalculates,
            )
        )
        return function

    return register


def _check_help(owner: str, text: str) -> None:
    if not re.search(r"[\u4e00-\u9fff]", text):
        raise ValueError(f"{owner} has no help in Chinese")
    if len(text) > LONGEST_HELP:
        raise ValueError(f"{owner}: help is longer than {LONGEST_HELP} characters")
