"""算式: one input derived from others (技改投资 ÷ 限额以上工业性投资).

An 算式 is read once into a small tree.  The same tree is worked out over all units,
written as a native formula, and shown with its numbers put in, so the three can't
disagree.  A missing figure or a divisor of 0 makes the result missing (G14).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from kpixl.errors import KpixlError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DerivationError(KpixlError):
    """An 算式 that can't be read: where (from 1), and what was expected there."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        self.text, self.position, self.reason = text, position, reason
        super().__init__(f"算式“{text}”读不懂:第{position}字,{reason}。")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the 算式, exactly as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """The figure of another input."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts and what joins them."""

    sign: Literal["+", "−", "×", "÷"]
    left: Arithmetic
    right: Arithmetic


@dataclass(frozen=True, slots=True)
class Either:
    """甲 或 乙: the first that there is, where a unit is asked for one of them (适用单位)."""

    left: Derivation
    right: Arithmetic


@dataclass(frozen=True, slots=True)
class Member:
    """分组=一类区、二类区: whether the unit is in one of these groups, or is one of these units."""

    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """The column that holds the answer, which no figure gives."""
        return f"{GROUP}={'、'.join(self.names)}"


GROUP, UNIT = "分组", "单位"  # what the roster says of a unit

Arithmetic: TypeAlias = Number | Name | Operation
Derivation: TypeAlias = Arithmetic | Either | Member

_SIGNS: Mapping[str, Literal["+", "−", "×", "÷"]] = {
    "+": "+", "-": "−", "−": "−", "–": "−", "*": "×", "×": "×", "/": "÷", "÷": "÷",
}  # fmt: skip
_STRENGTH = {"+": 1, "−": 1, "×": 2, "÷": 2}


def parse_derivation(text: str, names: Iterable[str]) -> Derivation:
    """Read an 算式 over the given input names; the longest name that fits is taken.

    >>> parse_derivation("本年 − 上年", ["本年", "上年"])
    Operation(sign='−', left=Name(name='本年'), right=Name(name='上年'))
    >>> parse_derivation("甲 或 乙", ["甲", "乙"])
    Either(left=Name(name='甲'), right=Name(name='乙'))
    >>> parse_derivation("分组=一类区、二类区", [])
    Member(names=('一类区', '二类区'))
    """
    reader = _Reader(text, names)
    if reader.body.startswith(f"{GROUP}="):
        listed = [n for n in reader.body.removeprefix(f"{GROUP}=").split("、") if n]
        if not listed:
            raise DerivationError(text, len(text) + 1, "此处应为分组或单位的名称,用顿号隔开")
        return Member(tuple(listed))
    tree = reader.choice()
    if reader.at < len(reader.body):
        raise reader.error("此处应为运算符或算式结束")
    return tree


