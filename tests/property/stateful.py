"""Settings of the state machines. With HYPOTHESIS_PROFILE=thorough they run fifty times as long, differently each time."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

IS_THOROUGH: Final = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"

SETTINGS: Final = settings(
    max_examples=3_000 if IS_THOROUGH else 60,
    stateful_step_count=60 if IS_THOROUGH else 40,
    derandomize=not IS_THOROUGH,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
