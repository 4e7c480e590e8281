# ruff: noqa: N802 - a cell function bears its own name
"""The cell functions: plain Python over what a spreadsheet program hands over.

A range is rows of cells, a cell is None, text, a number, TRUE or FALSE, or a CellError.
A function returns a number, text, "" for blank, a CellError, or rows of these.  It raises
BadArgument (with the error value that a cell shows) and RuleError; `call` turns both into
error values, so that a host never puts a sentence where a score belongs.

docs/cell-functions.md says what was decided and why.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kpixl import log
from kpixl.addin import values
from kpixl.addin.registry import REGISTRY, Cells, Column, Number, Place, Result, Text, udf
from kpixl.addin.values import NOTHING, Blank, Figures, Passed
from kpixl.errors import BadArgument, KpixlError, RuleError
from kpixl.grid import CellError
from kpixl.rules import Rule
from kpixl.rules.printing import number as printed

if TYPE_CHECKING:
    from kpixl.rules.grading import Grading

KINDS = {"number": "数值", "percent": "百分数", "count": "个数", "yes_no": "是否", "judged": "评议"}

_RULE = "评分标准:写着条款的单元格或文字"
_POINTS = "分值;条款自己写明得分、又没有分值的,可以空着"
_VALUE = "数据:每行一个单位,每列一个数据项,次序与 KPIINPUTS 相同"
_TARGET = "目标值:与数据同样多的行,或只有一行;条款里写了目标的可以不填"
_PEERS = "同类各单位的数据,要含本单位;数据有几行时可以不填,就在这几行里比较"
_PRIOR = "上年值:与数据同样多的行,或只有一行"
_GROUPS = "各行的分组名称,与同类各单位一行对一行;单独一行也可用 TRUE/FALSE 标出本组"
_READINGS = "读法:如 G7=整步;G3=密集"
# What KPISCORE asks, KPIEXPLAIN and KPIFORMULA ask too.
_QUESTION = {
    "rule": _RULE,
    "points": _POINTS,
    "value": _VALUE,
    "target": _TARGET,
    "peers": _PEERS,
    "prior": _PRIOR,
    "groups": _GROUPS,
    "readings": _READINGS,
}


@udf(
    name="KPISCORE",
    help="按评分标准计分。数据有几行就给出几个得分;空白得空白,读不懂的条款得 #VALUE!(用 KPIRULE 看原因)。",
    args=_QUESTION,
    column=True,
    example="=KPISCORE(E5,D5,F5)",
)
def KPISCORE(
    rule: Text,
    points: Number,
    value: Cells,
    target: Cells = None,
    peers: Cells = None,
    prior: Cells = None,
    groups: Cells = None,
    readings: Text = None,
) -> Result | Column | Figures:
    """The score of a unit, or of every row of a range.

    Rows are units, columns the inputs in the order of KPIINPUTS.  A rule that compares
    units compares the rows with each other; a single row needs `peers` that hold it too
    (#N/A without).  `groups` has one label for each row that is compared.

    >>> KPISCORE("亿元企业数最多的得10分,排名每下降1位减0.5分", 10, ((12,), (7,), (7,), (None,)))
    ((10.0,), (9.5,), (9.5,), ('',))
    >>> KPISCORE("制定方案得1分;报送信息,每采用1条得0.1分", 10, (("是", 37),))
    4.7
    """
    from kpixl.addin.question import ask

    try:
        question = ask(rule, points, value, target, peers, prior, groups, readings)
    except Blank:
        return _blanks(value)
    except Passed as error:
        return error.error
    return question.column(whole=isinstance(value, Figures))


@udf(
    name="KPIEXPLAIN",
    help="说明得分怎样算出来:代入数据的算式、取了哪一档、封顶扣完等。得不出分时说明原因。"
    "参数与 KPISCORE 相同。说明有几行的,给单元格设“自动换行”看全。",
    args=_QUESTION,
    returns="text",
    column=True,
    example="=KPIEXPLAIN(E5,D5,F5)",
)
def KPIEXPLAIN(
    rule: Text,
    points: Number,
    value: Cells,
    target: Cells = None,
    peers: Cells = None,
    prior: Cells = None,
    groups: Cells = None,
    readings: Text = None,
) -> Result | Column:
    """The working behind KPISCORE of the same arguments, or why there is no score.

    >>> print(KPIEXPLAIN("亿元企业数最多的得10分,排名每下降1位减0.5分", 10, 3, None, ((12,), (7,), (3,))))
    亿元企业数:3,第3名
    得分=10−0.5×(3−1)=9,四舍五入为 9.00
    >>> KPIEXPLAIN("制定方案得1分", 10, "对")
    '参数“value 第1行(制定方案)”为“对”,应为是 或 否。'
    """
    from kpixl.addin.question import ask

    try:
        question = ask(rule, points, value, target, peers, prior, groups, readings)
    except Blank as error:
        return error.sentence or _blanks(value)
    except (Passed, KpixlError) as error:
        return values.fault(error).sentence
    texts = [question.explanation(row) for row in range(len(question))]
    result: Result | Column = values.column(texts)
    return result


def _blanks(value: Any) -> Result | Column:
    """A blank for each row that was asked about."""
    size = 1 if values.is_flat(value) else len(values.rows(value))
    result: Result | Column = values.column([NOTHING] * size)
    return result


@udf(
    name="KPIRULE",
    help="条款的读法:用规范的句子复述;读不懂的,说明第几个字、为什么、应怎样写。",
    args={"rule": _RULE, "points": "分值:给出后,最高得分与它不一致时会说明"},
    returns="text",
    example="=KPIRULE(E5,D5)",
)
def KPIRULE(rule: Text, points: Number = None) -> Result:
    """The clause in canonical words, or the refusal with its place.

    With 分值, a remark follows where the most that the clause can give is another figure.

    >>> KPIRULE("数量最多的街道得满分,名次每降2位扣1分")
    '数量最多的得满分,排名每下降2位减1分'
    >>> KPIRULE("成效显著的,最高加5分", 10)
    '成效显著,最高加5分〔最高得5分,少于分值10分〕'

    Rules of a whole scheme (grades, vetoes, data rules …) are read back too.

    >>> KPIRULE("凡发生重大安全事故的单位,实行一票否决")
    '发生重大安全事故的,一票否决'
    """
    from kpixl.addin.question import reading
    from kpixl.rules.expr import bounds

    try:
        size = values.worth(points)
        read = reading(rule)
    except Blank:
        return NOTHING
    except Passed as error:
        return error.error
    except RuleError as error:
        return _of_scheme(rule, size, error)
    if size is None:
        return read.canonical
    worth = float(size)
    most = bounds(read.expr(size), worth, lambda i: read.inputs[i].kind)[1]
    if math.isinf(most):
        remark = f"〔加分不封顶,得分可以超过分值{printed(size)}分〕"
    elif abs(most - worth) < 1e-9:
        remark = ""
    else:
        than = "少于" if most < worth else "多于"
        remark = f"〔最高得{printed(most)}分,{than}分值{printed(size)}分〕"
    return read.canonical + remark


def _of_scheme(rule: Any, size: Decimal | None, refusal: RuleError) -> Result:
    """A rule of the whole scheme in canonical words, or the refusal that fits its words."""
    from kpixl.rules.statements import read_scheme_rule, speaks_of_scheme

    clause = values.text(rule, "rule")
    try:
        read = read_scheme_rule(clause)
    except RuleError as other:
        return str(other if speaks_of_scheme(clause) else refusal)
    return read.canonical + ("" if size is None else f"〔{read.kind},不是一项的得分〕")


@udf(
    name="KPIINPUTS",
    help="条款要用到的数据,每行一项:名称、类型、计量单位、条款里写明的目标。",
    args={"rule": _RULE},
    returns="table",
    column=True,
    example="=KPIINPUTS(E5)",
)
def KPIINPUTS(rule: Text) -> Result | Column:
    """The inputs of a clause: name, kind, unit, target; the columns of KPISCORE in order.

    >>> KPIINPUTS("制定方案得1分;报送信息,每采用1条得0.1分")
    (('制定方案', '是否', '是/否', ''), ('报送信息', '个数', '条', ''))
    """
    read = _read(rule)
    if not isinstance(read, Rule):
        return read
    return tuple(
        (i.label, KINDS[i.kind], i.unit, NOTHING if i.target is None else float(i.target))
        for i in read.inputs
    )


@udf(
    name="KPIASSUME",
    help="条款没有写明、按约定读的地方,每行一处:代码、约定、采用的读法、可选的其他读法(填在“读法”栏)。",
    args={"rule": _RULE, "readings": _READINGS},
    returns="table",
    column=True,
    example="=KPIASSUME(E5)",
)
def KPIASSUME(rule: Text, readings: Text = None) -> Result | Column:
    """The assumptions of a clause: code, sentence, what was taken, what else it could be.

    >>> for line in KPIASSUME("每新增2个平台加5分"):
    ...     print(*line)
    G7 不足一个单位的部分不计 整步 按比例
    G1 不靠加分就能得满分值的,加分加在分值之外,否则补到分值为止 补足 另加
    """
    read = _read(rule, readings)
    if not isinstance(read, Rule):
        return read
    if not read.assumptions:
        return ((NOTHING, "条款都已写明,没有约定", NOTHING, NOTHING),)
    return tuple((a.code, a.sentence, a.taken, "、".join(a.alternatives)) for a in read.assumptions)


def _read(rule: Any, readings: Any = None) -> Rule | Result:
    from kpixl.addin.question import reading

    try:
        return reading(rule, readings)
    except Blank:
        return NOTHING
    except Passed as error:
        return error.error


@udf(
    name="KPIFORMULA",
    help="与 KPISCORE 相同的参数,给出不需要安装本程序也能计算的普通公式(文字),可以复制到单元格里。",
    args=_QUESTION,
    addresses={"points_at": "points"},
    returns="text",
    column=True,
    example="=KPIFORMULA(E5,D5,F5:F8)",
)
def KPIFORMULA(
    rule: Text,
    points: Number,
    value: Place,
    target: Place = None,
    peers: Place = None,
    prior: Place = None,
    groups: Place = None,
    readings: Text = None,
    points_at: Place = None,
) -> Result | Column:
    """The native formula of a score, one for each row of a range, as text with its “=”.

    Ranges come as addresses (“F5:F8”, “'表 1'!F5”), since a formula is made of them;
    `target` and `prior` may be numbers.  `points` is the 分值 itself, because its size
    decides which bounds can bind, and `points_at` where it stands, which the host adds.
    The unit's own cells are relative, the peers' absolute: the formula can be filled down.

    >>> print(KPIFORMULA("数量最多的得10分,排名每下降1位减0.5分", 10, "F5", peers="F5:F8"))
    =IF(COUNT(F5)=0,"",ROUND(ROUND(MAX(10-0.5*(RANK(F5,$F$5:$F$8)-1),0),13),2))
    """
    from kpixl.addin.addresses import one_range, places
    from kpixl.addin.question import points_of, reading
    from kpixl.rules.expr import walk
    from kpixl.rules.native import to_excel

    try:
        read = reading(rule, readings)
        size = points_of(read, points)
        # a 分值 that was typed into the call has no address
        spot = one_range(points_at, "points") if isinstance(points_at, str) else None
        found = places(read, set(walk(read.expr(size))), value, target, peers, prior, groups)
    except Blank:
        return NOTHING
    except Passed as error:
        return error.error
    # a 分值 that the clause states itself stands in no cell
    told = spot is not None and values.worth(points) is not None
    worth = spot.cell(0, 0, absolute=True) if spot and told else size or Decimal(0)
    result: Result | Column = values.column(
        [
            "=" + to_excel(read, found.references(row), points=worth, size=size)
            for row in range(found.value.height)
        ]
    )
    return result


@udf(
    name="KPIRANK",
    help="名次,数大的在前。空白没有名次;得分先按15位有效数字取齐再比较。",
    args={
        "scores": "得分或总分:一列(或一行)",
        "groups": "各单位的分组名称,与得分一一对应;不填则一起排",
        "method": "并列的排法:竞争(1、2、2、4,默认)、密集(1、2、2、3)、平均(1、2.5、2.5、4)",
    },
    column=True,
    example="=KPIRANK(H5:H20)",
)
def KPIRANK(scores: Cells, groups: Cells = None, method: Text = None) -> Result | Column:
    """The places of scores, within groups where these are given; blank has no place.

    >>> KPIRANK(((78.6,), (99.1,), (None,), (78.6,)))
    ((2.0,), (1.0,), ('',), (2.0,))
    """
    from kpixl.ranking.rank import places

    table = values.rows(scores)
    if len(table) > 1 and len(table[0]) > 1:
        raise BadArgument("scores", f"{len(table)}行{len(table[0])}列", "一列得分")
    try:
        ties = values.optional_text(method, "method").strip() or "竞争"
        values.pass_errors(groups)
    except Passed as error:
        return error.error
    if ties not in ("竞争", "密集", "平均"):
        raise BadArgument("method", ties, "竞争、密集、平均之一")
    found = [cell for row in table for cell in row]
    if len(found) == 1:
        return values.each(scores, _first)
    labels = _labels(groups, len(found))
    results: list[Result] = [NOTHING] * len(found)
    for label in dict.fromkeys(labels):
        rows = [row for row, own in enumerate(labels) if own == label]
        for row, place in zip(rows, _places(found, rows, label, ties, places), strict=True):
            results[row] = place
    return (tuple(results),) if len(table) == 1 else tuple((r,) for r in results)


def _first(cell: Any) -> Result:
    """The place of a score that is alone."""
    values.number(cell, "scores")
    return 1.0


def _labels(groups: Any, size: int) -> list[str | None]:
    """A group for each score; None where the label is blank although others are not."""
    if values.nothing(groups):
        return [NOTHING] * size
    found = list(values.cells(groups))
    if len(found) != size:
        raise BadArgument("groups", f"{len(found)}个", f"{size}个,与得分一一对应")
    return [None if values.blank(c) else values.shown(c).strip().casefold() for c in found]


def _places(
    cells: Sequence[Any], rows: Sequence[int], label: str | None, ties: str, places: Any
) -> list[Result]:
    """The places of one group; an error value among its scores is everybody's."""
    wrong = next((cells[r] for r in rows if isinstance(cells[r], CellError)), None)
    totals: list[float | None] = []
    faults: dict[int, CellError] = {}
    for position, row in enumerate(rows):
        try:
            bare = values.blank(cells[row]) or wrong is not None
            total = None if bare else values.number(cells[row], "scores")
        except BadArgument as error:
            total, faults[position] = None, CellError(error.excel)
        totals.append(total)
    results: list[Result] = []
    for position, place in enumerate(places(totals, ties)):
        if values.blank(cells[rows[position]]):
            results.append(NOTHING)
        elif wrong is not None:
            results.append(wrong)
        elif label is None:
            results.append(CellError("#N/A"))
        else:
            results.append(faults.get(position, float(place or 0)))
    return results


@udf(
    name="KPIGRADE",
    help="等次:按总分和名次,依“前3名为优秀;80分以上为达标”一类的条款,可以带名额;不够任何等次的为空白。",
    args={
        "total": "总分:一个单元格或一列",
        "rank": "名次:一个单元格或与总分一一对应的一列;条款不看名次的可以空着",
        "rule": "等次条款,如“前3名为优秀;80分以上为达标”",
    },
    returns="text",
    column=True,
    example='=KPIGRADE(H5,I5,"前3名为优秀;80分以上为达标")',
)
def KPIGRADE(total: Cells, rank: Cells, rule: Text) -> Result | Column:
    """The grade of a unit, or of every row of a range; blank where there is none.

    A unit without a total, or without a place where the clause asks for places, has no
    grade.  A share (前20%) or a quota (优秀不超过3名) is taken of the places given, so it
    needs the whole column; units of one place that a quota can't hold get the next grade.

    >>> KPIGRADE(((99.1,), (78.6,), (77,)), ((1,), (3,), (5,)), "取前三名为优秀,80分以上为达标")
    (('优秀',), ('优秀',), ('',))
    >>> KPIGRADE(((95,), (93,)), ((1,), (2,)), "90分以上为优秀;80分以上为良好。优秀名额不超过1名")
    (('优秀',), ('良好',))
    """
    from kpixl.rules.grading import read_grading

    try:
        read = read_grading(values.text(rule, "rule"))
    except Blank:
        return _blanks(total)
    except Passed as error:
        return error.error
    totals = [cell for row in values.rows(total) for cell in row]
    ranks = [cell for row in values.rows(rank) for cell in row]
    if values.nothing(rank):
        ranks = [None] * len(totals)
    if len(ranks) != len(totals):
        raise BadArgument("rank", f"{len(ranks)}个", f"{len(totals)}个,与总分一一对应")
    if read.needs_all and (len(totals) == 1 or values.nothing(rank)):
        wanted = "整列名次(按比例、按名额定等次要知道所有单位的名次)"
        found = "空白" if values.nothing(rank) else "1个"
        raise BadArgument("rank", found, wanted, excel="#N/A")
    if len(totals) == 1:
        wrong = next((cell for cell in (totals[0], ranks[0]) if isinstance(cell, CellError)), None)
        return wrong or read.of([_total(totals[0])], [_standing(ranks[0])])[0].grade or NOTHING
    results = _grades(read, totals, ranks)
    result: Result | Column = values.column(results)
    return (tuple(results),) if len(values.rows(total)) == 1 else result


def _total(cell: Any) -> float | None:
    return None if values.blank(cell) else values.number(cell, "total")


def _standing(cell: Any) -> float | None:
    if values.blank(cell):
        return None
    place = values.number(cell, "rank")
    if place < 1:
        raise BadArgument("rank", values.shown(cell), "不小于 1 的名次", excel="#NUM!")
    return place


def _grades(read: Grading, totals: Sequence[Any], ranks: Sequence[Any]) -> list[Result]:
    """The grade of each unit; a fault stays in its row, and its unit is in nobody's way."""
    faults: dict[int, CellError] = {}
    points: list[float | None] = []
    places: list[float | None] = []
    for row, (total, rank) in enumerate(zip(totals, ranks, strict=True)):
        figures: tuple[float | None, float | None] = (None, None)
        wrong = next((cell for cell in (total, rank) if isinstance(cell, CellError)), None)
        try:
            if wrong is None and not values.blank(total):
                figures = _total(total), _standing(rank)
        except BadArgument as error:
            wrong = CellError(error.excel)
        if wrong is not None:
            faults[row] = wrong
        placed = figures[1] is not None or not read.needs_rank
        points.append(figures[0] if placed else None)
        places.append(figures[1])
    count = sum(not values.blank(cell) for cell in ranks)
    found = read.of(points, places, count)
    return [faults.get(row, graded.grade or NOTHING) for row, graded in enumerate(found)]


@udf(
    name="KPICHECK",
    help="检查一个数填得对不对:“通过”,或一句话说明哪里不对、应为什么、怎么改。空白得空白(要求“必填”的除外)。",
    args={
        "value": "要检查的单元格,可以是一片区域",
        "spec": "要求:类型 [计量单位] [下限..上限] [必填],如“百分数 0..100”“个数 家”“是否”“评议 0..5 必填”",
    },
    returns="text",
    column=True,
    example='=KPICHECK(F5,"百分数 0..100")',
)
def KPICHECK(value: Cells, spec: Text) -> Result | Column:
    """通过, or the first thing that is wrong with a cell, as a check of a form would say it.

    >>> KPICHECK(8.3, "percent 0..100"), KPICHECK(None, "number")
    ('通过', '')
    >>> KPICHECK("2000万", "数值 亿元")
    '〔强〕“本单元格”是文字,不是数字;现为:2000万;应为:数字(建议值 0.2亿元)。请核对后改填数字;工具不会代改。'
    """
    from kpixl.addin.check import Spec

    try:
        wanted = Spec.read(values.text(spec, "spec"))
    except Blank:
        return NOTHING
    except Passed as error:
        return error.error
    return wanted.check(value)


@udf(
    name="KPINUMBER",
    help="文字里的数,换算成要用的计量单位:“2000万”按“亿元”得 0.2。读不准的得 #VALUE!。",
    args={
        "text": "写着数的单元格,可以是一片区域",
        "unit": "要换算成的计量单位,如“亿元”“亩”“%”;不填则不换算",
    },
    column=True,
    example='=KPINUMBER(F5,"亿元")',
)
def KPINUMBER(text: Cells, unit: Text = None) -> Result | Column:
    """The number in a text, in the unit of measure that is wanted; a number is left as it is.

    >>> KPINUMBER("2000万", "亿元"), KPINUMBER("１２.5%"), KPINUMBER(3)
    (0.2, 12.5, 3.0)
    """
    from kpixl.numbers import read_number

    try:
        wanted = values.optional_text(unit, "unit")
    except Passed as error:
        return error.error

    def work(cell: Any) -> Result:
        if not isinstance(cell, str):
            return values.number(cell, "text")
        found = read_number(cell, wanted)
        if found is None:
            measure = f"可以换算成“{wanted}”的数" if wanted else "一个数,可以带计量单位"
            raise BadArgument("text", cell, measure)
        return values.number(float(found.value), "text")

    return values.each(text, work)


def call(name: str, *args: Any) -> Result | Column:
    """Call a function for a host: what it raises becomes an error value.

    The log gets the function's name and what went wrong, no text or figure of a cell.

    >>> call("KPISCORE", "制定方案得1分", 10, "对"), call("KPISCORE", "得分=88×", 10, 1)
    (CellError(code='#VALUE!'), CellError(code='#VALUE!'))
    >>> call("KPISCORE", "制定方案得1分", 10, "是")
    1.0
    """
    spec = REGISTRY.functions.get(name.upper())
    if spec is None:
        log.event("function-unknown", level=log.ERROR)
        return CellError("#NAME?")
    code = name.lower()
    try:
        result: Result | Column = spec.function(*args)
        return result
    except BadArgument as error:
        log.event(f"{code}-argument", level=log.WARNING)
        return CellError(error.excel)
    except RuleError as error:
        log.event(f"{code}-clause", level=log.WARNING, position=error.position)
        return CellError("#VALUE!")
    except Exception as error:
        # A host that is handed an exception shows a dialog for every cell.
        log.event(f"{code}-failure", level=log.ERROR)
        log.failure(error)
        return CellError("#VALUE!")
