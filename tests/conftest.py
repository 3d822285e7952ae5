"""Fixtures that several rooms share: where the optional evaluation data lies."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parents[2] / "shared"

settings.register_profile("scrubber", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("scrubber")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


@pytest.fixture(scope="session")
def shared():
    """The folder of evaluation data beside the project; a skip without it, a failure in CI."""
    if not SHARED.is_dir():
        why = "needs ../shared, the folder of evaluation data beside the project"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return SHARED
