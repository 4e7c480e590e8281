"""Terminals, pipes and encodings: what is written always arrives, in the right stream."""

from __future__ import annotations

import ctypes
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from kpixl import cli
from kpixl.cli import main
from kpixl.commands import rule
from kpixl.commands.console import Console, open_console
from tests.cli.running import REPO, STREETS, kpixl


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def pipe(encoding: str) -> io.TextIOWrapper:
    """A pipe in the encoding that a system's language settings give it."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict")


def written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue()


def terminal(monkeypatch: pytest.MonkeyPatch, *streams: str) -> Terminal:
    """A terminal of 100 columns in the place of these streams."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    for name in streams:
        monkeypatch.setattr(sys, name, stream)
    return stream


# -- terminals and pipes ---------------------------------------------------------------


def test_a_pipe_gets_plain_text(tmp_path: Path) -> None:
    done = kpixl("demo", cwd=tmp_path, env={"FORCE_COLOR": "", "TERM": "xterm-256color"})
    assert "\x1b" not in done.out
    assert "─" not in done.out
    assert done.err == ""


def test_a_terminal_gets_tables_with_lines_and_news_of_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    screen = terminal(monkeypatch, "stdout", "stderr")
    assert main(["demo"]) == 0
    shown = screen.getvalue()
    assert "─" in shown and "\x1b[" in shown
    assert "正在读取演示填报表……" in shown
    assert all(street in shown for street in STREETS)


def test_progress_never_mixes_with_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    screen, out = terminal(monkeypatch, "stderr"), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["demo", "--json"]) == 0
    assert json.loads(out.getvalue())["system"] == "wenzhou-2015"
    assert "正在读取演示填报表……" in screen.getvalue()
    assert "结果已写入" in screen.getvalue()


