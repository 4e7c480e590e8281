"""Rules of a whole scheme: where figures come from, stacking, bounds, quotas, classes, dates.

Each is a frozen value with a canonical wording that reads back to the same value, an
explanation for the clerk, and its arithmetic where it has one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Literal, TypeAlias

from kpixl.rules.gates import Condition
from kpixl.rules.model import Assumption
from kpixl.rules.printing import number

When = Literal["missing", "missing_or_zero", "unsent", "no_task", "marked"]
Take = Literal[
    "prior", "share", "zero", "item_zero", "item_full", "item_mean", "item_low", "item_less",
    "spread", "skip",
]  # fmt: skip


CountedTwice: TypeAlias = Literal["highest", "once", "sum"]
Bounded: TypeAlias = Literal[
    "bonus", "deduction", "total", "item", "floor", "each_bonus", "each_deduction"
]
MarkedByClass: TypeAlias = Literal["target", "points", "factor"]


@dataclass(frozen=True)
class DataRule:
    """What stands for a figure that is missing, was never due, or has no statistic of its own.

    `words` are the clause's words for the case, `whom` whose mean or lowest score is taken,
    `how` how points are spread over the other items.  prior, share and zero give a figure;
    the others give the item's score.  `about` names the figures that it holds for, blank
    for all.
    """

    source: str
    when: When
    take: Take
    words: str
    number: Decimal | None = None
    whom: str = ""
    how: str = ""
    about: str = ""
    assumptions: tuple[Assumption, ...] = ()
    kind = "数据规则"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.when, self.take, self.words, self.number, self.whom, self.how

    @property
    def mark(self) -> str:
        """The name by which a form marks such a figure: a quoted name, or the words of the case."""
        inside = self.words.partition("“")[2].partition("”")[0]
        return inside or self.words

    @property
    def canonical(self) -> str:
        """The clause read back."""
        size = "" if self.number is None else number(self.number)
        follows = {
            "prior": "采用上年数据",
            "share": f"按{self.whom}的{size}%计算",
            "zero": "按0计算",
            "item_zero": "该项不得分",
            "item_full": "该项得满分",
            "item_mean": f"该项得{self.whom}平均分",
            "item_low": f"该项得{self.whom}最低分",
            "item_less": f"该项扣{size}分",
            "spread": f"该项分值{self.how}分摊到其他各项",
            "skip": "该项不纳入考核",
        }[self.take]
        return f"{self.words}的,{follows}"

    @property
    def explanation(self) -> str:
        """What is put in the figure's or the score's place."""
        size = "" if self.number is None else number(self.number)
        follows = {
            "prior": "用上年数据代替,并注明",
            "share": f"数据先乘{size}%,再计分",
            "zero": "数据按0计分",
            "item_zero": "该项得0分",
            "item_full": "该项得满分",
            "item_mean": f"该项得分取{self.whom or '各单位'}的平均得分",
            "item_low": f"该项得分取{self.whom or '各单位'}的最低得分",
            "item_less": f"该项得分为−{size}分",
            "spread": f"该项不计,其分值{self.how}加到其他各项上",
            "skip": "该项不计分,也不计入总分",
        }[self.take]
        return f"{self.words}:{follows}"

    def figure(
        self, value: float | None, prior: float | None = None, marked: bool = False
    ) -> float | None:
        """The figure that counts; None where this rule gives none.

        >>> from kpixl.rules.statements import read_statement
        >>> read_statement("无当年数据的,参考上一年度数据").figure(None, 80)
        80
        >>> read_statement("没有专门统计的,按相关数据的60%计算").figure(100, marked=True)
        60.0
        """
        if self.when == "marked":
            if not marked or value is None or self.number is None:
                return value
            return float(Decimal(f"{value:.15g}") * self.number / 100)
        missing = value is None or (self.when == "missing_or_zero" and value == 0)
        if not missing:
            return value
        return {"prior": prior, "zero": 0.0}.get(self.take)

    def score(self, value: float | None, points: float | None = None) -> float | None:
        """The item's score where the rule gives one by itself, else None."""
        missing = value is None or (self.when == "missing_or_zero" and value == 0)
        if not missing:
            return None
        less = None if self.number is None else -float(self.number)
        return {"item_zero": 0.0, "item_full": points, "item_less": less}.get(self.take)


@dataclass(frozen=True)
class Source:
    """Whose figures count: 各项数据以统计部门公布的为准."""

    source: str
    what: str
    who: str
    assumptions: tuple[Assumption, ...] = ()
    kind = "数据来源"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.what, self.who

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"{self.what}以{self.who}为准"

    @property
    def explanation(self) -> str:
        """That it changes no arithmetic."""
        return f"{self.what}采用{self.who};不改变计分方法"


@dataclass(frozen=True)
class Rounding:
    """得分四舍五入保留两位小数; half-up, at each item."""

    source: str
    what: str
    decimals: int
    assumptions: tuple[Assumption, ...] = ()
    kind = "小数"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.what, self.decimals

    @property
    def canonical(self) -> str:
        """The clause read back."""
        if not self.decimals:
            return f"{self.what}四舍五入保留整数"
        return f"{self.what}四舍五入保留{self.decimals}位小数"

    @property
    def explanation(self) -> str:
        """How it is rounded."""
        return f"{self.what}保留{self.decimals}位小数,恰为一半的进一"


