"""A log holds codes and cells, whatever stands in the forms, and never a figure or a name."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl import log
from kpixl.findings import Place, finding
from tests.cli.running import Run, change, kpixl

LINE = re.compile(
    r"(DEBUG|INFO|WARNING|ERROR) kpixl: [a-z][a-z-]*"
    r"( cell=[A-Z]{1,3}[0-9]+)?( sha256=[0-9a-f]{8})?( (sheets|files)=[0-9]+)*"
)


def lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def test_the_log_of_a_run_with_faults_holds_no_figure_and_no_name(
    forms: Path, tmp_path: Path
) -> None:
    change(forms / "海城街道.xlsx", {"技改投资": "约5亿", "信息采用条数": -7777})
    change(forms / "天河街道.xlsx", {}, unit="张三街道")
    done = kpixl(
        "rank", "wenzhou-2015", "--data", forms, "--out", "结果.xlsx", "--debug", cwd=tmp_path
    )
    assert done.code == 1
    logged = done.err.splitlines()
    assert len(logged) >= 8
    assert [line for line in logged if not LINE.fullmatch(line)] == []
    codes = {line.split()[2] for line in logged}
    assert {"scheme-read", "form-read", "value-number-as-text", "result-written"} <= codes
    assert any(" cell=" in line for line in logged)


def test_without_debug_nothing_is_logged(run: Callable[..., Run], forms: Path) -> None:
    change(forms / "海城街道.xlsx", {"技改投资": "约5亿"})
    assert run("score", "wenzhou-2015", "--data", forms).err == ""


@given(code=st.text(max_size=30), cell=st.text(max_size=30), digest=st.text(max_size=70))
def test_whatever_is_handed_to_it_only_codes_cells_and_digests_get_through(
    code: str, cell: str, digest: str
) -> None:
    stream = io.StringIO()
    with log.to_stream(stream):
        log.event(code, cell=cell, sha256=digest)
    (line,) = lines(stream)
    assert re.fullmatch(
        r"INFO kpixl: ([a-z0-9-]+|\?)( cell=([A-Z0-9:]+|\?))?( sha256=([0-9a-f]{8}|\?))?", line
    )


@pytest.mark.parametrize("cell", ["海城街道", "5000", "填报表!C5", "C5 张三", "c5", "C0"])
def test_what_is_no_address_is_not_taken_for_one(cell: str) -> None:
    stream = io.StringIO()
    with log.to_stream(stream):
        log.event("value-range", cell=cell)
    assert lines(stream) == ["INFO kpixl: value-range cell=?"]


def test_of_a_finding_only_code_and_cell_are_logged() -> None:
    fault = finding(
        "value-yes-no", place=Place("海城街道.xlsx", "海城街道", "D7"), unit="海城街道",
        input="按时报送", found="41", name="按时报送",
    )  # fmt: skip
    stream = io.StringIO()
    with log.to_stream(stream):
        log.findings([fault])
    assert lines(stream) == ["INFO kpixl: value-yes-no cell=D7"]


def test_of_a_failure_only_its_class_and_place_are_logged() -> None:
    stream = io.StringIO()
    with log.to_stream(stream):
        try:
            raise ValueError("海城街道 41")
        except ValueError as error:
            log.failure(error)
    (line,) = lines(stream)
    assert re.fullmatch(r"ERROR kpixl: failure ValueError tests\.cli\.test_logs:\d+", line)


def test_the_place_of_a_failure_tells_no_folder() -> None:
    # a folder that happens to be called kpixl, and one with a name in it
    code = compile("raise ValueError", "/kpixl/某科长的资料/计算.py", "exec")
    stream = io.StringIO()
    with log.to_stream(stream):
        for names in ({"__name__": "kpixl.scoring"}, {"__name__": "某科长"}, {}):
            try:
                exec(code, names)
            except ValueError as error:
                log.failure(error)
    places = [line.rsplit(" ", 1)[1] for line in lines(stream)]
    assert places[0] == "kpixl.scoring:1"
    assert places[1] == "?:1"
    assert "科长" not in stream.getvalue()


def test_a_log_ends_with_the_block_that_asked_for_it() -> None:
    stream = io.StringIO()
    with log.to_stream(stream):
        pass
    log.event("form-read")
    assert lines(stream) == []
