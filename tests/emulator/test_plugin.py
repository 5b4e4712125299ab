"""The pytest plugin, in the test suites of programs that use this package."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from vidu_ext.values.installed import install_command

pytest_plugins = ["pytester", "user_suite"]

SUITES: Final[dict[str, tuple[int, str]]] = {
    "a video is made and paid once": (1, """
        from program import make_video

        def test_one(vidu_emulator, tmp_path):
            make_video(tmp_path / "bird.mp4")
            assert b"ftyp" in (tmp_path / "bird.mp4").read_bytes()[:32]
            assert len(vidu_emulator.ledger.paid) == 1
        """),
    "every test has a new emulator, to which a key of an order is new": (2, """
        @pytest.mark.parametrize("n", range(2))
        def test_order(vidu_emulator, n):
            assert not vidu_emulator.faults.rules and not vidu_emulator.ledger.paid
            vidu_emulator.add_fault("kind=hang,operation=status")
            with vidu_emulator.client() as vidu:
                tasks = [vidu.submit(REQUEST, once="order-8814") for _ in range(2)]
            assert [task.is_new for task in tasks] == [True, False]
            assert len(vidu_emulator.ledger.paid) == 1
        """),
    "an async client makes two videos at once": (1, """
        async def make_two(vidu_emulator):
            async with vidu_emulator.async_client() as vidu:
                tasks = await asyncio.gather(*(vidu.submit(REQUEST) for _ in range(2)))
                return [await task.wait(timeout=60) for task in tasks]

        def test_two_at_once(vidu_emulator):
            assert len(asyncio.run(make_two(vidu_emulator))) == 2
            assert len(vidu_emulator.ledger.paid) == 2
        """),
    "polls are frequent during a test": (2, """
        def test_plain(vidu_emulator):
            assert Settings().poll == PollPolicy(floor=0.05, ceiling=0.05)
            assert Settings(poll=PollPolicy(floor=3.0)).poll.floor == 3.0
            with Vidu() as vidu:
                assert vidu.submit(REQUEST).wait(timeout=60).outputs

        def test_afterwards():
            assert Settings().poll == PollPolicy()
        """),
    "the marker sets options": (2, """
        from program import make_video

        @pytest.mark.vidu_emulator(rate=100, rules=["kind=task_fails"], keys={"vidu": "only-this-key"})
        def test_marked(vidu_emulator, tmp_path):
            assert (vidu_emulator.clock.rate, vidu_emulator.emulator.settings.processing_seconds) == (100, 4.0)
            assert vidu_emulator.env()["VIDU_API_KEY"] == "only-this-key"
            with pytest.raises(TaskFailedError):
                make_video(tmp_path / "bird.mp4")

        def test_unmarked(vidu_emulator):
            assert vidu_emulator.emulator.settings.processing_seconds < 0.1
            assert not vidu_emulator.faults.rules
        """),
    "rules are texts or FaultRules, one or several": (4, """
        from vidu_ext.emulator import FaultRule

        HANG = FaultRule(kind="hang", nth=2)
        RULES = ["kind=hang,nth=2", HANG, [HANG], ("kind=hang,nth=2",)]

        @pytest.mark.parametrize("n", [pytest.param(0, marks=pytest.mark.vidu_emulator(rules=rules)) for rules in RULES])
        def test_rules(vidu_emulator, n):
            assert vidu_emulator.faults.rules == (HANG,)
        """),
    "an account without credits fails over only if another is asked for": (2, """
        @pytest.mark.vidu_emulator(credits={"vidu": 0})
        def test_alone(vidu_emulator, monkeypatch):
            assert "COMFY_API_KEY" not in os.environ
            assert "COMFY_API_KEY" not in vidu_emulator.env()
            with vidu_emulator.client() as vidu, pytest.raises(InsufficientCreditsError):
                vidu.submit(REQUEST)

        @pytest.mark.vidu_emulator(credits={"vidu": 0}, providers=["vidu", "comfy"])
        def test_with_another(vidu_emulator):
            with vidu_emulator.client() as vidu:
                assert vidu.submit(REQUEST).ref.account == "comfy"
        """),
    "accounts that the command has in its file are hidden, those of other providers too": (1, """
        from vidu_ext.cli.config import load

        @pytest.fixture
        def accounts_of_the_file(tmp_path, monkeypatch):
            file = tmp_path / "vidu/config.toml"
            file.parent.mkdir()
            file.write_text('[[accounts]]\\nprovider = "comfy"\\nkey = "a-key-with-money"')
            monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
            assert len(load().accounts()) == 1

        @pytest.mark.vidu_emulator(credits={"vidu": 0})
        def test_alone(accounts_of_the_file, vidu_emulator):
            assert [account.provider for account in load().accounts()] == ["vidu"]
        """),
}  # fmt: skip
"""Test suites of users, by what they show, with the number of their tests, which all pass."""
SUITE_HEAD: Final = """
import asyncio
import os
import pytest
from vidu_ext import InsufficientCreditsError, PollPolicy, Settings, TaskFailedError, TextToVideo, Vidu

