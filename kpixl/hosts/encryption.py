"""Opening workbooks that are encrypted with a password.

A workbook that only forbids changes is encrypted too, with a password that every
program knows; it opens without a question.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

EVERYBODY_KNOWS = "VelvetSweatshop"  # [MS-OFFCRYPTO] 2.1.4.13
MOST_PASSWORDS = 20


class WrongPassword(Exception):
    """None of the passwords opens the file."""


class UnknownEncryption(Exception):
    """Encrypted in a way that can't be undone here."""


def decrypted(data: bytes, passwords: Sequence[str]) -> bytes:
    """The content of an encrypted .xls, .xlsx, .xlsm or .xlsb.

    Raises WrongPassword or UnknownEncryption.
    """
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    for password in (EVERYBODY_KNOWS, *passwords[:MOST_PASSWORDS]):
        out = io.BytesIO()
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password)
            file.decrypt(out)
        except InvalidKeyError:
            continue
        except DecryptionError as error:
            if "key" in str(error).lower() or "password" in str(error).lower():
                continue
            raise UnknownEncryption(type(error).__name__) from error
        except Exception as error:  # a damaged header ends in whatever its parser stumbles over
            raise UnknownEncryption(type(error).__name__) from error
        return out.getvalue()
    raise WrongPassword
