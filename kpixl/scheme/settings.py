"""The sheet 方案: keys and values that hold for the whole assessment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import get_args

from kpixl.address import a1
from kpixl.errors import RuleError
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet
from kpixl.numbers import read_number
from kpixl.rules import default_below
from kpixl.rules.grading import read_grading
from kpixl.rules.scheme_wide import DataRule
from kpixl.rules.statements import read_scheme_rule
from kpixl.scheme.headings import (
    FORM_COLUMNS,
    SETTING_COLUMNS,
    SETTINGS,
    find_headings,
    match,
    text_of,
)
from kpixl.scheme.items import MissingPolicy, NotApplicable, Scope, Ties

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "并列": get_args(Ties),
    "缺报": get_args(MissingPolicy),
    "不涉及": get_args(NotApplicable),
    "排名范围": get_args(Scope),
    "期间": ("年", "月"),
}
_REQUIRED = ("名称", "年度", "版本")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:年度?)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_RECURRING = re.compile(r"每年\d{1,2}月\d{1,2}日|每月\d{1,2}日")
_PIECES = re.compile(r"[;；\n]+")
_COLUMNS = re.compile(r"[、,，|｜;；\n]+")
_EQUALS = re.compile(r"[=＝:：]")


# What a sentence that holds for all figures says of a setting.
_SAID_BY: Mapping[tuple[str, str, str], str] = {
    ("缺报", "missing", "prior"): "上年值",
    ("缺报", "missing", "zero"): "按0",
    ("不涉及", "no_task", "item_full"): "满分",
}


@dataclass(frozen=True)
class Settings:
    """The settings as they were read; `texts` holds those of known keys, `extra` the rest."""

    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    year: int = 0
    decimals: int = 2
    deadlines: Mapping[str, str] = field(default_factory=dict)
    mark_factors: Mapping[str, Decimal] = field(default_factory=dict)
    total: Decimal | None = None
    default_rule: str = ""
    form: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """A setting's text, blank where it is not given."""
        return self.texts.get(key, "")

    def choice(self, key: str) -> str:
        """One of a setting's allowed values, its first where none is given."""
        given = self.texts.get(key, "")
        return given if given in _CHOICES[key] else _CHOICES[key][0]


def read_settings(file: str, sheet: Sheet) -> tuple[Settings, tuple[Finding, ...]]:
    """The settings of a sheet, and everything that is wrong with them."""
    rows, findings = _rows(file, sheet)
    rows = {key: (_said(key, text), place) for key, (text, place) in rows.items()}
    findings += list(_unknown_values(rows))
    findings += [
        finding("scheme-setting-missing", place=Place(file, sheet.name), name=key)
        for key in _REQUIRED
        if not rows.get(key, ("", None))[0]
    ]
    texts = {key: text for key, (text, _) in rows.items() if key in SETTINGS}
    places = {key: place for key, (_, place) in rows.items()}
    year = _YEAR.fullmatch(texts.get("年度", ""))
    if texts.get("年度") and not year:
        findings.append(
            _bad_value("年度", texts["年度"], places["年度"], "四位年份,如 2015", "空白")
        )
    decimals = texts.get("小数", "2")
    if not (decimals.isascii() and decimals.isdigit() and int(decimals) <= 6):
        findings.append(_bad_value("小数", decimals, places["小数"], "0 到 6 的整数", "2"))
        decimals = "2"
    total = read_number(texts.get("总分", ""))
    if texts.get("总分") and (total is None or total.unit not in ("", "分") or total.value <= 0):
        used = "没有写明"
        findings.append(_bad_value("总分", texts["总分"], places["总分"], "大于 0 的数", used))
        total = None
    deadlines, bad_dates = _deadlines(texts.get("截止", ""), places.get("截止", Place()))
    factors, bad_factors = _factors(texts.get("口径", ""), places.get("口径", Place()))
    default_rule, bad_rule = _readable("默认规则", default_below, texts, places)
    _, bad_grades = _readable("等次", read_grading, texts, places)
    settings = Settings(
        texts=texts,
        places=places,
        extra={key: text for key, (text, _) in rows.items() if key not in SETTINGS},
        year=int(year[1]) if year else 0,
        decimals=int(decimals),
        deadlines=deadlines,
        mark_factors=factors,
        total=None if total is None else total.value,
        default_rule=default_rule,
        form=tuple(filter(None, (p.strip() for p in _COLUMNS.split(texts.get("表样", ""))))),
    )
    return settings, (
        *findings,
        *bad_dates,
        *bad_factors,
        *bad_rule,
        *bad_grades,
        *_form(texts, places),
    )


def _form(texts: Mapping[str, str], places: Mapping[str, Place]) -> Iterator[Finding]:
    """表样: headings of a form, each of them known, with what no form can do without."""
    headings = [h for h in _COLUMNS.split(texts.get("表样", "")) if h.strip()]
    known = [match(h, FORM_COLUMNS) for h in headings]
    lacking = [r for r in ("数据项", "填报值") if r not in known] if headings else []
    unknown = [h.strip() for h, role in zip(headings, known, strict=True) if role is None]
    if lacking or unknown or len(set(known)) < len(known):
        choices = "填报表的列名,用顿号隔开,各不相同,其中有“数据项”和“填报值”"
        found = "、".join(unknown) or texts["表样"]
        yield _bad_value("表样", found, places["表样"], choices, "能认出的各列")


