"""等次: which place or total makes a unit 优秀, 良好, 达标 …, read from the scheme's own words.

Like a scoring clause, a grade clause is read completely or refused.  A unit that meets
several conditions gets the best of them, whatever the order of the sentence: places come
before totals, fewer places before more, higher totals before lower ones, 其余 is last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from kpixl.errors import RuleError
from kpixl.rules.model import Assumption
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.printing import number
from kpixl.rules.scanner import check_damage, effects_outside_names, read_numeral


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade and what it takes; every bound that is given must hold.

    `first` and `last` are places, `share` is the best part of all ranked units (0.2: the
    first 20 %), `low` and `high` bounds of the total, which hold the bound itself unless
    it is open.  `rest` takes whoever has no other grade.
    """

    name: str
    first: int | None = None
    last: int | None = None
    share: Decimal | None = None
    low: Decimal | None = None
    low_open: bool = False
    high: Decimal | None = None
    high_open: bool = False
    rest: bool = False

    @property
    def by_place(self) -> bool:
        """Whether the grade asks for a place."""
        return self.last is not None or self.share is not None

    @property
    def by_total(self) -> bool:
        """Whether the grade asks for a total."""
        return self.low is not None or self.high is not None

    def takes(self, total: float, rank: float | None, count: int | None) -> bool:
        """Whether a unit meets every bound."""
        if self.by_place:
            if rank is None:
                return False
            first, last = self.first or 1, self.last or float("inf")
            # 20 % of 15 units are three: a binary product may fall short of it
            within = self.share is None or (
                count is not None and Decimal(f"{rank:.15g}") <= self.share * count
            )
            if not (first <= rank <= last and within):
                return False
        exact = Decimal(f"{total:.15g}")
        if self.low is not None and (exact < self.low or (self.low_open and exact == self.low)):
            return False
        if self.high is None:
            return True
        return exact < self.high or (exact == self.high and not self.high_open)

    def canonical(self) -> str:
        """The grade in canonical wording."""
        parts: list[str] = []
        if self.share is not None:
            parts.append(f"前{number(self.share * 100)}%")
        if self.last is not None:
            first = self.first or 1
            parts.append(f"前{self.last}名" if first == 1 else f"第{first}-{self.last}名")
        if self.by_total:
            text = ""
            if self.low is not None:
                text = f"{number(self.low)}分以上" + ("(不含)" if self.low_open else "")
            if self.high is not None:
                high = number(self.high)
                text += f"不满{high}分" if self.high_open else f"{high}分以下"
            parts.append(text)
        return ("其余" if self.rest else "且".join(parts)) + "为" + self.name

    @property
    def _order(self) -> tuple[float, ...]:
        """Better grades first."""
        if self.rest:
            return (3,)
        if self.by_place:
            most = float(self.last) if self.last is not None else float("inf")
            return (1, most, float(self.share or 1), not self.by_total)
        low = float("-inf") if self.low is None else float(self.low)
        return (2, -low, not self.low_open)


@dataclass(frozen=True, slots=True)
class GradeRule:
    """A grade clause that was read completely; grades in the order of the sentence."""

    source: str
    grades: tuple[Grade, ...]
    assumptions: tuple[Assumption, ...] = ()

    @property
    def canonical(self) -> str:
        """The clause read back; reading it gives the same grades."""
        return ";".join(g.canonical() for g in self.grades)

    @property
    def needs_rank(self) -> bool:
        """Whether any grade asks for a place."""
        return any(g.by_place for g in self.grades)

    @property
    def needs_count(self) -> bool:
        """Whether any grade is a share of the ranked units."""
        return any(g.share is not None for g in self.grades)

    def grade(
        self, total: float | None, rank: float | None = None, count: int | None = None
    ) -> str | None:
        """The grade of a unit, None where it gets none.

        `total` None (an incomplete unit) has no grade, nor has a unit without a place
        where the clause asks for places anywhere (G12).  `count` is the number of ranked
        units, which a share (前20%) is taken of.

        >>> rule = parse_grades("取前三名为优秀单位,80分以上(含)为达标单位。")
        >>> [rule.grade(78.6, 3), rule.grade(80, 4), rule.grade(79.99, 4)]
        ['优秀', '达标', None]
        """
        if total is None or (self.needs_rank and rank is None):
            return None
        ordered = sorted(self.grades, key=lambda g: g._order)
        return next((g.name for g in ordered if g.takes(total, rank, count)), None)


