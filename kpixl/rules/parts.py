"""What a phrase says by itself, before the phrases of a clause are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.count_terms import Counted
from kpixl.rules.expr import Expr


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """得分=…, or 最高的得10分,其余按…计算得分: `top` repeats what the formula gives the best,
    `ahead` names the figure where the formula itself does not.  `below` says when it holds: 未完成的,
    得分=…
    """

    expr: Expr
    labels: tuple[str, ...]
    top: Amount | None = None
    ahead: str = ""
    below: BranchPart | None = None


@dataclass(frozen=True, slots=True)
class DefinitionPart:
    """其中完成率=完成数÷目标数: what a name of the formula stands for; `text` is how it is
    written."""

    name: str
    expr: Expr
    labels: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class ZeroIfPart:
    """若指标值≥2×基准值,则得0分: when a formula gives nothing."""

    test: Expr
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharePart:
    """升类个数占总个数的比重,乘以10分计分."""

    top: str
    bottom: str
    points: Decimal
    bonus: bool


@dataclass(frozen=True, slots=True)
class BlendPart:
    """A、B得分分别以30%、70%的权重计入."""

    labels: tuple[str, ...]
    weights: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class PlaceTimesPart:
    """每次第一名加0.5分、第二名加0.3分: points for each time that a place was taken."""

    head: str
    does: str
    unit: str
    places: tuple[str, ...]
    verb: Literal["得", "加", "扣"]
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class MovePart:
    """排名每前进1位加1分,每后退1位扣1分; `minus` None is nothing for falling back."""

    label: str
    per: Decimal
    plus: Decimal
    back: Decimal
    minus: Decimal | None


@dataclass(frozen=True, slots=True)
class ToBestPart:
    """最高的得10分,其余按与最高值之比计分; with `bottom` 最低的得6分,其余按插值法计分.

    `low` says that the smallest figure is the best, `said` that the clause says that the best
    figure is what the others are measured by, `ordered` that it says which figure is the best.
    `last` is the last place that gets points, 0 for all.
    """

    label: str
    top: Amount
    bottom: Amount | None = None
    low: bool = False
    said: bool = False
    ordered: bool = True
    last: int = 0


@dataclass(frozen=True, slots=True)
class PlacesPart:
    """第一名得10分,第二至四名得8分,其余得5分; 前三名分别加4、3、2分; 后三名扣1分.

    `rows` are the last place of each row and its points, from place 1 on; `rest` the points of
    all others, None where the clause leaves them out; `step` what each further place loses
    instead, per `places` of them.  `least` is the fewest points.  `bottom` counts places from
    the last, `low` says that the smallest figure is the best, `said` that the clause says which
    is.  `of_first` is a step said in percent, without 满分的, `share` that
    the places of the rows are percent of all (前20%).
    """

    label: str
    scope: str
    rows: tuple[tuple[int, Amount], ...]
    verb: Literal["得", "加", "扣"]
    rest: Amount | None = None
    step: Amount | None = None
    places: Decimal = Decimal(1)
    least: Decimal | None = None
    bottom: bool = False
    low: bool = False
    said: bool = False
    of_first: bool = False
    share: bool = False
    of: int = 100  # of how many parts the places of the rows are, with `share`
    spread: bool = False  # 后三名分别扣3、2、1分: which of them which is not said


@dataclass(frozen=True, slots=True)
class EvenPlacesPart:
    """第一名得8分,最后一名得4分,其余按名次等差递减; `low` and `said` as in `PlacesPart`."""

    label: str
    scope: str
    top: Amount
    bottom: Amount
    low: bool = False
    said: bool = False


@dataclass(frozen=True, slots=True)
class SplitPart:
    """项目投资40分,其中总量占40%,增长率占60%: how the points of one thing are shared out."""

    label: str
    points: Decimal
    names: tuple[str, ...]
    weights: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class EfficacyPart:
    """税收增幅按功效系数法计分; `base` is what the worst gets of 100, None without the constants.

    `said` is which end of the group gets 100 where the clause says so (最高, 最低), 满意 where it
    leaves that and the ends themselves open.
    """

    label: str
    base: Decimal | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """成效显著的,最高加5分; 落实不好的酌情扣2-6分: points that an assessor gives or takes.

    `high` None is the 分值; `low` is the least that is given or taken, where any is; `said` is
    否则 where it stands for the label.
    """

    label: str
    high: Decimal | None
    verb: Literal["得", "加", "扣"]
    low: Decimal = Decimal(0)
    word: Literal["最高", "酌情"] = "最高"
    said: str = ""
    view: str = ""  # 视面积: what the judgement rests on
    viewed: bool = False  # 根据实际情况评分, which may be a remark on what stands behind
    marks: tuple[Decimal, ...] = ()  # 按5、3、1评分: the only ones
    # 满意率低于90%的扣1-3分: when it is judged at all; the label is that of the figure
    held: tuple[Mark, Literal["<", ">"]] | None = None


@dataclass(frozen=True, slots=True)
class JudgedEachPart:
    """每发现1起,酌情扣5—15分: points that an assessor gives or takes for each event."""

    words: Counted
    low: Decimal
    high: Decimal
    verb: Literal["得", "加", "扣"]
    view: str = ""


@dataclass(frozen=True, slots=True)
class GivePart:
    """A thing done, or a task met, and its points; `prop` gives them in proportion; `bare` points
    have no verb (项目4分) and may also say what the whole item is worth; `implied` stands without
    达到 (合格率100%得5分), which only the rest of the clause can tell; `other` names a second condition
    (未达到目标但同比改善), so that the things of the clause exclude one another.

    `task` is the name of the figure where the thing is a task that a target measures
    (完成财政收入任务 → 财政收入), None where it is not; `mark` is the figure's mark where the
    phrase names one (达到60%以上); `least` says that no less will do (60%以上, 不少于60%).
    `or_each` is said without 达到 (平台1个得10分) and may also mean each of them.  `given` splits
    增速达到全县平均增幅 into a figure and what it is held against, should the clause turn out to be
    about figures.
    """

    label: str
    amount: Amount
    task: str | None = None
    mark: Mark | None = None
    thing: str = ""
    or_each: bool = False
    op: Literal[">=", ">", "<=", "<"] = ">="
    verb: Literal["得", "加", "扣"] = "得"
    given: tuple[str, str] | None = None
    prop: bool = False
    bare: bool = False
    period: str = ""
    implied: bool = False
    other: bool = False
    least: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One of several requirements; `mark` None is a thing that is done or not."""

    label: str
    mark: Mark | None
    op: Literal[">=", "<="] = ">="