class _Reader:
    """The place reached in an 算式; names are compared in one width and without spaces."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.text, self.at = text, 0
        spelled = [(unicodedata.normalize("NFKC", c), i) for i, c in enumerate(text)]
        kept = [(c, i) for part, i in spelled for c in part if not c.isspace()]
        self.body, self.index = "".join(c for c, _ in kept), [i for _, i in kept]
        known = ((_compact(name), name) for name in names if name)
        self.names = sorted(known, key=lambda pair: -len(pair[0]))

    def error(self, reason: str) -> DerivationError:
        place = self.index[self.at] if self.at < len(self.index) else len(self.text)
        return DerivationError(self.text, place + 1, reason)

    def choice(self) -> Derivation:
        tree: Derivation = self.sum()
        while self.body.startswith("或", self.at):
            self.at += 1
            tree = Either(tree, self.sum())
        return tree

    def sum(self) -> Arithmetic:
        tree: Arithmetic = self.product()
        while (sign := self._sign()) in ("+", "−"):
            self.at += 1
            tree = Operation(sign, tree, self.product())
        return tree

    def product(self) -> Arithmetic:
        tree: Arithmetic = self.part()
        while (sign := self._sign()) in ("×", "÷"):
            self.at += 1
            tree = Operation(sign, tree, self.part())
        return tree

    def part(self) -> Arithmetic:
        rest = self.body[self.at :]
        for spelled, name in self.names:
            if rest.startswith(spelled):
                self.at += len(spelled)
                return Name(name)
        if rest.startswith("("):
            self.at += 1
            tree = self.sum()
            if not self.body.startswith(")", self.at):
                raise self.error("括号没有配对")
            self.at += 1
            return tree
        return self._number(rest)

    def _number(self, rest: str) -> Number:
        digits = ""
        for c in rest:
            if not (c.isascii() and c.isdigit()) and c != ".":
                break
            digits += c
        damaged = digits.count(".") > 1 or digits[:1] == "." or digits[-1:] == "."
        if not digits or damaged or (digits[0] == "0" and digits[1:2] not in ("", ".")):
            raise self.error("此处应为数据项名称、数字或左括号")
        self.at += len(digits)
        if self.body.startswith("%", self.at):
            self.at += 1
            return Number(Decimal(digits) / 100)
        return Number(Decimal(digits))

    def _sign(self) -> Literal["+", "−", "×", "÷"] | None:
        return _SIGNS.get(self.body[self.at : self.at + 1])


def _compact(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def inputs_of(tree: Derivation) -> tuple[str, ...]:
    """The inputs that an 算式 names, each once, in order."""
    return tuple(dict.fromkeys(_names(tree)))


def _names(tree: Derivation) -> Iterator[str]:
    match tree:
        case Name(name):
            yield name
        case Operation(_, left, right) | Either(left, right):
            yield from _names(left)
            yield from _names(right)


def in_order(derivations: Mapping[str, Derivation]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Derived inputs so that each stands behind those it needs; and those in a circle."""
    done: list[str] = []
    waiting = dict(derivations)
    while waiting:
        ready = [n for n, tree in waiting.items() if not waiting.keys() & set(inputs_of(tree))]
        if not ready:
            break
        for name in ready:
            done.append(name)
            del waiting[name]
    return tuple(done), tuple(waiting)


