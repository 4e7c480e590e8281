"""A file that ends, hangs or fills its reader costs a worker and gets a sentence; the others go on."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from kpixl.errors import UnusableFile
from kpixl.grid import CellError, Snapshot
from kpixl.hosts import files, pool, worker
from tests.hosts.encrypted import sealed
from tests.hosts.packages import placed, small_book, with_sheet

# A worker whose reader does what the name of the file says.
MISBEHAVING = """
import sys; sys.path[:] = {path!r}
import os, time
import kpixl.hosts.limits as limits
limits.PROCESSOR_SECONDS, limits.WAITING_SECONDS = 0.3, 0.6
import kpixl.hosts.worker as worker
from kpixl.hosts import files_read
good = files_read.read
def read(path, **options):
    name = os.path.basename(path)
    if "abort" in name: os.abort()
    while "work" in name: pass
    if "wait" in name: time.sleep(3600)
    if "eat" in name: bytearray(1 << 31)
    if "vanish" in name: os._exit(0)
    if "talk" in name: os.write(1, b"a library prints something")
    if "shout" in name: os.write(2, b"a library complains\\n" * 50_000)
    if "fault" in name: raise ZeroDivisionError(path)
    return good(path, **options)
files_read.read = read
worker.main()
"""


@pytest.fixture
def fresh() -> Iterator[None]:
    """No worker of another test, and none for the next."""
    pool.close()
    yield
    pool.close()


@pytest.fixture
def misbehaving(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_START", MISBEHAVING)


def workers() -> set[int]:
    return {one._process.pid for one in pool._pool()._idle}


def test_a_worker_gives_what_is_read_here(tmp_path: Path) -> None:
    errors = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
    paths = [placed(tmp_path, small_book(), "甲.xlsx"), placed(tmp_path, with_sheet(errors))]
    for structure in (True, False):
        ours = [files.read(path, structure=structure) for path in paths]
        assert list(pool.read_each(paths, structure=structure)) == ours
    snapshot = pool.read(paths[1])
    assert snapshot.sheets[0].value(1, 1) == CellError("#N/A")
    assert snapshot.sheets[0].formulas == {(1, 2): "=1+1"}
    assert snapshot.sheets[0].formats == {}
    assert snapshot.sheets[0].anchor(1, 1) == (1, 1)


def test_one_worker_stays_for_the_next_file(fresh: None, tmp_path: Path) -> None:
    path = placed(tmp_path, small_book())
    pool.read(path)
    (first,) = workers()
    assert len(list(pool.read_each([path] * 5))) == 5
    assert workers() == {first}


def test_whoever_has_taken_the_last_file_leaves_the_workers_for_the_next_run(
    fresh: None, tmp_path: Path
) -> None:
    path = placed(tmp_path, small_book())
    each = pool.read_each([path] * 3)
    for _ in range(3):
        assert isinstance(next(each), Snapshot)
    (first,) = workers()
    del each  # which ends it where it stands
    assert workers() == {first}
    pool.read(path)
    assert workers() == {first}


def test_what_all_files_of_a_run_have_in_common_is_told_to_a_worker_once(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "echo.py").write_text("def of(book, argument): return argument")
    path = placed(tmp_path, small_book())
    told: list[bytes | None] = []
    dump = pickle.dump

    def noted(request: worker.Request, *rest: object) -> None:
        told.append(request.argument)
        dump(request, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pickle, "dump", noted)
    arguments = (b"one", b"other", b"", b"one")
    for argument in arguments:
        assert list(pool.work_each([path] * 3, "echo:of", argument)) == [argument] * 3
        assert isinstance(pool.read(path), Snapshot)
        assert list(pool.work_each([path], "echo:of", argument)) == [argument]
    reading = b""  # which needs none
    assert told == [x for one in arguments for x in (one, None, None, reading, None)]


def test_a_worker_that_is_not_back_in_time_is_ended_from_here(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = MISBEHAVING.replace("0.3, 0.6", "99, 99")
    assert patient != MISBEHAVING
    monkeypatch.setattr(pool, "_START", patient)
    pool.warm()
    pool.read(placed(tmp_path, small_book(), "ok.xlsx"))
    monkeypatch.setattr(pool, "_patience", lambda: 0.3)
    with pytest.raises(UnusableFile, match="读取它用的时间太长"):
        pool.read(placed(tmp_path, small_book(), "wait.xlsx"))
    monkeypatch.setattr(pool, "_patience", lambda: 99.0)
    assert pool.read(tmp_path / "ok.xlsx").sheets


def test_a_worker_loads_what_a_task_will_need_before_it_is_asked(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ahead.py").write_text("import os; READY = os.getpid()")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "task.py").write_text(
        "import sys\ndef told(book, argument): return str('ahead' in sys.modules).encode()"
    )
    path = placed(tmp_path, small_book())
    pool.warm("ahead")
    assert list(pool.work_each([path], "task:told", b"")) == [b"True"]
    pool.close()
    pool.warm("no_module_of_that_name")
    assert pool.read(path) == files.read(path)


def test_a_relative_path_means_the_folder_of_now(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.warm()
    placed(tmp_path, small_book(), "甲.xlsx")
    monkeypatch.chdir(tmp_path)
    assert pool.read("甲.xlsx").source.name == "甲.xlsx"
    with pytest.raises(UnusableFile, match=r"无法使用文件“乙\.xlsx”:文件不存在"):
        pool.read("乙.xlsx")


def test_many_files_are_read_by_several_workers_and_come_in_order(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "FILES_WORTH_A_WORKER", 3)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    paths = [placed(tmp_path, small_book(), f"{n:02}.xlsx") for n in range(12)]
    heard: list[tuple[int, int]] = []
    with pool.attended(pool.Attendant(progress=lambda done, of: heard.append((done, of)))):
        read = list(pool.read_each(paths))
    assert [s.source.name for s in read if isinstance(s, Snapshot)] == [p.name for p in paths]
    assert heard == [(n, 12) for n in range(1, 13)]
    assert len(workers()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows others set the limits")
def test_each_way_to_fail_has_its_sentence_and_the_other_files_are_read(
    misbehaving: None, tmp_path: Path
) -> None:
    ways = {
        "abort": "crash",
        "work": "slow",
        "wait": "slow",
        "eat": "memory",
        "vanish": "crash",
        "fault": "failed",
    }
    names = [name for way in ways for name in (f"{way}.xlsx", f"good after {way}.xlsx")]
    paths = [placed(tmp_path, small_book(), name.replace("good after", "ok")) for name in names]
    # A good file must not carry the word that makes a reader fail.
    paths = [p if n % 2 == 0 else p.rename(p.with_name(f"ok{n}.xlsx")) for n, p in enumerate(paths)]
    results = list(pool.read_each(paths))
    for way, result in zip(ways, results[::2], strict=True):
        assert isinstance(result, UnusableFile), way
        assert result.verdict == ways[way], way
        assert f"“{tmp_path / way}.xlsx”" in str(result)
    assert all(isinstance(result, Snapshot) for result in results[1::2])
    fault = results[list(ways).index("fault") * 2]
    assert isinstance(fault, UnusableFile)
    assert "ZeroDivisionError" in fault.reason
    assert "Traceback" in str(fault.__cause__)
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in paths}


def test_what_a_library_prints_does_not_get_among_the_answers(
    misbehaving: None, tmp_path: Path
) -> None:
    assert pool.read(placed(tmp_path, small_book(), "talk.xlsx")).sheets


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows others set the limits")
def test_what_a_library_complains_of_stops_nobody(misbehaving: None, tmp_path: Path) -> None:
    paths = [placed(tmp_path, small_book(), f"shout{number}.xlsx") for number in range(3)]
    assert all(isinstance(result, Snapshot) for result in pool.read_each(paths))


def test_a_worker_can_t_take_more_memory_than_it_may(fresh: None, tmp_path: Path) -> None:
    pool.read(placed(tmp_path, small_book()))
    (pid,) = workers()
    limit = Path(f"/proc/{pid}/limits")
    if not limit.exists():
        pytest.skip("only Linux tells the limits of a process")
    (line,) = [x for x in limit.read_text().splitlines() if x.startswith("Max address space")]
    assert line.split()[3] == str(1 << 30)


def test_a_worker_that_has_grown_leaves_after_its_answer(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = pool._START.replace("worker.main(", "worker._GROWN = 1; worker.main(")
    assert small != pool._START
    monkeypatch.setattr(pool, "_START", small)
    path = placed(tmp_path, small_book())
    assert len(list(pool.read_each([path] * 3))) == 3
    if sys.platform == "linux":
        assert workers() == set()


@pytest.mark.parametrize("start", ["raise SystemExit(3)", "import nothing_of_that_name"])
def test_where_no_worker_can_start_files_are_read_here(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setattr(pool, "_START", start)
    path = placed(tmp_path, small_book())
    assert pool.read(path) == files.read(path)


def test_where_no_process_may_start_files_are_read_here(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "blocked by policy")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    path = placed(tmp_path, small_book())
    pool.warm()
    assert pool.read(path) == files.read(path)
    with pytest.raises(UnusableFile, match="文件不存在"):
        pool.read(tmp_path / "没有.xlsx")


def test_nothing_but_values_is_taken_from_a_worker() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    import io

    with pytest.raises(pickle.UnpicklingError, match="system"):
        pool._Unpickler(io.BytesIO(pickle.dumps(Evil()))).load()


# -- being interrupted ----------------------------------------------------------------------


def ended(pid: int) -> bool:
    """Whether a process has ended, waited for or not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return True
    return state == "Z"