@dataclass(frozen=True, slots=True)
class AllPart:
    """负荷率不低于75%,达标率不低于95%,得5分: points for all of it; `said` by 且.

    `either` says that one of them suffices; `upto` is the most of points that are judged;
    `bracketed` that the points stand in brackets only.
    """

    needs: tuple[Need, ...]
    amount: Amount
    said: bool = False
    either: bool = False
    upto: Decimal | None = None
    bracketed: bool = False


@dataclass(frozen=True, slots=True)
class RangedPart:
    """产值达到10亿元得6-10分: points within which an assessor decides, as those of a tier."""

    give: GivePart
    high: Decimal


@dataclass(frozen=True, slots=True)
class DeviationPart:
    """差异率±5%以内得3分,±5%—±10%得2分: the far end of each interval, whether it belongs to it,
    and its points; `beyond` those of what is farther off, `defined` the figure's definition."""

    label: str
    defined: str
    unit: str
    rows: tuple[tuple[Decimal, bool, Amount], ...]
    beyond: Amount | None
    verb: Literal["得", "加"]


@dataclass(frozen=True, slots=True)
class BelowPart:
    """负荷率<5%,达标率<5%,得0分: what reaches none of the tiers of several figures, or what makes
    an item 0; `joint` is 或, 且 or 、, `whole` says 本项不得分."""

    labels: tuple[str, ...]
    marks: tuple[Mark, ...]
    ops: tuple[Literal["<", ">", ">="], ...] = ()
    joint: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ListPart:
    """A、B、C分别达到90%、80%、70%各得3分: what one phrase says of several figures."""

    parts: tuple[GivePart | RequirePart | BranchPart | StepPart, ...]


