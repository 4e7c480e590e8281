"""One sheet of figures and formulas over them, as they stand in assessment workbooks."""

from __future__ import annotations

from datetime import date

from kpixl.grid import CellError, Scalar, Spot
from kpixl.host import Content

DATA: dict[Spot, Content] = {
    (1, 1): 283.41, (2, 1): 41.0, (3, 1): 25.5, (4, 1): 41.0, (5, 1): None, (6, 1): "文字",
    (7, 1): 0.1, (8, 1): 0.2, (9, 1): 0.3, (10, 1): -7.5,
    (1, 2): 8.3, (2, 2): 0.0, (3, 2): -2.5, (4, 2): 14.7, (5, 2): True, (6, 2): 100.0,
    (7, 2): 1.005, (8, 2): 2.675, (9, 2): 1234567.891, (10, 2): 3.0,
    (1, 3): "甲街道", (2, 3): "乙街道", (3, 3): "丙街道", (4, 3): "丁街道", (5, 3): " 戊 镇 ",
    (6, 3): "Abc", (7, 3): "12.5", (8, 3): "1,234.5", (9, 3): "8.3%", (10, 3): "2016-1-15",
    (1, 4): date(2016, 1, 15), (2, 4): date(2015, 12, 31), (3, 4): date(2016, 2, 29),
    (4, 4): 42384.75, (5, 4): "一类", (6, 4): "二类", (7, 4): "一类", (8, 4): CellError("#N/A"),
}  # fmt: skip

