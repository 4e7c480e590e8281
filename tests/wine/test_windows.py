"""kpixl on Windows' own Python: installed from its wheel, its commands on Windows' paths."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest

from kpixl import __version__
from kpixl.addin.excel_install import Fault
from kpixl.addin.xlam import with_settings
from tests.cli.running import STREETS, SYSTEM
from tests.cli.running import kpixl as here
from tests.wine.machine import Machine, Talk, windows_path

FOLDER = "考核 2015 年(示例)"


@pytest.fixture(scope="module")
def talk(windows: Machine) -> Iterator[Talk]:
    """A Python of Windows, for what needs no process of its own."""
    with windows.talk() as found:
        yield found


@pytest.fixture
def desk(windows: Machine) -> Iterator[Path]:
    """A folder with a Chinese name and blanks on disk C, with the returned forms of the demo."""
    folder = windows.disk / FOLDER
    folder.mkdir()
    shutil.copytree(SYSTEM / "回收", folder / "回收 表")
    yield folder
    shutil.rmtree(folder)


def on_c(path: Path, windows: Machine) -> str:
    return "C:\\" + str(path.relative_to(windows.disk)).replace("/", "\\")


def test_the_wheel_is_installed_by_windows_own_pip_and_nothing_is_missing(windows: Machine) -> None:
    assert windows.kpixl("--version").out.strip() == f"kpixl {__version__}"
    checked = windows.run_python("-m", "pip", "check", "--disable-pip-version-check")
    assert (checked.code, checked.out.strip()) == (0, "No broken requirements found.")


def test_the_main_job_runs_in_a_folder_with_a_chinese_name(windows: Machine, desk: Path) -> None:
    done = windows.kpixl("demo", cwd=desk)
    assert done.code == 0, done.out
    assert all(street in done.out for street in STREETS)
    (ranked,) = desk.rglob("*排名*.xlsx")
    assert "排名" in openpyxl.load_workbook(ranked, read_only=True).sheetnames


def test_scores_are_those_of_this_machine(windows: Machine, desk: Path, tmp_path: Path) -> None:
    data = on_c(desk / "回收 表", windows)
    done = windows.kpixl("score", "wenzhou-2015", "--data", data, "--json", cwd=desk)
    wanted = here("score", "wenzhou-2015", "--data", SYSTEM / "回收", "--json", cwd=tmp_path)
    assert done.code == wanted.code == 0, done.out
    assert json.loads(done.out) == wanted.json


def test_a_form_is_checked_by_drive_letter_and_by_a_path_from_here(
    windows: Machine, talk: Talk, desk: Path
) -> None:
    form = desk / "回收 表" / "海城街道.xlsx"
    for name in (on_c(form, windows), windows_path(form), on_c(form, windows).replace("\\", "/")):
        code, said = talk("machine.kpixl", "check", name)
        assert code == 0, said
        assert "没有发现问题" in said
    done = windows.kpixl("check", r"回收 表\海城街道.xlsx", cwd=desk)
    assert done.code == 0, done.out


def test_a_file_that_another_program_holds_open_is_told_and_left_as_it_is(
    windows: Machine, talk: Talk, desk: Path
) -> None:
    form, out = desk / "回收 表" / "海城街道.xlsx", desk / "结果.xlsx"
    out.write_bytes(form.read_bytes())
    talk("machine.hold", on_c(form, windows))
    talk("machine.hold", on_c(out, windows))
    try:
        code, said = talk("machine.kpixl", "check", on_c(form, windows))
        assert code == 2
        assert "海城街道.xlsx" in said
        assert "程序出错" not in said
        data = on_c(desk / "回收 表", windows)
        args = ("rank", "wenzhou-2015", "--data", data, "--out", on_c(out, windows))
        code, said = talk("machine.kpixl", *args)
        assert code == 2
        assert "结果.xlsx" in said
        assert "程序出错" not in said
    finally:
        talk("machine.release")
    assert out.read_bytes() == form.read_bytes()
    assert sorted(p.name for p in desk.iterdir()) == ["回收 表", "结果.xlsx"]


# -- the add-in ------------------------------------------------------------------------------


@pytest.fixture
def home(windows: Machine, talk: Talk) -> Iterator[Path]:
    """The folders of a user with a Chinese name."""
    folder = windows.disk / "users" / "张 三"
    folder.mkdir()
    talk("machine.use", on_c(folder, windows))
    yield folder
    shutil.rmtree(folder)


def addin(home: Path) -> Path:
    return home / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART" / "kpixl.xlam"


def test_the_add_in_is_installed_looked_at_and_removed(talk: Talk, home: Path) -> None:
    assert talk("machine.kpixl", "addin", "status")[0] == 1
    code, said = talk("machine.kpixl", "addin", "install")
    assert code == 0, said
    ours = home / "AppData" / "Local" / "kpixl"
    assert addin(home).is_file()
    assert {p.name for p in ours.iterdir()} >= {"kpixl64.dll", "kpixl32.dll"}
    code, said = talk("machine.kpixl", "addin", "status")
    assert (code, "全部正常" in said) == (0, True), said
    code, said = talk("machine.kpixl", "addin", "remove")
    assert code == 0, said
    assert not addin(home).exists()
    assert not ours.exists()


@pytest.mark.parametrize("readable", [True, False])
def test_what_excel_has_loaded_is_not_replaced_and_it_is_said_to_close_excel(
    talk: Talk, home: Path, windows: Machine, readable: bool
) -> None:
    assert talk("machine.kpixl", "addin", "install")[0] == 0
    before = addin(home).read_bytes()
    talk("machine.hold", on_c(addin(home), windows), readable)
    try:
        for command in ("install", "remove"):
            code, said = talk("machine.kpixl", "addin", command)
            assert code == 2
            assert "请关闭所有 Excel 窗口" in said
    finally:
        talk("machine.release")
    assert addin(home).read_bytes() == before
    assert talk("machine.kpixl", "addin", "status")[0] == 0


def test_somebody_elses_file_of_that_name_is_left_alone(talk: Talk, home: Path) -> None:
    addin(home).parent.mkdir(parents=True)
    addin(home).write_bytes(b"mine")
    assert talk("machine.kpixl", "addin", "install")[0] == 2
    assert talk("machine.kpixl", "addin", "remove")[0] in (0, 1)
    assert addin(home).read_bytes() == b"mine"


# -- doctor ----------------------------------------------------------------------------------

EXCEL = ["HKLM", r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", "C:\\x.exe"]
OFFICE = r"Software\Microsoft\Office\16.0"
POLICY = r"Software\Policies\Microsoft\Office\16.0"
SECURITY = rf"{POLICY}\Excel\Security"
CLOUD = r"Software\Policies\Microsoft\Cloud\Office\16.0\Excel\Security"
WPS = ["HKCU", r"Software\Kingsoft\Office\6.0\Common", "Version", "12.1"]
CLICK = r"Software\Microsoft\Office\ClickToRun\Configuration"
DISABLED = list("C:\\XLSTART\\KPIXL.XLAM".encode("utf-16-le"))
# Values of the registry, in the letters of the administrator's templates: code, words found.
SETTINGS: list[tuple[list[list[Any]], str, str]] = [
    (
        [["HKCU", rf"{OFFICE}\Excel\Security", "VBAWarnings", 4]],
        "macros-own",
        "禁用所有宏(本人设置)",
    ),
    ([["HKCU", SECURITY, "vbawarnings", 3]], "macros-policy", "已签名的宏(管理员设置)"),
    ([["HKLM", SECURITY, "vbawarnings", 4]], "macros-policy", "禁用所有宏(管理员设置)"),
    ([["HKCU", CLOUD, "vbawarnings", 4]], "macros-policy", "禁用所有宏(管理员设置)"),
    ([["HKLM", rf"{POLICY}\Common", "vbaoff", 1]], "macros-off", "VBA 被整个停用"),
    ([["HKCU", SECURITY, "disablealladdins", 1]], "addins-policy", "禁用所有应用程序加载项"),
    ([["HKCU", SECURITY, "requireaddinsig", 1]], "addins-policy", "签名"),
    (
        [["HKCU", rf"{OFFICE}\Excel\Security\Trusted Locations", "AllLocationsDisabled", 1]],
        "trust-off",
        "停用",
    ),
    ([["HKCU", rf"{SECURITY}\Trusted Locations", "alllocationsdisabled", 1]], "trust-off", "停用"),
    (
        [["HKCU", rf"{OFFICE}\Excel\Resiliency\DisabledItems", "A1", DISABLED]],
        "excel-disabled",
        "kpixl.xlam",
    ),
    (
        [["HKCU", rf"{OFFICE}\Excel\Options", "OPEN", '/R "D:\\共享\\kpixl.xlam"']],
        "addin-twice",
        "D:\\共享\\kpixl.xlam",
    ),
]
# A Python of 32 bits and an old one there are none of here; Wine keeps no streams beside files
# and has no shares: tests/addin/test_excel_doctor.py provokes these in the place of Windows.
NOT_HERE = {"python-bits", "python-old", "web-mark", "place-share"}


@pytest.fixture
def set_up(talk: Talk, home: Path) -> Path:
    """The user's folders with the add-in installed."""
    assert talk("machine.kpixl", "addin", "install")[0] == 0
    return home


