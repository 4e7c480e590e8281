"""What has to hold: whether something is done, reached, exceeded or excepted."""

from __future__ import annotations

from kpixl.rules.words.elements import (
    AIM,
    BOTH_WAYS,
    COUNTED,
    END,
    ENDS,
    FULL,
    IN_PROPORTION,
    LUMP,
    MUST,
    OUT,
    RESULT,
    SAID,
    SIZE,
    Word,
    figure,
)

WORDS: tuple[Word, ...] = (
    # -- conditions ----------------------------------------------------------------
    Word("ELSE", r"否则", "否则"),
    Word("PROPADD", rf"{IN_PROPORTION}(?:相应)?加分", "按比例加分"),
    Word(
        "BOTHPROP",
        rf"(?:(?:超额|超)完成或(?:者)?(?:没有|未|没)完成|(?:没有|未|没)完成或(?:者)?(?:超额|超)完成)"
        rf"(?:{AIM}|计划)?的?,?{IN_PROPORTION}(?:相应)?{BOTH_WAYS}"
        # 每增加一台或减少一台按比例加、减分
        rf"|每(?:多)?(?:增加|增|超过|超额|超|多)(?:完成)?{figure()}(?P<unit>{COUNTED}|{LUMP}|万个)(?:或者?|、)每?(?:减少|减|少|欠)(?:完成)?{figure('n2')}(?P<unit2>{COUNTED}|{LUMP}|万个)的?,?{IN_PROPORTION}(?:相应)?{BOTH_WAYS}"
        rf"|(?:超额或(?:者)?(?:未|没有)完成|(?:未|没有)完成或(?:者)?超额|多完成或(?:者)?少完成|超额、未完成)(?:部分|任务)?的?,?{IN_PROPORTION}(?:相应)?{BOTH_WAYS}"
        rf"|(?:(?<=[,;])|^)按照?(?:完成)?(?:年度|全年)?(?:目标任务|目标|任务|计划)?(?:实际)?(?:完成)?(?:情况)?的?比例(?:相应)?{BOTH_WAYS}",
        "未完成或超额完成的按比例扣分或加分",
    ),
    Word(
        "NONEW",
        r"(?:以上|上述)?(?:两|二|三|四|几)(?:项|者|个)(?:考核)?(?:指标|任务|目标|内容|工作)?(?:均|都)(?=未|没|完不成|不)",
        "两项均",
    ),
    # a second condition, and a thing that is wanting: both only within the words of one thing
    Word("BUT", r"[,、]?但(?:是)?(?=[\u4e00-\u9fff])", "但"),
    Word(
        "ONLY",
        r"只(?=[\u4e00-\u9fff]{2})(?![得扣加减计记有按能要需许限可])"
        r"|仅(?=[\u4e00-\u9fff]{2})(?![得扣加减计记按能需许限可对就在供作以凭需为次])",
        "只",
    ),
    Word(
        "OVERC",
        r"超额完成(?:部分)?|超额部分|超额的?(?=,每)|超额(?=的?,?(?:每|按照?(?:相应|同等)?比例))|超过部分|超出部分|在此基础上|在完成(?:目标|任务)的?基础上",
        "超额完成",
    ),
    Word(
        "UNMET",
        r"(?:没有|没|未能|未|完不成|不能)(?:按期|按时|足额|全面)?(?:完成|达到|达|实现)?|达不到|不完成|不达到|不达",
        "未完成",
    ),
    Word(
        "GROW",
        r"(?:增长|增幅|提高|上升|增加|下降|降低|减少|压减|递增)(?:率|幅度)?(?=[0-9]+(?:\.[0-9]+)?(?:%|个百分点))",
        "增长",
    ),
    Word(
        "DO",
        rf"{MUST}(?:按期|按时|足额|全面)?(?:完成|达到|达|实现)(?!率)(?:或(?:者)?(?:超额完成|超过|高于|超)(?=[\u4e00-\u9fff0-9]))?",
        "完成",
    ),
    Word("TASK", rf"{AIM}|(?<=达)标(?=的?,?得{FULL}[,;]每(?:低|高|少|超|多|降|增))", "目标任务"),
    Word(
        "GEQ",
        rf"{MUST}(?:(?:最低|至少)?不(?:得|应|能)?(?:少于|低于|小于)|至少)|(?:大于|高于|多于)(?:或者?)?等于"
        r"|(?:大于|高于|超过)\(含\)|≥|>=",
        "不少于",
    ),
    # 发生率为0, 事故起数为零
    Word(
        "ISZERO",
        rf"(?<=[率数量额])(?:控制)?(?:为|=)(?:0|零)(?P<unit>%|{COUNTED})?(?=的?,?(?:得|计|记)(?:[0-9]|{FULL}))",
        "为0",
    ),
    # 不低于总数的30%: so much of a whole that has a name
    Word(
        "OFTOTAL",
        r"(?<=[于到达少≥])(?P<whole>(?:本单位|全县|全市|全区|全镇|其)?总(?:数|人数|量|额|户数|面积|数量|编制数|投资))的(?=[0-9]+(?:\.[0-9]+)?%)",
        "总数的",
    ),
    Word("ATW", r"(?<=[0-9%])时(?=,?(?:得|计|记|为)?[0-9满])", "时"),
    Word(
        "LEQ",
        rf"{MUST}(?:不(?:得|应|能)?(?:超过|高于|大于)|(?:严格)?控制在)|(?:小于|低于|少于)(?:或者?)?等于"
        r"|(?:小于|低于|少于)\(含\)|≤|<=",
        "不超过",
    ),
    # last year's figure as a mark; elsewhere 上年 is part of a name (上年度工作总结)
    Word(
        "PRIORW",
        r"(?<![比较])(?:上年度?|去年|上一年度?)(?:同期|同口径)?(?:实绩|实际|完成)?(?:基数|水平|数|值|量)?"
        r"(?:的)?(?=$|[,;。]|[得计记加扣减](?:[0-9一二三四五六七八九十两满]|分)|不得分|不计分|不记分|按|每(?:低|高|少|降|下降|超))",
        "上年",
    ),
    Word(
        "SAMEP",
        r"(?:与|和)?(?:上年度?|去年|上一年度?)(?:同期)?(?:水平)?(?:持平|相同)(?:(?:或|及)(?:有所)?(?:增长|提高|上升)|及?以上)?",
        "与上年持平",
    ),
    # how far off on either side
    Word(
        "DEVTO",
        rf"(?:±|正负){figure()}(?P<unit>{SIZE})(?P<low>\((?:不)?含\))?(?:-|—|~|至|到)+(?:±|正负)?{figure('n2')}(?P<unit2>{SIZE})"
        r"(?P<high>\((?:不)?含\))?(?:以内|之间|之内)?",
        "±N%—±M%",
    ),
    Word(
        "DEVIN",
        rf"在?(?:±|正负){figure()}(?P<unit>{SIZE})(?P<end>\((?:不)?含\))?(?:以内|之内|范围内)",
        "±N%以内",
    ),
    Word(
        "DEVOUT",
        rf"(?:超过|超出|大于)(?:±|正负){figure()}(?P<unit>{SIZE})|(?:±|正负){figure('n2')}(?P<unit2>{SIZE})(?:以外|之外)",
        "超过±N%",
    ),
    # both ends of a step of a ladder of figures; (不含) says to which step an end belongs
    Word(
        "RANGE",
        rf"{figure()}(?P<unit>{SIZE}|分)?(?P<low>{END})?(?:-|—|~|至|到)+{figure('n2')}(?P<unit2>{SIZE}|分|(?=的|的?,?[得计记][0-9]))"
        rf"(?P<high>{END})?(?:之间|以内|区间)?",
        "N%—N%",
    ),
    # 95%以上98%以下: whose the ends are is settled beside the other intervals
    Word(
        "OVERUNDER",
        rf"{figure()}(?P<unit>{SIZE}|分)(?P<low>{OUT}|及|\(含\))?以上(?P<low2>{END})?(?:,|至|到|-|—|~)?"
        rf"{figure('n2')}(?P<unit2>{SIZE}|分)(?P<high>{OUT}|及|\(含\))?以下(?P<high2>{END})?",
        "N%以上N%以下",
    ),
    # 80%以上不足90%: the lower end is held, the upper is not
    Word(
        "SPAN",
        rf"(?:大于等于|≥)?{figure()}(?P<unit>{SIZE}|分(?!,))(?:(?:及|\(含\))?以上(?:\(含\))?)?,?(?:但|且)?"
        rf"(?:不足|不满|未满|不到|未达到|小于|低于|<){figure('n2')}(?P<unit2>{SIZE}|分)"
        rf"|(?P<over>大于|高于|超过|>){figure('n3')}(?P<unit3>{SIZE}|分)的?,?(?:但|且)?"
        rf"(?P<upto>(?:小于|低于|少于)(?:或|或者)?等于|小于|低于|不足|不到|<|不超过){figure('n4')}(?P<unit4>{SIZE}|分)"
        rf"|(?P<under>小于|低于|不足|不到|<){figure('n5')}(?P<unit5>{SIZE}|分)的?,?(?:但|且)?"
        rf"(?P<from>(?:大于|高于)(?:或|或者)?等于|大于|高于|超过|>|不低于){figure('n6')}(?P<unit6>{SIZE}|分)",
        "N%以上不足N%",
    ),
    # 90%≤完成率<100%: the name stands between its two ends
    Word(
        "BETWEEN",
        rf"{figure()}(?P<unit>{SIZE}|分)(?P<low>≤|<=|<)(?P<name>(?!不)[\u4e00-\u9fffA-Za-z]{{1,16}}?)(?P<high>≤|<=|<){figure('n2')}(?P<unit2>{SIZE}|分)"
        rf"|{figure('n3')}(?P<unit3>{SIZE}|分)(?P<high2>≥|>=|>)(?P<name2>(?!不)[\u4e00-\u9fffA-Za-z]{{1,16}}?)(?P<low2>≥|>=|>){figure('n4')}(?P<unit4>{SIZE}|分)",
        "N%≤完成率<M%",
    ),
    # a score as a figure: 80分以上
    Word("PTS", rf"{figure()}分(?=(?:及|\(含\)|\(不含[^)]*\))?以[上下内])", "N分以上"),
    # 90%(不含90%)以上 leaves out its own number, which plain 以上 and 以下 hold
    Word(
        "GESX",
        rf"(?P<end>{SAID})以上|以上(?P<end2>{SAID})|(?<=[点%元人天件起次])(?:以外|之外)(?=的?,?{RESULT})",
        "(不含)以上",
    ),
    # 以95%为目标值, in front of what each further step takes
    Word(
        "AIMAT",
        rf"以{figure()}(?P<unit>{SIZE})为(?:目标值?|标准值?|基准值?|达标值|基数)(?=[,;。])",
        "以N%为目标值",
    ),
    # 不足1个百分点的按1个百分点计, 不足1%的不计
    Word(
        "PARTSTEP",
        rf"(?:不足|不满|不到|未满){figure()}(?P<unit>{SIZE})的?,?(?:均|也)?"
        rf"(?:(?P<up>按照?){figure('n2')}(?P<unit2>{SIZE})(?:计算|计|扣分|扣|加分|加|对待)?|不(?:予)?(?:计分|计算|计|扣分|扣|加分|加)){ENDS}",
        "不足N%的按N%计",
    ),
    # 持平不扣分,超过平均值5个点以内扣1分
    Word("EVENNONE", r"(?:(?<=[,;。\n:])|^)持平的?不[扣加]分(?=[,;])", "持平不扣分"),
    # 实际完成数/目标数×100%, what the figure behind it is
    Word(
        "RATIODEF",
        r"(?:(?<=[;。\n:])|^)[\u4e00-\u9fff()]{2,20}[/÷][\u4e00-\u9fff()]{2,20}[×*]100%(?=,(?:达到?|每|[0-9])|\])",
        "…÷…×100%",
    ),
    Word("LESX", rf"(?P<end>{SAID})以下|以下(?P<end2>{SAID})", "(不含)以下"),
    Word("ABOUT", r"左右(?=[,;。、)]|的|得|计|记|加|扣|$)", "左右"),
    # 在3人内: not more than three, like 3人以内
    Word(
        "LES",
        r"(?:及|或|\(含\))?以[下内](?!达)(?:\(含\))?"
        rf"|(?:之内|范围之?内|(?<=[%人个件起次户家处例项天点元吨亩时日月标务值数])内)(?=(?:的|时)?,?{RESULT})|(?<=%)内(?=[,;。(]|$)",
        "以内",
    ),
    # 发表3篇以上或获奖2次以上: between two marks
    Word(
        "ORW",
        r"(?:(?<=以上)|(?<=以上的)|(?<=[0-9]%)|(?<=[0-9]%的)),?(?:或者?|且|并且)(?!完成)"
        r"(?=[^,;。()0-9]{2,20}[0-9][^,;。()]{0,40},?[得计记][0-9满])",
        "或",
    ),
    Word("GT", r"超过|高于|大于|多于|>|超(?=[0-9一二三四五六七八九十])", "超过"),
    Word("LT", r"低于|少于|小于|不足部分(?=的?,?按)|不足|不到|[不未]满(?=[0-9])|<", "低于"),
    Word("GES", r"(?:及|或|\(含\))?以上(?!年)(?:\(含\))?", "以上"),
)
