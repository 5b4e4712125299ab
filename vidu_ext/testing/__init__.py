"""Emulators and pytest fixtures for the tests of users. PYTEST_DONT_REWRITE

pytest loads the plugin from here; the emulators work without pytest.
"""

from __future__ import annotations

from importlib.util import find_spec

from .emulators import ViduContract as ViduContract
from .emulators import ViduEmulator as ViduEmulator
from .emulators import emulator_accounts as emulator_accounts
from .emulators import emulator_settings as emulator_settings
from .emulators import quick_settings as quick_settings

if find_spec("pytest") is not None:
    from .plugin import pytest_addoption as pytest_addoption
    from .plugin import pytest_configure as pytest_configure
    from .plugin import pytest_runtest_call as pytest_runtest_call
    from .plugin import set_environment as set_environment
    from .plugin import vidu_contract as vidu_contract
    from .plugin import vidu_emulator as vidu_emulator