@dataclass(frozen=True, slots=True)
class BranchPart:
    """What happens beyond the mark on its bad side: 未完成不得分, 低于60%扣2分.

    `said` are its words, `label` the figure where they name one, `amount` what `lose` takes,
    `op` the side of the mark that is meant; `whole` says 本项不得分, `by_rate` 按完成率.
    """

    kind: Literal["zero", "prop", "lose"]
    mark: Mark | None
    said: str
    label: str = ""
    amount: Amount | None = None
    op: Literal["<", ">", "<=", ">="] = "<"
    whole: bool = False
    by_rate: bool = False


@dataclass(frozen=True, slots=True)
class SidePart:
    """高于平均的得5分, 持平的得3分, 低于的不得分: points for one side of a mark.

    `mark` None is that of the other sides; `points` None is 不得分.  `plain` is what the words
    say where no other side stands beside them (比上年提高的得5分: done or not), None for nothing.
    """

    side: Literal["up", "even", "down"]
    label: str
    mark: Mark | None
    points: Amount | None
    verb: Literal["得", "加", "扣"]
    plain: Part | None


@dataclass(frozen=True, slots=True)
class StepPart:
    """每超过1个百分点加0.5分, 每少1个百分点扣1分, 每增减5个百分点加减1分.

    `rise` is said with a word that may also mean a change from last year (每增加, 每降低);
    `head` and `thing` are the words before 每 and behind the amount, `unmet` says that the
    head is 未完成… and so names no figure; `falls` that points go the other way than the figure
    (每超过…扣, 每低…加), so that less is better; `prior` that it says 比上年;
    `open_way` that it says 每差, which may be either way, `missing` that it says 每缺;
    `prop` that it says 按比例: each 1% of the target is 1% of the points at the target.
    """

    way: Literal["up", "down", "both"]
    label: str
    per: Decimal
    unit: str
    amount: Amount
    mark: Mark | None = None
    verb: Literal["得", "加"] = "加"
    rise: Literal["", "提高", "降低"] = ""
    head: str = ""
    thing: str = ""
    lead: str = ""
    unmet: bool = False
    falls: bool = False
    prior: bool = False
    open_way: bool = False
    missing: bool = False
    prop: bool = False
    most: Decimal | None = None  # 最多加3分 that is about these steps alone
    rounded: Literal["", "up", "down"] = ""  # 不足1%的按1%计, 不足1%的不计
    grows: bool = False  # 每增长, which is of an amount rather than of a rate
    each: bool = False  # 各扣1分, about each of the figures before


@dataclass(frozen=True, slots=True)
class PartStepPart:
    """不足1%的按1%计 (`up`), 不足1%的不计: what part of a step counts for."""

    per: Decimal
    unit: str
    up: bool


@dataclass(frozen=True, slots=True)
class CountPart:
    """每采用1条得0.1分; `among` says that they are some of those counted before (其中…)."""

    words: Counted
    per: Decimal
    verb: Literal["得", "加", "扣"]
    amount: Decimal
    single: bool = False  # 采用1篇得15分, without 每
    bare: bool = False  # 每次10分, without a verb
    among: bool = False
    open: bool = False  # 有一次会议得1分: each, or once; the cap tells
    most: Decimal | None = None  # 最多扣4分 that is about this one alone
    share: bool = False  # 每次扣该项分值的20%: `amount` is so much of it
    more: bool = False  # 每次再扣3分: beside what the others cost


