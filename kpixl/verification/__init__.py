"""A result computed again from what its workbook carries, and held against what it shows."""

from kpixl.verification.compare import Altered, live
from kpixl.verification.returns import against_returns
from kpixl.verification.verify import NotSealed, Verification, verify

__all__ = ["Altered", "NotSealed", "Verification", "against_returns", "live", "verify"]