def evaluate(tree: Derivation, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Work an 算式 out over all units.

    `columns` holds one array of shape (units,) an input, NaN for missing.  The
    result has that shape, taken at 15 significant digits as a spreadsheet shows it.

    >>> import numpy as np
    >>> tree = parse_derivation("甲 ÷ 乙", ["甲", "乙"])
    >>> evaluate(tree, {"甲": np.array([24.0, 3.0, 1.0]), "乙": np.array([40.0, 0.0, np.nan])})
    array([0.6, nan, nan])
    """
    import numpy as np

    shape = next(iter(columns.values())).shape if columns else (1,)
    return _snap(np.broadcast_to(np.asarray(_value(tree, columns), dtype=np.float64), shape))


def _value(
    tree: Derivation, columns: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64] | float:
    import numpy as np

    match tree:
        case Number(value):
            return float(value)
        case Name(name):
            return columns[name]
        case Member():
            return columns.get(tree.key, np.nan)  # unknown where nobody knows the units
        case Either(left, right):
            first = _value(left, columns)
            return np.where(np.isnan(first), _value(right, columns), first)
        case Operation(sign, left, right):
            a, b = _value(left, columns), _value(right, columns)
            if sign in ("+", "−"):
                # 8245.31 − 8145.31 has lost digits: those of its parts say which count
                return _snap(a + b if sign == "+" else a - b, np.maximum(np.abs(a), np.abs(b)))
            if sign == "×":
                return a * b
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(np.equal(b, 0), np.nan, np.divide(a, b))


def _snap(
    values: NDArray[np.float64] | float, size: NDArray[np.float64] | float | None = None
) -> NDArray[np.float64]:
    """15 significant digits, as a spreadsheet holds a figure that it shows.

    `size` is the size of the figures that these come from, where it is larger.
    """
    import numpy as np

    values = np.atleast_1d(np.asarray(values, dtype=np.float64))
    size = np.broadcast_to(np.abs(values) if size is None else size, values.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = 14 - np.floor(np.log10(size))
        scale = 10.0 ** np.clip(digits, 0, 22)
        snapped = np.rint(values * scale) / scale
    for at in np.flatnonzero(np.isfinite(values) & (values != 0) & ((digits < 0) | (digits > 22))):
        # Powers of ten are exact up to 10^22 only; figures of other sizes are rare.
        snapped[at] = float(f"{values[at]:.15g}")
    return np.where(np.isfinite(values) & (values != 0), snapped, values)


def to_excel(tree: Derivation, cell: Callable[[str], str]) -> str:
    """The 算式 as a native formula without its “=”; `cell` gives an input's reference.

    Shows "" where a figure is missing, is no number, or a divisor is 0.

    >>> to_excel(parse_derivation("甲 ÷ 乙 × 100", ["甲", "乙"]), {"甲": "C4", "乙": "D4"}.__getitem__)
    'IF(COUNT(C4,D4)<2,"",IF(D4=0,"",C4/D4*100))'
    """
    if isinstance(tree, Either):
        first, second = to_excel(tree.left, cell), to_excel(tree.right, cell)
        return f"IF(ISNUMBER({first}),{first},{second})"
    if isinstance(tree, Member):
        tests = [f'{cell(of)}="{name}"' for name in tree.names for of in (GROUP, UNIT)]
        return f'IF(OR({",".join(tests)}),"是","否")'
    formula = _formula(tree, cell, 0)
    for divisor in reversed(list(dict.fromkeys(_divisors(tree)))):
        formula = f'IF({_formula(divisor, cell, 3)}=0,"",{formula})'
    names = inputs_of(tree)
    if not names:
        return formula
    return f'IF(COUNT({",".join(map(cell, names))})<{len(names)},"",{formula})'


def _divisors(tree: Arithmetic) -> Iterator[Arithmetic]:
    """What is divided by, inner ones first: they must be tested before the outer."""
    if isinstance(tree, Operation):
        yield from _divisors(tree.left)
        yield from _divisors(tree.right)
        if tree.sign == "÷":
            yield tree.right


def _joined(tree: Operation, parts: tuple[str, str], signs: Sequence[str], least: int) -> str:
    strength = _STRENGTH[tree.sign]
    text = parts[0] + signs["+−×÷".index(tree.sign)] + parts[1]
    return f"({text})" if strength < least else text


def _formula(tree: Arithmetic, cell: Callable[[str], str], least: int) -> str:
    match tree:
        case Number(value):
            return f"{value:f}"
        case Name(name):
            return cell(name)
        case Operation(sign, left, right):
            strength = _STRENGTH[sign]
            parts = _formula(left, cell, strength), _formula(right, cell, strength + 1)
            return _joined(tree, parts, ("+", "-", "*", "/"), least)


def in_words(tree: Derivation, values: Mapping[str, float | None]) -> str:
    """The 算式 with its numbers put in, for a trace.

    >>> in_words(parse_derivation("甲 ÷ 乙", ["甲", "乙"]), {"甲": 24.0, "乙": 40.0})
    '甲 24 ÷ 乙 40'
    """
    return _words(tree, values, 0)


def _words(tree: Derivation, values: Mapping[str, float | None], least: int) -> str:
    match tree:
        case Number(value):
            return f"{value:f}"
        case Name(name):
            figure = values.get(name)
            return f"{name} {'(缺)' if figure is None or figure != figure else f'{figure:.15g}'}"
        case Member(groups):
            return f"{GROUP}为{'、'.join(groups)}"
        case Either(left, right):
            there = all((v := values.get(n)) is not None and v == v for n in inputs_of(left))
            return _words(left if there else right, values, least)
        case Operation(sign, left, right):
            strength = _STRENGTH[sign]
            parts = _words(left, values, strength), _words(right, values, strength + 1)
            return _joined(tree, parts, (" + ", " − ", " × ", " ÷ "), least)
