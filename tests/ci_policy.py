"""In CI a skipped test is a failure: what was not run was not shown.

Away from CI a developer may lack LibreOffice or the shared material, and such a
test is skipped with its reason.  A test for another operating system may be
skipped everywhere; its reason must begin with one of `PLATFORM_REASONS`.

In CI, too, the drawn examples depend on the test alone, so that one commit has one
verdict; everywhere else each run draws others, which is where new faults are found.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

PLATFORM_REASONS = ("only on Windows", "only on macOS")


def in_ci() -> bool:
    """Whether this run decides about a change."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


# A busy machine is no fault of a test.
settings.register_profile(
    "kpixl",
    derandomize=in_ci(),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kpixl")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail") or not in_ci():
        return
    reason = _reason(report)
    if not reason.startswith(PLATFORM_REASONS):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure in CI: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge a test that skipped itself."""
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a module that skipped itself as a whole."""
    report = yield
    _judge(report)
    return report