@dataclass(frozen=True, slots=True)
class TimesPart:
    """被通报一次扣1分,两次扣3分; with `nth` 第一次扣1分,第二次扣2分; `above` ends in 三次以上扣5分.

    `zero` is how often it takes for the whole item to be 0, where the phrase says so.
    """

    words: Counted
    amounts: tuple[Decimal, ...]
    nth: bool = False
    above: bool = False
    zero: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LevelsPart:
    """国家级、省级的,每个分别加3分、1.5分: one number of points for each name.

    Without 每 (`counted` False) each name is a thing that is so or not.  `joined` are the names
    with the last two as one (甲、乙和丙各得1分), `inside` that it stands in brackets or behind 其中.
    """

    labels: tuple[str, ...]
    does: str
    unit: str
    verb: Literal["得", "加", "扣"]
    amounts: tuple[Decimal, ...]
    counted: bool
    joined: tuple[str, ...] = ()
    inside: bool = False


@dataclass(frozen=True, slots=True)
class HeadPart:
    """优良天数比率(1分): the name of the figure that the clause is about, and its points."""

    label: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class FaultPart:
    """未制定应急预案的,扣2分: a thing that takes or adds its points once; `more` is 再扣2分."""

    label: str
    amount: Amount
    verb: Literal["加", "扣"]
    more: bool = False


@dataclass(frozen=True, slots=True)
class PartiesPart:
    """未完成的,责任科室扣2分,相关人员各扣1分: from whom how much is taken, and what for.

    `words` is what is counted, None where it is a thing that is so or not.
    """

    label: str
    words: Counted | None
    rows: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ExceptPart:
    """整改到位的减半扣分, 瞒报的加倍扣分, 因不可抗力的不扣分: what else stands for points before.

    `said` is the label with 的 where the clause has it.  `factor` is 0 for 不扣分 and 除外, and
    `does` what the words say that the points do, "" where they don't.  `bracket` stands in
    brackets right behind the points; `owner` is the name of the thing whose points they are,
    once it is found.
    """

    label: str
    said: str
    factor: Decimal
    does: Literal["得", "加", "扣", ""]
    bracket: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True)
class RequirePart:
    """新增规上企业15家以上: a target without points; `limit` means at most.

    `period` is 每季度 and the like where the mark is that of the whole year, `upto` the upper
    end of 3-5个, of which the lower is the target; `about` says 左右, `said` is its wording.
    """

    label: str
    mark: Mark
    limit: bool
    period: str = ""
    upto: Decimal | None = None
    about: bool = False
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RampPart:
    """60%—100%之间按比例得分, 80%以上按完成率计分; `by_rate` says that it is 按完成比例.

    `tasked` says that 完成 or a task stands in it, so that the percentages may be of a target.
    """

    tier: TierPart
    by_rate: bool = False
    tasked: bool = False


@dataclass(frozen=True, slots=True)
class AnyMissPart:
    """未完成其中一项扣2分; `words` stand before it and name the items.

    `amount` None is 扣相应分值: what each of them is worth; `lacks` says 缺一项.
    """

    amount: Decimal | None
    words: str = ""
    lacks: bool = False


