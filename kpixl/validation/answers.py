"""What units and the office say to findings: reasons (情况说明), evidence (佐证), waivers (豁免).

A reason answers a finding of severity 核: it stays in the list as a note with the reason beside
it.  Words that say nothing (核实无误) answer nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kpixl.entries import Entries
from kpixl.findings import Finding, Severity, finding
from kpixl.scheme.headings import spelling
from kpixl.scheme.model import Scheme
from kpixl.scheme.relations import Waiver
from kpixl.templates.remarks import Remarks

# What the checks are called where people name them, in the register of waivers.
TITLES: Mapping[str, str] = {
    "value-missing": "未填",
    "value-number-as-text": "文字型数字",
    "value-range": "超出范围",
    "value-magnitude": "数量级",
    "value-total": "合计不符",
    "value-recomputed": "复算不符",
    "value-relation": "勾稽不符",
    "value-differs": "两处不一致",
    "value-swing": "波动过大",
    "value-same-as-last-year": "与上年相同",
    "value-last-year-differs": "上年数不符",
    "value-negative": "负数",
    "value-below-zero": "不应为负",
    "value-judged-bounds": "超出评议范围",
    "value-evidence": "缺佐证",
    "value-evidence-repeated": "佐证重复",
    "self-score-bounds": "自评分超限",
    "form-version": "版本不符",
    "form-late": "迟报",
    "form-unit-file": "封面与文件名不符",
    "form-label-changed": "表样被改",
}

_STOCK = re.compile(
    r"经过?|已经?|再次|反复|认真|仔细|逐项|我?(?:单位|局|街道|镇|县|区|市|公司)|本(?:单位|局|表|项|年|期)|"
    r"核实|核对|核查|审核|查实|复核|确认|属实|无误|准确|正确|真实|正常|一致|合理|可靠|有效|"
    r"情况|数据|数字|数值|指标|上报|填报|报送|报表|如实|符合|实际|没有?问题|无问题|没有错误|没错|"
    r"没有?异常|无异常|无需修改|不需要?修改|不改|同上|同前|见附件|详见附件|附件|另附|说明|以上|"
    r"特此|均为?|都是?|是的|的确|确实|确|为准|以此|即可|完毕|通过|没有|暂无|无|是|否|有|对|好|可以|"
    r"相关|有关|部门|单位|科室|人员|领导|负责人|严格|把关|进行|予以|我们|最终|结果|仍然?|未发现|未见|问题|错误|"
    r"的|了|和|与|及|并|也|此|该|其|所|为|按"
)


def says_nothing(text: str) -> bool:
    """Whether a reason holds no more than stock phrases.

    >>> says_nothing("经核实,数据无误。"), says_nothing("情况属实"), says_nothing("同上")
    (True, True, True)
    >>> says_nothing("年内有两家企业关停,产值减少4.2亿元")
    False
    """
    plain = unicodedata.normalize("NFKC", text)
    rest = re.sub(r"[\W_]+", "", _STOCK.sub("", plain))
    return len(re.findall(r"[\u4e00-\u9fff]", rest)) < 4


def explained(findings: Iterable[Finding], remarks: Mapping[str, Remarks]) -> Iterator[Finding]:
    """The findings, those of severity 核 that the unit gave a reason for as notes.

    `remarks` are those of each file.
    """
    stock: set[tuple[str, str]] = set()
    for found in findings:
        own = remarks.get(found.place.file)
        said = own.reasons.get(found.input) if own is not None and found.input else None
        if found.severity is not Severity.VERIFY or said is None:
            yield found
        elif not says_nothing(said.text):
            text = " ".join(said.text.split())
            yield replace(
                found,
                severity=Severity.NOTE,
                remedy=f"单位说明({said.place.sheet}!{said.place.cell}):{text}",
            )
        else:
            yield found
            if (found.place.file, found.input) not in stock:
                stock.add((found.place.file, found.input))
                yield finding(
                    "explanation-stock",
                    place=said.place,
                    unit=found.unit,
                    input=found.input,
                    found=said.text,
                    name=found.input,
                )


def waived(findings: Iterable[Finding], scheme: Scheme) -> tuple[Finding, ...]:
    """The findings, those that the register of waivers lets pass as notes that say who and why."""
    if not scheme.waivers:
        return tuple(findings)
    return tuple(_waived(f, scheme) for f in findings)


def _waived(found: Finding, scheme: Scheme) -> Finding:
    for waiver in scheme.waivers:
        if found.severity is not Severity.NOTE and _covers(waiver, found, scheme):
            return replace(
                found,
                severity=Severity.NOTE,
                remedy=f"已由{waiver.name}豁免:{waiver.reason}。",
            )
    return found


def _covers(waiver: Waiver, found: Finding, scheme: Scheme) -> bool:
    unit = scheme.unit_named(waiver.unit)
    if not found.unit or (unit.name if unit else waiver.unit) != found.unit:
        return False
    if waiver.input and spelling(waiver.input) != spelling(found.input):
        return False
    wanted = spelling(waiver.problem)
    return wanted in (spelling(found.code), spelling(TITLES.get(found.code, found.code)))


# -- 佐证 --------------------------------------------------------------------------------------

_PIECES = re.compile(r"[;；\n、]+|(?<=[^\d])[.．](?=\D)")


def evidence_faults(
    entries: Entries, remarks: Mapping[str, Remarks], scheme: Scheme
) -> Iterator[Finding]:
    """A figure that has to be evidenced is, and nothing is counted twice."""
    used: dict[str, tuple[str, str]] = {}
    for entry in entries:
        given = scheme.input_by_name.get(entry.input)
        file = entry.place.file
        if given is None or not given.evidence or file not in remarks:
            continue
        said = remarks[file].evidence.get(entry.input)
        if said is None:
            if entry.state == "given" and entry.value:
                yield finding(
                    "value-evidence",
                    place=entry.place,
                    unit=entry.unit,
                    input=entry.input,
                    found=f"{entry.value:.15g}{given.unit},佐证材料空白",
                    name=entry.input,
                )
            continue
        for piece in filter(None, (p.strip() for p in _PIECES.split(said.text))):
            key = spelling(re.sub(r"^\d+[.)、]", "", piece))
            if len(key) < 3:
                continue
            if key in used:
                unit, other = used[key]
                where = f"“{other}”" if unit == entry.unit else f"{unit}的“{other}”"
                yield finding(
                    "value-evidence-repeated",
                    place=said.place,
                    unit=entry.unit,
                    input=entry.input,
                    found=piece,
                    name=entry.input,
                    item=piece,
                    other=where,
                )
            else:
                used[key] = (entry.unit, entry.input)
