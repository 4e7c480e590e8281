"""The command line: which commands there are, what they take, how they end.

Exit codes: 0 clean; 1 done, with findings of severity 强; 2 an input or output that
cannot be used, with one sentence why.  What a command does is in `kpixl.commands`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from kpixl import __version__
from kpixl.commands.arguments import ChineseParser
from kpixl.commands.console import Console, open_console
from kpixl.errors import KpixlError

UNUSABLE = 2
INTERRUPTED = 130  # what shells say of a command that Ctrl+C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code; ends in a sentence, never in a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    console = open_console(as_json="--json" in words)
    try:
        args = build_parser().parse_args(words)
    except SystemExit as end:  # help was shown, or a mistake was named
        return end.code if isinstance(end.code, int) else UNUSABLE
    args.command_line = " ".join(map(_quoted, ("kpixl", *words)))
    try:
        with _surroundings(console, args.debug), _readers(args, console):
            return int(args.run(args, console))
    except KpixlError as error:
        _trace(args.debug)
        console.fail(str(error))
        return UNUSABLE
    except KeyboardInterrupt:
        console.fail("已中断。")
        return INTERRUPTED
    except Exception as error:
        from kpixl import log

        log.failure(error)
        _trace(args.debug)
        console.fail(_unexpected(error, args.debug))
        return UNUSABLE


def _unexpected(error: Exception, debug: bool) -> str:
    if isinstance(error, MemoryError):
        return "内存不够,没有完成。请关闭其他程序后重试,或把数据分成几份。"
    sentence = f"程序出错({type(error).__name__}),没有完成;原有文件没有改动。"
    if debug:
        return sentence + "请把上面显示的内容发给维护人员。"
    return sentence + "请在命令后加上 --debug 再运行一次,把显示的内容发给维护人员。"


def _trace(debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc(file=sys.stderr)


@contextmanager
def _surroundings(console: Console, debug: bool) -> Iterator[None]:
    """Logs where they are asked for; warnings of packages that a clerk can't act on nowhere."""
    import warnings

    from kpixl import log

    with warnings.catch_warnings():
        if debug:
            with log.to_stream(console.err):
                yield
        else:
            warnings.simplefilter("ignore")
            yield


@contextmanager
def _readers(args: argparse.Namespace, console: Console) -> Iterator[None]:
    """For a command that reads files: a worker that starts now, and somebody with passwords."""
    if not hasattr(args, "password_file"):
        yield
        return
    from kpixl.commands.passwords import attendant
    from kpixl.hosts import pool

    with pool.attended(attendant(console, args.password_file)):
        pool.warm(*_AHEAD)
        yield


_AHEAD = ("kpixl.returns",)  # what the worker checks returned forms with


def _quoted(word: str) -> str:
    # For the run record: double quotes mean the same to cmd.exe and to a shell.
    return (
        word if word and not any(c.isspace() or c in "\"'&|;<>()$" for c in word) else f'"{word}"'
    )


# -- the arguments ---------------------------------------------------------------------

_SCHEME = "考核方案:自带方案的名称,或方案工作簿的路径"
_DATA = "填报表、填报表所在的文件夹,或 .csv 数据文件;可以写多个"
_RETURNS = "填报表、填报表所在的文件夹或 zip 压缩包,或 .csv 数据文件;可以写多个"
_LAST_YEAR = "上年认定的填报表所在的文件夹,或上年的 .csv 数据文件;用来核对上年数和增减"
_JSON = "只在标准输出上写 JSON,供其他程序使用"
_PASSWORDS = (
    "文件有打开密码时:写有密码的文本文件,一行一个;也可用环境变量 KPIXL_PASSWORD,"
    "都没有时在终端上询问"
)
_CODES = "退出码:0 无误;1 已完成,但有“强”级问题;2 有文件不能用,原因见提示。"


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = ChineseParser(
        prog="kpixl",
        usage="kpixl 命令 …",
        description="按考核表上的评分标准校验填报表、评分、排名。",
        example=("kpixl demo", "kpixl score --help"),
        epilog=_CODES,
    )
    parser.add_argument(
        "--version", action="version", version=f"kpixl {__version__}", help="显示版本"
    )
    _debug(parser, False)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="命令", parser_class=ChineseParser
    )
    _demo(commands)
    _score(commands)
    _rank(commands)
    _new(commands)
    _issue(commands)
    _check(commands)
    _collect(commands)
    _bind(commands)
    _rule(commands)
    _lint(commands)
    _calc(commands)
    _verify(commands)
    _calc_addin(commands)
    _addin(commands)
    _drop(commands)
    _doctor(commands)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[ChineseParser]"


