"""Numbers as people type them, read exactly or not at all (G10).

A figure that came in as text is only ever proposed back to the submitter, so what
counts here is never to guess: a text with two readings gives None.  Units of
measure are converted exactly; 15亩 is 1公顷, 2000万 is 0.2 where 亿元 are wanted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from kpixl.patterns import lazily


@dataclass(frozen=True, slots=True)
class NumberReading:
    """The number in a text, in the unit that was wanted.

    `unit` is the unit of measure as it stood in the text.  `approximate` says that
    the text itself calls the number inexact (约, 左右, 余); `repaired` that a 。 was
    taken for the decimal point.  Either makes the value a proposal at most.
    """

    value: Decimal
    unit: str = ""
    approximate: bool = False
    repaired: bool = False

    @property
    def plain(self) -> str:
        """The value without exponent and needless zeros.

        >>> NumberReading(Decimal("1.20E+3")).plain
        '1200'
        """
        text = f"{self.value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


_TEN = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_PREFIXES = {"": 1} | {
    p: 10 ** sum(_TEN[c] for c in p)
    for p in ("十", "百", "千", "万", "亿", "十万", "百万", "千万", "十亿", "百亿", "千亿", "万亿")
}

# Name of a unit -> (what it measures, how many of the base unit it is).
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (kind, Fraction(size))
    for kind, members in {
        "元": {"元": "1", "块": "1", "人民币": "1"},
        "美元": {"美元": "1", "美金": "1"},
        "平方米": {
            "平方米": "1", "平米": "1", "m2": "1", "平方": "1", "平方公里": "1000000",
            "平方千米": "1000000", "km2": "1000000", "公顷": "10000", "hm2": "10000",
            "亩": "2000/3",
        },
        "米": {"米": "1", "m": "1", "公里": "1000", "千米": "1000", "km": "1000"},
        "吨": {"吨": "1", "t": "1", "公斤": "1/1000", "千克": "1/1000", "kg": "1/1000"},
        "吨标准煤": {"吨标准煤": "1", "吨标煤": "1", "tce": "1"},
        "千瓦时": {"千瓦时": "1", "度": "1", "kwh": "1"},
        "%": {"%": "1", "个百分点": "1", "百分点": "1", "‰": "1/10"},
        "人": {"人": "1", "名": "1", "位": "1"},
        "家": {"家": "1", "户": "1"},
        "月": {"月": "1", "个月": "1"},
    }.items()
    for name, size in members.items()
}  # fmt: skip
_COUNTING = frozenset("个家户项条次件场批台套篇起例宗处所座份期") | {"批次"}


@lru_cache(maxsize=512)
def _measure(unit: str) -> tuple[str, Fraction]:
    """What a unit measures, and its size in the base unit of that."""
    top, slash, bottom = unit.partition("/")
    if slash and top and bottom:
        (kind, size), (per, share) = _measure(top), _measure(bottom)
        return f"{kind}/{per}", size / share
    if unit in _UNITS:
        return _UNITS[unit]
    for prefix in ("万亿", "千万", "百万", "万", "亿", "千", "百", "十"):
        rest = unit.removeprefix(prefix)
        if rest != unit and (rest in _UNITS or rest in _COUNTING):
            kind, size = _measure(rest)
            return kind, size * _PREFIXES[prefix]
    return unit, Fraction(1)


def _spelled(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("每", "/").replace("∕", "/").lower()


@lru_cache(maxsize=1024)  # all forms of a scheme ask in the same units
def conversion(found: str, wanted: str) -> Fraction | None:
    """How many wanted units one found unit is; None where they measure different things.

    >>> conversion("万元", "亿元"), conversion("公顷", "亩"), conversion("家", "亿元")
    (Fraction(1, 10000), Fraction(15, 1), None)
    """
    (kind, size), (goal, share) = _measure(_spelled(found)), _measure(_spelled(wanted))
    # 个 counts anything; other counting words name a kind of thing.
    counted = "个" in (kind, goal) and {kind, goal} <= _COUNTING | {"人", "家"}
    return size / share if kind == goal or counted else None


def is_measure(text: str) -> bool:
    """Whether a text is a unit of measure (亿元, %, 万元/亩) and nothing else.

    >>> is_measure("亿元"), is_measure("万元/亩"), is_measure("星海街道")
    (True, True, False)
    """
    unit = _spelled("".join(text.split()))
    kinds = {kind for kind, _ in _UNITS.values()} | _COUNTING
    return bool(unit) and all(_measure(part)[0] in kinds for part in unit.split("/"))


_ABOUT = lazily(r"^(?:大约为?|大概为?|约为?|将近|接近|近)")
_ROUGHLY = lazily(r"(?:左右|上下)$")
_SIGN = lazily(r"^(?:[+\-−–]|负)")
_ARABIC = lazily(r"(\d{1,3}(?:,\d{3})+|\d+)(?:([.。])(\d+))?(?:e([+-]?\d{1,2}))?")
_CHINESE = lazily(r"[零一二三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+[万亿]?)?")
_TAIL = lazily(r"^(万亿|[十百千]?[万亿]|[十百千])?([余多来])?(.*)$")
_VARIANTS = str.maketrans(
    "〇两壹贰叁肆伍陆柒捌玖拾佰仟萬億點", "零二一二三四五六七八九十百千万亿点"
)
_DIGITS = "零一二三四五六七八九"


def read_number(text: str, unit: str = "") -> NumberReading | None:
    """The number in a text, converted to a unit of measure; None where it can't be read.

    A number without a unit is taken to be in the wanted one; 万 or 亿 at its end
    count base units then (2000万 is 2000万元).  With no unit wanted, 2000万元 gives
    20000000 and 8% gives 8: percent figures are in points everywhere.

    >>> read_number("2000万", "亿元").value, read_number("1,234.5").value
    (Decimal('0.2'), Decimal('1234.5'))
    >>> read_number("约30家", "家").approximate, read_number("12,5"), read_number("30吨", "家")
    (True, None, None)
    >>> read_number("288。").value
    Decimal('288')
    """
    if any(unicodedata.category(c) == "No" and c != "²" for c in text):
        return None  # ① and ½ would turn into other figures below
    body = unicodedata.normalize("NFKC", text).strip().lower()
    if re.search(r"[\d.,。]\s+[\d.,。]", body):
        return None
    body = re.sub(r"\s", "", body)
    body, stops = re.subn(r"(?<=[^。;])[。;]$", "", body)
    body, near = _ABOUT.subn("", body)
    body, rough = _ROUGHLY.subn("", body)
    body = re.sub(r"^(?:人民币|rmb|¥)", "", body)
    sign = -1 if (found := _SIGN.match(body)) and found[0] != "+" else 1
    body = _SIGN.sub("", body, count=1)
    if body.startswith("百分之"):
        body = body.removeprefix("百分之") + "%"
    number = _amount(body)
    if number is None:
        return None
    value, scaled, more, repaired, rest = number
    factor = _factor(rest, _spelled(unit), scaled)
    if factor is None:
        return None
    return NumberReading(
        value=_decimal(sign * value * factor),
        unit=rest,
        approximate=bool(near or rough or more),
        repaired=repaired or bool(stops),
    )


def _factor(found: str, wanted: str, scaled: int) -> Fraction | None:
    """What a figure is multiplied by to be in the wanted unit.

    `scaled` is the multiplier (万, 亿 …) at the end of the figure, which the figure
    already contains; 1 for none.
    """
    if not wanted:
        return _measure(found)[1] / _measure(_bare(found))[1] if found else Fraction(1)
    if found:
        return conversion(found, wanted)
    bare = _bare(wanted)
    if scaled == 1 or bare == wanted:
        return Fraction(1)
    # 3千 where 亿元 are wanted: 3000元 or 3000亿元?  Only 万 and 亿 are said of bare 元.
    return conversion(bare, wanted) if scaled >= 10_000 else None


def _bare(unit: str) -> str:
    """The unit without a multiplier of its own: 亿元 -> 元, 万元/亩 -> 元/亩."""
    top, slash, bottom = unit.partition("/")
    if top not in _UNITS:
        for prefix in ("万亿", "千万", "百万", "万", "亿", "千", "百", "十"):
            rest = top.removeprefix(prefix)
            if rest != top and (rest in _UNITS or rest in _COUNTING):
                top = rest
                break
    return top + slash + bottom


def _amount(body: str) -> tuple[Fraction, int, bool, bool, str] | None:
    """Figure, multiplier at its end, 余/多 seen, 。 seen, and the unit that follows."""
    total, last, repaired = Fraction(0), None, False
    while True:
        part = _one(body)
        if part is None:
            return None
        value, scale, dot, body = part
        tail = _TAIL.match(body)
        if tail is None:  # the pattern takes any text
            return None
        mult, more, rest = tail[1] or "", tail[2] or "", tail[3]
        if body in _UNITS:  # 千克 and 百分点 begin like a multiplier
            mult, more, rest = "", "", body
        if mult:
            if scale > 1 and scale >= _PREFIXES[mult]:
                return None
            value, scale = value * _PREFIXES[mult], scale * _PREFIXES[mult]
        if last is not None and (scale == 1 or scale >= last or value >= last):
            return None  # 3万5, 1万2亿
        total, repaired = total + value, repaired or dot
        if rest and (rest[0].isdigit()) and scale > 1 and not more:
            last, body = scale, rest
            continue
        if any(c.isdigit() for c in _UNITLESS.sub("", rest)) or _BOUND.search(rest):
            return None
        return total, (scale if last is None else min(scale, last)), bool(more), repaired, rest


_UNITLESS = lazily(r"m2|km2|hm2")
_BOUND = lazily(r"以上|以下|以内|以外|至|到|[~—<>≥≤?]")


def _one(body: str) -> tuple[Fraction, int, bool, str] | None:
    """The figure at the start: value, its multiplier, 。 seen, what follows."""
    match = _ARABIC.match(body)
    if match:
        whole, point, decimals, power = match.groups()
        whole = whole.replace(",", "")
        rest = body[match.end() :]
        if (len(whole) > 1 and whole[0] == "0") or rest[:1] in (".", ",", "。"):
            return None
        value = Fraction(f"{whole}.{decimals or 0}")
        return value * Fraction(10) ** int(power or 0), 1, point == "。", rest
    spoken = body.translate(_VARIANTS)
    match = _CHINESE.match(spoken)
    if not match:
        return None
    figure, rest = match[0], body[match.end() :]
    for name in sorted(_UNITS, key=len, reverse=True):
        # 三千克 and 五百分点 end where their unit begins.
        at = spoken.find(name)
        if 0 < at < match.end() < at + len(name):
            figure, rest = spoken[:at], body[at:]
            break
    read = _spoken(figure)
    return None if read is None else (*read, False, rest)


def _spoken(figure: str) -> tuple[Fraction, int] | None:
    """A figure in Chinese numerals, and the 万 or 亿 that it ends in."""
    scale = {"万": 10**4, "亿": 10**8}.get(figure[-1], 1)
    whole, point, decimals = figure.partition("点")
    if point:
        stem = decimals.rstrip("万亿")
        digits = "".join(str(_DIGITS.index(c)) for c in stem)
        head = _whole(whole)
        if head is None:
            return None
        return Fraction(f"{head}.{digits}") * scale, scale
    value = _whole(whole)
    return None if value is None else (Fraction(value), scale)


def _whole(numeral: str) -> int | None:
    """A whole number in Chinese numerals; None unless it is spelled in full.

    Reading is lenient, but the result spelled out again must be the text: so 三千五
    and 一百二, which say one thing and may mean another, are refused.
    """
    total = section = digit = 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS.index(c)
        elif c in "十百千":
            section += (digit or 1) * 10 ** _TEN[c]
            digit = 0
        else:
            section += digit
            total = (total + section) * 10**8 if c == "亿" else total + section * 10**4
            section = digit = 0
    total += section + digit
    short = numeral[1:] if numeral.startswith("一十") else numeral
    return total if total < 10**12 and _spell(total) == short else None


def _spell(number: int) -> str:
    """A whole number below 10^12 in Chinese numerals, 十 without its 一 at the start."""
    if number == 0:
        return "零"
    out, gap = "", False
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = number // size % 10_000
        if section == 0:
            gap = bool(out)
            continue
        text = ""
        for power, mark in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
            d = section // 10**power % 10
            if d:
                lead = text or out
                if (gap or (power < 3 and section // 10 ** (power + 1) % 10 == 0)) and lead:
                    text += "零"
                text, gap = text + _DIGITS[d] + mark, False
        out += text + name
    return out.removeprefix("一") if out.startswith("一十") else out


def _decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal: exact where it ends, else 15 significant digits."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    with localcontext() as context:
        context.prec = 60 if rest == 1 else 15
        result = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(int(result)) if result == result.to_integral_value() else result.normalize()


# What a number format shows as it is: quoted, escaped, filling a cell (*%), taking its room (_%).
_LITERAL = lazily(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


def shows_percent(number_format: str) -> bool:
    """Whether a number format shows the figure times 100 with a percent sign.

    >>> shows_percent("0.00%"), shows_percent('0.00"%"'), shows_percent("0_%")
    (True, False, False)
    """
    return "%" in number_format and "%" in _LITERAL.sub("", number_format)
