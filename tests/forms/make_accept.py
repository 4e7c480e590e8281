"""Makes tests/forms/accept/: clean returned forms with what people and programs leave behind.

    python -m tests.forms.make_accept

Every form is one of the samples in workbooks/, with other plausible figures and changes of
`careless.HARMLESS` that no check may mind; some are saved by LibreOffice.  The seeds are fixed.
What came out was looked at and is kept as files: the test reads those and makes nothing.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import openpyxl

from tests.forms.careless import HARMLESS
from tests.forms.mutations import form_of, plausible, styled
from tests.soffice import Office

HERE = Path(__file__).resolve().parent
ACCEPT = HERE / "accept"
WORKBOOKS = HERE.parents[1] / "workbooks"
SAMPLES = {
    "wenzhou-2015": ("星海街道", "海城街道", "沙城街道", "天河街道"),
    "hangzhou-2007": ("西湖区", "萧山区", "建德市", "桐庐县"),
    "yueqing-2014": ("市商务局", "市科技局", "市质监局", "市财政局"),
    "yueqing-2015": ("鹿城区", "瑞安市", "文成县", "泰顺县"),
    "xiangshan-2017": ("县科技局", "县财政局", "县经信局", "县人才办"),
}
SAVED_BY_LIBREOFFICE = {"xlsx": 8, "ods": 3, "xls": 3}


def main() -> None:
    """Write all files anew."""
    if ACCEPT.exists():
        shutil.rmtree(ACCEPT)
    ACCEPT.mkdir()
    systems = list(SAMPLES)
    made: list[Path] = []
    for number, (kind, change) in enumerate(2 * list(HARMLESS.items())):
        system = systems[(number * 2 + number // len(HARMLESS)) % len(systems)]
        unit = SAMPLES[system][number % 4]
        rng = random.Random(f"accept/{number}")
        book = openpyxl.load_workbook(WORKBOOKS / system / "回收" / f"{unit}.xlsx")
        form = form_of(book)
        if number >= len(HARMLESS):
            plausible(form, rng)
        change(form, rng)
        made.append(put(book, system, f"{number:02d}-{kind}", unit))
    with tempfile.TemporaryDirectory() as room:
        office = Office(Path(room))
        number = len(made)
        for suffix, count in SAVED_BY_LIBREOFFICE.items():
            for at in range(count):
                system = systems[at % len(systems)]
                unit = SAMPLES[system][(at + len(suffix)) % 4]
                rng = random.Random(f"accept/{suffix}/{at}")
                book = openpyxl.load_workbook(WORKBOOKS / system / "回收" / f"{unit}.xlsx")
                form = form_of(book)
                plausible(form, rng)
                if suffix == "xlsx":
                    styled(form, rng)
                path = put(book, system, f"{number:02d}-LibreOffice-{suffix}", unit)
                (saved,) = office.convert([path], suffix, Path(room) / "out")
                path.unlink()
                shutil.copyfile(saved, path.with_suffix(f".{suffix}"))
                number += 1
        office.stop()


def put(book: openpyxl.Workbook, system: str, name: str, unit: str) -> Path:
    """Save a form in a folder that tells its system and what is odd about it."""
    folder = ACCEPT / system / name
    folder.mkdir(parents=True)
    path = folder / f"{unit}.xlsx"
    book.save(path)
    return path


if __name__ == "__main__":
    main()