def test_a_machine_with_excel_and_the_add_in_has_no_fault(talk: Talk, set_up: Path) -> None:
    assert talk("machine.doctor", [EXCEL], True) == []


@pytest.mark.parametrize(("values", "code", "words"), SETTINGS)
def test_a_setting_of_the_registry_that_stops_the_add_in_is_named(
    talk: Talk, set_up: Path, values: list[list[Any]], code: str, words: str
) -> None:
    ((_, found, remedy, named),) = talk("machine.doctor", [EXCEL, *values])
    assert named == code
    assert words in found
    assert remedy


def test_a_setting_that_stops_nothing_is_no_fault(talk: Talk, set_up: Path) -> None:
    """Macros from the web are forbidden, no program may reach into VBA, Excel has 32 bits."""
    values = [
        ["HKCU", SECURITY, "blockcontentexecutionfrominternet", 1],
        ["HKCU", rf"{OFFICE}\Excel\Security", "AccessVBOM", 0],
        ["HKLM", CLICK, "Platform", "x86"],
    ]
    assert talk("machine.doctor", [EXCEL, *values]) == []


def test_a_machine_without_excel_and_one_with_wps_are_told_apart(talk: Talk, set_up: Path) -> None:
    assert [s[1] for s in talk("machine.doctor")] == ["没有找到 Excel"]
    ((_, found, remedy, code),) = talk("machine.doctor", [WPS])
    assert ("WPS" in found, code) == (True, "excel-wps")
    assert "kpixl.cmd" in remedy