@lru_cache(maxsize=256)
def parse_grades(clause: str) -> GradeRule:
    """Read a grade clause completely, or refuse it (RuleError).

    以上 and 以下 hold the number itself unless (不含) says otherwise.

    >>> parse_grades("90分以上为优秀,80—89分为良好;其余为一般").canonical
    '90分以上为优秀;80分以上不满90分为良好;其余为一般'
    """
    normal = normalise(clause)
    if not normal.text.strip():
        raise RuleError(clause, 0, "", "没有内容", "如“前3名为优秀;80分以上为达标”")
    check_damage(normal)
    reader = _Reader(normal)
    grades = reader.grades()
    closed, closed_up = _without_gaps(grades)
    _check(normal, closed)
    return GradeRule(clause, closed, tuple(_assumptions(normal, closed, closed_up)))


# -- reading -------------------------------------------------------------------------------

_N = r"[0-9]+(?:\.[0-9]+)?"
_CN = r"(?:[0-9]+|[一二两三四五六七八九十百]+)"
_TO = r"(?:-|~|—+|至|到)"
_TOTAL = r"(?:年度|考核|综合|评价|最终|考评)*(?:总得分|得分|总分|分数|成绩)"
_AMONG = r"(?:位列|列|居|进入|在)?(?:全[省市县区]|全部|本组|本类|同组)?"
_IN = r"(?:为|是|在|须|应|需|要|达到|达)*"


def _held(group: str) -> str:
    return rf"(?:\((?P<{group}>不含|含)(?:本数|(?P<{group}_n>{_N})分?)?\))?"


_LEAD = re.compile(
    r"(?:奖励)?(?:根据|按照|按|依据)(?:年度|考核|综合)*(?:得分|总分|分数|成绩|结果|名次)"
    r"(?:的?高低|情况|从高到低|排名|排序|的?次序)*,?"
)
_HEADING = re.compile(
    r"(?:年度|考核|考评|评价)*(?:结果|等次|等级)?(?:共?分为|分成|分|设|设为)"
    rf"(?P<names>[^,;:。0-9()]+?)(?:(?P<n>{_CN})个)?(?:等次|等级|档次|档|等)?[,:;。\n]"
)
_PLACES = (
    re.compile(
        rf"(?:排名|名次|位次|排位)?{_IN}第(?P<a>{_CN})(?:名|位)?{_TO}第?(?P<b>{_CN})(?:名|位)"
    ),
    re.compile(rf"(?:排名|名次|位次|排位)?{_IN}第(?P<a>{_CN})(?:名|位)"),
    re.compile(rf"(?:排名|名次|位次|排位)?{_AMONG}前(?P<b>{_CN})(?:名|位)"),
    re.compile(rf"(?:排名|名次|位次|排位){_AMONG}前(?P<b>{_CN})(?![0-9%.名位])"),
)
_SHARE = re.compile(
    rf"(?:{_TOTAL})?(?:排名|名次|位次|排位)?{_AMONG}前(?P<s>{_N})%(?:\(含\))?(?:以内)?"
)
_SCORES = (
    # 80分(含)-90分(不含)
    re.compile(rf"(?P<low>{_N})分?{_held('a')}{_TO}(?P<high>{_N})分{_held('b')}(?:之间)?"),
    # 80分以上(含)
    re.compile(rf"(?P<low>{_N})分{_held('a')}(?:及其以上|及以上|以上){_held('b')}"),
    # 达到80分
    re.compile(rf"(?:达到|达|不低于|不少于|大于等于|大于或等于|≥|>=)(?P<low>{_N})分"),
    # 超过80分
    re.compile(rf"(?P<open>高于|超过|大于|>)(?P<low>{_N})分"),
    # 60分以下
    re.compile(rf"(?P<high>{_N})分{_held('a')}(?:及其以下|及以下|以下){_held('b')}"),
    # 不满60分
    re.compile(rf"(?P<open>不满|不足|低于|不到|未达到|未达|小于|<)(?P<high>{_N})分"),
    # 不超过90分
    re.compile(rf"(?:不高于|不超过|不大于|小于等于|≤|<=)(?P<high>{_N})分"),
)
_TOTALS = re.compile(rf"{_TOTAL}{_IN}(?=[0-9达不大高超低未小≥≤<>])")
_AND = re.compile(r",?(?:并且|而且|且|同时)(?=.)")
_PAUSE = re.compile("[,、]")
_REST = re.compile(r"(?:其余|其他|其它|剩余)(?:的)?(?:单位|各单位)?")
_GIVEN = re.compile(
    r"(?:的?(?:单位|企业|部门|个人)|的|者)?,?(?:评定为|评为|确定为|认定为|定为|列为|计为|授予|为|是|:|=)"
)
_NAME = re.compile(r"[A-Za-z\u4e00-\u9fff]{1,10}(?:\([甲乙丙丁戊]\)[类级等档])?")
_OWNER = re.compile(r"(?:的?(?:单位|企业|部门|个人|等次|档次)|的)$")
_NAMED_FIRST = re.compile(rf"(?:单位)?(?:,?{_TOTAL}{_IN}|:|为)(?=[0-9第前达不大高超低未小≥≤<>])")
_BREAK = re.compile(r"[,;。、\n]+")
_TAKE = re.compile(r"(?:选取|评选|评定|确定|取|评)(?=[前第])")