@dataclass(frozen=True)
class Stacking:
    """What the same thing gives when it counts more than once: the highest, once, or all.

    `of` says which scores: 计分 (all), 加分, 扣分 or 加减分.
    """

    source: str
    condition: Condition | None
    how: CountedTwice
    of: str = "计分"
    assumptions: tuple[Assumption, ...] = ()
    kind = "重复计分"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.condition, self.how, self.of

    @property
    def canonical(self) -> str:
        """The clause read back."""
        how = {"highest": "按最高分计,不重复", "once": "不重复", "sum": "累计"}[self.how] + self.of
        return how if self.condition is None else f"{self.condition.text}的,{how}"

    @property
    def explanation(self) -> str:
        """Which of the scores count."""
        how = {
            "highest": "几个分数只取最高的一个",
            "once": "只计一次;几次分数不同的,取最高的一个",
            "sum": "几个分数相加",
        }[self.how]
        what = "" if self.of == "计分" else f"({self.of})"
        return f"{'' if self.condition is None else self.condition.text + ':'}{how}{what}"

    def score(self, scores: Sequence[float]) -> float:
        """What several scores of the same thing give together.

        >>> from kpixl.rules.statements import read_statement
        >>> read_statement("同一项目多次获奖的,就高不重复").score([3, 10])
        10
        """
        if not scores:
            return 0.0
        return math.fsum(scores) if self.how == "sum" else max(scores)


@dataclass(frozen=True)
class SchemeLimit:
    """A bound that holds for the scheme: 各项加分合计不超过10分, 各项扣完为止, 总分不超过110分.

    `share` bounds each item to that part of its points (1.2 = 120 %); `scope` names the part of
    the scheme that it holds for.
    """

    source: str
    of: Bounded
    number: Decimal | None = None
    share: Decimal | None = None
    scope: str = ""
    assumptions: tuple[Assumption, ...] = ()
    kind = "上下限"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.of, self.number, self.share, self.scope

    @property
    def canonical(self) -> str:
        """The clause read back."""
        size = "" if self.number is None else number(self.number)
        share = "" if self.share in (None, Decimal(1)) else f"的{number(self.share * 100)}%"
        return {
            "bonus": f"{self.scope or '各项'}加分合计不超过{size}分",
            "deduction": f"{self.scope or '各项'}扣分合计不超过{size}分",
            "each_bonus": f"单项加分不超过{size}分",
            "each_deduction": f"单项扣分不超过{size}分",
            "total": f"总分不超过{size}分",
            "item": f"各项得分不超过分值{share}",
            "floor": "各项扣完为止",
        }[self.of]

    @property
    def explanation(self) -> str:
        """What is cut."""
        of = f"{self.scope}的" if self.scope else "所有"
        size = "" if self.number is None else number(self.number)
        share = "" if self.share is None else f"{number(self.share * 100)}%"
        return {
            "bonus": f"{of}加分相加,超过{size}分的按{size}分计",
            "deduction": f"{of}扣分相加,超过{size}分的按{size}分扣",
            "each_bonus": f"每一项的加分,超过{size}分的按{size}分计",
            "each_deduction": f"每一项的扣分,超过{size}分的按{size}分扣",
            "total": f"总分超过{size}分的按{size}分计",
            "item": f"每一项最多得分值的{share}",
            "floor": "每一项最低得0分",
        }[self.of]

    def bound(self, sum_of: float, points: float | None = None) -> float:
        """A sum (an item's score for item and floor) within the bound."""
        if self.of == "floor":
            return max(sum_of, 0.0)
        if self.of == "item":
            if points is None or self.share is None:
                raise ValueError("an item's bound needs its points")
            return min(sum_of, float(Decimal(f"{points:.15g}") * self.share))
        assert self.number is not None
        return min(sum_of, float(self.number))


@dataclass(frozen=True)
class Quota:
    """How many units may have a grade: at most a share of those ranked, or a number.

    `soft` holds a hedge (一般, 原则上) that the clause puts before it.
    """

    source: str
    grade: str
    share: Decimal | None = None
    count: int | None = None
    soft: str = ""
    assumptions: tuple[Assumption, ...] = ()
    kind = "等次名额"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.grade, self.share, self.count, self.soft

    @property
    def canonical(self) -> str:
        """The clause read back."""
        if self.share is not None:
            return f"{self.grade}比例{self.soft}不超过{number(self.share * 100)}%"
        return f"{self.grade}名额{self.soft}不超过{self.count}名"

    @property
    def explanation(self) -> str:
        """How many that are."""
        if self.share is not None:
            return f"评为{self.grade}的不多于参评单位数的{number(self.share * 100)}%,小数舍去"
        return f"评为{self.grade}的不多于{self.count}个单位"

    def most(self, units: int) -> int:
        """The greatest number of units that may have the grade.

        >>> Quota("", "优秀", share=Decimal("0.2")).most(14)
        2
        """
        if self.count is not None:
            return self.count
        assert self.share is not None
        return int((self.share * units).to_integral_value(rounding=ROUND_DOWN))