@dataclass(frozen=True)
class Harm:
    """A user's installation that a row of the table harms."""

    talk: Talk
    home: Path

    @property
    def ours(self) -> Path:
        return self.home / "AppData" / "Local" / "kpixl"

    @property
    def addin(self) -> Path:
        return addin(self.home)

    def tell(self, **settings: str) -> None:
        """Other settings in the add-in, as they are in one that was copied from elsewhere."""
        data = self.addin.read_bytes()
        self.addin.unlink()
        self.addin.write_bytes(with_settings(data, settings, self.addin))

    def shut(self) -> None:
        """A file stands where our folder belongs."""
        self.addin.unlink()
        shutil.rmtree(self.ours)
        self.ours.write_bytes(b"")


# Code: how it comes about, what follows from it.
HARMS: dict[str, tuple[Callable[[Harm], object], set[str]]] = {
    "addin-missing": (lambda h: h.addin.unlink(), set()),
    "addin-foreign": (lambda h: h.addin.write_bytes(b"theirs"), set()),
    "addin-locked": (
        lambda h: h.talk(
            "machine.hold", "C:" + str(h.addin).partition("drive_c")[2].replace("/", "\\")
        ),
        set(),
    ),
    "addin-version": (lambda h: h.tell(Version="0.0.1"), set()),
    "addin-of-another": (lambda h: h.tell(DLL=r"C:\李四\kpixl"), {"dll-missing"}),
    "python-missing": (lambda h: h.tell(Python=r"C:\Python310\pythonw.exe"), set()),
    "dll-missing": (lambda h: (h.ours / "kpixl32.dll").unlink(), set()),
    "dll-other": (lambda h: (h.ours / "kpixl32.dll").write_bytes(b"MZ of 0.30.1"), set()),
    "folder-shut": (Harm.shut, {"addin-missing"}),
    "log-locked": (lambda h: (h.ours / "kpixl.log").mkdir(), set()),
}


@pytest.mark.parametrize("code", HARMS)
def test_a_harmed_installation_is_named_by_its_code(code: str, talk: Talk, set_up: Path) -> None:
    harm, follows = HARMS[code]
    harm(Harm(talk, set_up))
    try:
        found = talk("machine.doctor", [EXCEL])
    finally:
        talk("machine.release")
    assert {s[3] for s in found} == {code, *follows}
    assert all(s[2].endswith("。") for s in found)


