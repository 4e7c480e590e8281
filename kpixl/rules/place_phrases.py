"""The builders of phrases about places: who comes first, the next ones, the last ones."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.parts import (
    EvenPlacesPart,
    FaultPart,
    GivePart,
    MovePart,
    Part,
    PlacesPart,
    PlaceTimesPart,
    TextPart,
)
from kpixl.rules.scanner import Token
from kpixl.rules.segment import NAMING, Segment, points_of, tidy

# Words between the name of a figure and its place, with the circle in which it is ranked.
_CIRCLE = (
    r"全(?:国|省|市|县|区|州|盟|旗|镇|乡|系统|行业)(?:同类[^,;。、]{0,4})?"
    r"|(?<=[在列居])(?:省|市|县|区)(?:内|里)?"
)
_RANKING = r"(?:排名|排位|排序|位次|名次)"
_AMONG = r"(?:在|位列|位居|名列|列|居|进入|处于|取)"
_STANDING = lazily(
    rf"{_RANKING}?{_AMONG}*(?:(?P<scope>{_CIRCLE})的?(?:中|内)?)?(?:{_RANKING}(?:中|为)?)?{_AMONG}*$"
)
_LEADING = lazily(r"^(?:按照|根据|依据|按(?![时期质量规要实]))")
_VERBS: dict[str, Literal["得", "加", "扣"]] = {
    "ADD": "加",
    "ADDPCT": "加",
    "SUB": "扣",
    "SUBPCT": "扣",
}
_RESULTS = ("GIVE", "FULL", "FULLPCT", "BPTS", "ADD", "ADDPCT", "SUB", "SUBPCT", "ZERO", "NOADD")
_HEADS = (
    "BEST",
    "BESTLOW",
    "RANKN",
    "PLACER",
    "TOPN",
    "TOPPCT",
    "FRACT",
    "PLACES",
    "LASTN",
    "LASTAT",
    "RANGE",
)
_NOTHING = Amount(Decimal(0))


def places(s: Segment) -> Part:
    """增速从高到低排名,第一名得10分,第2至4名得8分,其余得5分

    按名次给分。可以逐名写,可以写“第2至4名”“其余”,也可以写每后移一位减多少分。
    """
    first = s.find(*_HEADS) or s.get("ORDER", "BYPLACE")
    at = s.tokens.index(first)
    label, scope = figure_and_circle(s, at)
    order = next((t for t in s.tokens[: at + 1] if t.name == "ORDER"), None)
    low = first.name == "BESTLOW" or (order is not None and "low" in order.parts)
    said = order is not None or first.name == "BESTLOW" or _names_best(first)
    if first.name == "BESTLOW" and order is not None and "low" not in order.parts:
        raise s.refuse(first, "前面说从高到低,这里又说最低的", "只写一种顺序")
    if _names_best(first) and order is not None and "low" in order.parts:
        raise s.refuse(first, "前面说从低到高,这里又说最高的", "只写一种顺序")
    ahead = "".join(t.text for t in s.tokens[at : at + 3] if t.name not in _RESULTS)
    if first.name in ("BEST", "RANKN") and "各" in ahead and re.search("[、和与及]", label):
        raise s.refuse(first, "几个数据各排一次名次,要分开写", "一个数据一句")
    rows, verb, behind = _rows(s, at)
    rest, step, per = _tail(s, behind, rows, verb)
    for token in behind:
        if token.name == "RANKDOWN" and not label.endswith(token.parts.get("figure", "")):
            raise s.refuse(token, f"前面说的是“{label}”", "同一个数据的名次")
    least = s.find("LEAST")
    if least is not None and step is None:
        raise s.refuse(least, "没有依次递减,不需要最低分", "第一名得N分,每下降1位减M分,最低得…")
    return PlacesPart(
        label,
        scope,
        tuple(rows),
        verb,
        rest,
        step,
        per,
        s.need(least) if least is not None else None,
        first.name in ("LASTN", "LASTAT"),
        low,
        said,
        any(t.name == "DECRPCT" and not re.search("[满基标全]", t.text) for t in behind),
        first.name in ("TOPPCT", "FRACT"),
        _parts(s, first),
        first.name == "LASTN" and len(set(rows)) > 1,
    )


def even_places(s: Segment) -> Part:
    """第一名得8分,最后一名得4分,其余按名次等差递减

    第一名和最后一名得所写的分,中间每一名与前一名相差同样多。
    """
    head, last = s.get("BEST", "BESTLOW", "RANKN"), s.get("LASTN")
    label, scope = figure_and_circle(s, s.tokens.index(head))
    behind = s.get("EVENLY", "INTERW")
    if head.name == "RANKN" and s.need(head) != 1:
        raise s.refuse(head, "不是从第一名起", "第一名得N分")
    if next((s.need(last, group) for group in last.figures), Decimal(1)) != 1:
        raise s.refuse(last, "不是最后一名", "最后一名得M分")
    if behind.name == "INTERW" and "递减" not in behind.text:
        raise s.refuse(behind, "不知道按名次还是按数值", "其余按名次等差递减")
    results = s.all("GIVE", "FULL", "FULLPCT", "ZERO")
    top, bottom = points_of(s, results[0]), _amount(s, results[1])
    if top.number is not None and (bottom.share or (bottom.number or 0) >= top.number):
        raise s.refuse(results[1], "最后一名得的不比第一名少", "较少的分数")
    order = s.find("ORDER")
    low = head.name == "BESTLOW" or (order is not None and "low" in order.parts)
    if _names_best(head) and order is not None and "low" in order.parts:
        raise s.refuse(head, "前面说从低到高,这里又说最高的", "只写一种顺序")
    said = order is not None or head.name == "BESTLOW" or _names_best(head)
    return EvenPlacesPart(label, scope, top, bottom, low, said)


def places_listed(s: Segment) -> Part:
    """增速排名前三名的,分别加4、3、2分

    前几名依次得后面所列的分,名次数与分数个数须相同;没有列到的名次不得分。
    """
    return places(s)


def places_from_last(s: Segment) -> Part:
    """增速排名后三名的,各扣1分

    从末位数起的几名扣(或得)所写的分,其余的不动。写在“第一名得…,其余得…”或“每后移一位减…”后面的
    “末位不得分”,最后的几名按这里写的计;前面写明了得分的名次仍按前面的计。
    """
    return places(s)


def last_listed(s: Segment) -> Part:
    """增速排名后三名的,分别扣3、2、1分

    最后一名扣得最多,往前依次减少;名次数与分数个数须相同。
    """
    return places(s)


def place_times(s: Segment) -> Part:
    """每次第一名加0.5分、第二名加0.3分

    填得了几次第一、几次第二,每得一次加(得、扣)一次所写的分。
    """
    step = s.get("EVCNT")
    at = s.tokens.index(step)
    if s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "不知道几次合计是多少", "每次第一名加N分")
    behind = s.tokens[at + 1 :]
    heads = [t for t in behind if t.name in ("BEST", "RANKN")]
    results = [t for t in behind if t.name in ("GIVE", "ADD", "SUB")]
    if any(t.name == "BEST" and t.text[0] == "最" for t in heads):
        raise s.refuse(heads[0], "不知道是第几名", "第一名")
    if len({t.name for t in results}) != 1:
        raise s.refuse(results[-1], "有的名次加分,有的名次扣分", "一种写法")
    named = [Decimal(1) if t.name == "BEST" else s.need(t) for t in heads]
    if len(set(named)) != len(named):
        raise s.refuse(heads[-1], "这个名次写了两次", "每个名次写一次")
    top = s.find("TOPN")
    if top is not None and s.need(top) != len(named):
        raise s.refuse(top, f"后面只写了{len(named)}个名次", f"前{len(named)}名")
    words = (t for t in s.tokens[:at] if t.name in NAMING)
    places_ = tuple(f"第{place}名" for place in named)
    amounts = tuple(s.need(t) for t in results)
    verb = _VERBS.get(results[0].name, "得")
    head = tidy("".join(t.text for t in words))
    return PlaceTimesPart(head, step.parts["verb"], step.parts["unit"], places_, verb, amounts)


def rank_moves(s: Segment) -> Part:
    """增速全市排名每前进1位加1分,每后退1位扣1分

    填报名次比上年上升的位数,下降的填负数。
    """
    up, plus = s.get("MOVEUP"), s.get("ADD", "GIVE")
    at = s.tokens.index(up)
    label, scope = figure_and_circle(s, at)
    down, minus = s.find("RANKDOWN"), s.find("SUB")
    per, back = s.take(up) or Decimal(1), Decimal(1)
    if down is not None:
        again = s.label(s.tokens.index(plus) + 1, s.tokens.index(down))
        if again and again not in (label + scope, s.label(0, at)):
            raise s.refuse(down, f"前面说的是“{label + scope}”", "同一个数据的名次")
        if down.parts.get("figure"):
            raise s.refuse(down, "不知道是不是同一个数据的名次", "每后退1位扣N分")
        back = s.take(down, next(iter(down.figures), "n")) or back
    if per != int(per) or back != int(back) or not per or not back:
        raise s.refuse(up, "名次没有小数", "每上升1位")
    return MovePart(
        label + scope, per, s.need(plus), back, s.need(minus) if minus is not None else None
    )


def moved(s: Segment) -> tuple[Part, ...]:
    """排名较上年上升的加1分,下降的扣1分

    只看名次是升了还是降了,不看升降几位:升了加所写的分,降了扣所写的分,没有变的都不计。
    """
    at = s.get("MOVED")
    ahead = s.label(0, s.tokens.index(at))
    words = f"{ahead}{at.text[: -len(at.parts['way'])]}"
    results = s.all("ADD", "GIVE", "SUB")
    told = [(at.parts["way"], results[0])]
    behind = [t for t in s.tokens[s.tokens.index(at) :] if t.name == "DOWNW"]
    if behind:
        told.append((_WAY.sub("", behind[0].text), results[-1]))
    found: list[Part] = []
    for way, token in told:
        up = way in ("上升", "提升", "前进", "提高", "前移")
        if up == (token.name == "SUB"):
            raise s.refuse(token, "升了反而扣分,或降了反而加分", "上升的加N分,下降的扣N分")
        if token.name == "GIVE":
            found.append(GivePart(words + way, points_of(s, token)))
        else:
            verb: Literal["加", "扣"] = "加" if token.name == "ADD" else "扣"
            found.append(FaultPart(words + way, points_of(s, token), verb))
    return tuple(found)


_WAY = lazily("^有所")


def tie_rule(s: Segment) -> Part:
    """数量相同的,以总投资多的在前

    名次相同的如何分先后。这样的名次不能只由数据排出,要直接填报。
    """
    return TextPart("".join(t.text for t in s.tokens), ties=True)


def figure_and_circle(s: Segment, stop: int) -> tuple[str, str]:
    """The name of the figure before a place, and the circle (全市) that it is ranked in."""
    # the classes that places are counted in are shown with the name
    text = tidy(
        "".join(t.text for t in s.tokens[:stop] if t.name in (*NAMING, "GROUPW", "SCOREW", "RANKB"))
    )
    found = _STANDING.search(text)
    assert found is not None
    scope = found["scope"] or ""
    figure = re.sub(r"(?:获得|荣获|取得|夺得|获)$", "", text[: found.start()])
    return _LEADING.sub("", tidy(figure)) if figure else "", scope


def _names_best(token: Token) -> bool:
    return token.name == "BEST" and token.text[0] == "最"


def _rows(
    s: Segment, at: int
) -> tuple[list[tuple[int, Amount]], Literal["得", "加", "扣"], tuple[Token, ...]]:
    """The rows of a table, their verb, and the tokens behind them."""
    if listed := s.find("LEVELS"):
        return _listed(s, at, listed)
    rows: list[tuple[int, Amount]] = []
    verbs: set[Literal["得", "加", "扣"]] = set()
    tokens = s.tokens[at:]
    end = 0
    for number, head in enumerate(tokens):
        if head.name not in _HEADS:
            continue
        result = next(t for t in tokens[number:] if t.name in _RESULTS)
        before = rows[-1][0] if rows else 0
        shares = tokens[0].name == "TOPPCT" and head.parts.get("unit2") == "%"
        if (head.name if head.name in _SHARED else "") != (
            tokens[0].name if tokens[0].name in _SHARED else ""
        ) and not shares:
            raise s.refuse(head, "有的写名次,有的写百分比", "一种写法")
        start, last = _span(s, head, before, shares=shares)
        if start != before + 1:
            raise s.refuse(head, "名次不连续", f"第{before + 1}名")
        if last < start:
            raise s.refuse(head, "前一个名次不在后一个之前", f"第{start}名以后的名次")
        rows.append((last, _amount(s, result)))
        if result.name not in ("ZERO", "NOADD"):
            verbs.add(_VERBS.get(result.name, "得"))
        end = tokens.index(result) + 1
    if not verbs and tokens[0].name in ("LASTN", "LASTAT"):
        return rows, "得", tokens[end:]  # 末位不得分
    if len(verbs) != 1:
        raise s.refuse(tokens[0], "有的名次得分,有的名次加分或扣分", "一种写法")
    return rows, verbs.pop(), tokens[end:]


def _listed(
    s: Segment, at: int, listed: Token
) -> tuple[list[tuple[int, Amount]], Literal["得", "加", "扣"], tuple[Token, ...]]:
    """前三名分别加4、3、2分: one number for each place."""
    head = s.tokens[at]
    amounts = [s.need(listed, group) for group in listed.figures]
    if head.name in ("LEVELS", "ORDER", "BYPLACE"):  # 从高到低依次得10、9、8分
        wanted = len(amounts)
    elif head.name == "TOPN":
        wanted = int(s.need(head))
    elif head.name == "LASTN":
        wanted = int(s.need(head, next(iter(head.figures), "n")))
        if amounts not in (sorted(amounts), sorted(amounts, reverse=True)):
            raise s.refuse(listed, "不知道哪一名扣几分", "从多到少,或从少到多")
    elif head.name == "PLACER":
        first, last = s.need(head), s.need(head, "n2")
        if first != 1 or last != int(last):
            raise s.refuse(head, "名次不连续", "从第一名起")
        wanted = int(last)
    else:
        named = [s.need(head, group) for group in head.figures]
        if named != [Decimal(n) for n in range(1, len(named) + 1)]:
            raise s.refuse(head, "名次不连续", "从第一名起")
        wanted = len(named)
    if wanted != len(amounts):
        raise s.refuse(listed, f"有{wanted}个名次,却有{len(amounts)}个分数", "名次与分数一一对应")
    verb: Literal["得", "加", "扣"] = {"加": "加", "奖": "加", "扣": "扣", "减": "扣"}.get(  # type: ignore[assignment]
        listed.parts["verb"][0], "得"
    )
    if head.name == "LASTN":  # counted from the last, which loses most and gets least
        amounts.sort(reverse=verb == "扣")
    rows = [(n, Amount(a)) for n, a in enumerate(amounts, 1)]
    return rows, verb, s.tokens[s.tokens.index(listed) + 1 :]


_SHARED = ("TOPPCT", "FRACT")


def _parts(s: Segment, first: Token) -> int:
    """Of how many parts 前三分之一 is one; 100 for percent."""
    thirds = s.all("FRACT")
    if not thirds:
        return 100
    parts = {_fraction(s, t)[0] for t in thirds}
    which = [t.parts["which"] for t in thirds]
    if len(parts) != 1:
        raise s.refuse(thirds[-1], "与前面分的份数不同", "前三分之一")
    whole = int(parts.pop())
    if any(w in ("中间", "居中") for w in which[:1] + which[2:]) or which[0] != "前":
        raise s.refuse(first, "不知道是前面还是后面的", "前三分之一,中间三分之一,后三分之一")
    middle = len(which) > 1 and which[1] in ("中间", "居中")
    if (middle or "后" in which or "末" in which) and (whole != 3 or len(which) != 3):
        raise s.refuse(thirds[-1], "没有写满,或份数对不上", "前三分之一,中间三分之一,后三分之一")
    return whole


def _fraction(s: Segment, token: Token) -> tuple[Decimal, Decimal]:
    """三分之一, 1/3: of how many parts, and how many."""
    if "n" in token.figures:
        return s.need(token), s.need(token, "n2")
    return s.need(token, "n4"), s.need(token, "n3")


def _span(s: Segment, head: Token, before: int, *, shares: bool = False) -> tuple[int, int]:
    """The first and the last place that a head names."""
    match head.name:
        case "RANGE" if shares:
            low, high = s.need(head), s.need(head, "n2")
            said = {head.parts.get(group) for group in ("low", "high")}
            if low != before or high != int(high) or said != {None}:
                raise s.refuse(head, "与前面的百分比接不上", f"{before}%—N%")
            return before + 1, int(high)
        case "FRACT":
            whole, part = _fraction(s, head)
            if whole != int(whole) or not 2 <= whole <= 10 or part != int(part) or part >= whole:
                raise s.refuse(head, "不是几分之几", "前三分之一")
            if head.parts["which"] == "前":
                return before + 1, int(part)
            return before + 1, before + int(part)
        case "BEST" | "BESTLOW":
            return 1, 1
        case "RANKN" | "LASTAT":
            place, last = s.need(head), s.take(head, "n2")
            return int(place), int(place if last is None else last)
        case "RANGE":
            said = {head.parts.get(group) for group in ("unit", "low", "high")}
            if head.parts["unit2"] not in ("名", "位") or not said <= {None, "名", "位"}:
                raise s.refuse(head, "不是名次", "第N—M名")
            return int(s.need(head)), int(s.need(head, "n2"))
        case "PLACER":
            return int(s.need(head)), int(s.need(head, "n2"))
        case _:  # 前三名, 后两名; behind 第一名 they begin where that ends
            last = s.take(head, "n" if "n" in head.figures else "n2")
            if last is not None and last != int(last):
                raise s.refuse(head, "不是整数", "整数的名次或百分数")
            return before + 1, 1 if last is None else int(last)


def _amount(s: Segment, token: Token) -> Amount:
    return _NOTHING if token.name in ("ZERO", "NOADD") else points_of(s, token)


def _tail(
    s: Segment, tokens: tuple[Token, ...], rows: list[tuple[int, Amount]], verb: str
) -> tuple[Amount | None, Amount | None, Decimal]:
    """What the places behind the last row get: points, or ever less."""
    one = Decimal(1)
    last = rows[-1][0]
    for token in tokens:
        match token.name:
            case "RESTW" | "PLACEFROM" | "SHAREFROM":
                if token.name == "SHAREFROM" and s.need(token) != last:
                    raise s.refuse(token, "与前面的百分比接不上", f"{last}%以后")
                if token.name == "PLACEFROM":
                    place = int(s.need(token, next(iter(token.figures))))
                    exclusive = (
                        not (token.parts.get("and") or token.parts.get("and2"))
                        and "以下" not in token.text
                    )
                    if place != last + 1 and not (exclusive and place == last):
                        raise s.refuse(token, "名次不连续", f"第{last + 1}名及以后")
                    if any(t.name == "RANKDOWN" for t in tokens):
                        continue  # 第六名及以后每降1位减…
                result = next(t for t in tokens[tokens.index(token) :] if t.name in _RESULTS)
                if result.name not in ("ZERO", "NOADD") and _VERBS.get(result.name, "得") != verb:
                    raise s.refuse(result, "与前面的名次不是同一种得分", f"{verb}N分")
                return _amount(s, result), None, one
            case "DECR" | "DECRPCT":
                group = "n" if "n" in token.figures else "n2"
                value = s.need(token, group)
                share = token.name == "DECRPCT"
                return None, Amount(value / 100 if share else value, share=share), one
            case "RANKDOWN":
                per = s.take(token, next(iter(token.figures), "n"))
                less = next(t for t in tokens if t.name in ("SUB", "SUBPCT"))
                return None, points_of(s, less), per or one
            case "ETC":
                return None, _even_step(s, token, rows), one
            case _:
                pass
    return None, None, one


def _even_step(s: Segment, token: Token, rows: list[tuple[int, Amount]]) -> Amount:
    """以此类推: the step that is the same between all the rows."""
    given = [a for _, a in rows]
    if [n for n, _ in rows] != list(range(1, len(rows) + 1)) or len(rows) < 2:
        raise s.refuse(token, "看不出名次之间相差多少分", "第一名得N分,第二名得M分,以此类推")
    shares = {a.share for a in given[1:]}
    if given[0].number is None and shares == {True}:  # 满分, 满分的95%, 满分的90%
        given = [Amount(Decimal(1), share=True), *given[1:]]
    numbers = [a.number for a in given if a.number is not None]
    if len(numbers) < len(given) or len({a.share for a in given}) != 1:
        raise s.refuse(token, "看不出名次之间相差多少分", "第一名得N分,第二名得M分,以此类推")
    steps = {a - b for a, b in pairwise(numbers)}
    if len(steps) != 1 or min(steps) <= 0:
        last = s.all("GIVE", "FULL", "FULLPCT", "ADD", "BPTS", "LEVELS")[-1]
        raise s.refuse(last, "名次之间的分差不一致", "每名相差相同的分数")
    return Amount(steps.pop(), share=given[0].share)
