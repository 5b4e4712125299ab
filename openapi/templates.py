"""What is changed in the generator's own templates, and why: the defects that no spec can cure.

Each change is a replacement in a template of the pinned generator, so that nothing of it is copied here. A change that
no longer fits stops the generation; a contract test generates without each change in turn and fails once one is no
longer needed. Holds no change of taste.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Final

from attrs import frozen


class TemplateError(Exception):
    """A change does not fit the templates of the installed generator."""


@frozen
class Change:
    """One replacement in one template."""

    template: str
    old: str
    new: str
    reason: str


CHANGES: Final = (
    Change(
        template="client.py.jinja",
        old='"token": namespace(type="str", default="",',
        new='"token": namespace(type="str", default="field(repr=False)",',
        reason="A printed client shows the key.",
    ),
    Change(
        template="client.py.jinja",
        old='_headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers")',
        new='_headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers", repr=False)',
        reason="Once used, a client holds its key among the headers; printed, it shows them.",
    ),
    Change(
        template="client.py.jinja",
        old='_cookies: dict[str, str] = field(factory=dict, kw_only=True, alias="cookies")',
        new='_cookies: dict[str, str] = field(factory=dict, kw_only=True, alias="cookies", repr=False)',
        reason="Cookies given to a client are credentials too.",
    ),
    Change(
        template="client.py.jinja",
        old='_httpx_args: dict[str, Any] = field(factory=dict, kw_only=True, alias="httpx_args")',
        new='_httpx_args: dict[str, Any] = field(factory=dict, kw_only=True, alias="httpx_args", repr=False)',
        reason="httpx_args may hold auth, headers or a proxy address with a password.",
    ),
    Change(
        template="types.py.jinja",
        old="    status_code: HTTPStatus",
        new="    status_code: int",
        reason="HTTPStatus knows no 520 and no 499: building the response raised ValueError and lost the answer.",
    ),
    Change(
        template="endpoint_module.py.jinja",
        old="status_code=HTTPStatus(response.status_code),",
        new="status_code=response.status_code,",
        reason="The other half of the change above.",
    ),
    Change(
        template="endpoint_module.py.jinja",
        old="def _parse_response(",
        new="@errors.answer_is_kept\ndef _parse_response(",
        reason="An HTML page, an empty body or a missing member raised JSONDecodeError or KeyError and lost the answer.",
    ),
    Change(
        template="errors.py.jinja",
        old='__all__ = ["UnexpectedStatus"]',
        new='''\
class ResponseDecodeError(Exception):
    """The server answered, and the answer cannot be read as documented. It is kept here, whole."""

    def __init__(self, response: httpx.Response):
        self.status_code = response.status_code
        self.headers = response.headers
        self.content = response.content

        content_type = response.headers.get("content-type", "no content type")
        super().__init__(
            f"The answer with status {self.status_code} ({content_type}, {len(self.content)} bytes) cannot be read as"
            " documented. Look into .content before you send the request again: it may have been accepted."
        )


_T_co = TypeVar("_T_co", covariant=True)


class _Parse(Protocol[_T_co]):
    def __call__(self, *, client: AuthenticatedClient | Client, response: httpx.Response) -> _T_co: ...


def answer_is_kept(parse: _Parse[_T_co]) -> _Parse[_T_co]:
    """The same parser, except that an answer it cannot read is raised as ResponseDecodeError"""

    def parse_or_keep(*, client: AuthenticatedClient | Client, response: httpx.Response) -> _T_co:
        try:
            return parse(client=client, response=response)
        except UnexpectedStatus:
            raise
        except Exception as error:
            raise ResponseDecodeError(response) from error

    return parse_or_keep


__all__ = ["ResponseDecodeError", "UnexpectedStatus", "answer_is_kept"]''',
        reason="The error that the change above raises.",
    ),
    Change(
        template="errors.py.jinja",
        old="class UnexpectedStatus(Exception):",
        new="""\
from typing import Protocol, TypeVar

import httpx

from .client import AuthenticatedClient, Client


class UnexpectedStatus(Exception):""",
        reason="The imports of the change above.",
    ),
    Change(
        template="endpoint_macros.py.jinja",
        old="{{ prop_template.construct(response.prop, response.source.attribute) }}",
        new="""\
{% set empty_is_null = " if response.content else None" if response.prop.template == "union_property.py.jinja" else "" %}
{{ prop_template.construct(response.prop, response.source.attribute + empty_is_null) }}""",
        reason="Where null is documented as an answer (a cancellation), providers were seen to send an empty body instead.",
    ),
    Change(
        template="property_templates/list_property.py.jinja",
        old="""\
for {{ inner_source }} in (_{{ property.python_name }}):
""",
        new="""\
if not isinstance(_{{ property.python_name }}, list):
    raise TypeError("a list is documented here")
for {{ inner_source }} in (_{{ property.python_name }}):
    {% if inner_property.template == "model_property.py.jinja" %}
    if not isinstance({{ inner_source }}, dict):
        {{ property.python_name }}.append({{ inner_source }})
        continue
    {% endif %}
""",
        reason="Beside objects providers were seen to send null: it made dicts of all, and an empty text became an object.",
    ),
    Change(
        template="property_templates/list_property.py.jinja",
        old="{{ destination }} = []\nfor {{ inner_source }} in {{ source }}:\n",
        new="""\
{{ destination }} = []
for {{ inner_source }} in {{ source }}:
    {% if inner_property.template == "model_property.py.jinja" %}
    strange_{{ inner_source }}: Any = {{ inner_source }}
    if not hasattr(strange_{{ inner_source }}, "to_dict"):
        {{ destination }}.append(strange_{{ inner_source }})
        continue
    {% endif %}
""",
        reason="The other half of the change above: what is no object comes back as it was.",
    ),
    Change(
        template="model.py.jinja",
        old="        d = dict(src_dict)\n",
        new="""\
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
""",
        reason="An empty list or text in place of an answer became an answer without members.",
    ),
)


def write_changed(folder: Path, changes: Iterable[Change]) -> None:
    """Write the changed templates into a folder. Raises TemplateError where a change does not fit exactly once."""
    texts: dict[str, str] = {}
    stock = files("openapi_python_client") / "templates"
    for change in changes:
        text = texts.get(change.template) or (stock / change.template).read_text(encoding="utf-8")
        if text.count(change.old) != 1:
            raise TemplateError(
                f"the template {change.template} holds {text.count(change.old)} times, not once: {change.old!r}\n"
                f"  The change was made because: {change.reason}\n"
                "  Look whether this generator still needs it, then adapt or delete it in openapi/templates.py."
            )
        texts[change.template] = text.replace(change.old, change.new)
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