def test_the_dll_of_the_excel_that_is_there_is_asked_for(talk: Talk, set_up: Path) -> None:
    (set_up / "AppData" / "Local" / "kpixl" / "kpixl32.dll").unlink()
    found = talk("machine.doctor", [EXCEL, ["HKLM", CLICK, "Platform", "x86"]])
    assert [s[3] for s in found] == ["dll-missing", "dll-bits"]
    found = talk("machine.doctor", [EXCEL, ["HKLM", CLICK, "Platform", "x64"]])
    assert [s[3] for s in found] == ["dll-missing"]


def test_a_server_that_cannot_start_is_named_with_the_reason(
    talk: Talk, set_up: Path, windows: Machine
) -> None:
    """A DLL that is none, settings of another version, and a Python that is ended at once."""
    ours = set_up / "AppData" / "Local" / "kpixl"
    whole = (ours / "kpixl64.dll").read_bytes()
    (ours / "kpixl64.dll").write_bytes(b"MZ not a library")
    with windows.talk() as fresh:  # Windows does not load a library of one name twice
        fresh("machine.use", on_c(set_up, windows))
        found = fresh("machine.doctor", [EXCEL], True)
        assert [s[3] for s in found] == ["dll-other", "server"]
        assert "无法加载 kpixl64.dll" in found[1][1]
        (ours / "kpixl64.dll").write_bytes(whole)
        harm = Harm(talk, set_up)
        harm.tell(Version="0.0.1")
        found = fresh("machine.doctor", [EXCEL], True)
        assert [s[3] for s in found] == ["addin-version", "server"]
        assert "没有启动" in found[1][1]
        harm.tell(Version=__version__)
        # As a guard against viruses does it: every Python is ended before it has begun.
        killer = windows.python / "Lib" / "site-packages" / "sitecustomize.py"
        killer.write_text("import os\nos._exit(1)\n")
        try:
            found = fresh("machine.doctor", [EXCEL], True)
        finally:
            killer.unlink()
        ((_, said, remedy, code),) = found
        assert (code, "没有启动" in said) == ("server", True)
        assert "放行 Python" in remedy


def test_a_python_without_xlwings_or_its_dll_is_named(
    talk: Talk, set_up: Path, windows: Machine
) -> None:
    own = windows.python / "Lib" / "site-packages" / "xlwings"
    dlls = list(windows.python.glob("xlwings*.dll"))
    assert dlls
    try:
        for dll in dlls:
            dll.rename(dll.with_suffix(".away"))
        with windows.talk() as fresh:
            fresh("machine.use", on_c(set_up, windows))
            assert [s[3] for s in fresh("machine.doctor", [EXCEL])] == ["xlwings-dll"]
            own.rename(own.with_name("away"))
        with windows.talk() as fresh:
            fresh("machine.use", on_c(set_up, windows))
            assert [s[3] for s in fresh("machine.doctor", [EXCEL])] == ["xlwings-missing"]
    finally:
        for dll in dlls:
            dll.with_suffix(".away").rename(dll)
        if not own.exists():
            own.with_name("away").rename(own)


def test_a_program_in_onedrive_is_named(talk: Talk, set_up: Path, windows: Machine) -> None:
    ((_, found, _, code),) = talk("machine.doctor", [EXCEL], False, on_c(set_up, windows).upper())
    assert code == "place-cloud"
    assert "OneDrive" in found


def test_every_fault_that_doctor_knows_is_provoked_here_or_named_as_one_that_cannot_be() -> None:
    here = {code for _, code, _ in SETTINGS} | HARMS.keys()
    here |= {"excel-missing", "excel-wps", "dll-bits", "server", "place-cloud", "path-letters"}
    here |= {"xlwings-dll", "xlwings-missing"}  # each in a test of its own
    assert here | NOT_HERE == set(get_args(Fault))
    assert not here & NOT_HERE


def test_a_python_whose_path_has_letters_of_no_code_page_is_named(
    windows: Machine, tmp_path: Path
) -> None:
    home = windows.disk / "users" / "𠮷"
    copy = tmp_path / "𠮷野"
    shutil.copytree(windows.python, copy, copy_function=_linked)
    try:
        with windows.talk(copy) as client:
            client("machine.use", on_c(home, windows))
            assert client("machine.kpixl", "addin", "install")[0] == 0
            found = client("machine.doctor", [EXCEL])
        assert "path-letters" in [s[3] for s in found]
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _linked(source: str, target: str) -> None:
    Path(target).symlink_to(source)
