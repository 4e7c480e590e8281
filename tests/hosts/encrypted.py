"""Encrypted workbooks for tests, made by the library that also opens them."""

from __future__ import annotations

import io

from msoffcrypto.format.ooxml import OOXMLFile


def sealed(book: bytes, password: str) -> bytes:
    """An .xlsx with a password for opening (agile encryption)."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(book)).encrypt(password, out)
    return out.getvalue()
