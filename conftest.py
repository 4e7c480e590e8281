"""What every test run obeys, wherever it was started."""

pytest_plugins = ("tests.ci_policy",)