@dataclass(frozen=True)
class Ratio:
    """按1:3:6的比例评定一、二、三等奖: the parts of the ranked units, the best first."""

    source: str
    parts: tuple[int, ...]
    grades: tuple[str, ...]
    assumptions: tuple[Assumption, ...] = ()
    kind = "等次比例"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.parts, self.grades

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"按{':'.join(map(str, self.parts))}的比例评定{'、'.join(self.grades)}"

    @property
    def explanation(self) -> str:
        """The share of each grade."""
        whole = sum(self.parts)
        return ";".join(
            f"{g}占参评单位的{p}/{whole}" for g, p in zip(self.grades, self.parts, strict=True)
        )

    def last_places(self, units: int) -> dict[str, int]:
        """The last place of each grade; shares are added up first, then cut to whole units.

        >>> Ratio("", (1, 3, 6), ("一等奖", "二等奖", "三等奖")).last_places(14)
        {'一等奖': 1, '二等奖': 5, '三等奖': 14}
        """
        whole, upto, places = sum(self.parts), 0, {}
        for grade, part in zip(self.grades, self.parts, strict=True):
            upto += part
            places[grade] = units * upto // whole
        return places


@dataclass(frozen=True)
class ClassMarks:
    """What differs by the unit's class: targets, base points or a factor.

    `label` is the figure of the targets, blank for points; `kind_of` says which they are.
    """

    source: str
    label: str
    kind_of: MarkedByClass
    unit: str
    marks: tuple[tuple[str, Decimal], ...]
    assumptions: tuple[Assumption, ...] = ()
    kind = "分类标准"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.label, self.kind_of, self.unit, self.marks

    @property
    def canonical(self) -> str:
        """The clause read back."""
        said = {"points": self.label, "factor": self.label}.get(self.kind_of, "为")
        joined = ",".join(f"{name}{said}{number(mark)}{self.unit}" for name, mark in self.marks)
        return f"{self.label}:{joined}" if self.kind_of == "target" else joined

    @property
    def explanation(self) -> str:
        """The marks by class."""
        what = {"target": f"{self.label}的目标"}.get(self.kind_of, self.label)
        listed = "、".join(f"{n}{number(m)}{self.unit}" for n, m in self.marks)
        return f"{what}按单位的类别取:{listed}"

    def of(self, klass: str) -> Decimal | None:
        """The mark of a class, None for a class that is not named."""
        return dict(self.marks).get(klass)


@dataclass(frozen=True)
class LevelRule:
    """累计投资:Ⅰ级标准350亿元,Ⅱ级标准130亿元: levels of one figure, the best first."""

    source: str
    label: str
    unit: str
    levels: tuple[tuple[str, Decimal], ...]
    assumptions: tuple[Assumption, ...] = ()
    kind = "数据等级"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.label, self.unit, self.levels

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"{self.label}:" + ",".join(
            f"{name}标准{number(mark)}{self.unit}" for name, mark in self.levels
        )

    @property
    def explanation(self) -> str:
        """What a level takes."""
        return ";".join(
            f"{self.label}达到{number(mark)}{self.unit}的为{name}" for name, mark in self.levels
        )

    def level(self, value: float) -> str | None:
        """The best level that a figure reaches."""
        exact = Decimal(f"{value:.15g}")
        ordered = sorted(self.levels, key=lambda pair: -pair[1])
        return next((name for name, mark in ordered if exact >= mark), None)


@dataclass(frozen=True)
class GradeNames:
    """分为优秀、良好、合格3个等次: the grades without what they take."""

    source: str
    grades: tuple[str, ...]
    assumptions: tuple[Assumption, ...] = ()
    kind = "等次名称"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.grades

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"分为{'、'.join(self.grades)}{len(self.grades)}个等次"

    @property
    def explanation(self) -> str:
        """That the conditions are missing."""
        return f"只列出等次({'、'.join(self.grades)}),没有写各等次的条件,定不出等次"


@dataclass(frozen=True)
class Deadline:
    """By when who does what; it carries no points."""

    source: str
    who: str
    day: str
    what: str
    assumptions: tuple[Assumption, ...] = ()
    kind = "时限"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.who, self.day, self.what

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"{self.who}于{self.day}前{self.what}"

    @property
    def explanation(self) -> str:
        """That no points hang on it."""
        return f"{self.day}前:{self.who}{self.what};本句不影响得分"


@dataclass(frozen=True)
class NoEffect:
    """Sentences of which every word is known to change no score: 考核结果予以通报."""

    source: str
    text: str
    assumptions: tuple[Assumption, ...] = ()
    kind = "不影响得分"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return (self.text,)

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return self.text

    @property
    def explanation(self) -> str:
        """That nothing follows."""
        return "说明文字,不影响得分、名次和等次"