REQUEST = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)
"""


@pytest.mark.parametrize(("tests", "source"), SUITES.values(), ids=SUITES)
def test_user_suite_passes(tests: int, source: str, suite: pytest.Pytester) -> None:
    suite.makepyfile(SUITE_HEAD + dedent(source))
    suite.runpytest_inprocess().assert_outcomes(passed=tests)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("speed=3", "takes only keyword arguments: callback_retry_seconds, callbacks, comfy_refuses, concurrency, *; not speed."),
        ('rules=["kind=html_503"]', "this is not a fault rule: kind is *"),
        ('providers="vidu"', "must be a list of vidu, *"),
        ('providers=[["vidu"]]', "must be a list of vidu, *"),
    ],
)
def test_invalid_marker_is_refused_with_its_reason(arguments: str, reason: str, suite: pytest.Pytester) -> None:
    suite.makepyfile(f"""
        import pytest

        @pytest.mark.vidu_emulator({arguments})
        def test_marked(vidu_emulator): ...
    """)
    result = suite.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{reason}"])


def test_accounts_and_proxy_of_the_developer_are_ignored_during_a_test_and_restored_after_it(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDU_API_KEY", "a-key-that-costs-money")
    monkeypatch.setenv("COMFY_API_KEY__STUDIO", "another-key-that-costs-money")
    monkeypatch.setenv("COMFY_BASE_URL__STUDIO", "https://api.comfy.org")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    suite.makepyfile(
        """
        import os
        from vidu_ext.providers import PROVIDERS
        from vidu_ext.providers.accounts import accounts
        from program import make_video

        def test_ignored(vidu_emulator, tmp_path):
            assert {account.name for account in accounts()} == set(PROVIDERS)
            assert all(account.server.startswith(vidu_emulator.origin) for account in accounts())
            assert "costs-money" not in str(dict(os.environ))
            make_video(tmp_path / "bird.mp4")

        def test_restored():
            assert os.environ["VIDU_API_KEY"] == "a-key-that-costs-money"
            assert os.environ["COMFY_API_KEY__STUDIO"] == "another-key-that-costs-money"
            assert os.environ["HTTP_PROXY"] == "http://127.0.0.1:9"
        """
    )
    suite.runpytest_inprocess().assert_outcomes(passed=2)


def test_plugin_has_the_name_of_its_module() -> None:
    """Once, `-p vidu_ext.testing` ended with "already registered under a different name"."""
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["pytest11"] == {"vidu_ext.testing": "vidu_ext.testing"}


DIST_INFO: Final = {
    "METADATA": "Name: vidu-ext\nVersion: 0.1.0\n",
    "entry_points.txt": "[pytest11]\nvidu_ext.testing = vidu_ext.testing\n",
    "RECORD": "vidu_ext/__init__.py,,\nvidu_ext/testing/__init__.py,,\nvidu_clients/__init__.py,,\n",
}
"""The metadata of a wheel, from which pytest finds its packages."""

INSTALLED_SUITE: Final = """
import sys

def test_packages_are_as_python_loads_them():
    import vidu_ext.values.tasks, vidu_clients.vidu.models
    for name, module in sys.modules.items():
        if name.partition(".")[0] in ("vidu_ext", "vidu_clients"):
            if name not in ("vidu_ext", "vidu_ext.testing", "vidu_ext.testing.emulators", "vidu_ext.testing.plugin"):
                assert type(module.__loader__).__name__ != "AssertionRewritingHook", name

def test_fixture(vidu_emulator): ...
"""


def test_asserts_of_the_package_are_not_rewritten(tmp_path: Path) -> None:
    dist_info = tmp_path / "installed" / "vidu_ext-0.1.0.dist-info"
    dist_info.mkdir(parents=True)
    for name, text in DIST_INFO.items():
        (dist_info / name).write_text(text, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(INSTALLED_SUITE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", "test_it.py"], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(dist_info.parent)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


PROGRAM_WITHOUT_PYTEST: Final = """
import sys
sys.modules["pytest"] = None
from vidu_ext import TextToVideo, Vidu
from vidu_ext.emulator import Clock, Emulator
from vidu_ext.testing import emulator_accounts, emulator_settings

emulator = Emulator(clock=Clock(rate=0))
with Vidu(emulator_accounts(emulator), settings=emulator_settings(emulator, step=2)) as vidu:
    print(vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo")).ref.account)
"""


def test_emulators_work_without_pytest() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM_WITHOUT_PYTEST], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "vidu"


PRINT_NEW_IMPORTS: Final = """
import sys, pytest
before = set(sys.modules)
import vidu_ext.testing
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*new & {"httpx", "attrs", "attr", "starlette", "uvicorn", "anyio", "ssl"})
"""


def test_plugin_imports_no_dependency_until_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", PRINT_NEW_IMPORTS], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_fixture_without_its_extra_fails_with_the_install_command(suite: pytest.Pytester) -> None:
    suite.makeconftest("import sys\nsys.modules['uvicorn'] = None\n")
    suite.makepyfile("def test_plain(): pass\ndef test_fixture(vidu_emulator): pass\n")
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    assert install_command("emulator") in result.stdout.str()
