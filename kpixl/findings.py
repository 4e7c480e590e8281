"""What is wrong with the user's data, as values: code, place, found, expected, remedy.

Every code stands once in `CATALOGUE` with its severity and its Chinese wording;
the rest of the code names a code and gives facts.  The severities are those of
the national statistics reporting system: 强 blocks acceptance of a form (never
the calculation), 核 wants a reason, 提 is a note.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """强制性, 核实性, 提示."""

    BLOCK = "强"
    VERIFY = "核"
    NOTE = "提"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; parts that do not apply are empty."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        spot = "!".join(part for part in (self.sheet, self.cell) if part)
        return " ".join(part for part in (self.file, spot) if part)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what, where, what was found, what was expected, how to mend it."""

    code: str
    severity: Severity
    place: Place
    unit: str
    input: str
    found: str
    expected: str
    remedy: str
    text: str

    def as_json(self) -> dict[str, str]:
        """The finding as the command line's data contract has it."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": self.place.file,
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            "unit": self.unit,
            "input": self.input,
            "found": self.found,
            "expected": self.expected,
            "remedy": self.remedy,
            "text": self.text,
        }

    def sentence(self) -> str:
        """The finding as one line for people: place, what, found, expected, remedy."""
        head = " ".join(part for part in (str(self.place), self.unit) if part)
        facts = self.text
        if self.found:
            facts += f";现为:{self.found}"
        if self.expected:
            facts += f";应为:{self.expected}"
        return f"〔{self.severity}〕{head + ':' if head else ''}{facts}。{self.remedy}"


@dataclass(frozen=True, slots=True)
class Entry:
    """Severity and wording of a code; {braces} are filled with the finding's facts."""

    severity: Severity
    text: str
    expected: str = ""
    remedy: str = ""


_B, _V, _N = Severity.BLOCK, Severity.VERIFY, Severity.NOTE

