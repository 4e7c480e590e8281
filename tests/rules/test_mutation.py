"""Never silently wrong: a changed clause changes its reading or is refused.

Each number of a readable clause is changed and taken out in turn; each effect word, with
未, 不, 非 and 无, is put in at every place and taken out wherever it stands.  Two kinds of
numbers may change: that of a sub-item, (2) or 3., is a label that names its line, and a year
names a period.  A word may come or go unseen only where it says again what the phrase says
without it: those places were looked at one by one and are listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import pytest

from bench.mutations import Mutant, clauses, numbers, put_in, reading, survey, taken_out
from kpixl.rules.vocabulary import effect_words, stop_words
from tests.rules.clauses import READABLE

# Word: where it says nothing new (^ is its place), with the reason.
_SAYS_IT_AGAIN: dict[str, tuple[str, str]] = {
    "必须": (
        r"\)\^ ?完成|\^最低不少"
        r"|\^(?:按[期时]|足额|全面)?(?:完成|达|实现|不(?:得|应|能)?[少低小高大超]|至少|控制在|严格控制)",
        "必须达到90% beside 达到90%",
    ),
    "其中": (r".", "其中 before a part, a requirement or 一项"),
    "分别": (r".", "分别 before a list of as many figures as names"),
    "只": (r"\^按1[0-9]0%", "超过120%的只按120%计 beside 超过120%的按120%计"),
    "权重": (r"\(\^[0-9]|[%的重]\^|\^各?占|\^分值|:[0-9]\^", "between the weights and 计入"),
    "比例": (r":[0-9]\^|[%的重]\^", "between the weights and 计入"),
    "比重": (r"[%的重]\^", "between the weights and 计入"),
    "加权": (r":[0-9]\^|[%的重]\^|比例\^计入", "between the weights and 计入"),
    "若": (
        r"[，；]\^|按\^完成|[;；] ?\^|[;；] ?[0-9]、\^|(?:^|[,;。(:\n]|[0-9][.、)])如?\^|乡镇\^每",
        "若未上报,扣2分 beside 未上报,扣2分; 其他乡镇若每少1处 beside 其他乡镇每少1处",
    ),
    "如果": (
        r"[，；]\^|按\^完成|[;；] ?\^|[;；] ?[0-9]、\^|(?:^|[,;。(:\n]|[0-9][.、)])\^",
        "如果未上报,扣2分 beside 未上报,扣2分",
    ),
    "零分": (r"直至\^扣完", "直至零分扣完该项分 beside 直至扣完该项分"),
    "得分": (
        r"[增加]减\^[0-9]|%或以下\^为零|计分,\^最高得分|[扣减]完(?:该项|本项)?\^|(?:^|[,;]|直至|本项)\^[扣减][完光]|\^(?:分别|以[0-9]|。|;|,|$|最[高多]不)|(?:计入|最终|计算|累计)\^|排名\^[第前]"
        r"|况\^计分|(?:最低|则)\^为零|\^(?:[、和及与]|各?占|按[0-9实完])|,\^[0-9]+(?:分|~)|项\^共|的,\^按|得分\^:|\^得分:"
        r"|\^减半|减半\^|最高\^不(?:得)?超过",
        "减半得分, 得分减半 beside 减半; between the names of weighted parts and their weights, behind 计入 and 计算",
    ),
    "平均值": (
        r"低于\^的|每(?:[低高]于?|超过|增减)\^",
        "低于平均值的 beside 低于的, behind 高于平均",
    ),
    "平均数": (
        r"低于\^的|每(?:[低高]于?|超过|增减)\^",
        "低于平均数的 beside 低于的, behind 高于平均",
    ),
    "平均水平": (
        r"低于\^的|每(?:[低高]于?|超过|增减)\^",
        "低于平均水平的 beside 低于的, behind 高于平均",
    ),
    "满分": (
        r"得[0-9]+%\^|其中:[^,;]+\^[0-9]|中:[^,;]+\^[0-9]|[率量]:\^[0-9]|[扣减]完(?:该项|本项)?\^"
        r"|(?:^|[,;]|直至|本项)\^[扣减][完光]|[得计记(扣]\^[0-9]|本项\^[0-9]+分扣完",
        "得满分10分 beside 得10分, (满分10分) beside (10分), 本项满分10分 beside 本项10分",
    ),
    "限扣": (r"本项\^[0-9]+分扣完", "本项限扣10分扣完为止 beside 本项10分扣完为止"),
    "基础分": (
        r",\^得0|,\^为零分|得[0-9]+%\^|[率量]:\^[0-9]|[扣减]完(?:该项|本项)?\^|(?:^|[,;]|直至|本项)\^[扣减][完光]"
        r"|[得计记(扣]\^[0-9为]",
        "得基础分10分 beside 得10分",
    ),
    "排名": (
        r"\^进入前|\^最后一名|\^[第从前后倒四]|[;,]\^[0-9]|增速\^:|\^,?每|到[低少多高]\^|依次\^"
        r"|全市\^排名|高低\^|增速\^位居|[额速]\^(?:位列|列|在|全省前)|^\^全市第",
        "排名第一名 beside 第一名, 从高到低排名",
    ),
    "名次": (
        r"\^(?:[第前后倒四末]|最后[一两]|等差|,?每)|[;,]\^[0-9]|(?:其余|以后|后续)\^|\^(?:排名每|位居)"
        r"|[额速]\^(?:位列|列|在)",
        "名次第一名 beside 第一名, 其余名次 beside 其余",
    ),
    "计分": (
        r",\^0分|乘以分值\^|权重折算\^|的1[0-9]0%\^|:[0-9]\^|得[0-9]+分\^;|递减\^|得分\^:|累计\^|排名\^,?[第前]|插值法\^|的比\^|比例\^$"
        r"|\^减半|减半\^|系数\^|[量幅额值速率]\^各?占",
        "减半计分 beside 减半; 按1.2系数计分 beside 按1.2系数; 排名计分 beside 排名",
    ),
    "折算": (
        r"百分比\^计分|份数\^计分|乘以[0-9.]+\^|(?:之比|比例|完成率|[”“]|%)\^|\^计算"
        r"|×[0-9]+\^计分|:[0-9]\^|[0-9]\^计分",
        "按比例折算计分 beside 按比例计分, 按完成率折算得分 beside 按完成率得分, 按7:3折算 beside 按7:3",
    ),
    "递减": (r"其余按比例\^|迟到1次\^", "其余按比例递减计分 beside 其余按比例计分"),
    "记分": (
        r",\^0分|乘以分值\^|递减\^|累计\^|排名\^[第前]|的比\^|\^减半|减半\^",
        "排名记分 beside 排名, 减半记分 beside 减半",
    ),
    "均得": (
        r"名\^满分|第[一二三]名\^加|\^减半",
        "第1名均得满分 beside 第1名满分, 均得减半 beside 减半",
    ),
    "均按": (r"\^(?:每|双倍)", "其余均按每下降 beside 其余每下降"),
    "前三名": (
        r"到[低少]\^|依次\^|县\^分别",
        "从高到低前三名依次得10、9、8分: as many figures as places",
    ),
    "分值": (
        r"减\^ ?[0-9]|扣 ?\^ ?[0-9]|[率量]:\^[0-9]|\(\^[0-9]|扣减\^|[扣减]完(?:该项|本项)?\^"
        r"|(?:^|[,;]|直至|本项)\^[扣减][完光]|[得计记扣]\^[0-9]|[扣减]完(?:该项|本项)?\^"
        r"|奖励\^|得[0-9]+%\^|[本该]项\^的[0-9]|按\^[0-9]倍|倍\^扣分|[本该此]项\^归零",
        "得分值10分 beside 得10分, 扣完分值为止 beside 扣完为止",
    ),
    "扣分": (
        r"\^本项扣完|递减\^|\^(?:直至)?[扣减]完|\^最[多高][扣减]|(?:减半|[加双]倍)\^",
        "扣分扣完为止 beside 扣完为止, 减半扣分 of what deducts beside 减半",
    ),
    "至多": (r"\^最高|最高\^|累计\^", "至多最高不超过 beside 最高不超过"),
    "上限": (r"\^最高|最高\^|累计\^", "最高上限不超过 beside 最高不超过"),
    "减分": (r"扣\^[0-9]", "酌情扣分1-3分 beside 酌情扣1-3分"),
    "超额": (r"按\^比例", "按超额比例加分 beside 按比例加分, of what goes beyond"),
    "超出": (r"按\^比例", "按超出比例加分 beside 按比例加分, of what goes beyond"),
    "均可": (
        r"\^[得加]|\^(?:减半|加倍|双倍|按[0-9]|不扣分)",
        "第一名均可得10分 beside 第一名得10分, 均可减半扣分 beside 减半扣分",
    ),
    "累计": (
        r"\^累计|累计\^|\^最[多高]|\^(?:本项)?加减?分(?:不|或)|\^不超过|分,\^(?:发生)?[0-9两三四五]+[次起项人]",
        "累计最多加 beside 最多加, 一次扣1分,累计两次扣3分",
    ),
    "超过": (r"率\^[0-9]+%以上", "达标率超过95%以上 beside 达标率95%以上"),
    "四舍五入": (r"[分,]\^,?保留", "得分四舍五入保留一位小数 beside 得分保留一位小数"),
    "倒扣": (r"\^减[0-9]", "倒扣减1分 takes as much as 倒扣1分 and 减1分 do"),
    "封顶": (
        r"过[0-9.]+分\^|的[0-9]+%\^|\^最高|最高\^|120%\^|的150%\^|加[0-9]+分\^",
        "不超过分值的150%封顶 beside 不超过分值的150%, 最多加5分封顶 beside 最多加5分",
    ),
    "最多": (
        r"\^加分不超|\^(?:最高)?不超过|\(\^扣[0-9]",
        "加分最多不超过 beside 加分不超过; (最多扣12分,其中每少1份扣1分) beside (扣12分,…)",
    ),
    "最高": (r"\^加分不超|\^(?:最高)?(?:得分)?不(?:得)?超过?", "加分最高不超过 beside 加分不超过"),
    "最低": (r"\^不(?:少|低)于", "最低不少于4次 beside 不少于4次"),
    "至少": (r".", "至少4次, 至少达到 beside 4次 and 达到 of a requirement"),
    "以上": (
        r"[0-9%个家次项件起处元米名人批户场台期亩篇条天点平倍亿万]\^|\^(?:两项得分|每次扣|本项|最[多高]|加分|合计|得|每项各)|未完成\^不得|,\^每",
        "达到10%以上 beside 达到10%; 以上最多加 beside 最多加",
    ),
    "之内": (r"[%吨煤]\^", "±10%之内 beside ±10%, 不超过5吨之内 beside 不超过5吨"),
    "以内": (
        r"[0-9%)分元吨煤起件亩名位个值]\^",
        "80%-90%以内 beside 80%-90%, 控制在5起以内 beside 控制在5起",
    ),
    "以下": (
        r"目标值\^,得|[吨煤元起个亩]\^|(?:等于|≤|发生率)[0-9]+%\^",
        "不超过5吨以下 beside 不超过5吨",
    ),
    "酌情": (
        r"情况\^进行评分|\^(?:扣分?[0-9]|给予不超过|不超过|加分)|况\^(?:得分|给予)",
        "酌情扣1-3分 beside 扣1-3分: a range is judged either way",
    ),
    "视情": (
        r"\^(?:给予)?不超过|每次\^扣[0-9]|,\^扣[0-9]+-",
        "视情给予不超过5分的加分 beside 给予不超过5分的加分",
    ),
    "但": (
        r"以上\^不足|[%亩],?\^[高小]于|[分值][,;(]\^",
        "80%以上但不足90% beside 80%以上不足90%; 扣2分,但整改及时的减半扣分",
    ),
    "一律": (
        r"\^,(?:不得|得0)|\^分值为零|\^倒扣|次\^|处\^ ?扣|[0-9]\^扣减|日\^扣罚|移1位\^少得"
        r"|的\^,(?:本项|基础分)|\^,?(?:则|立即|取消|基础分为零|归零|扣光|双倍)|的\^,?[本该此]项"
        r"|\^[本该此]项(?:分值)?[归扣]|\^[扣减][0-9]|\^(?:减半|加倍|按[0-9]|不扣分|(?:[本该此]项)?(?:不予?[得计记给]|得?[0零]分|[得计记为按][0零]|扣[完除]))",
        "一律减半扣分 beside 减半扣分, 一律不得分 beside 不得分",
    ),
    "无": (r"无[^、]*、\^", "无垃圾池、无填埋场各扣 beside 无垃圾池、填埋场各扣"),
    "基本分": (
        r"[增加]减\^[0-9]|,\^得0|比例扣减\^|,\^为零分|[扣减]完(?:该项|本项)?\^|(?:^|[,;]|直至|本项)\^[扣减][完光]"
        r"|[得计记(扣:]\^[0-9为]|[扣减]完\^|得[0-9]+%\^|加\(减\)\^",
        "得基本分10分 beside 得10分, 扣完基本分为止 beside 扣完为止",
    ),
    "加分": (
        r"\^(?:本项)?(?:最[多高]|合计|不超过)|不超过\^|\^减半|减半\^",
        "加分最多加 beside 最多加, 减半加分 of a bonus beside 减半",
    ),
    "另": (
        r"\^(?:倒扣| ?扣)|\^(?:加|增加|实行|分别加|则|立即|再?扣|减|酌情|视)",
        "另加1分 beside 加1分: a bonus either way, 另扣1分 of another thing, 另实行 beside 实行",
    ),
    "另外": (
        r"\^(?:倒扣| ?扣)|\^另?,?实行|\^再?[扣减]罚?[0-9]|\^(?:酌情|视)",
        "另外实行加减分 beside 另实行加减分; 另外扣1分 of another thing",
    ),
    "另行": (
        r"\^(?:倒扣| ?扣)|\^[扣减]罚?[0-9]|\^(?:酌情|视)",
        "另行扣1分 of another thing beside 扣1分",
    ),
    "额外": (r"\^[扣减]罚?[0-9]", "额外扣1分 of another thing beside 扣1分"),
    "任何": (r"(?:其中|[少缺])\^[一1]项", "未完成其中任何一项 beside 未完成其中一项"),
    "位次": (
        r"其他\^得|后续\^|[;,]\^[0-9]|\^(?:[第前后倒四中]|最后一|等差|均匀|,?每)|(?:其余|以后)\^"
        r"|\^(?:排名每|[比较]上年|位居)|[额速]\^(?:位列|列|在)",
        "后续位次按0.1分递减 beside 后续按0.1分递减, 位次第一名 beside 第一名",
    ),
    "依次": (
        r"位次\^|名次\^按|\^递减|到[低少多高]\^|的,?\^分别|分别\^|(?:其余|以后)\^|(?:比例|高低|上下)\^|[,名]\^分别",
        "依次按0.1分递减 beside 按0.1分递减, 依次分别 beside 分别",
    ),
    "每": (
        r"\^(?:[0-9一少超缺多]|相差|有|提高|(?:下降|降低|减少|低于?|高于?|上升|增[长加]|超[过出])(?:[1一]|0\.)|比上|出现|发[现生]|存在|查[出实])"
        r"|其中\^|后续\^|以后\^名|每人\^|上年\^增",
        "少1次扣1分 beside 每少1次扣1分, 发现一处扣2分 beside 每发现一处扣2分",
    ),
    "达不到": (r"未完成\^[0-9]", "未完成达不到1次 beside 未完成1次"),
    "未": (r"按其?\^完成比例", "按其未完成比例扣分 beside 按其完成比例扣分: of what is undone"),
    "其余": (r"\^(?:排名|名次|按|,?每|参评)", "其余名次每下降 beside 名次每下降"),
    "扣": (
        r"\^减|每[^,;]{1,4}\^[0-9]|一次\^[0-9]|迟到1次\^[0-9]|最多\^[0-9]|(?:人|领导|科室|部门)\^[0-9]|分[、,]\^所在",
        "扣减 beside 减, 最多10分 of a deduction; 每次2分 behind 每次扣5分",
    ),
    "减": (r"扣\^", "扣减 beside 扣"),
    "除": (r"扣\^", "扣除 beside 扣"),
    "第一名": (r"\^(?:最|以后每)", "第一名 beside 最多的, 第一名以后 beside 以后"),
    "不足": (r"按\^比例", "按不足比例扣分 beside 按比例扣分, of what is short"),
    "达到": (
        r"的,?\^,?[得计]|[0-9]%的\^,得|评价率\^不低于|全县平均\^增幅|完成\^任务|人员\^不少于|\^(?:[0-9]|有[0-9]|发现[0-9]|得分[0-9]|不足)|^\^|[未没][^,]{0,4}\^|[账的]\^的?不得|,\^得|(?:每月|更新)\^|\^配备[0-9]|%\^或"
        r"|的\^得[0-9满]|[,;:]\^(?:低于|大于|测评|平均|下降|增长|完成率|登记率|违法发生率|[一二三四五六七八九十]处)|分,\^[0-9三四五]+[次起项]"
        r"|足额发\^放|发放\^,|[,，]\^(?:不得|占[0-9])|的\^记[0-9]|\^指按照|\^参加两次|参加\^两次"
        r"|\^当年增加|召开\^一次|全县\^平均|\^达到|占比\^不超过",
        "达到10个 beside 10个, of a requirement or an interval",
    ),
    "达": (
        r"的,?\^,?[得计]|全\^县平均|完成\^任务|人员\^不少于|\^(?:[0-9]|有[0-9]|发现[0-9]|得分[0-9])|^\^|账\^的不得|,\^得|(?:每月|更新)\^|\^配备[0-9]|%\^或"
        r"|的\^得[0-9满]|[,;:]\^(?:低于|大于|测评|平均|下降|增长|完成率|登记率|违法发生率|[一二三四五六七八九十]处)|分,\^[0-9三四五]+[次起项]"
        r"|足额发\^放|发放\^,|[,，]\^(?:不得|占[0-9])|的\^记[0-9]|\^指按照|\^参加两次|参加\^两次"
        r"|\^当年增加|召开\^一次|全县\^平均|\^达到|县平\^均",
        "达10个 beside 10个, of a requirement or an interval",
    ),
}


def _not_looked_at(mutants: Iterable[Mutant]) -> list[tuple[str, str]]:
    """The words whose coming or going was not seen, but for the places listed."""
    found = []
    for mutant in mutants:
        pattern, _ = _SAYS_IT_AGAIN.get(mutant.word, ("(?!)", ""))
        if not re.search(pattern, re.sub(r"\[.*→.*\]", "^", mutant.where)):
            found.append((mutant.word, mutant.where))
    return found


@pytest.mark.parametrize("clause", READABLE)
def test_changing_any_number_changes_the_reading_or_refuses(clause: str) -> None:
    plain = reading(clause)
    assert [m for m in numbers(clause) if reading(m.text) == plain] == []


@pytest.mark.parametrize("clause", READABLE)
def test_putting_in_an_effect_word_changes_the_reading_or_refuses(clause: str) -> None:
    # a thirtieth of the words at each place, others at the next; the benchmark puts in all
    plain, turn = reading(clause), crc32(clause.encode())  # whatever clauses stand beside it
    mutants = list(put_in(clause, words=len(effect_words()) // 3, turn=turn))[turn % 3 :: 10]
    assert _not_looked_at(m for m in mutants if reading(m.text) == plain) == []


@pytest.mark.parametrize("clause", READABLE)
def test_taking_out_an_effect_word_changes_the_reading_or_refuses(clause: str) -> None:
    plain = reading(clause)
    assert _not_looked_at(m for m in taken_out(clause) if reading(m.text) == plain) == []


def test_changes_of_the_collected_clauses_are_seen(shared: Path) -> None:
    # three words at each place, others at the next; `python -m bench.mutations` puts in all
    results = survey(clauses(shared / "data" / "clauses.jsonl"), words=6, every=2)
    assert len(results) > 150
    unseen = [mutant for _, _, mutants in results for mutant in mutants]
    assert [m for m in unseen if m.kind == "number"] == []
    words = [m for m in unseen if m.kind != "number"]
    tried = sum(count["put in"] + count["taken out"] for _, count, _ in results)
    assert tried > 30_000
    assert len(words) / tried <= 0.01
    assert _not_looked_at(words) == []


def test_the_number_of_a_sub_item_and_a_year_are_labels_and_no_other_number_is() -> None:
    clause = "2014年:(1)建成运行得4分\n(2)通过验收得6分"
    assert {m.word for m in numbers(clause)} == {"4", "6"}
    assert {m.word for m in numbers("第一名得15分,第二名得14.7分,以此类推")} >= {"15", "二"}


def test_no_name_of_the_stop_list_is_an_effect_word() -> None:
    assert set(stop_words()).isdisjoint(effect_words())