def _void_signature(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--void-signature",
        action="store_true",
        help="工作簿带有数字签名也写入(签名作废,要重新签);不写这一项时先询问",
    )


def _debug(parser: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    parser.add_argument(
        "--debug", action="store_true", default=default, help="出错时显示技术细节和运行日志"
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_JSON)


def _scored(parser: argparse.ArgumentParser, out_help: str, *, out_required: bool) -> None:
    parser.add_argument("scheme", metavar="方案", help=_SCHEME)
    parser.add_argument("--data", nargs="+", default=[], metavar="文件或文件夹", help=_DATA)
    parser.add_argument(
        "--month", metavar="月份", help="台账:按几月底的进度计算,1 至 12(默认:有数的最后一个月)"
    )
    parser.add_argument(
        "--enterprises",
        metavar="企业表",
        help="企业分类:企业表(.csv 或工作簿,列名见方案);只分类时可不写 --data",
    )
    parser.add_argument("--out", required=out_required, metavar="结果.xlsx", help=out_help)
    _passwords(parser)
    _json(parser)
    _debug(parser)


def _passwords(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-file", metavar="密码文件", help=_PASSWORDS)


def _lacking(parser: argparse.ArgumentParser, console: Console, name: str) -> int:
    """Say that an argument is missing, as the parser itself would."""
    console.fail(f"缺少参数:{name}。\n{parser.format_usage()}详细说明:{parser.prog} --help")
    return UNUSABLE


def _demo(commands: _Commands) -> None:
    parser = commands.add_parser(
        "demo",
        prog="kpixl demo",
        help="用自带的演示填报表评分、排名,写成一个工作簿",
        usage="kpixl demo [文件夹] [--data 文件或文件夹] [--json]",
        description=(
            "用自带的演示填报表评分、排名,把结果写成一个工作簿。填报表只读取,不改动。"
            "想看改数以后的结果,可把演示填报表复制出来,改好后用 --data 指明。"
        ),
        example=("kpixl demo", "kpixl demo 演示结果", "kpixl demo --data 我改过的填报表"),
        epilog=_CODES,
    )
    parser.add_argument(
        "folder",
        nargs="?",
        default=".",
        metavar="文件夹",
        help="结果写到哪个文件夹(默认:当前文件夹)",
    )
    parser.add_argument("--data", nargs="+", metavar="文件或文件夹", help="改用这些填报表")
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import demo

        return demo.run(
            console, folder=args.folder, data=args.data or (), command=args.command_line
        )

    parser.set_defaults(run=run)


def _score(commands: _Commands) -> None:
    parser = commands.add_parser(
        "score",
        prog="kpixl score",
        help="按方案评分、排名,显示结果",
        usage="kpixl score 方案 --data 文件或文件夹 [--month 月份] [--out 结果.xlsx] [--json]",
        description=(
            "按方案给填报数据评分、排名。有问题的数据逐条列出,所在的项留空,其余照常评分。"
            "填报表只读取,不改动。"
        ),
        example=(
            "kpixl score 我的方案.xlsx --data 填报表",
            "kpixl score 我的方案.xlsx --data 数据.csv --json",
            "kpixl score 我的台账.xlsx --data 台账文件夹 --month 6 --out 六月快报.xlsx",
        ),
        epilog=_CODES,
    )
    _scored(parser, "把排名、追溯、公式核对写成这个新工作簿", out_required=False)

    def run(args: argparse.Namespace, console: Console) -> int:
        if not args.data and args.enterprises is None:
            return _lacking(parser, console, "--data")
        from kpixl.commands import score

        return score.run(
            console,
            scheme=args.scheme,
            data=args.data,
            out=args.out,
            command=args.command_line,
            month=args.month,
            enterprises=args.enterprises,
        )

    parser.set_defaults(run=run)


def _rank(commands: _Commands) -> None:
    parser = commands.add_parser(
        "rank",
        prog="kpixl rank",
        help="按方案评分、排名,写成结果工作簿",
        usage="kpixl rank 方案 --data 文件或文件夹 (--out 结果.xlsx | --into 工作簿.xlsx) [--json]",
        description=(
            "与 kpixl score 相同,并把排名、追溯、公式核对写成一个新工作簿(--out),"
            "或加到已有的 .xlsx、.xlsm 工作簿里(--into)。加到已有工作簿时,原有的工作表、图表、"
            "宏等一概不动;再次运行只替换上次写的各表。已有同名的工作表而不是 kpixl 写的,不覆盖。"
        ),
        example=(
            "kpixl rank 我的方案.xlsx --data 填报表 --out 排名结果.xlsx",
            "kpixl rank 我的方案.xlsx --data 填报表 --into 考核总表.xlsx",
        ),
        epilog=_CODES,
    )
    _scored(parser, "结果工作簿的文件名", out_required=False)
    parser.add_argument(
        "--into", metavar="工作簿.xlsx", help="把结果加到这个已有的工作簿里,其余内容不动"
    )
    _void_signature(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        if args.out is not None and args.into is not None:
            console.fail(f"--out 和 --into 不能同时用。\n{parser.format_usage().rstrip()}")
            return UNUSABLE
        if args.out is None and args.into is None:
            return _lacking(parser, console, "--out 或 --into")
        if not args.data and args.enterprises is None:
            return _lacking(parser, console, "--data")
        from kpixl.commands import score

        return score.run(
            console,
            scheme=args.scheme,
            data=args.data,
            out=args.out,
            command=args.command_line,
            month=args.month,
            enterprises=args.enterprises,
            into=args.into,
            void_signature=args.void_signature,
        )

    parser.set_defaults(run=run)


def _new(commands: _Commands) -> None:
    parser = commands.add_parser(
        "new",
        prog="kpixl new",
        help="新建一个空白的方案工作簿",
        usage="kpixl new 方案.xlsx [--json]",
        description=(
            "新建一个空白的方案工作簿:四张表,列名、下拉列表和填写说明都已备好。"
            "已有的文件不会被覆盖。"
        ),
        example=("kpixl new 方案.xlsx",),
        epilog=_CODES,
    )
    parser.add_argument("path", metavar="文件名", help="写成这个 .xlsx 文件")
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import new

        return new.run(console, path=args.path)

    parser.set_defaults(run=run)


def _issue(commands: _Commands) -> None:
    parser = commands.add_parser(
        "issue",
        prog="kpixl issue",
        help="按方案给每个单位做一份填报表",
        usage="kpixl issue 方案 --to 文件夹 [--json]",
        description=(
            "按方案给每个单位做一份填报表:单位名称已填好,只有要填的格子可以改。"
            "方案有“强”级问题时不下发。文件夹里已有的文件不会被覆盖。"
        ),
        example=("kpixl issue 我的方案.xlsx --to 下发",),
        epilog=_CODES,
    )
    parser.add_argument("scheme", metavar="方案", help=_SCHEME)
    parser.add_argument("--to", required=True, metavar="文件夹", help="填报表写到这个文件夹")
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import issue

        return issue.run(console, scheme=args.scheme, folder=args.to)

    parser.set_defaults(run=run)


def _check(commands: _Commands) -> None:
    parser = commands.add_parser(
        "check",
        prog="kpixl check",
        help="校验填报表,列出问题",
        usage="kpixl check 文件… [--scheme 方案] [--last-year 文件夹] [--json]",
        description=(
            "校验填报表:哪一格,现在是什么,应该是什么,怎样改正。只校验,不评分,不改动文件。"
            "下发的填报表自带方案标识,不用写 --scheme。"
        ),
        example=(
            "kpixl check 某街道.xlsx",
            "kpixl check 填报表 --scheme 我的方案.xlsx --last-year 上年填报表",
        ),
        epilog=_CODES,
    )
    parser.add_argument("files", nargs="+", metavar="文件", help=_RETURNS)
    parser.add_argument("--scheme", metavar="方案", help=_SCHEME)
    parser.add_argument("--last-year", metavar="文件夹", help=_LAST_YEAR)
    _passwords(parser)
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import check

        return check.run(console, files=args.files, scheme=args.scheme, last_year=args.last_year)

    parser.set_defaults(run=run)


def _collect(commands: _Commands) -> None:
    parser = commands.add_parser(
        "collect",
        prog="kpixl collect",
        help="汇总交回的填报表:谁未报、谁退回、谁通过,写出退回单",
        usage="kpixl collect 文件夹 [--scheme 方案] [--to 文件夹] [--last-year 文件夹] [--json]",
        description=(
            "汇总交回的填报表,写出“回收情况”工作簿(未报、已报、退回、通过,催报名单,"
            "更正前后对照),并给每个要改正的单位写一页退回单和一份批注表。"
            "子文件夹和 zip 压缩包里的表也读;原件只读取,不改动。"
            "改正后的表放进来,再运行一次即可;中途停下的,再运行一次就接着做。"
        ),
        example=(
            "kpixl collect 交回的表",
            "kpixl collect 交回的表 --scheme 我的方案.xlsx --last-year 上年填报表",
        ),
        epilog="退出码:0 都已通过或只有“核”“提”级问题;1 有未报的单位或“强”级问题;2 不能汇总。",
    )
    parser.add_argument("folder", metavar="文件夹", help="交回的填报表所在的文件夹,或 zip 压缩包")
    parser.add_argument("--scheme", metavar="方案", help=_SCHEME + ";下发的表自带标识,可不写")
    parser.add_argument(
        "--to", metavar="文件夹", help="结果写到这个文件夹(默认:旁边的“…-回收情况”)"
    )
    parser.add_argument("--last-year", metavar="文件夹", help=_LAST_YEAR)
    _passwords(parser)
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import collect

        return collect.run(
            console,
            folder=args.folder,
            scheme=args.scheme,
            to=args.to,
            last_year=args.last_year,
            command=args.command_line,
        )

    parser.set_defaults(run=run)


def _bind(commands: _Commands) -> None:
    parser = commands.add_parser(
        "bind",
        prog="kpixl bind",
        help="认一份没见过的表:哪一格是什么,哪里要问",
        usage="kpixl bind 表 [--scheme 方案] [--save [方案.xlsx]] [--json]",
        description=(
            "认一份没见过的表:哪一格是单位、指标、分值、评分标准,哪一格填哪个数据项。拿不准的不猜,"
            "列出来问。表上写有评分标准的,不用 --scheme。只读取,不改动原表。"
        ),
        example=(
            "kpixl bind 考核表.xls",
            "kpixl bind 考核表.xls --save 方案.xlsx",
            "kpixl bind 某镇.et --scheme 方案.xlsx --save",
        ),
        epilog=_CODES,
    )
    parser.add_argument("book", metavar="表", help="填报表或考核表:.xlsx .xlsm .xls .ods .et")
    parser.add_argument("--scheme", metavar="方案", help=_SCHEME)
    parser.add_argument(
        "--save",
        nargs="?",
        const="",
        metavar="方案.xlsx",
        help="写出“绑定”表:写进 --scheme 的方案,或写成这个新工作簿;在表中回答问题后再用",
    )
    _void_signature(parser)
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import bind

        return bind.run(
            console,
            book=args.book,
            scheme=args.scheme,
            save=args.save,
            void_signature=args.void_signature,
        )

    parser.set_defaults(run=run)


def _rule(commands: _Commands) -> None:
    parser = commands.add_parser(
        "rule",
        prog="kpixl rule",
        help="试读一条评分标准:读成什么,要填什么数,有哪些约定",
        usage='kpixl rule "评分标准" [--points 分值] [--readings 读法] [--json]',
        description=(
            "试读一条评分标准:读成什么,要填哪些数,文字没有写明之处按什么约定;"
            "读不懂的,指出是哪个字,并列出可读的相近写法。"
        ),
        example=(
            'kpixl rule "亿元以上企业最多的得10分,排名每下降1位减0.5分"',
            'kpixl rule "每采用一条得0.1分" --points 10 --readings "G7=按比例"',
        ),
        epilog="退出码:0 读懂了;1 读不懂;2 参数有误。",
    )
    parser.add_argument("clause", metavar="评分标准", help="评分标准的原文,用引号括起来")
    parser.add_argument("--points", metavar="分值", help="这一项的分值")
    parser.add_argument(
        "--readings", metavar="读法", default="", help="改用的约定,如 G7=按比例;G3=密集"
    )
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import rule

        return rule.run(console, clause=args.clause, points=args.points, readings=args.readings)

    parser.set_defaults(run=run)


def _lint(commands: _Commands) -> None:
    parser = commands.add_parser(
        "lint",
        prog="kpixl lint",
        help="检查考核方案本身有没有问题",
        usage="kpixl lint 方案 [--json]",
        description=(
            "检查考核方案本身:分值合计,评分标准与分值、标题是否一致,读不懂的条款,"
            "会扣到 0 分以下的名次计分,没有上限的加分,达不到的等次。"
        ),
        example=("kpixl lint 我的方案.xlsx",),
        epilog=_CODES,
    )
    parser.add_argument("scheme", metavar="方案", help=_SCHEME)
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import lint

        return lint.run(console, scheme=args.scheme)

    parser.set_defaults(run=run)


def _calc(commands: _Commands) -> None:
    parser = commands.add_parser(
        "calc",
        prog="kpixl calc",
        help="计算工作簿里的 =KPISCORE() 等函数和全部公式",
        usage="kpixl calc 工作簿.xlsx --out 新工作簿.xlsx [--engine 引擎] [--json]",
        description=(
            "不用表格软件,计算工作簿里的 =KPISCORE() 等函数和全部公式,把值存进一个新工作簿。"
            "除公式的值以外,原来的内容一概不动。算不了的公式逐一列出,保持原值。"
        ),
        example=("kpixl calc 考核表.xlsx --out 考核表(已计算).xlsx",),
        epilog=_CODES,
    )
    parser.add_argument("book", metavar="工作簿", help="含有公式的 .xlsx 或 .xlsm 工作簿,只读取")
    parser.add_argument("--out", required=True, metavar="新工作簿", help="写成这个新文件")
    parser.add_argument(
        "--engine",
        metavar="引擎",
        help="计算引擎:formulas 或 formualizer(默认:按公式的多少选用)",
    )
    _void_signature(parser)
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import calc

        return calc.run(
            console,
            book=args.book,
            out=args.out,
            engine=args.engine,
            void_signature=args.void_signature,
        )

    parser.set_defaults(run=run)


def _verify(commands: _Commands) -> None:
    parser = commands.add_parser(
        "verify",
        prog="kpixl verify",
        help="核验结果工作簿:凭它自己重算一遍,指出被改动的单元格",
        usage="kpixl verify 结果.xlsx [--data 文件或文件夹] [--json]",
        description=(
            "只凭结果工作簿里封存的填报数、方案和设置,把结果重算一遍,与各表逐格比较:"
            "完全一致,或者列出每个被改动的单元格(表、单元格、现为、应为)。工作簿只读取。"
            "手头有各单位交回的填报表时,用 --data 一并核对封存的数是不是填报表上的数。"
        ),
        example=("kpixl verify 排名结果.xlsx", "kpixl verify 排名结果.xlsx --data 填报表"),
        epilog=_CODES,
    )
    parser.add_argument("book", metavar="结果工作簿", help="kpixl rank 写出的工作簿,只读取")
    parser.add_argument(
        "--data", nargs="+", default=[], metavar="文件", help="当时的填报表、文件夹或 .csv,只读取"
    )
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import verify

        return verify.run(console, book=args.book, data=args.data)

    parser.set_defaults(run=run)


def _calc_addin(commands: _Commands) -> None:
    parser = commands.add_parser(
        "calc-addin",
        prog="kpixl calc-addin",
        help="LibreOffice 扩展:制作、安装、卸载、查看",
        usage="kpixl calc-addin build|install|remove|status …",
        description=(
            "LibreOffice Calc 的扩展:单元格函数、菜单和工具栏。计算程序全部在扩展里,不用联网。"
            "需要 LibreOffice 7.4 或更新,它的 Python 要 3.11 或更新。"
        ),
        example=("kpixl calc-addin install", "kpixl calc-addin build kpixl.oxt"),
        epilog="退出码:0 已完成;1 没有安装(status);2 没有完成,原因见提示。",
    )
    _debug(parser)
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="动作", parser_class=ChineseParser
    )
    _calc_addin_build(actions)
    for action, usage, words in (
        ("install", "[扩展.oxt] [--profile 文件夹]", "把扩展装进 LibreOffice,已有旧版的更新"),
        ("remove", "[--profile 文件夹]", "从 LibreOffice 卸载扩展"),
        ("status", "[--profile 文件夹]", "查看装了没有、是哪个版本"),
    ):
        _calc_addin_action(actions, action, usage, words)


def _calc_addin_build(actions: _Commands) -> None:
    parser = actions.add_parser(
        "build",
        prog="kpixl calc-addin build",
        help="把扩展写成一个 .oxt 文件",
        usage="kpixl calc-addin build [扩展.oxt] [--numpy 文件 …] [--json]",
        description=(
            "把扩展写成一个 .oxt 文件,可以拷到别的电脑上安装。自带本机 Python 版本用的 numpy;"
            "别的 Python 版本用 --numpy 加上它的 .whl 文件。"
        ),
        example=("kpixl calc-addin build", "kpixl calc-addin build 发放/kpixl.oxt"),
        epilog="退出码:0 已写成;2 没有写成,原因见提示。",
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="扩展.oxt", help="文件名或文件夹(默认:当前文件夹)"
    )
    parser.add_argument(
        "--numpy", nargs="+", default=[], metavar="文件", help="另外带上的 numpy 安装包(.whl)"
    )
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import calc_addin

        return calc_addin.build(console, path=args.path, wheels=args.numpy)

    parser.set_defaults(run=run)


def _calc_addin_action(actions: _Commands, action: str, usage: str, words: str) -> None:
    parser = actions.add_parser(
        action,
        prog=f"kpixl calc-addin {action}",
        help=words,
        usage=f"kpixl calc-addin {action} {usage} [--json]",
        description=f"{words}。LibreOffice 要先关闭。" if action != "status" else f"{words}。",
        example=(f"kpixl calc-addin {action}",),
        epilog="退出码:0 已完成;1 没有安装(status);2 没有完成,原因见提示。",
    )
    if action == "install":
        parser.add_argument("file", nargs="?", metavar="扩展.oxt", help="装这个文件(默认:当场制作)")
    parser.add_argument(
        "--profile", metavar="文件夹", help="LibreOffice 的用户配置文件夹(默认:当前用户的)"
    )
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import calc_addin

        chosen = {"file": args.file} if action == "install" else {}
        return int(getattr(calc_addin, action)(console, profile=args.profile, **chosen))

    parser.set_defaults(run=run)


def _addin(commands: _Commands) -> None:
    parser = commands.add_parser(
        "addin",
        prog="kpixl addin",
        help="Excel 加载项:安装、查看、卸载、离线安装包",
        usage="kpixl addin install|status|remove|build|relink|kit …",
        description=(
            "Excel 加载项(只用于 Windows 上的 Excel):装到当前用户的启动文件夹,"
            "查看装得对不对,卸载,不需要管理员权限;制作离线安装包。"
        ),
        example=("kpixl addin install", "kpixl addin status", "kpixl addin kit --to 安装包"),
        epilog=_CODES,
    )
    _debug(parser)
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="操作", parser_class=ChineseParser
    )
    for action, words in (
        ("install", "装到当前用户的 Excel 里,已有旧版的更新"),
        ("status", "查看装了没有、各部分对不对"),
        ("remove", "卸载"),
    ):
        _addin_action(actions, action, words)
    _addin_build(actions)
    _addin_relink(actions)
    _addin_kit(actions)


def _addin_action(actions: _Commands, action: str, words: str) -> None:
    parser = actions.add_parser(
        action,
        prog=f"kpixl addin {action}",
        help=words,
        usage=f"kpixl addin {action} [--json]",
        description=f"Excel 加载项:{words}。",
        example=(f"kpixl addin {action}",),
        epilog=_CODES,
    )
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import addin

        return int(getattr(addin, action)(console))

    parser.set_defaults(run=run)


def _addin_build(actions: _Commands) -> None:
    parser = actions.add_parser(
        "build",
        prog="kpixl addin build",
        help="把加载项写成一个文件,供查看和签名",
        usage="kpixl addin build [文件名] [--json]",
        description="把加载项写成一个 .xlam 文件,供查看和签名。",
        example=("kpixl addin build kpixl.xlam",),
        epilog=_CODES,
    )
    parser.add_argument(
        "out", nargs="?", default=".", metavar="文件名", help="默认:当前文件夹的 kpixl.xlam"
    )
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import addin

        return addin.build(console, out=args.out)

    parser.set_defaults(run=run)


def _addin_relink(actions: _Commands) -> None:
    parser = actions.add_parser(
        "relink",
        prog="kpixl addin relink",
        help="工作簿里的函数指到别人电脑上的加载项时,改为指到本人的",
        usage="kpixl addin relink 工作簿 [--out 新工作簿] [--json]",
        description=(
            "别人存的工作簿,公式可能变成 ='C:\\…\\kpixl.xlam'!KPISCORE(…)。写一份副本,其中的链接"
            "指到打开它的人自己的启动文件夹里的加载项;除链接以外一概不动,原工作簿不改动。"
        ),
        example=("kpixl addin relink 考核表.xlsx",),
        epilog=_CODES,
    )
    parser.add_argument("book", metavar="工作簿", help=".xlsx 或 .xlsm 工作簿,只读取")
    parser.add_argument(
        "--out", metavar="新工作簿", help="写成这个新文件(默认:旁边的“…(已改链接)”)"
    )
    _void_signature(parser)
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import relink

        return relink.run(console, book=args.book, out=args.out, void_signature=args.void_signature)

    parser.set_defaults(run=run)


def _addin_kit(actions: _Commands) -> None:
    parser = actions.add_parser(
        "kit",
        prog="kpixl addin kit",
        help="离线安装包:给没有 Python、没有管理员权限的电脑",
        usage="kpixl addin kit --to 文件夹 [--python 压缩包] [--wheels 文件夹] | --check 文件夹",
        description=(
            "做一个文件夹,里面有 Windows 版 Python、全部软件包和加载项,拷到没有 Python、"
            "没有网络的电脑上双击 install.cmd 即可。制作时要联网(给出 --wheels 和 --python 时不用)。"
        ),
        example=(
            "kpixl addin kit --to kpixl安装包",
            "kpixl addin kit --to kpixl安装包 --python python-3.13.9-embed-amd64.zip",
            "kpixl addin kit --check kpixl安装包",
        ),
        epilog=_CODES,
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--to", metavar="文件夹", help="安装包做在这个文件夹里")
    which.add_argument("--check", metavar="文件夹", help="检查这个安装包缺什么、改动过什么")
    which.add_argument("--install", action="store_true", help="由 install.cmd 使用")
    which.add_argument("--update", action="store_true", help="由 update.cmd 使用")
    which.add_argument("--remove", action="store_true", help="由 remove.cmd 使用")
    parser.add_argument(
        "--python",
        metavar="压缩包",
        help="改用这个 Windows 版 Python(python.org 的 embeddable zip)",
    )
    parser.add_argument("--wheels", metavar="文件夹", help="不联网,从这个文件夹取软件包(.whl 文件)")
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import kit

        if args.to is not None:
            return kit.make(console, to=args.to, python=args.python, wheels=args.wheels)
        if args.check is not None:
            return kit.check(console, folder=args.check)
        if args.remove:
            return kit.remove(console)
        return kit.install(console, update=args.update)

    parser.set_defaults(run=run)


def _drop(commands: _Commands) -> None:
    parser = commands.add_parser(
        "drop",
        prog="kpixl drop",
        help="拖到 kpixl.cmd 上的文件夹、填报表:校验、汇总、评分",
        usage="kpixl drop 文件夹",
        description=(
            "给出填报表所在的文件夹(或 zip 压缩包):汇总,评分,旁边生成“…-回收情况”和"
            "“…-评分结果.xlsx”。给出一份填报表:校验;方案:检查;结果工作簿:核验。"
            "方案从表上的标识、文件夹里或旁边的方案工作簿找到。给出的文件只读取,不改动。"
        ),
        example=("kpixl drop 交回的表", "kpixl drop 某街道.xlsx"),
        epilog=_CODES,
    )
    parser.add_argument("--dropped", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="文件夹", help="文件夹、zip 或文件,可以有多个"
    )
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import drop

        words = args.words
        if args.dropped:
            paths = drop.dropped(os.environ.get("KPIXL_LINE", ""))
            if paths is None:
                return drop.ELSEWHERE
            words = paths
        elif words and words[0] in commands.choices and not Path(words[0]).exists():
            return main(words)  # kpixl.cmd at a prompt is kpixl
        return drop.run(console, paths=words, command=args.command_line)

    parser.set_defaults(run=run)


def _doctor(commands: _Commands) -> None:
    parser = commands.add_parser(
        "doctor",
        prog="kpixl doctor",
        help="Excel 里不能用时,逐项检查原因",
        usage="kpixl doctor [--report 报告] [--json]",
        description=(
            "逐项检查 Excel 加载项能不能用:Python、xlwings、Excel、宏设置、信任位置、"
            "文件标记、所在磁盘、计算服务;有问题的,说明怎样处理。"
            "给出自检报告时,改为说明它是不是完整有效的报告。"
        ),
        example=("kpixl doctor", "kpixl doctor --report 自检报告.json"),
        epilog=_CODES,
    )
    parser.add_argument("--report", metavar="报告", help="按“自检”按钮存下的 .json 文件")
    _json(parser)
    _debug(parser)

    def run(args: argparse.Namespace, console: Console) -> int:
        from kpixl.commands import addin

        if args.report is not None:
            return addin.report(console, file=args.report)
        return addin.doctor(console)

    parser.set_defaults(run=run)