# Names of grades that contain words which elsewhere alter a score (达 …).
_KNOWN = re.compile(
    r"(?:基本|不|未)?达标(?:奖)?|(?:基本|不|未)?合格|(?:基本|不)?称职|[一二三四五特]等奖?"
    r"|[一二三四五][级档类]|[A-Z](?:\([甲乙丙丁戊]\))?[级类档等]?|[甲乙丙丁戊][级类档等]?"
)


class _Reader:
    """Goes through the sentence from left to right; what does not fit is refused."""

    def __init__(self, normal: Normal) -> None:
        self.normal, self.text, self.at = normal, normal.text, 0

    def refusal(self, reason: str, wanted: str, start: int | None = None) -> RuleError:
        at = self.at if start is None else start
        stop = min(len(self.text), at + 8)
        return RuleError(
            self.normal.original,
            self.normal.position(at),
            self.normal.phrase(at, stop) or "句末",
            reason,
            wanted,
        )

    def take(self, *patterns: re.Pattern[str]) -> re.Match[str] | None:
        """The first pattern that matches here; reading goes on behind it."""
        for pattern in patterns:
            match = pattern.match(self.text, self.at)
            if match:
                self.at = match.end()
                return match
        return None

    def grades(self) -> tuple[Grade, ...]:
        heading = self.take(_HEADING)
        found: list[Grade] = []
        self.take(_BREAK)
        while self.at < len(self.text):
            self.take(_LEAD)
            self.take(_TAKE)
            found.append(self.statement())
            if self.at < len(self.text) and not self.take(_BREAK):
                raise self.refusal("这里不该有这些字", "分号或句号")
        if not found:
            raise self.refusal("没有说明等次如何确定", "如“前3名为优秀;80分以上为达标”", 0)
        if heading:
            self.check_heading(heading, found)
        return tuple(found)

    def statement(self) -> Grade:
        """前3名为优秀, or 优秀:前3名."""
        start = self.at
        bounds = self.condition()
        if bounds is not None:
            if not self.take(_GIVEN):
                raise self.refusal("看不出这是哪一等次", "“为”和等次名称")
            return replace(bounds, name=self.name())
        self.at = start
        for length in range(1, 11):
            end = start + length
            name = _NAME.fullmatch(self.text, start, end)
            link = _NAMED_FIRST.match(self.text, end) if name else None
            if name and link:
                self.at = link.end()
                bounds = self.condition()
                if bounds is None:
                    break
                return replace(bounds, name=self.checked(name[0], start))
        self.at = start
        raise self.refusal("看不出等次的条件", "如“前3名”“80分以上”“其余”")

    def condition(self) -> Grade | None:
        """One bound, or several that are joined by 且."""
        if self.take(_REST):
            return Grade("", rest=True)
        found = self.bound(Grade(""))
        if found is None:
            return None
        while True:
            start = self.at
            joined = self.take(_AND)
            if not joined:
                self.take(_PAUSE)
            more = self.bound(found)
            if more is None:
                if joined:
                    raise self.refusal("“且”后面没有条件", "如“80分以上”")
                self.at = start
                return found
            half = (found.low is None) != (found.high is None) and not more.by_place
            if not joined and not half:
                # 前3名、90分以上: both, or either?
                raise self.refusal("两个条件之间没有“且”", "“且”,或各写一句", start)
            found = more

    def bound(self, known: Grade) -> Grade | None:
        """One more bound, or None where there is none."""
        start = self.at
        place = self.take(*_PLACES)
        if place:
            return self.place(known, place, start)
        share = self.take(_SHARE)
        if share:
            if known.by_place:
                raise self.refusal("名次写了两次", "一个名次条件", start)
            return replace(known, share=Decimal(share["s"]) / 100)
        self.take(_TOTALS)
        score = self.take(*_SCORES)
        if not score:
            self.at = start
            return None
        return self.score(known, score, start)

    def place(self, known: Grade, match: re.Match[str], start: int) -> Grade:
        parts = match.groupdict()
        last = read_numeral(parts.get("b") or parts.get("a") or "")
        first = read_numeral(parts["a"]) if parts.get("a") else Decimal(1)
        if known.by_place:
            raise self.refusal("名次写了两次", "一个名次条件", start)
        if first is None or last is None or not 1 <= first <= last:
            raise self.refusal("名次不对", "如“前3名”“第4-8名”", start)
        return replace(known, first=int(first), last=int(last))

    def score(self, known: Grade, match: re.Match[str], start: int) -> Grade:
        parts = match.groupdict()
        low, high = parts.get("low"), parts.get("high")
        ranged = bool(low and high)
        marks = [parts.get("a"), parts.get("b")]
        numbers = [parts.get("a_n"), parts.get("b_n")]
        ends = [low, high] if ranged else [low or high] * 2
        for stated, end in zip(numbers, ends, strict=True):
            if stated is not None and Decimal(stated) != Decimal(end or 0):
                raise self.refusal("括号里的数与前面的不一致", "同一个数", start)
        if not ranged:
            said = [m for m in marks if m]
            if len(set(said)) > 1:
                raise self.refusal("既写“含”又写“不含”", "其中之一", start)
            marks = [said[0] if said else None] * 2
        strict = bool(parts.get("open"))
        if (low and known.low is not None) or (high and known.high is not None):
            raise self.refusal("分数界限写了两次", "一个下限、一个上限", start)
        found = known
        if low:
            found = replace(found, low=Decimal(low), low_open=strict or marks[0] == "不含")
        if high:
            found = replace(found, high=Decimal(high), high_open=strict or marks[1] == "不含")
        if found.low is not None and found.high is not None:
            empty = found.low > found.high
            if empty or (found.low == found.high and (found.low_open or found.high_open)):
                raise self.refusal("下限大于上限", "下限不大于上限", start)
        return found

    def name(self) -> str:
        start = self.at
        match = self.take(_NAME)
        if not match:
            raise self.refusal("没有等次名称", "如“优秀”“达标”")
        return self.checked(match[0], start)

    def checked(self, text: str, start: int) -> str:
        """A grade's name without 单位 behind it; no words that may be a condition."""
        name = _OWNER.sub("", text) or text
        if not _KNOWN.fullmatch(name):
            effect = effects_outside_names(name)
            at = effect.start() if effect else len(name) if len(name) > 6 else -1
            if at >= 0:
                raise self.refusal("这里不像等次名称", "如“优秀”“良好”“达标”", start)
        return name

    def check_heading(self, heading: re.Match[str], found: Sequence[Grade]) -> None:
        """考核结果分为优秀、良好两个等次: the grades that follow, and no others."""
        names = [_OWNER.sub("", n) for n in re.split("、|和|与|及", heading["names"])]
        if set(names) != {g.name for g in found}:
            raise self.refusal("开头列出的等次与后面的不一致", "、".join(g.name for g in found), 0)
        if heading["n"] and read_numeral(heading["n"]) != len(names):
            raise self.refusal("等次的个数不对", f"{len(names)}个", 0)


