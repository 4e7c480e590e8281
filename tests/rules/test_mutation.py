"""Never silently wrong: a changed clause changes its reading or is refused.

Each number of a readable clause is changed and taken out in turn; each effect word is
put in at every place.  What is left unchanged must be a number that the clause itself
repeats elsewhere - there is none in these clauses - or the word is part of a name.
"""

from __future__ import annotations

import re

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.vocabulary import effect_words, stop_words
from tests.rules.clauses import READABLE

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
# Words that turn a score when put in front of a verb; they can't be banned from names,
# so the label that is shown must change with them.
_TURNING = ("未", "不", "非", "无")


def _reading(clause: str) -> str | None:
    try:
        return parse(clause).canonical
    except RuleError:
        return None


@pytest.mark.parametrize("clause", READABLE)
def test_changing_any_number_changes_the_reading_or_refuses(clause: str) -> None:
    plain = parse(clause).canonical
    for match in _NUMBER.finditer(clause):
        if clause[: match.start()].endswith(("(", "\n(")) and clause[match.end()] == ")":
            continue  # the number of a sub-item names it and scores nothing
        changed = [f"{float(match[0]) + 1:g}", f"{float(match[0]) * 7 + 0.3:.4g}"]
        if float(match[0]) != 1:
            changed.append("")  # 每1位 and 每位 are the same words
        for new in changed:
            mutant = clause[: match.start()] + new + clause[match.end() :]
            assert _reading(mutant) != plain, (match[0], new, mutant)


# Words that only say again what the phrase says without them; each was looked at.
_SAYS_IT_AGAIN = {
    "其中": "其中 before the names of weighted parts",
    "分别": "分别 before a list of weights",
    "权重": "between the weights and 计入",
    "比例": "between the weights and 计入",
    "比重": "between the weights and 计入",
    "加权": "between the weights and 计入",
    "得分": "between the names of weighted parts and their weights, and behind 计入",
    "满分": "得满分10分 beside 得10分",
    "基本分": "得基本分10分 beside 得10分",
    "基础分": "得基础分10分 beside 得10分",
    "排名": "排名第一名 beside 第一名, 按排名 before the places",
    "累计": "累计最多加 beside 最多加",
    "最多": "加分最多不超过, 加减分最多不超过 beside the same without 最多",
    "最高": "加分最高不超过 beside 加分不超过",
    "以上": "达到10%以上 beside 达到10%",
    "最低": "最低不少于4次 beside 不少于4次",
    "加分": "以上加分最多加 beside 最多加",
    "另": "另加1分 beside 加1分: a bonus either way",
    "任何": "未完成其中任何一项 beside 未完成其中一项",
    "以内": "80%-90%以内 beside 80%-90%",
    "位次": "后续位次按0.1分递减 beside 后续按0.1分递减",
    "依次": "依次按0.1分递减 beside 按0.1分递减",
    "每": "少1次扣1分 beside 每少1次扣1分",
    "其余": "其余名次每下降 beside 名次每下降",
    "至少": "达到至少10% beside 达到10%",
    "扣": "扣减 beside 减",
    "减": "扣减 beside 扣",
    "除": "扣除 beside 扣",
    "第一名": "第一名 beside 最多的",
}


# Words that say nothing new at one kind of place only.
_AT_PLACES = {
    # 达到10个 beside 10个, in a list of marks or intervals
    "达到": r"\^[0-9]",
    "达": r"\^[0-9]",
}


def _says_it_again(word: str, where: str) -> bool:
    place = _AT_PLACES.get(word)
    return word in _SAYS_IT_AGAIN or (place is not None and re.search(place, where) is not None)


@pytest.mark.parametrize("clause", READABLE)
def test_putting_in_an_effect_word_changes_the_reading_or_refuses(clause: str) -> None:
    plain = parse(clause).canonical
    unchanged = {
        word: clause[max(0, at - 4) : at] + "^" + clause[at : at + 4]
        for word in (*effect_words(), *_TURNING)
        for at in range(len(clause) + 1)
        if _reading(clause[:at] + word + clause[at:]) == plain
    }
    assert {w: where for w, where in unchanged.items() if not _says_it_again(w, where)} == {}


@pytest.mark.parametrize("clause", READABLE)
def test_taking_out_an_effect_word_changes_the_reading_or_refuses(clause: str) -> None:
    plain = parse(clause).canonical
    unchanged = {
        word: clause[max(0, match.start() - 4) : match.start()] + "^" + clause[match.end() :][:4]
        for word in (*effect_words(), *_TURNING)
        for match in re.finditer(re.escape(word), clause)
        if _reading(clause[: match.start()] + clause[match.end() :]) == plain
    }
    assert {w: where for w, where in unchanged.items() if not _says_it_again(w, where)} == {}


def test_no_name_of_the_stop_list_is_an_effect_word() -> None:
    assert set(stop_words()).isdisjoint(effect_words())
