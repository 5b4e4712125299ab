"""Tasks and results as a notebook shows them."""

from __future__ import annotations

import pytest

from vidu_ext import Account, Output, Snapshot, Task, TaskRef, TaskResult, TaskState
from vidu_ext.client.vidu import Vidu
from vidu_ext.values.tasks import Result

REF = TaskRef("vidu", "7")


def outcome_with(*outputs: Output) -> Result:
    return Result(Snapshot(REF, TaskState.SUCCEEDED, "success", {}, credits=60.0, outputs=outputs, model="viduq3-turbo"))


def result_with(*outputs: Output) -> str:
    return html_of(TaskResult(None, outcome_with(*outputs)))


def html_of(shown: Task | TaskResult) -> str:
    return shown._repr_html_()  # pyright: ignore[reportPrivateUsage]  # IPython's name for it


def test_result_shows_film_cover_and_cost() -> None:
    html = result_with(Output("cover", "https://f.example/a.jpg"), Output("video", "https://f.example/a.mp4?a=1&b=2"))
    assert 'src="https://f.example/a.mp4?a=1&amp;b=2"' in html
    assert 'poster="https://f.example/a.jpg"' in html
    assert "vidu:7 · viduq3-turbo · 60 credits" in html


def test_text_of_a_provider_is_escaped() -> None:
    html = result_with(Output("video", 'https://f.example/a.mp4"onerror="alert(1)'), Output("cover", "javascript:alert(1)"))
    assert '"onerror' not in html
    assert "javascript" not in html


@pytest.mark.parametrize(
    ("base_url", "is_shown"), [(None, False), ("https://10.0.0.7", True)], ids=["a public account", "an account in this network"]
)
def test_browser_is_led_into_this_network_only_by_an_account_in_it(base_url: str | None, is_shown: bool) -> None:
    """The browser asks for the film as soon as it is shown."""
    outcome = outcome_with(Output("video", "http://192.168.0.1/reboot"), Output("cover", "http://169.254.169.254/latest"))
    with Vidu([Account(provider="vidu", key="key", base_url=base_url)]) as vidu:
        shown = html_of(Task(vidu, REF, outcome=outcome)) + html_of(TaskResult(vidu, outcome))
    assert ("192.168.0.1" in shown, "169.254" in shown) == (is_shown, False)
    assert "192.168.0.1" not in html_of(TaskResult(None, outcome))


def test_task_is_shown_without_a_request() -> None:
    with Vidu({"vidu": "key"}) as vidu:
        ended = Task(vidu, REF, outcome=outcome_with(Output("video", "https://f.example/a.mp4")))
        assert "vidu:7: result() waits for it" in html_of(Task(vidu, REF))
        assert "<video" in html_of(ended)
