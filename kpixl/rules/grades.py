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
from typing import TYPE_CHECKING

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.model import Assumption
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.printing import number
from kpixl.rules.scanner import check_damage, effects_outside_names, read_numeral

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade and what it takes; every bound that is given must hold.

    `first` and `last` are places, `share` is the best part of all ranked units (0.2: the
    first 20 %), `low` and `high` bounds of the total, which hold the bound itself unless
    it is open.  `rest` takes whoever has no other grade.  `share_from` is where a band of
    places begins (0.2 with `share` 0.6: 20 % to 60 %), `tail` the worst part and
    `tail_count` the number of the last units.
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
    share_from: Decimal | None = None
    share_from_open: bool = False
    share_open: bool = False
    tail: Decimal | None = None
    tail_count: int | None = None

    @property
    def by_share(self) -> bool:
        """Whether the number of ranked units decides."""
        return self.share is not None or self.tail is not None or self.tail_count is not None

    @property
    def by_place(self) -> bool:
        """Whether the grade asks for a place."""
        return self.last is not None or self.by_share

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
            if not (first <= rank <= last and self._within(rank, count)):
                return False
        exact = Decimal(f"{total:.15g}")
        if self.low is not None and (exact < self.low or (self.low_open and exact == self.low)):
            return False
        if self.high is None:
            return True
        return exact < self.high or (exact == self.high and not self.high_open)

    def takes_all(
        self, totals: NDArray[np.float64], ranks: NDArray[np.float64], count: int
    ) -> NDArray[np.bool_]:
        """`takes` for columns of totals and places, rounded both; NaN meets no bound."""
        import numpy as np

        met = ~np.isnan(totals)
        if self.by_place:
            met &= ranks >= (self.first or 1)
            if self.last is not None:
                met &= ranks <= self.last
            if self.tail is not None:
                met &= ranks > float((1 - self.tail) * count)
            elif self.tail_count is not None:
                met &= ranks > count - self.tail_count
            elif self.share is not None:
                end, start = float(self.share * count), float((self.share_from or 0) * count)
                met &= (ranks < end) if self.share_open else (ranks <= end)
                if self.share_from is not None:
                    met &= (ranks > start) if self.share_from_open else (ranks >= start)
        if self.low is not None:
            low = float(self.low)
            met &= (totals > low) if self.low_open else (totals >= low)
        if self.high is not None:
            high = float(self.high)
            met &= (totals < high) if self.high_open else (totals <= high)
        return met

    def _within(self, rank: float, count: int | None) -> bool:
        """Whether a place lies in the share of the ranked units."""
        if not self.by_share:
            return True
        if count is None:
            return False
        # 20 % of 15 units are three: a binary product may fall short of it
        place = Decimal(f"{rank:.15g}")
        if self.tail is not None:
            return place > (1 - self.tail) * count
        if self.tail_count is not None:
            return place > count - self.tail_count
        end, start = (self.share or 1) * count, (self.share_from or 0) * count
        if self.share_from is not None and (
            place < start or (self.share_from_open and place == start)
        ):
            return False
        return place < end or (place == end and not self.share_open)

    def canonical(self, unit: str = "分") -> str:
        """The grade in canonical wording."""
        parts: list[str] = []
        if self.share is not None and self.share_from is not None:
            start, end = number(self.share_from * 100), number(self.share * 100)
            opens = "(不含)" if self.share_from_open else "(含)"
            ends = "(不含)" if self.share_open else "(含)"
            parts.append(f"排名{start}%{opens}-{end}%{ends}")
        elif self.share is not None:
            parts.append(f"前{number(self.share * 100)}%")
        if self.tail is not None:
            parts.append(f"后{number(self.tail * 100)}%")
        if self.tail_count is not None:
            parts.append(f"后{self.tail_count}名")
        if self.last is not None:
            first = self.first or 1
            parts.append(f"前{self.last}名" if first == 1 else f"第{first}-{self.last}名")
        if self.by_total:
            text = ""
            if self.low is not None:
                text = f"{number(self.low)}{unit}以上" + ("(不含)" if self.low_open else "")
            if self.high is not None:
                high = number(self.high)
                text += f"不满{high}{unit}" if self.high_open else f"{high}{unit}以下"
            parts.append(text)
        return ("其余" if self.rest else "且".join(parts)) + "为" + self.name

    @property
    def order(self) -> tuple[float, ...]:
        """Better grades first."""
        if self.rest:
            return (3,)
        if self.tail is not None or self.tail_count is not None:
            return (2.5,)
        if self.by_place:
            most = float(self.last) if self.last is not None else float("inf")
            return (1, most, float(self.share or 1), not self.by_total)
        low = float("-inf") if self.low is None else float(self.low)
        return (2, -low, not self.low_open)