# -- what the sentence leaves open ---------------------------------------------------------


def _without_gaps(
    grades: tuple[Grade, ...],
) -> tuple[tuple[Grade, ...], tuple[tuple[Grade, Decimal], ...]]:
    """80-89分 next to 90分以上: nothing is left out between them, 89.5 belongs to the lower."""
    lows = {g.low for g in grades if g.low is not None}
    made: list[Grade] = []
    changed: list[tuple[Grade, Decimal]] = []
    for grade in grades:
        if grade.high is not None and grade.low is not None and not grade.high_open:
            above = grade.high + Decimal(1).scaleb(int(grade.high.as_tuple().exponent))
            between = any(grade.high <= low < above for low in lows)
            if above in lows and not between:
                changed.append((grade, above))
                grade = replace(grade, high=above, high_open=True)
        made.append(grade)
    return tuple(made), tuple(changed)


def _check(normal: Normal, grades: Sequence[Grade]) -> None:
    """The same condition can't stand for two grades."""
    conditions: dict[Grade, str] = {}
    for grade in grades:
        bare = replace(grade, name="")
        other = conditions.setdefault(bare, grade.name)
        if other != grade.name:
            raise RuleError(
                normal.original,
                0,
                normal.original,
                f"“{other}”和“{grade.name}”的条件相同",
                "每个等次条件不同",
            )


def _assumptions(
    normal: Normal, grades: Sequence[Grade], closed: Sequence[tuple[Grade, Decimal]]
) -> list[Assumption]:
    taken: list[Assumption] = []
    if re.search(r"分(?:及其|及)?以[上下](?!\()", normal.text):
        taken.append(Assumption("等次界限", "“以上”“以下”含本数,不含的要写明“(不含)”", "含本数"))
    for grade, above in closed:
        assert grade.low is not None and grade.high is not None
        span = f"{number(grade.low)}-{number(grade.high)}分"
        sentence = f"“{span}”读作{number(grade.low)}分以上、不满{number(above)}分"
        taken.append(Assumption("等次界限", sentence, "连续"))
    if len(grades) > 1:
        taken.append(Assumption("等次重叠", "同时符合几个等次的,取最高的一个", "取高"))
    return taken