# -- encodings -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "for_people", "for_programs"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("cp936", "cp936", "utf-8"),  # Windows in Chinese: its own programs expect that
        ("gb18030", "gb18030", "utf-8"),
        ("cp1252", "utf-8", "utf-8"),  # Windows in English has no Chinese at all
        ("ascii", "utf-8", "utf-8"),
    ],
)
def test_an_encoding_without_chinese_gives_way_and_json_is_utf_8(
    given: str, for_people: str, for_programs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    for as_json, expected in ((False, for_people), (True, for_programs)):
        stream = pipe(given)
        monkeypatch.setattr(sys, "stdout", stream)
        console = open_console(as_json=as_json)
        if as_json:
            console.json({"单位": "海城街道"})
            assert json.loads(written(stream).decode(expected)) == {"单位": "海城街道"}
        else:
            console.line("海城街道 ≈“12”")
            assert written(stream).decode(expected).rstrip() == "海城街道 ≈“12”"


@pytest.mark.parametrize(
    ("page", "encoding"),
    [(936, "gbk"), (54936, "gb18030"), (65001, "utf-8"), (437, "utf-8"), (0, "utf-8")],
)
def test_a_pipe_of_windows_console_gets_its_code_page_where_that_has_chinese(
    page: int, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = SimpleNamespace(GetConsoleOutputCP=lambda: page)
    monkeypatch.setattr(ctypes, "WinDLL", lambda name: kernel, raising=False)
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    for as_json in (False, True):
        out, err = pipe("utf-8"), pipe("utf-8")
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        console = open_console(as_json=as_json)
        console.line("得分÷2")
        console.json({"单位": "甲"})
        assert written(out).decode("utf-8" if as_json else encoding).count("甲") == 1
        console.fail("读不懂")
        assert written(err).decode(encoding) == "读不懂\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "gb2312"])
def test_an_encoding_that_the_user_chose_stays_and_nothing_fails(
    encoding: str, tmp_path: Path
) -> None:
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = kpixl("demo", cwd=tmp_path, env=env, encoding=encoding)
    assert (done.code, done.err) == (0, "")
    assert "103.88" in done.out
    done = kpixl("rule", "最高加5分", "--json", cwd=tmp_path, env=env, encoding=encoding)
    assert done.json["clause"] == "最高加5分"
    done = kpixl("rule", "最高加5分", "--points", "五", cwd=tmp_path, env=env, encoding=encoding)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_locale_without_chinese_is_no_trouble(tmp_path: Path) -> None:
    done = kpixl("demo", cwd=tmp_path, env={"LC_ALL": "C", "LANG": "C"})
    assert (done.code, done.err) == (0, "")
    assert "海城街道" in done.out


def test_a_character_that_no_encoding_has_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = pipe("utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    open_console().line("文件\udcff.xlsx")
    assert written(stream) == "文件?.xlsx\n".encode().replace(b"\n", os.linesep.encode())


# -- streams that are gone -------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="only on Windows are pipes closed otherwise")
def test_a_reader_that_has_gone_is_no_fault(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen(
        [sys.executable, "-m", "kpixl", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        stdout=write,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(write)
        _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (0, b"")


class Full(io.StringIO):
    """A stream on a disk without room."""

    def write(self, text: str) -> int:
        """Never works."""
        raise OSError(28, "No space left on device")


def test_a_full_disk_behind_stdout_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["rule", "成效显著的,最高加5分"]) == 2
    assert capsys.readouterr().err.startswith("无法写入“标准输出”:磁盘空间不足。")


# -- what nobody expected ----------------------------------------------------------------


def test_an_unexpected_error_is_one_sentence_with_the_way_to_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError("海城街道 41")

    monkeypatch.setattr(rule, "run", fail)
    assert main(["rule", "x"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "程序出错(ZeroDivisionError),没有完成;原有文件没有改动。"
        "请在命令后加上 --debug 再运行一次,把显示的内容发给维护人员。\n"
    )
    for words in (["--debug", "rule", "x"], ["rule", "x", "--debug"]):
        assert main(words) == 2
        said = capsys.readouterr()
        assert "Traceback" in said.err and "ZeroDivisionError" in said.err
        assert said.err.endswith("没有完成;原有文件没有改动。请把上面显示的内容发给维护人员。\n")


def test_warnings_of_packages_reach_only_who_asked_for_details(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def warn(*_: object, **__: object) -> int:
        warnings.warn("overflow in /somewhere/array.py", RuntimeWarning, stacklevel=1)
        return 0

    monkeypatch.setattr(rule, "run", warn)
    assert main(["rule", "x"]) == 0
    assert capsys.readouterr().err == ""
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert main(["rule", "x", "--debug"]) == 0


def test_figures_beyond_all_measure_end_in_blanks_without_noise(tmp_path: Path) -> None:
    data = REPO / "tests" / "golden" / "wenzhou-2015" / "four-streets.csv"
    text = data.read_text(encoding="utf-8-sig")
    for figure, absurd in (("283", "1e308"), ("41", "-1e308")):
        text = text.replace(f"规上工业总产值,{figure}\n", f"规上工业总产值,{absurd}\n")
    assert text.count("e308") == 2
    (tmp_path / "数据.csv").write_text(text, encoding="utf-8")
    done = kpixl("score", "wenzhou-2015", "--data", "数据.csv", "--json", cwd=tmp_path)
    assert done.err == ""
    assert any(None in line["items"].values() for line in done.json["units"])


def test_running_out_of_memory_and_ctrl_c_have_sentences_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for error, code, sentence in (
        (MemoryError(), 2, "内存不够,没有完成。"),
        (KeyboardInterrupt(), cli.INTERRUPTED, "已中断。"),
    ):

        def fail(*_: object, error: BaseException = error, **__: object) -> int:
            raise error

        monkeypatch.setattr(rule, "run", fail)
        assert main(["rule", "x"]) == code
        assert capsys.readouterr().err.startswith(sentence)


def test_a_console_without_an_encoding_works() -> None:
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err)
    console.line("甲")
    console.fail("乙")
    console.progress("丙")
    assert (out.getvalue(), err.getvalue()) == ("甲\n", "乙\n")