@dataclass(frozen=True, slots=True)
class GradeRule:
    """A grade clause that was read completely; grades in the order of the sentence.

    `of` is the figure that is graded where it is not the total: an item's score (本项得分) or
    the share of the points that was reached (得分率, in percent points).
    """

    source: str
    grades: tuple[Grade, ...]
    assumptions: tuple[Assumption, ...] = ()
    of: str = ""
    kind = "等次"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.grades, self.of

    @property
    def canonical(self) -> str:
        """The clause read back; reading it gives the same grades."""
        unit = "%" if self.of == _RATE else "分"
        lead = f"{self.of}" if self.of else ""
        return ";".join(("" if g.rest else lead) + g.canonical(unit) for g in self.grades)

    @property
    def explanation(self) -> str:
        """Which grade a unit gets."""
        what = self.of or ("总分和名次" if self.needs_rank else "总分")
        return f"按{what}定等次,同时符合几个的取最高:{self.canonical}"

    @property
    def needs_rank(self) -> bool:
        """Whether any grade asks for a place."""
        return any(g.by_place for g in self.grades)

    @property
    def needs_count(self) -> bool:
        """Whether any grade is a share of the ranked units."""
        return any(g.by_share for g in self.grades)

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
        ordered = sorted(self.grades, key=lambda g: g.order)
        return next((g.name for g in ordered if g.takes(total, rank, count)), None)

    def grade_all(
        self, totals: NDArray[np.float64], ranks: NDArray[np.float64], count: int
    ) -> NDArray[np.object_]:
        """`grade` for columns of totals and places, rounded both; NaN has none.

        >>> import numpy as np
        >>> rule = parse_grades("前20%为A;前60%为B;其余为C")
        >>> rule.grade_all(np.array([9.0, 9, 7, np.nan]), np.array([1.0, 1, 3, np.nan]), 5).tolist()
        ['A', 'A', 'B', None]
        """
        import numpy as np

        names: NDArray[np.object_] = np.full(len(totals), None, dtype=object)
        open_ = ~np.isnan(totals)
        if self.needs_rank:
            open_ &= ~np.isnan(ranks)
        for grade in sorted(self.grades, key=lambda g: g.order):
            met = open_ & grade.takes_all(totals, ranks, count)
            names[met] = grade.name
            open_ &= ~met
        return names


_RATE = "得分率"
# The reason of a refusal where a sentence does not begin like one about grades.
NO_CONDITION = "看不出等次的条件"


def parse_grades(clause: str) -> GradeRule:
    """Read the grades of the total completely, or refuse the clause (RuleError).

    以上 and 以下 hold the number itself unless (不含) says otherwise.

    >>> parse_grades("90分以上为优秀,80—89分为良好;其余为一般").canonical
    '90分以上为优秀;80分以上不满90分为良好;其余为一般'
    """
    rule = read_grades(clause)
    if rule.of:
        raise RuleError(
            clause, 0, clause, f"这是{rule.of}的等次,不是总分的", "按总分或名次定的等次"
        )
    return rule


@lru_cache(maxsize=256)
def read_grades(clause: str) -> GradeRule:
    """Read a grade clause completely, whatever figure it grades (RuleError otherwise)."""
    normal = normalise(clause)
    if not normal.text.strip():
        raise RuleError(clause, 0, "", "没有内容", "如“前3名为优秀;80分以上为达标”")
    check_damage(normal)
    reader = _Reader(normal)
    prizes = reader.prizes()
    if prizes:
        _check(normal, prizes)
        sentence = "按名次从前往后依次评定"
        return GradeRule(clause, prizes, (Assumption("等次名额", sentence, "依名次"),))
    grades = reader.grades()
    closed, closed_up = _without_gaps(grades)
    closed, opened = _top_opened(closed)
    banded, joined = _bands_joined(closed)
    _check(normal, banded)
    taken = _assumptions(normal, banded, closed_up)
    return GradeRule(clause, banded, (*taken, *joined, *opened), reader.of or "")


