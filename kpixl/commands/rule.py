"""`kpixl rule`: how a clause is read, what it asks for, what it takes for granted."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation

from kpixl.commands.console import Console
from kpixl.commands.options import Commands, debug_option, json_option
from kpixl.commands.texts import CLEAN, FINDINGS
from kpixl.errors import BadArgument, RuleError


def add_parser(commands: Commands) -> None:
    """Enter `kpixl rule`: what it takes, and that `run` does it."""
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
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, clause=args.clause, points=args.points, readings=args.readings)

    parser.set_defaults(run=called)


def run(console: Console, *, clause: str, points: str | None, readings: str) -> int:
    """Show the reading of a clause, or the refusal with its place."""
    from kpixl.commands import show_clause
    from kpixl.rules import parse, parse_readings
    from kpixl.rules.statements import read_scheme_rule, speaks_of_scheme

    worth = _points(points)
    taken = parse_readings(readings)
    try:
        rule = parse(clause, readings=taken)
    except RuleError as refused:
        try:
            show_clause.show_statement(console, read_scheme_rule(clause), worth)
            return CLEAN
        except RuleError as other:
            error = other if speaks_of_scheme(clause) else refused
        show_clause.show_refusal(console, error, clause, worth)
        return FINDINGS
    unused = [code for code in taken if code not in {a.code for a in rule.assumptions}]
    if unused:
        offered = "、".join(a.code for a in rule.assumptions if a.alternatives) or "没有可选的约定"
        raise BadArgument("--readings", "、".join(unused), f"这条评分标准用得到的约定({offered})")
    show_clause.show(console, rule, clause, worth)
    return CLEAN


def _points(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        worth = Decimal(text.strip().removesuffix("分"))
    except InvalidOperation:
        worth = Decimal(0)
    if not worth.is_finite() or worth <= 0:
        raise BadArgument("--points", text, "大于 0 的数")
    return worth
