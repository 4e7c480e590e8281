"""The block rows of the sheet 指标: what a block holds and in which order its items fill it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpixl.errors import RuleError
from kpixl.findings import Finding, finding
from kpixl.rules.blocks import parse_block
from kpixl.scheme.cells import repeated
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import Block, Indicator


def read_blocks(
    rows: Sequence[Block], indicators: Sequence[Indicator]
) -> tuple[tuple[Block, ...], list[Finding]]:
    """Blocks with their clauses read and their items in filling order.

    A block whose clause can't be read, or whose order names something else than its items,
    has no rule; a finding says why.
    """
    blocks: list[Block] = []
    findings: list[Finding] = []
    for row in rows:
        if any(b.name == row.name for b in blocks):
            findings.append(repeated(row.place, row.name))
            continue
        members = [i for i in indicators if i.block == row.name]
        if not members:
            reason = "没有一项指标的“块”填着它"
            findings += _unread(row, RuleError(row.clause, 0, "", reason, "指标表中用到的块名"))
            continue
        try:
            rule = parse_block(row.clause)
            order = _order(members, rule.cut, rule.filled)
        except RuleError as error:
            blocks.append(row)
            findings += _unread(row, error)
            continue
        except LookupError as error:
            blocks.append(row)
            known = "、".join(f"“{i.name}”" for i in members) or "块内的指标"
            reason = f"“{error.args[0]}”不是这一块的指标"
            findings += _unread(row, RuleError(row.clause, 0, "", reason, known))
            continue
        blocks.append(replace(row, rule=rule, order=order))
    return tuple(blocks), findings


def _order(
    members: Sequence[Indicator], cut: Sequence[str], filled: Sequence[str]
) -> tuple[str, ...]:
    """The items' keys, the first to count first; LookupError with a name that is none of them.

    Items that the clause does not name keep the order of the sheet.
    """
    last = [_key(members, name) for name in cut]
    first = [_key(members, name) for name in filled]
    rest = [i.key for i in members if i.key not in (*last, *first)]
    return (*first, *rest, *reversed(last))


def _key(members: Sequence[Indicator], name: str) -> str:
    for i in members:
        if spelling(name) in (spelling(i.name), spelling(i.key)):
            return i.key
    raise LookupError(name)


def _unread(row: Block, error: RuleError) -> Iterator[Finding]:
    where = f"第{error.position}字“{error.phrase}”," if error.position else ""
    yield finding(
        "scheme-block-clause",
        place=row.place,
        found=row.clause,
        name=row.name,
        reason=where + error.reason,
        wanted=error.expected,
    )