# By the sort of task; A5 and E5 are blank.
CORPUS: dict[str, tuple[str, ...]] = {
    "sums": (
        "=SUM(A1:A6)", "=SUM(A1,B1,5)", "=AVERAGE(A1:A6)", "=MAX(A1:A4)-MIN(A1:A4)",
        "=COUNT(A1:B6)", "=COUNTA(A1:A6)", "=COUNTBLANK(A1:A6)", "=PRODUCT(A2:A3)",
        "=SUMSQ(A2:A3)", "=MEDIAN(A1:A4)", "=STDEV(A1:A4)", "=STDEVP(A1:A4)", "=VAR(A1:A4)",
        "=VARP(A1:A4)", "=AVEDEV(A1:A4)", "=GEOMEAN(A1:A4)", "=MAXA(B1:B5)", "=MINA(B1:B5)",
        "=AVERAGEA(B1:B5)", "=SUM(A:A)", "=SUBTOTAL(9,A1:A4)", "=SUBTOTAL(109,A1:A4)",
        "=SUBTOTAL(1,A1:A4)", "=TRIMMEAN(A1:A10,0.2)", "=DEVSQ(A1:A4)",
    ),
    "conditions": (
        '=SUMIF(C1:C4,"*街道",A1:A4)', '=SUMIF(A1:A4,">=41")', '=COUNTIF(A1:A4,">"&A2)',
        '=COUNTIF(A1:A10,">"&A9)', '=COUNTIF(C1:C4,"乙街道")', '=COUNTIF(A1:A6,"")',
        '=COUNTIF(A1:A6,"<>")', '=COUNTIFS(A1:A4,">=41",B1:B4,"<10")',
        '=SUMIFS(A1:A4,B1:B4,">0",C1:C4,"<>甲街道")', '=AVERAGEIF(A1:A4,">30")',
        '=AVERAGEIFS(A1:A4,B1:B4,">0")', '=IF(A5="","空",A5)', "=IF(A1>1,,5)", "=IF(A1<1,2)",
        '=IF(AND(A1>0,OR(B2=0,B2>5)),MAX(0,MIN(20,A1/10)),0)', "=NOT(A1>A2)", "=AND(A1:A4>0)",
        '=IF(COUNT(A1:A5)<5,"未完整",SUM(A1:A5))', '=IFERROR(A1/B2,"除数为零")', "=IFERROR(A1/B1,0)",
        '=IF(ISERROR(D8),"错",1)', '=IF(ISNA(D8),"无",1)', "=XOR(A1>0,A2>0)", "=TRUE()=TRUE",
        '=IFS(A1>300,"高",A1>200,"中",TRUE,"低")', '=SWITCH(2,1,"甲",2,"乙")',
        '=CHOOSE(2,"优秀","达标","不合格")', '=IFNA(VLOOKUP("无",C1:D4,2,FALSE),"没有")',
        '=MAXIFS(A1:A4,B1:B4,">0")', '=MINIFS(A1:A4,B1:B4,">0")', '=C1="甲街道"', '=C6="ABC"',
        "=A5=0", '=A5=""', '=A6>A1', "=TRUE>A1",
    ),
    "ranks": (
        "=RANK(A2,A$1:A$4)", "=RANK(A3,A$1:A$4,1)", "=10-0.5*(RANK(A4,A$1:A$4)-1)",
        "=_xlfn.RANK.EQ(A2,A1:A4)", "=_xlfn.RANK.AVG(A2,A1:A4)", "=LARGE(A1:A4,2)+SMALL(A1:A4,1)",
        "=PERCENTRANK(A1:A4,A2)", "=PERCENTILE(A1:A4,0.9)", "=QUARTILE(A1:A4,1)",
        "=MODE(A1:A4)", "=RANK(A9,A7:A9)", '=SUMPRODUCT((A1:A4>A2)*1)+1',
        "=SUMPRODUCT((A1:A4>A2)/COUNTIF(A1:A4,A1:A4))+1", "=MAX(A1:A4,B1:B4)",
    ),
    "arrays": (
        "=SUMPRODUCT((A1:A4>=41)*1,B1:B4)", "=SUMPRODUCT(--(A1:A4>=41),B1:B4)",
        '=SUMPRODUCT((C1:C4="乙街道")*(A1:A4))', "=SUMPRODUCT(A1:A4,B1:B4)/SUM(B1:B4)",
        '=SUMPRODUCT((D5:D7="一类")*(B6:B8>1))', "=SUMPRODUCT(A1:A6,B1:B6)",
        "=MMULT({1,2;3,4},{5;6})", "=INDEX((A1:A4>A2)*1,1)", "=LOOKUP(2,1/(A1:A4=41),C1:C4)",
        "=SUM({1,2,3}*2)", "=SUMXMY2(A1:A3,B1:B3)", "=CORREL(A1:A4,B1:B4)",
        "=FREQUENCY(A1:A4,50)", "=SUM(A1:A4*B1:B4)",
    ),
    "looking up": (
        "=INDEX(C1:C4,MATCH(25.5,A1:A4,0))", '=VLOOKUP("丙街道",C1:D4,1,FALSE)',
        '=VLOOKUP("丙*",C1:D4,2,0)', "=INDEX(A1:C4,2,3)", '=MATCH("乙*",C1:C4,0)',
        "=HLOOKUP(A1,A1:D4,2,FALSE)", "=LOOKUP(30,{0,10,20},{1,2,3})", "=MATCH(15,{0,10,20},1)",
        "=VLOOKUP(75,{0,\"差\";60,\"中\";80,\"良\"},2)", "=ROW(A3)+COLUMN(B1)",
        "=ROWS(A1:A4)*COLUMNS(A1:C1)", "=ROW()", "=SUM(OFFSET(A1,1,0,2,1))", '=INDIRECT("A1")',
        "=ADDRESS(2,3)", "=SUM(A1:INDEX(A1:A4,3))",
    ),
    "rounding": (
        "=ROUND(7*0.35,1)", "=ROUND(1.005,2)", "=ROUND(B7,2)", "=ROUND(B8,2)", "=ROUND(-2.5,0)",
        "=ROUND(14.7-3*0.3,1)", "=ROUND(B9,-3)", "=ROUNDUP(2.1,0)", "=ROUNDUP(B1*10,0)",
        "=ROUNDDOWN(B1*10,0)", "=ROUNDDOWN(-2.55,1)", "=INT(A1/50)+MOD(A1,50)", "=INT(-2.5)",
        "=TRUNC(-2.7)+ABS(B3)+SIGN(B3)", "=TRUNC(2.789,2)", "=FLOOR(A1,0.5)", "=CEILING(A1,0.5)",
        "=MROUND(7,3)", "=EVEN(3)", "=ODD(2)", "=MOD(-7,3)", "=QUOTIENT(7,2)", "=ROUND(0.5,0)",
        "=ROUND(2.5,)", "=FIXED(B9,1)", "=A7+A8-A9", "=(A7+A8-A9)=0", "=A7+A8=A9",
    ),
    "arithmetic": (
        "=A1^2-2*A2+5%", "=1-2--3", "=-A2^2", "=2^-1", "=A1/B2", "=B5+1", "=A5", "=A6+1",
        "=A6*1", "=C7+1", "=-C7", "=1/3", "=SQRT(A2)", "=POWER(2,10)", "=EXP(1)", "=LN(10)",
        "=LOG(100)", "=LOG10(1000)", "=LOG(8,2)", "=PI()", "=GCD(12,18)", "=LCM(4,6)", "=FACT(5)",
        "=COMBIN(5,2)", "=50%", "=1E3", "=SQRT(-1)", "=D8", "=D8+1", "=SUM(D5:D8)",
        "=ROUND((A1-MIN(A$1:A$4))/(MAX(A$1:A$4)-MIN(A$1:A$4))*40+60,2)",
        "=MIN(1,A3/A2)*100", "=N(TRUE)", '=N("x")', "=A1>A2", "=10^308*100",
    ),
    "text": (
        '=C1&":"&TEXT(A1,"0.00")', "=LEFT(C1,1)&LEN(C2)", '=TEXT(0.083,"0.0%")',
        '=TEXT(B9,"#,##0.00")', '=TEXT(D1,"yyyy-mm-dd")', "=MID(C1,2,2)", "=RIGHT(C1,2)",
        "=TRIM(C5)", '=SUBSTITUTE(C1,"街道","镇")', '=REPLACE(C1,2,2,"镇")', '=FIND("街",C1)',
        '=SEARCH("B",C6)', "=UPPER(C6)&LOWER(C6)", '=EXACT("a","A")', '=REPT("★",3)',
        "=CONCATENATE(C1,A2)", "=_xlfn.CONCAT(C1:C2)", '=_xlfn.TEXTJOIN("、",TRUE,C1:C3)',
        "=VALUE(C7)", "=VALUE(C8)", "=VALUE(C9)", "=CHAR(65)", "=CODE(\"A\")", "=T(C1)", "=T(A1)",
        "=A1&\"\"", "=0.1+0.2&\"\"", "=1/3&\"\"", "=TRUE&\"\"", '=ISNUMBER(A6)', "=ISTEXT(A6)",
        "=ISBLANK(A5)", "=PROPER(\"abc def\")", "=CLEAN(C1)", "=LENB(C1)", '=NUMBERSTRING(3,1)',
        '=TEXT(3,"[DBNum1]")', "=DOLLAR(5)", '=""', '=A5&""',
    ),
    "dates": (
        "=D1+30", "=D1", "=YEAR(D1)*100+MONTH(D1)", "=DAY(D3)", "=DATE(2016,1,15)", "=D1-D2",
        '=DATEDIF(D2,D1,"d")', "=EDATE(D1,1)", "=EOMONTH(D1,0)", "=WEEKDAY(D1)", "=WEEKDAY(D1,2)",
        "=HOUR(D4)", "=MINUTE(D4)", '=DATEVALUE("2016-1-15")', "=TIME(6,0,0)", "=DATE(2016,14,1)",
        "=NETWORKDAYS(D2,D1)", "=D1>D2", "=DAYS(D1,D2)", "=YEARFRAC(D2,D1)", "=WEEKNUM(D1)",
        "=MAX(D1:D3)", "=DAYS360(D2,D1)", "=WORKDAY(D1,5)",
    ),
}  # fmt: skip