@dataclass(frozen=True, slots=True)
class EachItemPart:
    """(每项各2分) behind a list of things to be done."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class TierPart:
    """80%—90%(不含90%)得8分: an interval of a figure and its points.

    An end is open where it is None; `low_in` and `high_in` say whether an end belongs to the
    interval, None where the clause leaves it open.  `verb` None goes with any (不得分).
    """

    label: str
    unit: str
    low: Decimal | None
    low_in: bool | None
    high: Decimal | None
    high_in: bool | None
    amount: Amount
    verb: Literal["得", "加", "扣"] | None = "得"
    thing: str = ""
    upto: Decimal | None = None  # 得16-20分: an assessor decides between the two
    more: bool = False  # 再加1分: beside what the interval before gives

    @property
    def nothing(self) -> bool:
        """Whether it says 不得分, which 不扣分 and 不加分 do not."""
        return self.amount.number == 0 and self.verb in ("得", None)


@dataclass(frozen=True, slots=True)
class EtcPart:
    """完成90%得9分,完成80%得8分,依次类推: the intervals go on as they began."""


@dataclass(frozen=True, slots=True)
class InterPart:
    """中间按插值法计分: what lies between the two ends that stand before it.

    `label`, `low` and `high` are what it says of them: 90%-95%之间按线性内插赋分.
    """

    said: str
    label: str = ""
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TierCountPart:
    """分4个档次: how many intervals are listed."""

    number: Decimal


@dataclass(frozen=True, slots=True)
class TiersPart:
    """1亿元以下、1亿元—5亿元、5亿元以上分别得3、6、10分."""

    tiers: tuple[TierPart, ...]


@dataclass(frozen=True, slots=True)
class StartPart:
    """以100分为基准: what additions and deductions start from.

    `worth` is 基础分 or 基本分, which says what the item is worth where nothing is added to it.
    """

    amount: Amount
    worth: str = ""


@dataclass(frozen=True, slots=True)
class ReportedPart:
    """另实行加减分: points that are reported as they were settled elsewhere."""

    label: str


@dataclass(frozen=True, slots=True)
class StatedPart:
    """(3分): what the item is worth, said again inside its clause."""

    points: Decimal
    bracket: bool = False


BoundKind = Literal[
    "bonus",
    "deduction",
    "both",
    "item",
    "rate",
    "any",
    "floor",
    "no_floor",
    "decimals",
    "least",
]
"""What a bound holds: additions, deductions, both, the item, a completion, whatever stands there."""


@dataclass(frozen=True, slots=True)
class BoundPart:
    """最多加6分, 最多减基本分的20%, 最高得10分, 扣完为止; `over_all` says 以上, 合计, 本项.

    `said` are its words.  A bound of the `rate` is the most that a completion counts: 最高120%.
    One of the `decimals` is how far the item is rounded: 得分保留一位小数; the `least` is what it
    gives at least: 最低得5分.
    """

    kind: BoundKind
    amount: Amount | None
    over_all: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words with no effect on the score; `ties` says how equal places are settled, so that a
    place can only be reported."""

    text: str
    ties: bool = False
    stack: Literal["", "一次", "最高"] = ""
    note: str = ""  # the reading that it says was taken
    whole: bool = False  # a sentence by itself, no condition of what follows
    level: bool = False  # 县级以下不得分, behind the levels that get points
    units: tuple[str, ...] | None = None  # of the numbers of a sentence that only describes


@dataclass(frozen=True, slots=True)
class AllNonePart:
    """全得全扣: all the points for all of it, or none."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Punctuation between phrases; `stop` 2 ends a sentence or a numbered line, 1 is a
    semicolon, 0 less than that; `colon` says that it is one."""

    stop: int = 0
    colon: bool = field(default=False, compare=False)


Part: TypeAlias = (
    FormulaPart
    | DefinitionPart
    | BlendPart
    | ZeroIfPart
    | SharePart
    | PlacesPart
    | MovePart
    | PlaceTimesPart
    | ToBestPart
    | EvenPlacesPart
    | JudgedPart
    | EfficacyPart
    | SplitPart
    | JudgedEachPart
    | GivePart
    | AllPart
    | RangedPart
    | BelowPart
    | DeviationPart
    | ListPart
    | BranchPart
    | SidePart
    | StepPart
    | PartStepPart
    | CountPart
    | TimesPart
    | LevelsPart
    | HeadPart
    | FaultPart
    | PartiesPart
    | ExceptPart
    | RequirePart
    | AllNonePart
    | AnyMissPart
    | RampPart
    | EachItemPart
    | TierPart
    | TiersPart
    | EtcPart
    | TierCountPart
    | InterPart
    | StatedPart
    | StartPart
    | ReportedPart
    | BoundPart
    | TextPart
    | Joint
)