def wait_for(pid: int) -> None:
    while not ended(pid):
        time.sleep(0.02)


READING = """
import sys, threading
from kpixl.hosts import pool
pool._START = sys.argv[2]
def tell():
    while not pool._pool()._busy: pass
    print(pool._pool()._busy[0]._process.pid, flush=True)
threading.Thread(target=tell, daemon=True).start()
try:
    pool.read(sys.argv[1])
except KeyboardInterrupt:
    sys.exit(130)
"""


def reading(path: Path, start: str) -> tuple[subprocess.Popen[str], int]:
    """A process that reads a file, and the worker that reads for it."""
    # a shell gives what it starts in the background no Ctrl+C; the terminal of a user does
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", heard + READING, str(path), start], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_ctrl_c_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    path = placed(tmp_path, small_book(), "wait.xlsx")
    patient = MISBEHAVING.replace("= 0.3, 0.6", "= 3000, 3000")
    process, pid = reading(path, patient)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    wait_for(pid)
    assert [p.name for p in tmp_path.iterdir()] == ["wait.xlsx"]
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_a_worker_whose_owner_was_killed_ends_by_its_own_clock(tmp_path: Path) -> None:
    process, pid = reading(placed(tmp_path, small_book(), "work.xlsx"), MISBEHAVING)
    process.kill()
    process.wait()
    wait_for(pid)
    assert process.stdout is not None
    process.stdout.close()


