"""What several commands take: the arguments that they share, in the same words everywhere."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from kpixl.commands.arguments import ChineseParser
from kpixl.commands.console import Console
from kpixl.commands.texts import UNUSABLE

# What `add_parser` of a command is given to enter itself.
Commands: TypeAlias = "argparse._SubParsersAction[ChineseParser]"

SCHEME = "考核方案:自带方案的名称,或方案工作簿的路径"
LAST_YEAR = "上年认定的填报表所在的文件夹,或上年的 .csv 数据文件;用来核对上年数和增减"
CODES = "退出码:0 无误;1 已完成,但有“强”级问题;2 有文件不能用,原因见提示。"
_DATA = "填报表、填报表所在的文件夹,或 .csv 数据文件;可以写多个"
_JSON = "只在标准输出上写 JSON,供其他程序使用"
_PASSWORDS = (
    "文件有打开密码时:写有密码的文本文件,一行一个;也可用环境变量 KPIXL_PASSWORD,"
    "都没有时在终端上询问"
)


def json_option(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help=_JSON)


def debug_option(parser: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """--debug, before the command as after it; only the former has a default."""
    parser.add_argument(
        "--debug", action="store_true", default=default, help="出错时显示技术细节和运行日志"
    )


def password_option(parser: argparse.ArgumentParser) -> None:
    """--password-file; a command that takes it reads files with a worker that starts at once."""
    parser.add_argument("--password-file", metavar="密码文件", help=_PASSWORDS)


def signature_option(parser: argparse.ArgumentParser) -> None:
    """--void-signature: consent, given beforehand, to what `consent.may_change` asks."""
    parser.add_argument(
        "--void-signature",
        action="store_true",
        help="工作簿带有数字签名也写入(签名作废,要重新签);不写这一项时先询问",
    )


def scoring_options(parser: argparse.ArgumentParser, out_help: str) -> None:
    """What is scored, by which scheme, and where the result goes."""
    parser.add_argument("scheme", metavar="方案", help=SCHEME)
    parser.add_argument("--data", nargs="+", default=[], metavar="文件或文件夹", help=_DATA)
    parser.add_argument(
        "--month", metavar="月份", help="台账:按几月底的进度计算,1 至 12(默认:有数的最后一个月)"
    )
    parser.add_argument(
        "--enterprises",
        metavar="企业表",
        help="企业分类:企业表(.csv 或工作簿,列名见方案);只分类时可不写 --data",
    )
    parser.add_argument("--out", metavar="结果.xlsx", help=out_help)
    password_option(parser)
    json_option(parser)
    debug_option(parser)


def lacking(parser: argparse.ArgumentParser, console: Console, name: str) -> int:
    """Say that an argument is missing, as the parser itself would; gives the exit code."""
    console.fail(f"缺少参数:{name}。\n{parser.format_usage()}详细说明:{parser.prog} --help")
    return UNUSABLE
