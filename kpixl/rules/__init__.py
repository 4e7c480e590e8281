"""The rule language: the text of a 评分标准 cell is the program.

`parse` reads a clause completely or refuses it (`kpixl.errors.RuleError`); a
`Rule` is evaluated over all units at once, explained for one, and written as a
native spreadsheet formula.
"""

from kpixl.rules.assumptions import parse_readings
from kpixl.rules.model import Assumption, RuleInput, Working
from kpixl.rules.reader import default_below, parse
from kpixl.rules.rule import Rule

__all__ = ["Assumption", "Rule", "RuleInput", "Working", "default_below", "parse", "parse_readings"]
