"""One spelling for every clause, with a map back to the original characters.

Forms come in full and half width, with three kinds of brackets and five kinds of
dashes.  The reader sees one of each; its messages point into the original text.
Nothing is repaired here: a space inside a number stays visible to the damage check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.lexicon import guarded
from kpixl.rules.spelled import BASES, CONDITIONALS, PRODUCTS

# One character each, so that the map stays one to one.
_SAME = {
    "【": "(", "［": "[", "】": ")", "］": "]", "〔": "(", "〕": ")",
    "（": "(", "）": ")", "｛": "(", "｝": ")", "{": "(", "}": ")",
    "＊": "×", "*": "×", "✕": "×", "✖": "×", "x": "x",
    "∕": "/", "／": "/", "－": "-", "−": "-", "–": "-", "‐": "-", "‑": "-",
    "～": "~", "〜": "~", "﹣": "-", "﹢": "+", "＋": "+",
    "，": ",", "﹐": ",", "；": ";", "﹔": ";", "：": ":", "∶": ":", "．": ".", "｡": "。",
    "％": "%", "﹪": "%", "＝": "=", "﹦": "=", "＜": "<", "＞": ">", "≧": "≥", "≦": "≤",
    "\t": " ", "\u3000": " ", "\xa0": " ", "\u2002": " ", "\u2003": " ", "\r": "\n",
    "\x0b": "\n", "\x0c": "\n", "\u2028": "\n",
    "＂": "“", '"': "“", "”": "“", "「": "“", "」": "“", "『": "“", "』": "“",
}  # fmt: skip
_DROPPED = frozenset("\u200b\u200c\u200d\ufeff\xad\u2060")


def _simplified() -> dict[str, str]:
    """Traditional → simplified forms of the characters that clauses are written with."""
    text = resources.files("kpixl.rules").joinpath("data/traditional.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {
        old: new
        for olds, news in zip(lines[::2], lines[1::2], strict=True)
        for old, new in zip(olds, news, strict=True)
    }


_table: dict[str, str] | None = None


def _one(character: str) -> str:
    global _table
    if _table is None:
        _table = _simplified() | _SAME
    code = ord(character)
    if 0xFF10 <= code <= 0xFF5E and character not in _table:
        return chr(code - 0xFEE0)
    return _table.get(character, character)


@dataclass(frozen=True, slots=True)
class Normal:
    """A clause in one spelling; `index[i]` is the place of `text[i]` in `original`."""

    original: str
    text: str
    index: tuple[int, ...]

    def position(self, at: int) -> int:
        """The place of a normalised character in the original text, counted from 1."""
        if not self.index:
            return 0
        return (self.index[at] if at < len(self.index) else len(self.original) - 1) + 1

    def phrase(self, start: int, end: int) -> str:
        """The original wording of a stretch of normalised text."""
        if start >= len(self.index) or end <= start:
            return ""
        return self.original[self.index[start] : self.index[min(end, len(self.index)) - 1] + 1]

    def refusal(
        self, start: int, end: int, reason: str, wanted: str, at: int | None = None
    ) -> RuleError:
        """Why a stretch of normalised text is not read; `at` is its character in question."""
        place = self.position(start if at is None else at)
        return RuleError(self.original, place, self.phrase(start, end), reason, wanted)


# What is said of each without 每, or in another order: 按次扣1-3分, 分别按每条10、30分计分
_ONE_BY_ONE = r"(?P<unit>人次|件次|项次|[次件项人篇条处起例个户天宗家场份批台套村所张册])"
_SOME = r"[0-9]+(?:\.[0-9]+)?"
_EACH_SPELLINGS = (
    (
        guarded(rf"按{_ONE_BY_ONE}(?P<span>{_SOME}[-—~至]{_SOME})(?P<verb>[扣加减])分"),
        r"每\g<unit>\g<verb>\g<span>分",
    ),
    (
        guarded(
            rf"(?:(?<=[的,;。])|^)按{_ONE_BY_ONE}(?=[扣加得计记减奖]{_SOME}(?:[-—~至]{_SOME})?分)"
        ),
        r"每\g<unit>",
    ),
    (
        guarded(
            rf"(?:分别)?按照?每{_ONE_BY_ONE}(?P<list>{_SOME}分?(?:[、,]{_SOME}分?){{1,9}})(?<=分)(?P<verb>[得计记加扣减])分"
        ),
        r"每\g<unit>分别\g<verb>\g<list>",
    ),
    (
        guarded(
            rf"按照?每{_ONE_BY_ONE}(?P<points>{_SOME}分)(?P<verb>[得计记加扣减])分(?=[,;。)]|$)"
        ),
        r"每\g<unit>\g<verb>\g<points>",
    ),
    # (1个0.5分,共3分), 一项可得2分,最高不超过6分: what has a bound behind it can come several times
    (
        guarded(
            rf"(?<=[,;。(:])[一1]{_ONE_BY_ONE}可?[得计记]?(?P<points>{_SOME}分)"
            r"(?=,(?:合计|共计|共|总计|累计|总分|满分|最高|最多|不超过))"
        ),
        r"每1\g<unit>得\g<points>",
    ),
    # 引用综合考核得分及排名,在全市排名第1名得5分: whose places they are
    (
        guarded(
            r"(?:引用|计算|采用|依据|根据|按照?)(?P<of>[\u4e00-\u9fff]{3,40}?)(?:的)?得分(?:(?:及|和|与)?(?:排名|排序|名次))?,(?=在全[省市县区州镇]排名)"
        ),
        r"\g<of>",
    ),
    # (以实地考评为准,每项得2分): the remark by itself
    (
        guarded(r"\((?P<by>[以按][^(),;。:0-9]{2,40}为(?:准|依据)),(?=[^()]*[0-9]分[^()]*\))"),
        r"(\g<by>)(",
    ),
    (guarded(r"(?<=每[篇件条项处起户家例人场])\((?P<unit>次)\)"), r"\g<unit>"),
    # 一等奖加3分,二等奖加2,三等奖加1: the word behind the numbers, said once for all
    (
        guarded(
            rf"(?P<verb>奖励|[加得计记扣减])(?P<points>{_SOME})"
            rf"(?=(?:[,;、][^,;、。0-9]{{1,16}}(?P=verb){_SOME})*[,;、][^,;、。0-9]{{1,16}}(?P=verb){_SOME}分)(?=[,;、])"
        ),
        r"\g<verb>\g<points>分",
    ),
    *(
        (
            guarded(
                rf"(?P<ahead>(?P<verb>奖励|[加得计记扣减]){_SOME}分[,;、][^,;、。0-9]{{1,16}}(?P=verb){_SOME})(?=[,;、。)]|$)"
            ),
            r"\g<ahead>分",
        ),
    )
    * 4,
)

_ON_LAST_YEAR = r"以(?:上年度?|去年)(?:同期)?(?:数|值|实绩|完成数|水平)?为(?:基数|基准|基础)"
# a column of its own in many tables: what one case costs, or gives
_RATE = r"(?P<verb>[扣加得计记])分标准:每?(?:次|处|项)?(?P<points>[0-9]+(?:\.[0-9]+)?分)"
_UNIT = r"(?P<unit>人次|项次|[项次处件人个例起条篇户份])"
_BESIDE_MEAN = (
    r"[,]?(?:与|和|同|较|(?<![\u4e00-\u9fff])以)(?P<mean>(?:全[省市州县区镇国行]|本类|本组|同类|各(?:单位|县|地))?"
    r"平均(?:值|数|水平|增幅|增速|增长率|增长速度|完成率)?)"
    r"(?:(?:进行)?(?:相比较?|比较|对比)|为(?:基准|基数|标准|参照|底数|基础)值?)"
)
_SPELLINGS = (
    *CONDITIONALS,
    *BASES,
    *PRODUCTS,
    # 路面有积尘的\n扣分标准:1分/项; with several sentences before it it is for whatever is found
    (
        guarded(rf"\A(?P<what>[^;。:\n]*[^,;。:\n])[,;\n]?{_RATE}/{_UNIT}(?P<end>[。;]?)\Z"),
        r"\g<what>,\g<verb>\g<points>/\g<unit>\g<end>",
    ),
    (
        guarded(rf"(?<=[;。])\n?扣分标准:(?P<points>[0-9]+(?:\.[0-9]+)?分)/{_UNIT}(?=[。;]?\Z)"),
        r"每发现1\g<unit>扣\g<points>",
    ),
    # (4',少一项扣1分): a sign for 分
    (guarded(r"(?<=\()(?P<points>[0-9]{1,2}(?:\.[0-9])?)['′’‘](?=[,)])"), r"\g<points>分"),
    # 每处扣0.2分,1分扣完为止
    (
        guarded(r"(?<=分[,;])(?P<points>[0-9]+(?:\.[0-9]+)?分)扣完为止"),
        r"扣完\g<points>为止",
    ),
    # 出现土葬的一票否决,该项不得分: what it does to the item comes first
    (
        guarded(
            r"(?P<mark>的?),?(?:实行|给予|予以)?“?一票否决“?制?,(?P<zero>(?:该项|本项|此项)(?:工作|考核)?(?:不得分|得0分|记0分|为0分))(?=[;。\n]|\Z)"
        ),
        r"\g<mark>\g<zero>,并一票否决",
    ),
    # 完成每项应急任务得1分, 每项任务完成得1分: for each that is done
    (
        guarded(
            rf"(?P<does>完成|办理|办结|处置)每一?{_UNIT}(?P<what>[^得计记加扣,;。0-9、均都全]{{0,10}})(?=的?,?[得计记加][0-9])"
        ),
        r"每\g<does>1\g<unit>\g<what>",
    ),
    (
        guarded(
            rf"每一?{_UNIT}(?P<what>任务|工作|指标|活动|事项|目标)(?P<does>完成)(?=的?,?[得计记加][0-9])"
        ),
        r"每\g<does>1\g<unit>\g<what>",
    ),
    # 计20分每篇 is 每篇计20分
    (
        guarded(
            rf"(?P<verb>[扣加得计记减])(?P<points>[0-9]+(?:\.[0-9]+)?分)每{_UNIT}(?=[,;。)]|\Z)"
        ),
        r"每\g<unit>\g<verb>\g<points>",
    ),
    # 否则相应扣分: how much is for whoever assesses
    (guarded(r"(?:相应|适度)(?=扣分(?:[,;。)]|\Z))"), "酌情"),
    # *重要信息: a sign in front of a sentence, or of its words behind the number
    (
        guarded(
            r"(?:^|(?<=[\n。;])|(?<=[0-9一二三四五六七八九十)][、.)])|(?<=[①-⑳]))[×★☆●○■□◆◇▲△▪•·※√]{1,3}(?=[\u4e00-\u9fff“《])"
        ),
        "",
    ),
    # (工作简报》: the other half says which bracket it is
    (guarded(r"\(([^()《》,;。:0-9]{1,30}》)"), r"《\1"),
    # 反之 before nothing but 不得分 is 否则; elsewhere it may turn a step round
    (guarded(r"反之(?=,?[则即]?(?:[本该]项)?(?:不[得计记]分|[得计记]?[0零]分))"), "否则"),
    (
        guarded(
            r"(?:扣除|扣减|扣罚|(?<!处)罚扣|扣掉|扣去|核减|减除)(?=[0-9一二三四五六七八九十两])"
        ),
        "扣",
    ),
    (guarded(r"(?<![获取求难])得加(?=[0-9])"), "加"),
    # 与全县平均值相比,每高1个百分点; 以上年为基数,每增加1家
    (
        guarded(rf"{_BESIDE_MEAN},?每(?:高于?|高出|超过?|超出|提高|上升|增加)(?=[0-9一])"),
        r"每高于\g<mean>",
    ),
    (guarded(rf"{_BESIDE_MEAN},?每(?:低于?|少|降低|下降|减少)(?=[0-9一])"), r"每低于\g<mean>"),
    (
        guarded(
            rf"{_BESIDE_MEAN},?每(?:增减|(?:增加|提高|上升|高|超)(?:或|、|\()(?:减少|降低|下降|低|少)\)?)(?=[0-9一])"
        ),
        r",每增减\g<mean>",
    ),
    (guarded("(?:最多|最高)不(?:得|能)?超过(?=(?:增减|加减|加扣)[0-9])"), "最多"),
    # 排名进入前10名, 总量计分占40%
    (
        guarded(
            "(?<=排名)(?:进入|位于|处于|位居|在)(?=前[0-9一二三四五六七八九十]|第[0-9一二三四五六七八九十])"
        ),
        "",
    ),
    (guarded("(?<=[量额值速幅率])计分(?=(?:各?占|的?权重为?)[0-9])"), "得分"),
    # 以下达任务为基数,每超1%
    (
        guarded(
            r"(?<![\u4e00-\u9fff])以(?:[省市区县镇]?(?:政府)?(?:下达的?)?|年度|年初|全年){0,2}(?:任务|目标|计划)(?:任务)?[数值量]?为(?:基准|基数|标准|底数|基础),"
            r"(?=每(?:超|增|高|多|少|低|减|完成率))"
        ),
        "比任务数",
    ),
    # 与平均水平相比,持平得5分
    (guarded(rf"{_BESIDE_MEAN},?持平(?=的?,?[得计记])"), r"与\g<mean>持平"),
    (guarded(rf"{_ON_LAST_YEAR},?(?=每)"), "比上年"),
    (guarded(rf"{_ON_LAST_YEAR},(?=[^,;。]{{1,12}}每)"), "对比上年度,"),
    *_EACH_SPELLINGS,
    # 不得分(查看台账): how it is checked stands behind what is scored, and is none of it
    (
        guarded(
            r"(?<=[分止满限算计值0-9%)])(?=\((?:(?:查看|查阅|查验|检查|实地|现场|抽查|翻阅|见|详见|需?提供|凭)[^()0-9,;。:分得扣加减]{0,30}"
            r"|(?:随机|现场|实地)*(?:抽查|抽取|抽检|抽样|走访)[0-9]{1,3}[\u4e00-\u9fff]{1,6}"
            r"|[以依根按][^()0-9,;。:分得扣加减]{1,30}(?:为准|为依据|为据))\)(?:[;。\n]|$))"
        ),
        ",",
    ),
)

# Behind what a line break ends a sentence, and before what it does.
_ENDED = lazily(r"(?:[。;:!?)\]]|[0-9满得扣计记加减不]分|为止|即止|封顶|为限|次|止)$")
_NUMBERED = lazily(r"(?:\(?[0-9]{1,2}[).、]|\(?[一二三四五六七八九十]{1,2}[)、]|[①-⑳]|备?注:|其中)")


# 57 发生火险: the number of a row, with a space for its point; 3 个 is an amount
_BARE_NUMBER = lazily(
    r"(?:^|(?<=\n))[0-9]{1,3} (?=[\u4e00-\u9fff“《])"
    r"(?![个项次名条人件家户亩元吨分年月日号天小份处场起例篇期座台套辆所棵株只头]"
    r"|[公千百万亿级类档位批种度米周岁张部])"
)
# 上报3条以上\n每少1条扣1分: what each of them costs, in a line of its own
_EACH_BELOW = lazily(
    r"(?<=[\u4e00-\u9fff%])\n(?=每(?:少|缺|差|低|超|增|高|降|迟|漏|发|多)[^,;。\n]{0,12}[扣加得减])"
)


def _line_ends(text: str) -> frozenset[int]:
    """The line breaks that end a sentence; the others only wrap it."""
    found = []
    for match in re.finditer("\n", text):
        before = text[: match.start()].rstrip(" \n")
        behind = text[match.end() :].lstrip(" \n")
        if behind[:1] in (",", "、"):
            continue
        if not before or not behind or _ENDED.search(before) or _NUMBERED.match(behind):
            found.append(match.start())
    return frozenset(found)


def as_line(text: str) -> str:
    """A text as a line that is not taken to go on in the next one.

    >>> as_line("得分=本值×2"), as_line("制定方案得1分")
    ('得分=本值×2;', '制定方案得1分')
    """
    return text if _ENDED.search(text) else f"{text};"


def lines_of(original: str) -> list[str]:
    r"""The lines of a clause; a line that is only wrapped goes on in the next one.

    >>> lines_of("制定方案得1分\n按时报\n送得1分")
    ['制定方案得1分', '按时报\n送得1分']
    """
    text = "".join(_one(c) if c not in _DROPPED else " " for c in original)
    ends = sorted(_line_ends(text))
    cuts = [-1, *ends, len(original)]
    parts = [original[a + 1 : b].strip() for a, b in pairwise(cuts)]
    return [part for part in parts if part]


# a clause is looked at in parts, and each part several times
@lru_cache(maxsize=64)
def normalise(original: str) -> Normal:
    """Bring a clause into one spelling.

    Spaces go, except between two characters of a number, where they are damage
    that the reader must see.

    >>> normalise("得 满分（１０分）；").text
    '得满分(10分);'
    """
    spelled = [(i, _one(c)) for i, c in enumerate(original) if c not in _DROPPED]
    text = "".join(c for _, c in spelled)
    ends = _line_ends(text)
    stands_for = {m.end() - 1: "、" for m in _BARE_NUMBER.finditer(text)}
    stands_for |= {m.start(): "," for m in _EACH_BELOW.finditer(text) if m.start() not in ends}
    # a line that is only wrapped goes on in the next one, like a space
    kept = [
        (i, stands_for.get(at) or (" " if c == "\n" and at not in ends else c))
        for at, (i, c) in enumerate(spelled)
    ]
    numeric = frozenset("0123456789.")
    after = [""] * len(kept)  # the next character that is no space
    for at in range(len(kept) - 2, -1, -1):
        following = kept[at + 1][1]
        after[at] = after[at + 1] if following == " " else following
    out: list[tuple[int, str]] = []
    for (i, c), behind in zip(kept, after, strict=True):
        if c == " ":
            before = out[-1][1] if out else ""
            if not (before in numeric and behind in numeric):
                continue
        out.append((i, c))
    text, index = "".join(c for _, c in out), [i for i, _ in out]
    for pattern, spelled_so in _SPELLINGS:
        text, index = _respelled(text, index, pattern, spelled_so)
    return Normal(original, text, tuple(index))


def _respelled(
    text: str, index: list[int], pattern: re.Pattern[str], said: str
) -> tuple[str, list[int]]:
    """A text with another spelling of a word; each new character stands where the word began."""
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        new = match.expand(said)
        pieces += [text[done : match.start()], new]
        own = index[match.start() : match.end()] or index[match.start() : match.start() + 1]
        places += index[done : match.start()] + [own[min(n, len(own) - 1)] for n in range(len(new))]
        done = match.end()
    if not done and not pieces:
        return text, index
    return "".join([*pieces, text[done:]]), places + index[done:]