def test_a_worker_ends_when_nobody_is_left_to_ask(tmp_path: Path) -> None:
    process = subprocess.Popen(
        pool._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.read(1) == worker.READY
    process.stdin.close()
    assert process.wait() == 0
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


def test_who_wants_no_more_files_ends_the_reading(misbehaving: None, tmp_path: Path) -> None:
    paths = [placed(tmp_path, small_book(), f"{n}.xlsx") for n in range(3)]
    each = pool.read_each(paths)
    next(each)
    each.close()  # type: ignore[attr-defined]
    assert workers() == set()
    assert isinstance(next(pool.read_each(paths)), Snapshot)
    assert threading.active_count() < 20


# -- encrypted workbooks ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return placed(tmp_path_factory.mktemp("locked"), sealed(small_book(), "密码Abc"))


def test_a_password_opens_the_file_and_the_file_stays_as_it_was(locked: Path) -> None:
    before = locked.read_bytes()
    with pool.attended(pool.Attendant(known=("别的", "密码Abc"))):
        snapshot = pool.read(locked)
    assert snapshot.sheets[0].value(1, 2) == 283.0
    assert locked.read_bytes() == before
    assert list(locked.parent.iterdir()) == [locked]


def test_without_a_password_and_with_a_wrong_one_the_sentences_differ(locked: Path) -> None:
    with pytest.raises(UnusableFile, match="文件有打开密码") as caught:
        pool.read(locked)
    assert "--password-file" in caught.value.remedy
    with (
        pool.attended(pool.Attendant(known=("密码abc",))),
        pytest.raises(UnusableFile, match="打开密码不对"),
    ):
        pool.read(locked)


def test_a_person_is_asked_and_told_when_the_password_is_wrong(locked: Path) -> None:
    said: list[bool] = []

    def ask(path: Path, wrong: bool) -> str:
        assert path == locked
        said.append(wrong)
        return "密码Abc" if wrong else "打错"

    with pool.attended(pool.Attendant(password=ask)):
        read = list(pool.read_each([locked, locked]))
    assert [type(one) for one in read] == [Snapshot, Snapshot]
    assert said == [False, True]  # the second file is opened with what opened the first


def test_a_person_is_asked_three_times_at_most(locked: Path) -> None:
    asked: list[bool] = []

    def ask(path: Path, wrong: bool) -> str:
        asked.append(wrong)
        return "不知道"

    with (
        pool.attended(pool.Attendant(password=ask)),
        pytest.raises(UnusableFile, match="打开密码不对"),
    ):
        pool.read(locked)
    assert asked == [False, True, True]


def test_a_workbook_that_is_only_protected_from_changes_opens_without_a_question(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    path = tmp_path / "源.xlsx"
    book.save(path)
    protected = placed(tmp_path, sealed(path.read_bytes(), "VelvetSweatshop"), "只读.xlsx")
    assert [s.name for s in pool.read(protected).sheets] == ["Sheet"]