# -- reading -------------------------------------------------------------------------------

_N = r"[0-9]+(?:\.[0-9]+)?"
_CN = r"(?:[0-9]+|[一二两三四五六七八九十百]+)"
_TO = r"(?:-|~|—+|至|到)"
_TOTAL = r"(?:年度|考核|综合|评价|最终|考评)*(?:总得分|得分|总分|分数|成绩)"
_AMONG = (
    r"(?:位列|位居|位于|列|居|进入|在)?"
    r"(?:全[省市县区]|各[省市县区镇](?:\([市区、]+\))?|全部|本组|本类|同组)?"
)
_OF = lazily(
    r"(?:该|本)(?:项|指标)得分(?P<all>\((?:包括|含)加分\))?|(?P<rate>(?:考核|综合|总)?得分率)"
)
_IN = r"(?:为|是|在|须|应|需|要|达到|达)*"


def _held(group: str) -> str:
    return rf"(?:\((?P<{group}>不含|含)(?:本数|(?P<{group}_n>{_N})分?)?\))?"


_LEAD = lazily(
    r"(?:奖励)?(?:根据|按照|按|依据)(?:年度|考核|综合)*(?:得分|总分|分数|成绩|结果|名次)"
    r"(?:的?高低|情况|从高到低|排名|排序|的?次序)*,?"
)
_HEADING = lazily(
    r"(?:年度|考核|考评|评价)*(?:结果|等次|等级)?(?:共?分为|分成|分|设|设为)"
    rf"(?P<names>[^,;:。0-9()]+?)(?:(?P<n>{_CN})个)?(?:等次|等级|档次|档|等)?[,:;。\n]"
)
_RANKED = rf"(?:(?:{_TOTAL})?(?:综合|考核|总)*(?:排名|名次|位次|排位|排|列)|{_TOTAL})"
_PLACES = (
    lazily(rf"{_RANKED}?{_IN}第(?P<a>{_CN})(?:名|位)?{_TO}第?(?P<b>{_CN})(?:名|位)"),
    lazily(rf"{_RANKED}?{_IN}第(?P<a>{_CN})(?:名|位)"),
    lazily(rf"{_RANKED}?{_AMONG}前(?P<b>{_CN})(?:名|位)"),
    lazily(rf"{_RANKED}{_AMONG}前(?P<b>{_CN})(?![0-9%.名位])"),
)
_SHARE = lazily(rf"(?:{_TOTAL})?(?:排名|名次|位次|排位)?{_AMONG}前(?P<s>{_N})%(?:\(含\))?(?:以内)?")
_BAND = lazily(
    rf"(?:{_TOTAL})?(?:排名|名次|位次|排位)?{_AMONG}(?P<s1>{_N})%{_held('a')}{_TO}"
    rf"(?P<s2>{_N})%{_held('b')}(?:以内|之间)?"
)
_TAILS = lazily(
    rf"(?:{_TOTAL})?(?:排名|名次|位次|排位)?{_AMONG}"
    rf"(?:(?:最后|后)(?:(?P<t>{_N})%|(?P<n>{_CN})(?:名|位))|(?P<one>末位|末一名))"
)
_SCORES_IN_POINTS = (
    # 80分(含)-90分(不含)
    rf"(?P<low>{_N})分?{_held('a')}{_TO}(?P<high>{_N})分{_held('b')}(?:之间)?",
    # 80分以上(含)
    rf"(?P<low>{_N})分{_held('a')}(?:及其以上|及以上|以上){_held('b')}",
    # 达到80分
    rf"(?:达到|达|不低于|不少于|大于等于|大于或等于|≥|>=)(?P<low>{_N})分",
    # 超过80分
    rf"(?P<open>高于|超过|大于|>)(?P<low>{_N})分",
    # 60分以下
    rf"(?P<high>{_N})分{_held('a')}(?:及其以下|及以下|以下){_held('b')}",
    # 不满60分
    rf"(?P<open>不满|不足|低于|不到|未达到|未达|小于|<)(?P<high>{_N})分",
    # ≥90, a sign needs no 分
    rf"(?:≥|>=)(?P<low>{_N})(?![0-9.%分])",
    rf"(?P<open>>)(?P<low>{_N})(?![0-9.%分])",
    rf"(?:≤|<=)(?P<high>{_N})(?![0-9.%分])",
    rf"(?P<open><)(?P<high>{_N})(?![0-9.%分])",
    # 不超过90分
    rf"(?:不高于|不超过|不大于|小于等于|≤|<=)(?P<high>{_N})分",
)
_SCORES = tuple(lazily(p) for p in _SCORES_IN_POINTS)
# a share of the points is written in percent: 得分率90%以上
_RATES = tuple(lazily(p.replace("分", "%")) for p in _SCORES_IN_POINTS)
_TOTALS = lazily(rf"{_TOTAL}{_IN}(?=[0-9达不大高超低未小≥≤<>])")
_AND = lazily(r",?(?:并且|而且|且|同时)(?=.)")
_PAUSE = lazily("[,、]")
_LINK = lazily(r"(?:为|是|在|须|应|需|要)*(?=[0-9达不大高超低未小≥≤<>])")
_TOTAL_ALONE = lazily(rf"{_TOTAL}(?:为|是|在|须|应|需|要)*(?=[达])")
_BETWEEN = lazily(
    rf"(?P<low>{_N})分?(?P<a_sign>≤|<=|<)(?:{_TOTAL}|[SsXxNnFf])(?P<b_sign>≤|<=|<)(?P<high>{_N})分?"
)
_REST = lazily(r"(?:其余|其他|其它|剩余)(?:的)?(?:单位|各单位)?")
_GIVEN = lazily(
    r"(?:的?(?:单位|企业|部门|个人|乡镇|镇街|街道|社区|村|学校|科室|班组)|的|者)?,?(?:评定为|评为|确定为|认定为|定为|列为|计为|授予|为|是|:|=)"
)
_NAME = lazily(
    r"[A-Za-z\u4e00-\u9fff]{1,14}(?:\([甲乙丙丁戊]\)[类级等档]|\([\u4e00-\u9fff]{2,8}类\))?"
)
# A类——优先发展类,即…: the name of the grade in other words
_ALSO_CALLED = lazily(r"[-—]+(?P<also>[\u4e00-\u9fff]{2,7}类),?(?:即|指|为|:)")
# What the name of a grade looks like where only a bracket follows it
_GRADE_WORD = lazily(
    r"优|良|中等|较?差$|好$|一般|合格|达标|先进|优胜|领先|落后|满意|[奖等级类档型]$|^[A-Za-z甲乙丙丁戊]|单位$"
)
_BRACKETED = lazily(r"(?:单位|等次)?\((?=[0-9第前后达不大高超低未小≥≤<>排得总])")
_BRACKET_END = lazily(r"\)")
_PRIZE_NAME = (
    r"(?:[一二三四五特]等奖|(?:优秀|先进|鼓励|组织|达标|进步|优胜|单项)奖|优秀|良好|先进|优胜|达标)"
)
_PRIZE = lazily(rf"(?P<name>{_PRIZE_NAME})(?:单位)?(?P<n>{_CN})(?:名|个|家)")
_PRIZES = lazily(
    r"(?P<verb>(?:分别|各组|每组)?(?:设立|设|评选|评出|评定|评))?"
    rf"(?P<all>{_PRIZE_NAME}(?:单位)?{_CN}(?:名|个|家)"
    rf"(?P<more>(?:[、,;]{_PRIZE_NAME}(?:单位)?{_CN}(?:名|个|家))*))[。;]?"
)
_OWNED = lazily(r"(?:的?(?:单位|企业|部门|个人))+(?=[,;。…\n]|$)")
_OWNER = lazily(r"(?:的?(?:(?:单位)?(?:荣誉)?称号|单位|企业|部门|个人|等次|档次)|的)+$")
_NAMED_FIRST = lazily(rf"(?:单位)?(?:,?{_TOTAL}{_IN}|:|为)(?=[0-9第前达不大高超低未小≥≤<>])")
_BARE_NAME = lazily(
    r"(?:优秀|良好|(?:基本|不)?合格|(?:基本|不|未)?达标|(?:基本|不)?称职|(?:基本|不)?符合(?:要求)?)(?=[,;。、\n]|$)"
)
_BREAK = lazily(r"[,;。、…\n]+")
_TAKE = lazily(r"(?:选取|评选|评定|确定|取|评)(?=[前第])")