def _readable(
    key: str,
    read: Callable[[str], object],
    texts: Mapping[str, str],
    places: Mapping[str, Place],
) -> tuple[str, list[Finding]]:
    """A setting that is a clause of its own, blank where it can't be read."""
    clause = texts.get(key, "")
    try:
        if clause:
            read(clause)
    except RuleError as error:
        where = f"第{error.position}字“{error.phrase}”," if error.position else ""
        return "", [
            finding(
                "scheme-clause-unread",
                place=places[key],
                found=clause,
                name=key,
                reason=where + error.reason,
                wanted=error.expected,
            )
        ]
    return clause, []


def _rows(file: str, sheet: Sheet) -> tuple[dict[str, tuple[str, Place]], list[Finding]]:
    """Key -> value and the value's place; unknown keys keep their own wording."""
    key_column, value_column, first = _columns(sheet)
    rows: dict[str, tuple[str, Place]] = {}
    findings: list[Finding] = []
    for number in range(first, len(sheet.rows) + 1):
        written = text_of(sheet.value(number, key_column))
        value = text_of(sheet.seen(number, value_column))
        key = match(written, SETTINGS)
        if not written or (key is None and (not value or _merged_line(sheet, number, key_column))):
            continue  # a title, or a remark across the sheet
        place = Place(file, sheet.name, a1(number, key_column))
        if key is None:
            choices = "、".join(SETTINGS)
            findings.append(
                finding(
                    "scheme-setting-unknown",
                    place=place,
                    found=written,
                    name=written,
                    choices=f"下列之一:{choices}",
                )
            )
        elif key in rows:
            findings.append(finding("scheme-name-repeated", place=place, name=key))
            continue
        rows[key or written] = (value, Place(file, sheet.name, a1(number, value_column)))
    return rows, findings


def _columns(sheet: Sheet) -> tuple[int, int, int]:
    """Key column, value column, and the first row that may hold a setting."""
    headings = find_headings(sheet, SETTING_COLUMNS, needs=("设置项", "取值"))
    if headings is not None and {"设置项", "取值"} <= headings.columns.keys():
        return headings.columns["设置项"], headings.columns["取值"], headings.bottom + 1
    for row, column, value in sheet.filled():
        if isinstance(value, str) and match(value, SETTINGS) and sheet.value(row, column + 1):
            return column, column + 1, 1
    return 1, 2, 1


def _merged_line(sheet: Sheet, row: int, column: int) -> bool:
    return any((row, column) in area and area.right > area.left for area in sheet.merged)


def _bad_value(key: str, found: str, place: Place, choices: str, used: str) -> Finding:
    return finding(
        "scheme-setting-value", place=place, found=found, name=key, choices=choices, used=used
    )


def _said(key: str, text: str) -> str:
    """The value of a setting that is written as a sentence (无当年数据的,采用上年数据)."""
    rule = _data_rule(text) if key in ("缺报", "不涉及") and text not in _CHOICES[key] else None
    if rule is None or rule.about:
        return text
    return _SAID_BY.get((key, rule.when, rule.take), text)


def _data_rule(text: str) -> DataRule | None:
    """The data rule that a text is, None where it is none or more than one."""
    try:
        rule = read_scheme_rule(text)
    except RuleError:
        return None
    return rule if isinstance(rule, DataRule) else None


def _unknown_values(rows: Mapping[str, tuple[str, Place]]) -> Iterator[Finding]:
    for key, choices in _CHOICES.items():
        text, place = rows.get(key, ("", Place()))
        if text and text not in choices:
            yield _bad_value(key, text, place, "下列之一:" + "、".join(choices), choices[0])


def read_date(text: str) -> str | None:
    """A date as 2016-01-15, or a recurring one (每月1日) in its own words; else None.

    >>> read_date("2016年1月15日"), read_date("每月1日"), read_date("1月底")
    ('2016-01-15', '每月1日', None)
    """
    compact = "".join(text.split())
    if _RECURRING.fullmatch(compact):
        return compact
    match_ = _DATE.fullmatch(compact)
    try:
        return date(*map(int, match_.groups())).isoformat() if match_ else None
    except ValueError:
        return None


def _deadlines(text: str, place: Place) -> tuple[dict[str, str], list[Finding]]:
    """截止: form=date, several with semicolons; a bare date holds for every form ("")."""
    deadlines: dict[str, str] = {}
    findings: list[Finding] = []
    for piece in filter(None, (p.strip() for p in _PIECES.split(text))):
        name, *rest = _EQUALS.split(piece, maxsplit=1)
        day = read_date(rest[0] if rest else name)
        if day is None:
            findings.append(
                finding("scheme-deadline", place=place, found=piece, name=name if rest else "截止")
            )
        else:
            deadlines[name.strip() if rest else ""] = day
    return deadlines, findings


def _factors(text: str, place: Place) -> tuple[dict[str, Decimal], list[Finding]]:
    """口径: mark=coefficient, in percent or as a number, or the sentence that says so."""
    factors: dict[str, Decimal] = {}
    findings: list[Finding] = []
    for piece in filter(None, (p.strip() for p in _PIECES.split(text))):
        name, *rest = _EQUALS.split(piece, maxsplit=1)
        number = read_number(rest[0]) if rest else None
        rule = None if rest else _data_rule(piece)
        if rule is not None and rule.take == "share" and rule.number is not None:
            factors[rule.mark] = rule.number / 100
        elif number is None or number.unit not in ("", "%"):
            wanted = "“口径名称=系数”,系数如 60% 或 0.6,多项用分号隔开"
            findings.append(_bad_value("口径", piece, place, wanted, "没有这一口径"))
        else:
            factors[name.strip()] = number.value / 100 if number.unit else number.value
    return factors, findings
