"""What an issued form says about itself, so that it is known when it comes back.

Marks are custom document properties: every spreadsheet program keeps them when it
saves, and a clerk never meets them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kpixl.scheme.model import Scheme

FORM_ID, SYSTEM, VERSION, FORM, UNIT, NOTICE = (
    "kpixl-form-id",
    "kpixl-system",
    "kpixl-version",
    "kpixl-form",
    "kpixl-unit",
    "kpixl-notice",
)


def form_marks(scheme: Scheme, form: str, unit: str = "", notice: str = "") -> Mapping[str, str]:
    """The marks of a form of a scheme, for one unit or for whoever fills it in.

    `notice` is a line that was put below the title when the form was made.
    """
    marks = {
        FORM_ID: scheme.form_id,
        SYSTEM: scheme.system,
        VERSION: scheme.version,
        FORM: form,
    }
    own = {UNIT: unit, NOTICE: notice}
    return marks | {name: text for name, text in own.items() if text}