# Where an engine, or LibreOffice, is known to give something else: the formula, and who is right
# by Excel's rules.  docs/calculation.md lists the same.
LIBREOFFICE_DIFFERS: dict[str, Scalar] = {
    "=COUNT(A1:B6)": 9.0,  # a truth value in a range is no number
    "=TRUE>A1": True,  # truth values are greater than figures
    "=SQRT(-1)": CellError("#NUM!"),  # saved as .xlsx, LibreOffice says #VALUE!
    '=TRUE&""': "TRUE",
    "=(A7+A8-A9)=0": False,  # only a difference that ends a formula is taken as 0
}
NOT_DONE: dict[str, set[str]] = {
    "formulas": {
        "=SUBTOTAL(9,A1:A4)", "=SUBTOTAL(109,A1:A4)", "=SUBTOTAL(1,A1:A4)",
        '=COUNTIF(A1:A6,"<>")', "=PERCENTRANK(A1:A4,A2)", "=SUM(OFFSET(A1,1,0,2,1))",
        '=INDIRECT("A1")', "=QUOTIENT(7,2)", "=COMBIN(5,2)", "=LENB(C1)", "=NUMBERSTRING(3,1)",
        '=TEXT(3,"[DBNum1]")', "=DOLLAR(5)", '=DATEDIF(D2,D1,"d")', "=YEARFRAC(D2,D1)",
    },
    "formualizer": {
        "=SUMPRODUCT((A1:A4>A2)/COUNTIF(A1:A4,A1:A4))+1", "=MMULT({1,2;3,4},{5;6})",
        "=LOOKUP(2,1/(A1:A4=41),C1:C4)", "=FREQUENCY(A1:A4,50)", "=LENB(C1)",
        "=NUMBERSTRING(3,1)", '=TEXT(3,"[DBNum1]")', "=DOLLAR(5)", "=YEARFRAC(D2,D1)",
        "=ADDRESS(2,3)", "=GCD(12,18)", "=LCM(4,6)",
    },
}  # fmt: skip