# Names of grades that contain words which elsewhere alter a score (达 …).
_KNOWN = lazily(
    r"(?:基本|不|未)?达标(?:奖)?|(?:基本|不|未)?合格|(?:基本|不)?称职|[一二三四五特]等奖?"
    r"|[一二三四五][级档类]|[A-Z](?:\([甲乙丙丁戊]\))?[级类档等]?|[甲乙丙丁戊][级类档等]?"
)


class _Reader:
    """Goes through the sentence from left to right; what does not fit is refused."""

    def __init__(self, normal: Normal) -> None:
        self.normal, self.text, self.at = normal, normal.text, 0
        self.of: str | None = None  # known once a score was read

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

    def prizes(self) -> tuple[Grade, ...]:
        """一等奖1名、二等奖2名: places in turn, the best first; empty where it is not that."""
        lead = _LEAD.match(self.text)
        match = _PRIZES.fullmatch(self.text, lead.end() if lead else 0)
        if not match or not (match["verb"] or match["more"] or lead):
            return ()
        found: list[Grade] = []
        first = 1
        for one in _PRIZE.finditer(match["all"]):
            count = read_numeral(one["n"])
            name = self.checked(one["name"], match.start("all"))
            if not count:
                raise self.refusal("名额不对", "大于0的整数", match.start("all"))
            found.append(Grade(name, first=first, last=first + int(count) - 1))
            first += int(count)
        return tuple(found)

    def statement(self) -> Grade:
        """前3名为优秀, or 优秀:前3名."""
        start = self.at
        bounds = self.condition()
        if bounds is not None:
            # 90分以上合格: the name alone, where it is one of those that every scheme has
            if not self.take(_GIVEN) and not _BARE_NAME.match(self.text, self.at):
                raise self.refusal("看不出这是哪一等次", "“为”和等次名称")
            return replace(bounds, name=self.name())
        self.at = start
        for length in range(1, 11):
            end = start + length
            name = _NAME.fullmatch(self.text, start, end)
            called = _ALSO_CALLED.match(self.text, end) if name else None
            bracket = _BRACKETED.match(self.text, end) if name else None
            link = called or bracket or (_NAMED_FIRST.match(self.text, end) if name else None)
            if name and bracket and not _GRADE_WORD.search(name[0]):
                break  # 制定方案(2-3分): points of a thing, no grade
            if name and link:
                self.at = link.end()
                bounds = self.condition()
                if bounds is None:
                    break
                if bracket and not self.take(_BRACKET_END):
                    break
                self.take(_OWNED)
                said = self.checked(name[0], start)
                if called:
                    said += f"({self.checked(called['also'], start)})"
                return replace(bounds, name=said)
        self.at = start
        raise self.refusal(NO_CONDITION, "如“前3名”“80分以上”“其余”")

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
        share = self.take(_TAILS, _SHARE) or (None if self.of == _RATE else self.take(_BAND))
        if share:
            return self.share(known, share, start)
        of = self.take(_OF)
        before = self.at
        explicit = of is not None or self.take(_TOTALS) is not None
        if of is not None:
            found = _RATE if of["rate"] else "本项得分" + ("(含加分)" if of["all"] else "")
        else:
            found = "" if explicit else self.of or ""
        if of is not None:
            self.take(_LINK)
        between = None if explicit or found else self.take(_BETWEEN)
        score = between or self.take(*(_RATES if found == _RATE else _SCORES))
        if not score and of is None:
            # 达到 belongs to the bound (得分达到80分), not to what leads up to it
            self.at = before
            score = self.take(*_SCORES) if self.take(_TOTAL_ALONE) else None
        if not score:
            self.at = start
            return None
        if self.of is not None and found != self.of:
            raise self.refusal("几个等次看的不是同一个数", "都按总分,或都按同一个得分", start)
        self.of = found
        return self.score(known, score, start)

    def share(self, known: Grade, match: re.Match[str], start: int) -> Grade:
        """前20%, 20%(不含)-60%(含), 后5%, 后3名."""
        parts = match.groupdict()
        if known.by_place:
            raise self.refusal("名次写了两次", "一个名次条件", start)
        if parts.get("one"):
            return replace(known, tail_count=1)
        if parts.get("n"):
            last = read_numeral(parts["n"])
            if not last:
                raise self.refusal("名次不对", "如“后3名”", start)
            return replace(known, tail_count=int(last))
        sizes = [Decimal(parts[k]) / 100 for k in ("s", "t", "s1", "s2") if parts.get(k)]
        if any(not 0 < size <= 1 for size in sizes):
            raise self.refusal("比例不对", "100%以内的比例", start)
        if parts.get("t"):
            return replace(known, tail=sizes[0])
        if parts.get("s"):
            return replace(known, share=sizes[0])
        for held, end in (("a", "s1"), ("b", "s2")):
            stated = parts.get(f"{held}_n")
            if stated is not None and Decimal(stated) != Decimal(parts[end]):
                raise self.refusal("括号里的数与前面的不一致", "同一个数", start)
        if sizes[0] >= sizes[1]:
            raise self.refusal("下限大于上限", "下限不大于上限", start)
        return replace(
            known,
            share_from=sizes[0],
            share_from_open=parts.get("a") == "不含",
            share=sizes[1],
            share_open=parts.get("b") == "不含",
        )

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
        signs = [parts.get("a_sign"), parts.get("b_sign")]
        if any(signs):
            marks = ["不含" if sign == "<" else None for sign in signs]
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
        for part in filter(None, re.split(r"[()]", name)):
            if _KNOWN.fullmatch(part) or _KNOWN.fullmatch(name):
                continue
            known = len(part) <= 10 and re.search(rf"(?:{_KNOWN.pattern})$", part)
            if effects_outside_names(part) or (len(part) > 6 and not known):
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