CATALOGUE: dict[str, Entry] = {
    # -- the scheme workbook -------------------------------------------------------
    "scheme-sheet-missing": Entry(
        _B,
        "方案工作簿缺少“{name}”表",
        "有一张名为“{name}”的表",
        "请按自带方案的样子补上这张表。",
    ),
    "scheme-heading-missing": Entry(
        _B, "“{name}”表缺少“{column}”列", "表头中有“{column}”", "请补上这一列的表头。"
    ),
    "scheme-setting-unknown": Entry(
        _N, "设置项“{name}”不认识,未采用", "{choices}", "请检查设置项的名称。"
    ),
    "scheme-setting-value": Entry(
        _B, "设置项“{name}”的取值不认识,按“{used}”处理", "{choices}", "请改为其中之一。"
    ),
    "scheme-setting-missing": Entry(_B, "缺少设置项“{name}”", "“{name}”有取值", "请补填。"),
    "scheme-name-repeated": Entry(
        _B, "“{name}”重复出现", "同一张表内名称不重复", "请改名或删去重复的一行。"
    ),
    "scheme-points": Entry(
        _B, "“{name}”的分值不是数", "大于 0 的数", "请填数字,不带“分”字,单元格不要设成文本格式。"
    ),
    "scheme-clause-missing": Entry(
        _B,
        "“{name}”没有评分标准",
        "评分标准中写明如何得分",
        "请填写评分标准,或在方案中写明默认规则。",
    ),
    "scheme-clause-unread": Entry(
        _B,
        "“{name}”的评分标准读不懂:{reason}",
        "{wanted}",
        "请改写这一处;可用 kpixl rule 逐句试读。",
    ),
    "scheme-reading-unknown": Entry(
        _B, "“{name}”的读法“{reading}”不适用", "{choices}", "请按“代码=取值”填写,多项用分号隔开。"
    ),
    "scheme-input-unknown-indicator": Entry(
        _B, "数据项“{name}”所属的指标不在指标表中", "指标表中的指标,如{choices}", "请改正指标名称。"
    ),
    "scheme-input-kind": Entry(
        _B, "数据项“{name}”的类型不认识", "数值、百分数、个数、是否、评议之一", "请改正类型。"
    ),
    "scheme-input-target": Entry(
        _B,
        "数据项“{name}”的目标不是数",
        "数或空白",
        "请改为数字,不带单位,单元格不要设成文本格式。",
    ),
    "scheme-input-direction": Entry(
        _B, "数据项“{name}”的方向不认识", "越大越好、越小越好或空白", "请改正方向。"
    ),
    "scheme-input-unbound": Entry(
        _B,
        "“{name}”的评分标准要用到“{term}”,没有数据项与它对应",
        "有一个数据项的“子句”写明对应“{term}”",
        "请在数据项表加一行名为“{term}”的数据项;已经有了、只是名称不同的,在它的“子句”列写上“{term}”。",
    ),
    "scheme-input-unused": Entry(
        _B,
        "数据项“{name}”没有被“{indicator}”的评分标准用到",
        "“子句”为下列之一:{choices}",
        "请改正“子句”,或删去这一行。",
    ),
    "scheme-unit-group": Entry(
        _V,
        "单位“{name}”没有填分组,将自成一组,不与别的单位比较",
        "每个单位都有分组,或都没有",
        "请补填分组;不分组的,请把“分组”一列全部留空。",
    ),
    "scheme-name-missing": Entry(
        _B, "这一行没有填“{name}”名称", "每行都有“{name}”", "请补填名称,或删去这一行。"
    ),
    "scheme-flag": Entry(_B, "“{name}”的“附加”不认识", "是、否或空白", "请改填。"),
    "scheme-block-clause": Entry(
        _B,
        "块“{name}”的约定读不懂,块内各项都不能计分:{reason}",
        "{wanted}",
        "请改写块行的评分标准,写明合计最多多少分、超过时从哪一项减。",
    ),
    "scheme-term-repeated": Entry(
        _B,
        "“{name}”的评分标准中的“{term}”对应了不止一个数据项",
        "一个数据项",
        "请改正“子句”,使每个数据项对应不同的内容。",
    ),
    "scheme-input-kind-clash": Entry(
        _B,
        "数据项“{name}”的类型与评分标准中的“{term}”不符",
        "{wanted}",
        "是否类的内容填“是/否”,其余填数字;请改正类型或“子句”。",
    ),
    "scheme-input-unit-clash": Entry(
        _V,
        "数据项“{name}”的计量单位与评分标准中的“{term}”不同",
        "{wanted}",
        "请统一计量单位,否则评分标准中的数字会被错用。",
    ),
    "scheme-input-bound": Entry(
        _B, "数据项“{name}”的上下限不是数,或下限大于上限", "数或空白,下限不大于上限", "请改正。"
    ),
    "scheme-input-missing": Entry(
        _B, "数据项“{name}”的“缺报”不认识,按方案的约定处理", "{choices},或空白", "请改填。"
    ),
    "scheme-same-unknown": Entry(
        _B, "数据项“{name}”的“同数”不是另一个数据项", "数据项表中的名称", "请改正名称。"
    ),
    "scheme-input-marks": Entry(_B, "数据项“{name}”的“口径”不认识", "是、否或空白", "请改填。"),
    "scheme-applies-unknown": Entry(
        _B, "数据项“{name}”的适用单位不在单位表中", "单位名称或分组:{choices}", "请改正名称。"
    ),
    "scheme-veto": Entry(
        _B, "一票否决项“{name}”不是是否类的数据项", "数据项表中类型为是否的一项", "请改正名称。"
    ),
    "scheme-target-unknown": Entry(
        _N, "目标表中的“{name}”不是数据项,未采用", "数据项表中的名称", "请核对名称。"
    ),
    "scheme-derivation": Entry(
        _B, "数据项“{name}”的算式读不懂:{reason}", "由数据项名称和 + − × ÷ 组成", "请改写算式。"
    ),
    "scheme-deadline": Entry(
        _B, "“{name}”的截止日期读不懂", "“表名=年-月-日”,多项用分号隔开", "请改写日期。"
    ),
    "scheme-empty": Entry(_B, "“{name}”表中没有内容", "至少一行", "请填写。"),
    "scheme-task-pace": Entry(
        _B, "任务“{name}”没有写明进度,按“累计”处理", "累计 或 比率", "请在“进度”列补填。"
    ),
    "scheme-task-target": Entry(
        _B,
        "任务“{name}”没有可用的目标,不能计算完成率",
        "目标要求中的数,或“目标”列中大于 0 的数",
        "请补填目标。",
    ),
    "scheme-task-clause": Entry(
        _V,
        "任务“{name}”的目标要求与“目标”列的数不同,以“目标”列为准",
        "两处一致",
        "请核对原文,改正其中一处。",
    ),
    "scheme-task-unit": Entry(
        _B,
        "任务“{name}”的责任单位“{part}”不在单位表中",
        "单位表中的名称或别名",
        "请改正名称,或在单位表中登记。",
    ),
    "scheme-task-nobody": Entry(
        _B, "任务“{name}”没有责任单位", "至少一个责任单位,第一个为牵头", "请补填。"
    ),
    "scheme-relation": Entry(
        _B,
        "勾稽关系读不懂:{reason}",
        "“合计 = 甲 + 乙”一类的算式,两边用 = ≤ ≥ 连接,名称与数据项表一致",
        "请改写。",
    ),
    "scheme-waiver": Entry(
        _B,
        "这一条豁免没有写明{name},不起作用",
        "单位、问题、批准人、理由都填写",
        "请补填,或删去这一行。",
    ),
    "scheme-input-evidence": Entry(_B, "数据项“{name}”的“佐证”不认识", "是、否或空白", "请改填。"),
    # -- returned forms ------------------------------------------------------------
    "form-unrecognised": Entry(
        _B, "认不出这份表格是哪张填报表", "{wanted}", "请使用下发的填报表重新填报。"
    ),
    "form-unit-missing": Entry(_B, "表上没有填写单位", "封面处填写单位名称", "请补填单位。"),
    "form-unit-unknown": Entry(
        _B,
        "单位“{name}”不在参评单位名单内",
        "{choices}",
        "请核对单位名称;如已更名,请在方案的单位表中登记别名。",
    ),
    "form-unit-repeated": Entry(
        _B, "单位“{name}”有两份填报表,采用“{used}”", "每个单位一份", "请核对后只保留一份。"
    ),
    "form-returns-missing": Entry(_B, "“{name}”没有交表", "每个参评单位一份", "请催报。"),
    "form-input-absent": Entry(
        _B,
        "填报表中找不到数据项“{name}”",
        "与下发的填报表一致",
        "请不要删改行,使用下发的填报表填报。",
    ),
    "form-input-unknown": Entry(
        _N, "数据项“{name}”不在方案中,未采用", "方案数据项之一", "请核对名称。"
    ),
    "form-input-repeated": Entry(
        _B, "数据项“{name}”出现两次,采用“{used}”", "每个数据项一行", "请删去重复的一行。"
    ),
    "form-monthly": Entry(_N, "这是月报“{name}”,不参加计分,未采用", "", "请与填报表分开存放。"),
    "form-other-scheme": Entry(
        _B, "这是另一个考核方案的填报表", "{wanted}", "请使用本方案下发的填报表重新填报。"
    ),
    "form-active-added": Entry(
        _B,
        "下发的填报表没有{name},交回的文件里有,未运行",
        "与下发的填报表一致",
        "请核实来源;确认无害前请勿在 Excel 或 WPS 中启用,并请用下发的填报表重新报送。",
    ),
    "form-active": Entry(
        _V,
        "文件中带有{name},未运行",
        "只有数据和公式",
        "请核实来源;确认无害前请勿在 Excel 或 WPS 中启用。",
    ),
    "form-version": Entry(
        _B, "填报表的版本与方案不一致", "{wanted}", "请使用当前版本的填报表重新填报。"
    ),
    "form-sheet-repeated": Entry(
        _B,
        "一个文件里有不止一张填报表,采用“{used}”",
        "一张填报表",
        "请删去多余的工作表后重新报送。",
    ),
    "form-unit-file": Entry(
        _B,
        "封面上的单位与文件名中的“{name}”不一致,以封面为准",
        "封面与文件名为同一单位",
        "请核对是哪个单位的表。",
    ),
    "form-measure-changed": Entry(
        _B,
        "“{name}”的计量单位被改动,数值未采用({proposal})",
        "{wanted}",
        "请恢复计量单位并重新填报;工具不会代改。",
    ),
    # -- forms of other people's making ------------------------------------------------
    "bind-heading-unknown": Entry(
        _B,
        "表头“{name}”不认识,不知道哪一列是“{wanted}”",
        "“{wanted}”一列的表头",
        "请在方案工作簿的“同义词”表中把它登记为“{wanted}”的别称,或在“绑定”表中写明。",
    ),
    "bind-two-columns": Entry(
        _B,
        "有不止一列可能是“{name}”,没有采用其中任何一列",
        "只有一列是“{name}”",
        "请在方案工作簿的“绑定”表中写明是哪一列:“作用”填“{name}”,“单元格”填该列表头的位置。",
    ),
    "bind-hidden": Entry(
        _V,
        "“{name}”在隐藏的行或列里,没有采用",
        "要计分的项目都看得见",
        "要计分的请取消隐藏;不要的请删去。",
    ),
    "bind-two-rows": Entry(
        _B,
        "“{name}”有不止一行,没有采用其中任何一行",
        "一个单位一行",
        "请合并为一行,或把各行的单位写清楚。",
    ),
    "bind-two-tables": Entry(
        _B,
        "“{name}”在不止一张表里有数,没有采用其中任何一张",
        "只在一张表里填报",
        "请只留一张表,其余的删去或隐藏。",
    ),
    "bind-input-open": Entry(
        _B,
        "“{item}”的评分标准要用到“{name}”,不知道填在哪一格,这一项不计分",
        "表中有一格填“{name}”",
        "请用 kpixl bind 加 --save 写出“绑定”表,在“单元格”一列填上位置;表上没有的,请补一列。",
    ),
    "bind-target-open": Entry(
        _B,
        "“{item}”要与目标比,表上没有目标,这一项不计分",
        "有“目标”一列;填的是完成率的,计量单位写“%”",
        "请在表上补一列目标,或补写计量单位;也可用 kpixl bind 加 --save 写成方案,在方案中补填目标。",
    ),
    "bind-unit-open": Entry(
        _B,
        "不知道这是哪个单位的数",
        "“填报单位:某某镇”,或一列单位名称",
        "请在表上填写单位;写在别处的,在“绑定”表中写明单元格。",
    ),
    "bind-no-rules": Entry(
        _B,
        "表上没有评分标准,不能计分",
        "有“评分标准”一列,或另给方案工作簿",
        "请用带评分标准的表,或用 kpixl score 方案 --data 表。",
    ),
    "bind-points-open": Entry(
        _B,
        "“{name}”没有分值,这一项不计分",
        "分值列中有数,或条款中写明多少分",
        "请补填分值。",
    ),
    "scheme-binding-cell": Entry(_B, "“绑定”表中的“{name}”不是单元格的位置", "如 F6", "请改正。"),
    "table-group": Entry(
        _B, "“{name}”前后分在不同的组,采用“{used}”", "一个单位一个分组", "请核对分组。"
    ),
    "form-stale": Entry(
        _B,
        "公式的结果没有更新{more}",
        "{wanted}",
        "请在表格软件中重新计算(按 F9)并保存后报送。",
    ),
    "form-stale-unchecked": Entry(
        _N,
        "有 {count} 个公式没有核对结果是否更新(用到不常见的函数或写法),如 {cells}",
        "",
        "请在表格软件中重新计算(按 F9)后自行核对这些格。",
    ),
    # -- a returned form against the form as it was issued ----------------------------
    "form-year": Entry(
        _B, "填报表的年度与方案不一致", "{wanted}", "请使用本年度下发的填报表重新填报。"
    ),
    "form-label-changed": Entry(
        _B, "“{name}”被改动", "{wanted}", "请恢复原样;只有浅黄色单元格可以填写。"
    ),
    "form-target-changed": Entry(
        _B, "“{name}”的目标被改动", "{wanted}", "请恢复下发的目标;对目标有异议请另行反映。"
    ),
    "form-points-changed": Entry(_B, "“{name}”的分值被改动", "{wanted}", "请恢复下发的分值。"),
    "form-row-inserted": Entry(
        _B,
        "第 {at} 行是下发的表上没有的",
        "与下发的表一样,共 {count} 行",
        "请删去这一行,内容写在情况说明里。",
    ),
    "form-row-deleted": Entry(
        _B,
        "下发的表上第 {old} 行“{name}”被删去",
        "与下发的填报表一致",
        "请在下发的填报表上重新填报。",
    ),
    "form-row-moved": Entry(
        _B, "“{name}”这一行由第 {old} 行移到了第 {new} 行", "第 {old} 行", "请移回原处。"
    ),
    "form-column-inserted": Entry(
        _B, "{at} 列是下发的表上没有的", "与下发的表一样,共 {count} 列", "请删去这一列。"
    ),
    "form-column-deleted": Entry(
        _B,
        "下发的表上 {old} 列“{name}”被删去",
        "与下发的填报表一致",
        "请在下发的填报表上重新填报。",
    ),
    "form-column-moved": Entry(
        _B, "“{name}”这一列由 {old} 列移到了 {new} 列", "{old} 列", "请移回原处。"
    ),
    "form-sheet-missing": Entry(
        _N, "下发时的“{name}”表不见了", "与下发的填报表一致", "不影响填报;如有改动请核对。"
    ),
    "form-unit-issued": Entry(
        _B,
        "这份表是下发给“{name}”的,封面上却是另一个单位",
        "{name}",
        "请用下发给本单位的填报表填报。",
    ),
    "form-formula-overwritten": Entry(
        _V,
        "{name} 两边都是同样的公式,这一格却是填写的数,与公式算出的不同",
        "{wanted}",
        "请恢复公式,或核对这一格的数。",
    ),
    "form-error": Entry(_B, "“{name}”是错误值", "没有错误值", "请检查公式。"),
    "form-link": Entry(
        _B,
        "公式引用了别的工作簿或外部程序",
        "直接填写数字",
        "请把公式换成它的数值后重新报送。",
    ),
    "form-hidden": Entry(
        _N, "有隐藏的{what}", "没有隐藏的行、列和工作表", "请取消隐藏,核对其中的内容。"
    ),
    "form-injection": Entry(
        _N,
        "文字以“{sign}”开头,会被当作公式",
        "普通文字",
        "请删去开头的符号;写出时一律按文字写。",
    ),
    "form-date": Entry(_B, "“{name}”不是本期的日期", "{wanted}", "请改填日期。"),
    "form-late": Entry(_N, "报送迟于截止日期", "{wanted} 前", "请说明迟报的原因。"),
    "form-return-repeated": Entry(
        _N, "“{name}”重复报送,数据相同,只计一份", "每个单位一份", "不用处理;多余的一份可以删去。"
    ),
    "form-return-corrected": Entry(
        _N, "第 {number} 次报送,比“{since}”改了 {count} 处:{changes}", "", "请核对改动。"
    ),
    "form-project-repeated": Entry(
        _V, "项目“{name}”重复出现", "一个项目只报一次", "请核对;确是不同的项目请写明区别。"
    ),
    # -- a workbook that is calculated ----------------------------------------------
    "calc-not-done": Entry(
        _B,
        "{count} 个公式没有算出:{reason}{more}",
        "",
        "这些格没有改动;请用 Excel 或 LibreOffice 计算,或改写公式。",
    ),
    "calc-kept": Entry(
        _V,
        "{count} 个公式没有重算,沿用文件里存的值:{reason}{more}",
        "",
        "请核对这些值是否仍然正确;引用它们的公式已按这些值计算。",
    ),
    "calc-error": Entry(_N, "{count} 个公式的结果是错误值{more}", "", "请检查公式和它引用的数据。"),
    # -- a result that is verified ---------------------------------------------------
    "verify-altered": Entry(
        _B, "与重算的结果不同", "{computed}", "请查明是谁改的、为什么;要更正请改填报表后重新计算。"
    ),
    "verify-formula": Entry(
        _B, "公式与写出时不同", "{computed}", "请查明是谁改的、为什么;或用 kpixl rank 重新写出。"
    ),
    "verify-format": Entry(
        _B, "数字格式与写出时不同,显示的数可能不是存的数", "{wanted}", "请核对这一格显示的数。"
    ),
    "verify-mark": Entry(
        _B, "文档属性与重算的结果不同", "{wanted}", "请与另外留存的运行记录核对。"
    ),
    "verify-sheet-missing": Entry(
        _B, "“{name}”表不见了(被删除或改名)", "有“{name}”表", "请查明原因,或重新写出结果。"
    ),
    "verify-sheet-absent": Entry(
        _N, "没有“{name}”表,其余各表已核验", "", "运行“评分”时不写这张表;写过的请查明是谁删去的。"
    ),
    "verify-seal-broken": Entry(
        _B,
        "封存的内容被改动,已读不出来,不能重算",
        "封存完好",
        "请与另外留存的结果工作簿核对,或用填报表重新计算。",
    ),
    "verify-seal-altered": Entry(
        _B,
        "封存的内容与它的 SHA-256 不符,封存本身被改动;下面的差异以现在的封存为准,不能说明哪一边是原样",
        "{digest}(现在的封存)",
        "请与另外抄存的“封存 SHA-256”和各单位的填报表核对。",
    ),
    "verify-unsaid": Entry(
        _B, "重算时发现的问题,封存的问题清单里没有", "问题清单完整", "请查明是谁删去的。"
    ),
    "verify-figure-differs": Entry(
        _B,
        "封存的“{name}”与填报表上的不同",
        "填报表上的 {returned}",
        "请查明是填报表后来改过,还是结果被改写。",
    ),
    "verify-file-differs": Entry(
        _V, "与计算时用的不是同一份文件", "SHA-256 {digest}", "请找出计算时用的那一份。"
    ),
    "verify-file-missing": Entry(
        _V, "没有找到“{name}”,其中的数没有与原件核对", "", "请把这份填报表也放进来。"
    ),
    "verify-file-unused": Entry(
        _V, "“{name}”没有参加计算", "", "请查明是漏算、重报,还是后来才交的。"
    ),
    "verify-following": Entry(
        _N, "{count} 个公式没有改动,值随被改动的单元格变了", "", "改回上面的单元格,它们随之复原。"
    ),
    "verify-hidden": Entry(
        _N, "{what}被隐藏", "写出时没有隐藏的行、列和工作表", "请取消隐藏后再看;已一并核验。"
    ),
    "verify-merged": Entry(
        _N, "{areas} 被合并,只看得见其中的第一格", "写出时没有合并", "请取消合并后再看;已一并核验。"
    ),
    "verify-unstored": Entry(
        _N, "{count} 个公式没有存值,只核验了公式", "", "用 Excel、WPS 或 LibreOffice 打开就会算出。"
    ),
    "verify-other-sheets": Entry(
        _N, "另有 {count} 张表不是结果,没有核验", "", "需要时请自行核对。"
    ),
    "verify-version": Entry(
        _N,
        "由另一个版本写出,本机是 kpixl {own},两者的版式、措辞、算法可能不同",
        "",
        "如有差异,请用写出时的版本再核验一次。",
    ),
    # -- single figures ------------------------------------------------------------
    "value-missing": Entry(
        _B, "“{name}”没有填写", "{wanted}", "请补填;确为零的请填 0,不涉及的请填“不涉及”。"
    ),
    "value-blank-word": Entry(
        _B,
        "“{name}”填的是“没有”一类的话,不知道是零、没有数还是不涉及",
        "{wanted}",
        "确为零的填 0,不涉及的填“不涉及”,没有数的留空。",
    ),
    "value-not-applicable": Entry(
        _B,
        "“{name}”填为不涉及,方案没有说明如何计分",
        "数值,或方案写明不涉及如何处理",
        "请考核办确定。",
    ),
    "value-number-as-text": Entry(
        _B, "“{name}”是文字,不是数字", "数字(建议值 {proposal})", "请核对后改填数字;工具不会代改。"
    ),
    "value-not-a-number": Entry(_B, "“{name}”读不成数字", "{wanted}", "请改填数字。"),
    "value-error": Entry(_B, "“{name}”是错误值", "{wanted}", "请检查公式后重新填写。"),
    "value-yes-no": Entry(_B, "“{name}”只能填是或否", "是 或 否", "请改填。"),
    "value-range": Entry(_B, "“{name}”超出允许范围", "{wanted}", "请核对数字和单位。"),
    "value-whole": Entry(_B, "“{name}”应为整数", "非负整数", "请核对。"),
    "value-percent-doubt": Entry(
        _B,
        "“{name}”分不清是百分数还是小数",
        "写明百分号的数,如 8.3% 或 0.5%",
        "请带百分号重新填写,如 8.3% 或 0.5%。",
    ),
    "value-judged-bounds": Entry(
        _V, "“{name}”超出评议范围,计分时以评分标准的上下限为准", "{wanted}", "请核对评议结果。"
    ),
    "value-last-year": Entry(
        _N, "“{name}”没有填写,按方案采用上年数 {used}", "", "如有当年数请补填。"
    ),
    "value-zero": Entry(_N, "“{name}”没有填写,按方案计 0", "", "如有数据请补填。"),
    "self-score-number": Entry(
        _B, "“{name}”的自评分不是数字", "数字{proposal}", "请改填数字,不带“分”字。"
    ),
    "self-score-bounds": Entry(
        _B, "“{name}”的自评分超出本项能得的分", "{wanted}", "请核对自评分。"
    ),
    "self-score-missing": Entry(
        _N, "有自评分没有填写", "每项都有自评分", "请补填;不影响考核得分。"
    ),
    "value-mark": Entry(
        _B, "“{name}”的口径“{mark}”不认识,数值未采用", "{choices}", "请改正口径名称。"
    ),
    "value-mark-unused": Entry(
        _N, "“{name}”不适用口径“{mark}”,未按它折算", "口径栏空白", "请删去这一处口径。"
    ),
    "value-negative": Entry(
        _V, "“{name}”是负数,计分时按 0 计", "不小于 0", "请核对;确为负数的请写明原因。"
    ),
    "value-below-zero": Entry(
        _V, "“{name}”是负数,这样的数通常不会小于 0", "不小于 0", "请核对;确为负数的请写明原因。"
    ),
    "value-differs": Entry(
        _V,
        "“{name}”与{other}应是同一个数,报得不一样",
        "两处相同",
        "请两个单位核对;确有不同的请写明原因。",
    ),
    "value-not-asked": Entry(
        _N, "“{name}”不要求本单位填报,未采用", "本单位的数据项", "请核对单位和数据项。"
    ),
    "value-magnitude": Entry(
        _V,
        "“{name}”与{against}相差约 {times}倍,可能是计量单位弄错({mixed})",
        "与{against}相近;换算后为 {proposal}",
        "请核对计量单位;数字无误的请在“情况说明”中写明原因。",
    ),
    "value-swing": Entry(
        _V,
        "“{name}”比上年{way},超过 {limit}",
        "上年为 {used}",
        "请核对;数字无误的请在“情况说明”中写明原因。",
    ),
    "value-same-as-last-year": Entry(
        _V,
        "“{name}”与上年一字不差",
        "当年的数",
        "请核对是否照抄了上年;数字无误的请在“情况说明”中写明原因。",
    ),
    "value-last-year-differs": Entry(
        _V,
        "“{name}”与上年认定的数不同",
        "{wanted}",
        "请按上年认定的数填写;上年数有订正的请在“情况说明”中写明原因。",
    ),
    "value-total": Entry(
        _B,
        "“{name}”不等于各部分之和,相差 {gap}",
        "{wanted}(允许误差 {tolerance})",
        "请核对合计和各部分。",
    ),
    "value-recomputed": Entry(
        _B,
        "“{name}”与按表内数字算出的不一致,相差 {gap}",
        "{wanted}(允许误差 {tolerance})",
        "请核对这个数和算它所用的数。",
    ),
    "value-relation": Entry(
        _B, "“{name}”不符合应有的大小关系“{relation}”", "{wanted}", "请核对两边的数。"
    ),
    "value-evidence": Entry(
        _V, "“{name}”没有佐证材料", "佐证材料的名称、文号", "请在“情况说明”表的“佐证材料”列补填。"
    ),
    "value-evidence-repeated": Entry(
        _V,
        "“{name}”的佐证“{item}”已经用在{other}",
        "一个项目只计一次",
        "请核对;确应分别计算的请在“情况说明”中写明原因。",
    ),
    "explanation-stock": Entry(
        _V,
        "“{name}”的情况说明没有写出原因",
        "具体的原因和依据",
        "请写明为什么是这个数;“核实无误”一类的话不算说明。",
    ),
    # -- ledgers and tables of enterprises --------------------------------------------
    "ledger-month-assumed": Entry(
        _N, "没有写明月份,按{month}月计算", "", "需要别的月份时请用 --month 写明。"
    ),
    "ledger-month-absent": Entry(
        _B, "台账上没有“{month}月”一列", "与下发的台账一致", "请使用下发的台账填报。"
    ),
    "ledger-month-blank": Entry(
        _N, "“{name}”没有填写,以后的月份却有数", "{wanted}", "当时已有数的请补填,确为零的请填 0。"
    ),
    "ledger-falls": Entry(
        _V,
        "“{name}”{month}月的累计数比{before}月的小",
        "累计数不减少({before}月为 {used})",
        "请核对是累计数还是当月数;确有核减的请说明。",
    ),
    "ledger-figures-differ": Entry(
        _V, "“{name}”在两份台账上的数不同,采用{used}的数", "同一个数", "请牵头单位核对。"
    ),
    "ledger-unit-without-tasks": Entry(
        _N, "“{name}”没有承担任务,没有得分", "台账中的责任单位", "请核对责任单位的名称。"
    ),
    "enterprise-name": Entry(_B, "这一行没有企业名称", "每行一个企业名称", "请补填,或删去这一行。"),
    "enterprise-missing": Entry(
        _N, "企业“{name}”没有“{column}”,不参加分类", "数字", "如有数据请补填。"
    ),
    "enterprise-figure": Entry(
        _B, "企业“{name}”的“{column}”不是数字,不参加分类", "数字", "请核对后改填数字。"
    ),
    "enterprise-repeated": Entry(
        _V, "企业“{name}”出现 {times} 次,各次都计入了平均值", "一个企业一行", "请核对后删去重复的。"
    ),
    "enterprise-more": Entry(
        _N, "还有 {times} 行有同样的问题,没有逐条列出", "", "请先检查这一列是否整列有误。"
    ),
    "enterprise-mean": Entry(
        _B,
        "“{column}”的平均值不大于 0,不能分类",
        "平均值大于 0",
        "请核对数据。",
    ),
    # -- results -------------------------------------------------------------------
    "score-divisor": Entry(
        _N, "“{name}”的分母为 0 或空,算不出", "分母大于 0", "该项留空;请核对分母数据。"
    ),
    "score-flat-band": Entry(
        _N, "“{name}”各单位数值相同,均按最高档计分", "", "如有不同约定,请在方案的读法中写明。"
    ),
    "score-incomplete": Entry(
        _N, "“{name}”缺数据,总分未完整,不参加排名", "", "补齐数据后重新评分。"
    ),
    # -- files of a run --------------------------------------------------------------
    "file-unusable": Entry(_B, "文件不能用:{reason}", "", "{remedy}"),
    "form-scheme-unknown": Entry(
        _B,
        "不知道这份表格属于哪个考核方案",
        "表上带有自带方案的标识",
        "请用 --scheme 写明方案的名称,或方案工作簿的路径。",
    ),
    # -- the scheme as a whole -------------------------------------------------------
    "lint-clause-unread": Entry(
        _B,
        "“{name}”的评分标准读不懂,这一项不能计分:{reason}",
        "{wanted}",
        "请改写这一处;可用 kpixl rule 逐句试读。",
    ),
    "lint-code-missing": Entry(
        _N,
        "没有填写代号,以“{name}”代替:文件改名以后,已下发的填报表就认不回来了",
        "“方案”表中有“代号”",
        "请在下发前补填,如 pingan-2026,以后不要改动。",
    ),
    "lint-points-budget": Entry(
        _V,
        "基础指标的分值合计为 {together},与{stated} {total} 不符",
        "合计 {total}",
        "请核对各项分值;总分本来不是 {total} 的,请在“方案”表写明“总分”。",
    ),
    "lint-block-budget": Entry(
        _V,
        "块“{name}”的分值为 {points},块内各项最多可得之和为 {together}",
        "两者相等",
        "请核对各项分值;原文如此的,写明块内各项怎样合计。",
    ),
    "lint-block-cap": Entry(
        _V,
        "块“{name}”的分值为 {points},约定却写合计不超过 {cap} 分",
        "两者相等",
        "请核对原文,改正其中一处。",
    ),
    "lint-block-scaled": Entry(
        _V,
        "块“{name}”有合计上限,“不涉及”又按“剔除并折算”处理,折算后的合计可能超过上限",
        "“不涉及”为 询问、满分 或 本组均分",
        "请改“方案”表的“不涉及”,或由考核办书面明确。",
    ),
    "lint-points-clause": Entry(
        _V,
        "“{name}”的分值为 {points},评分标准“{phrase}”最多得 {most} 分,计分时按小的计",
        "分值与评分标准一致",
        "请核对原文,改正其中一处;原文如此的,请考核办书面明确。",
    ),
    "lint-heading-rule": Entry(
        _V,
        "“{name}”的考核内容写“{heading}”,评分标准却是{kind},以评分标准为准",
        "考核内容与评分标准一致",
        "请核对原文,改正其中一处;原文如此的,请考核办书面明确。",
    ),
    "lint-ladder-below-zero": Entry(
        _N,
        "“{name}”有 {units} 个单位排名,从第 {rank} 名起扣到 0 分以下,一律按 0 分计",
        "末位仍有得分",
        "请减小每一名的分差,或确认后面的单位都得 0 分。",
    ),
    "lint-bonus-uncapped": Entry(
        _N,
        "“{name}”没有得分上限,一项可能左右整个排名",
        "写明“最多加…分”",
        "请补写上限,或确认不设上限。",
    ),
    "lint-grades-unread": Entry(
        _B,
        "“等次”读不懂,不能评定等次:{reason}",
        "{wanted}",
        "请改写“方案”表中的“等次”,如“前3名为优秀;80分以上为达标”。",
    ),
    "lint-grade-below": Entry(
        _V,
        "“{name}”按名次评为“{grade}”,总分 {total} 却不到“{phrase}”",
        "名次和总分都够",
        "方案没有要求“{grade}”另够这个分数;请考核办确认是否照此评定。",
    ),
    "lint-grade-out-of-reach": Entry(
        _V,
        "等次“{phrase}”没有单位能达到:{limit}",
        "有单位能达到",
        "请改正“方案”表中的“等次”。",
    ),
}


def finding(
    code: str,
    *,
    place: Place = NOWHERE,
    unit: str = "",
    input: str = "",  # noqa: A002 - the contract's own name for it
    found: object = "",
    **facts: Any,
) -> Finding:
    """Make a finding from its code and facts; a missing fact is a programmer's error.

    >>> finding("value-yes-no", name="按时报送工作报表", found="对").sentence()
    '〔强〕“按时报送工作报表”只能填是或否;现为:对;应为:是 或 否。请改填。'
    """
    entry = CATALOGUE[code]
    return Finding(
        code=code,
        severity=entry.severity,
        place=place,
        unit=unit,
        input=input,
        found="" if found is None else str(found),
        expected=entry.expected.format(**facts),
        remedy=entry.remedy.format(**facts),
        text=entry.text.format(**facts),
    )


def blocking(findings: Iterable[Finding]) -> bool:
    """Whether any finding is of severity 强."""
    return any(f.severity is Severity.BLOCK for f in findings)
