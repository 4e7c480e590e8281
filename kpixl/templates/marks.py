"""What an issued form says about itself, so that it is known when it comes back.

Marks are custom document properties: every spreadsheet program keeps them when it
saves, and a clerk never meets them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kpixl.scheme.model import Scheme

FORM_ID, SYSTEM, VERSION, FORM, UNIT = (
    "kpixl-form-id",
    "kpixl-system",
    "kpixl-version",
    "kpixl-form",
    "kpixl-unit",
)


def form_marks(scheme: Scheme, form: str, unit: str = "") -> Mapping[str, str]:
    """The marks of a form of a scheme, for one unit or for whoever fills it in."""
    marks = {
        FORM_ID: scheme.form_id,
        SYSTEM: scheme.system,
        VERSION: scheme.version,
        FORM: form,
    }
    return marks | ({UNIT: unit} if unit else {})