def _top_opened(grades: tuple[Grade, ...]) -> tuple[tuple[Grade, ...], list[Assumption]]:
    """90-100分: a total that bonuses carry beyond 100 keeps the grade."""
    tops = [g for g in grades if g.high == 100 and not g.high_open and g.low is not None]
    if len(tops) != 1 or any(g.low is not None and g.low > 100 for g in grades):
        return grades, []
    sentence = f"“{number(tops[0].low or 0)}-100分”不设上限,有加分超过100分的同样算"
    made = tuple(replace(g, high=None) if g is tops[0] else g for g in grades)
    return made, [Assumption("等次界限", sentence, "不设上限")]


def _bands_joined(grades: tuple[Grade, ...]) -> tuple[tuple[Grade, ...], list[Assumption]]:
    """26%-70% next to 前25%: the band begins right behind the better one."""
    ends = {g.share for g in grades if g.share is not None}
    made: list[Grade] = []
    taken: list[Assumption] = []
    for grade in grades:
        start = grade.share_from
        if start is not None and not grade.share_from_open and start - Decimal("0.01") in ends:
            before = start - Decimal("0.01")
            sentence = f"“{number(start * 100)}%”起读作{number(before * 100)}%以后"
            taken.append(Assumption("等次界限", sentence, "连续"))
            grade = replace(grade, share_from=before, share_from_open=True)
        made.append(grade)
    return tuple(made), taken


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
    if any(g.tail is not None or g.tail_count is not None for g in grades):
        sentence = "“后几名”从参评单位数倒数,名次在这个数以内的才算;并列占去的名次不补"
        taken.append(Assumption("末位", sentence, "按名次"))
    if len(grades) > 1:
        taken.append(Assumption("等次重叠", "同时符合几个等次的,取最高的一个", "取高"))
    return taken
