"""Changes to the generator's own templates, each for a defect that no spec can avoid, with the reason.

Each change is a replacement in a template of the pinned generator, so that nothing of it is copied here. A change that
no longer fits stops the generation; a contract test generates without each change in turn and fails once one is no
longer needed.
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
        new='"token": namespace(type="str", default="field(repr=False, kw_only=True, converter=_sendable)",',
        reason="A printed client shows the key, and so does the error of one with a line break after its key.",
    ),
    Change(
        template="client.py.jinja",
        old='_headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers")',
        new='_headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers", repr=False)',
        reason="Once used, a client holds its key among the headers: printed, it shows them.",
    ),
    Change(
        template="client.py.jinja",
        old=r"""self._headers[self.auth_header_name] = f\"{self.prefix} {self.token}\" if self.prefix else self.token")""",
        new=r"""self._headers = {**self._headers, self.auth_header_name: f\"{self.prefix} {self.token}\" if self.prefix"""
        r""" else self.token}")""",
        reason="The key was written into the dict that the caller had given, and so into every client that shared it.",
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
        old='=quote(str({{parameter.python_name}}), safe=""),',
        new='=errors.segment("{{ parameter.python_name }}", quote(str({{parameter.python_name}}), safe="")),',
        reason="An id `..` led the request, key included, to another route: no encoding keeps dots in their segment.",
    ),
    Change(
        template="errors.py.jinja",
        old="""content.decode(errors='ignore')}"
        )
""",
        new="""content.decode(errors='ignore')}"
        )


def segment(name: str, encoded: str) -> str:
    \"\"\"The encoded value, which is one segment of a path. Raises ValueError for a value that would lead elsewhere\"\"\"
    if encoded in ("", ".", ".."):
        raise ValueError(f"{name} cannot be {encoded!r}: the request would go to another path. Nothing was sent.")
    return encoded

""",
        reason="The other half of the change above.",
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
from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import httpx

    from .client import AuthenticatedClient, Client


class UnexpectedStatus(Exception):""",
        reason="The imports of the change above.",
    ),
    Change(
        template="endpoint_macros.py.jinja",
        old="""\
{% if parsed_responses %}{% import "property_templates/" + response.prop.template as prop_template %}
{% if prop_template.construct %}
{{ prop_template.construct(response.prop, response.source.attribute) }}
""",
        new="""\
{% if parsed_responses %}
{% if response.source.attribute == "response.json()" %}
{% from "kinds.jinja" import kinds %}
{% set type_string = response.prop.get_type_string() | as_unembedded_code %}
{% set empty_is_null = " if response.content else None" if "None" in type_string.split(" | ") else "" %}
{{ response.prop.python_name }}: {{ type_string }} = read(
    {{- response.source.attribute }}{{ empty_is_null }}, {{ kinds(response.prop) }})
""",
        reason="An answer of another type than documented was passed on under the documented type. Where null is documented"
        " as an answer (a cancellation), providers were seen to send an empty body instead.",
    ),
    Change(
        template="endpoint_module.py.jinja",
        old="""\
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

{% for relative in endpoint.relative_imports | sort %}
{{ relative }}
{% endfor %}
""",
        new="""\
from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from ...reading import json_of, read, warn_deprecated
from ...types import Response, UNSET, Unset
from ... import errors
{% from "facts.jinja" import facts %}

if TYPE_CHECKING:
    import httpx
    from ...client import AuthenticatedClient, Client
{% for relative in endpoint.relative_imports | sort %}
{% if "models." in relative %}
    {{ relative }}
{% endif %}
{% endfor %}
""",
        reason="Models, and httpx, were imported with each route, errors' models included; an answer needs one or two.",
    ),
    Change(
        template="endpoint_module.py.jinja",
        old="    {{ header_params(endpoint) | indent(4) }}\n",
        new="""\
    {% if endpoint.name in facts.deprecated %}
    warn_deprecated("{{ facts.deprecated[endpoint.name] | in_double_quote_literal }}")
    {% endif %}
    {% for parameter in endpoint.query_parameters + endpoint.header_parameters %}
    {% if parameter.name in facts.deprecated_parameters[endpoint.name] %}
    if not isinstance({{ parameter.python_name }}, Unset):
        warn_deprecated("The API has deprecated the parameter {{ parameter.python_name }} of {{ endpoint.name }}.")
    {% endif %}
    {% endfor %}
    {{ header_params(endpoint) | indent(4) }}
""",
        reason="A deprecated route or parameter was used without a word.",
    ),
    Change(
        template="models_init.py.jinja",
        old="""\
{% for import in imports | sort %}
{{ import }}
{% endfor %}
""",
        new="""\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
{% for import in imports | sort %}
    {{ import }}
{% endfor %}
else:
    from importlib import import_module

    _MODULES = {
    {% for import in imports | sort %}
        "{{ import.split()[3] }}": "{{ import.split()[1] }}",
    {% endfor %}
    }

    def __getattr__(name):
        if name in _MODULES:
            found = getattr(import_module(_MODULES[name], __name__), name)
            globals()[name] = found
            return found
        if f".{name}" in _MODULES.values():
            return import_module(f".{name}", __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})
""",
        reason="One model imported all of them, for a third of a second.",
    ),
    Change(
        template="package_init.py.jinja",
        old='from .client import AuthenticatedClient, Client\n\n__all__ = (\n    "AuthenticatedClient",\n    "Client",\n)',
        new="""\
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .client import SERVERS, AuthenticatedClient, Client
else:

    def __getattr__(name):
        if name in __all__:
            from . import client
            return getattr(client, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})

SPEC_VERSION: Final = "{{ package_version.get_untrusted_value() | in_double_quote_literal }}"
\"\"\"The `version` of the OpenAPI document that this package was generated from.\"\"\"

__all__ = (
    "SERVERS",
    "SPEC_VERSION",
    "AuthenticatedClient",
    "Client",
)""",
        reason="A model alone imported httpx; and a program could not say which version of a spec it was built on.",
    ),
    Change(
        template="types.py.jinja",
        old="        return False\n",
        new="""\
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"
""",
        reason="It was printed as an address in memory; and a copied or pickled model held another one, which to_dict sent.",
    ),
    Change(
        template="model.py.jinja",
        old="""\
from ..types import UNSET, Unset

{% for relative in model.relative_imports | sort %}
{{ relative }}
{% endfor %}

{% for lazy_import in model.lazy_imports | sort %}
{% if loop.first %}
if TYPE_CHECKING:
{% endif %}
  {{ lazy_import }}
{% endfor %}
""",
        new="""\
from ..reading import Members, json_of, member, take_all, warn_deprecated
from ..types import UNSET, Unset
{% from "kinds.jinja" import kinds %}
{% from "facts.jinja" import facts %}

{% set answer = facts.answers[model.class_info.name] %}
{% set closed = not model.additional_properties %}
{% set typed = namespace(imports=["from . import " ~ answer] if answer else []) %}
{% for one in model.relative_imports | list + model.lazy_imports | list %}
{% if "..models." in one %}
{% set typed.imports = typed.imports + [one] %}
{% endif %}
{% endfor %}
{% for one in typed.imports | unique | sort %}
{% if loop.first %}
if TYPE_CHECKING:
{% endif %}
    {{ one }}
{% endfor %}

_MEMBERS = Members(
{% for property in model.required_properties + model.optional_properties %}
    member("{{ property.python_name }}", "{{ property.name | in_double_quote_literal }}", {{ kinds(property) }}
    {{- ", required=True" if property.required }}),
{% endfor %}
)
""",
        reason="A model imported the sets of words that its annotations name; they are needed to check types alone.",
    ),
    Change(
        template="model.py.jinja",
        old="""\
{% for property in model.required_properties + model.optional_properties -%}
{{ _transform_property(property, "self." + property.python_name) }}

{% endfor %}

{{ _prepare_field_dict() }}
{% if model.required_properties | length > 0 or model.optional_properties | length > 0 %}
field_dict.update({
    {% for property in model.required_properties + model.optional_properties %}
    {% if property.required %}
    "{{ property.name | in_double_quote_literal }}": {{ property.python_name }},
    {% endif %}
    {% endfor %}
})
{% endif %}
{% for property in model.optional_properties %}
{% if not property.required %}
if {{ property.python_name }} is not UNSET:
    field_dict["{{ property.name | in_double_quote_literal }}"] = {{ property.python_name }}
{% endif %}
{% endfor %}
""",
        new="""\
{% macro value_of(property) -%}
{%- set has_models = "dict[" in (property.get_type_string(json=True) | as_unembedded_code) -%}
{{ "json_of(" if has_models }}self.{{ property.python_name }}{{ ")" if has_models }}
{%- endmacro %}
field_dict: dict[str, Any] = {
    {% for property in model.required_properties %}
    "{{ property.name | in_double_quote_literal }}": {{ value_of(property) }},
    {% endfor %}
}
{% for property in model.optional_properties %}
if self.{{ property.python_name }} is not UNSET:
    field_dict["{{ property.name | in_double_quote_literal }}"] = {{ value_of(property) }}
{% endfor %}
{% if not closed %}
for name, value in self.additional_properties.items():
    field_dict[name] = json_of(value)
{% endif %}
""",
        reason="In a list of objects anything else ended to_dict: providers were seen to send null there. What came as something"
        " else than documented is written as it came.",
    ),
    Change(
        template="model.py.jinja",
        old="""\
        d = dict(src_dict)
{% for property in model.required_properties + model.optional_properties %}
    {% if property.required %}
        {% set property_source = 'd.pop("' + (property.name | in_double_quote_literal) + '")' %}
    {% else %}
        {% set property_source = 'd.pop("' + (property.name | in_double_quote_literal) + '", UNSET)' %}
    {% endif %}
    {% import "property_templates/" + property.template as prop_template %}
    {% if prop_template.construct %}
        {{ prop_template.construct(property, property_source) | indent(8) }}
    {% else %}
        {{ property.python_name }} = {{ property_source }}
    {% endif %}

{% endfor %}
{% endif %}
        {{ module_name }} = cls(
{% for property in model.required_properties + model.optional_properties %}
            {{ property.python_name }}={{ property.python_name }},
{% endfor %}
        )
""",
        new="""\
{% endif %}
        taken, {{ "_" if closed else "d" }} = take_all(cls, src_dict, _MEMBERS{{ ", closed=True" if closed }})
        {{ module_name }} = cls(**taken)
""",
        reason="A member of an answer that came as another type was passed on under the documented one, an empty list or text in"
        " place of an answer became an answer without members, and a request dropped members that it does not know.",
    ),
    Change(
        template="model.py.jinja",
        old="{% macro _transform_property(property, content) %}\n",
        new="""\
{% if answer %}
    if TYPE_CHECKING:

        def __answer__(self) -> {{ answer }}:
            \"\"\"Name the type of the answer to this request, for type checkers.\"\"\"
            raise NotImplementedError

{% endif %}
{% if model.class_info.name in facts.deprecated_members %}
    def __attrs_post_init__(self) -> None:
{% for property in model.required_properties + model.optional_properties %}
{% if property.name | in_double_quote_literal in facts.deprecated_members[model.class_info.name] %}
        if not isinstance(self.{{ property.python_name }}, Unset):
            warn_deprecated("The API has deprecated {{ model.class_info.name }}.{{ property.python_name }}.")
{% endif %}
{% endfor %}

{% endif %}
{% macro _transform_property(property, content) %}
""",
        reason="A deprecated member was sent without a word; and what a request is answered with had to be typed by hand.",
    ),
    Change(
        template="client.py.jinja",
        old="import ssl\nfrom typing import Any, Self\n",
        new="""\
import ssl
from typing import Any, Final, Self

{% from "facts.jinja" import facts %}
""",
        reason="Parts of the changes below.",
    ),
    Change(
        template="client.py.jinja",
        old="@define\nclass Client:\n",
        new="""\
SERVERS: Final = (
{% for server in facts.servers %}
    "{{ server | in_double_quote_literal }}",
{% endfor %}
)
\"\"\"The documented addresses; a client asks the first one unless it is given another.\"\"\"
TIMEOUT: Final = httpx.Timeout(120.0, connect=15.0)
\"\"\"Seconds of silence after which a call is given up, unless a client is given others. None waits for ever.\"\"\"


class Documented(str):
    \"\"\"A word that the spec gives, unlike the same one given by a user, which holds for every route.\"\"\"

    __slots__ = ()


KEY_HEADER: Final = Documented("{{ facts.key.header | in_double_quote_literal }}")
KEY_PREFIX: Final = Documented("{{ facts.key.prefix | in_double_quote_literal }}")


def _sendable(token: str) -> str:
    \"\"\"The key, without the blanks around it. Raises ValueError if no header can carry it: httpx would show it then\"\"\"
    key = token.strip() if isinstance(token, str) else ""
    if not (key and key.isascii() and key.isprintable()):
        raise ValueError("token must be a key of visible ASCII characters. It is not shown here, and nothing was sent.")
    return key


@define
class Client:
""",
        reason="Parts of the changes below.",
    ),
    Change(
        template="client.py.jinja",
        old='    _base_url: str = field(alias="base_url")\n',
        new='    _base_url: str = field(default=SERVERS[0], alias="base_url")\n',
        reason="The documented server had to be typed by hand.",
    ),
    Change(
        template="client.py.jinja",
        old='_timeout: httpx.Timeout | None = field(default=None, kw_only=True, alias="timeout")',
        new='_timeout: httpx.Timeout | None = field(default=TIMEOUT, kw_only=True, alias="timeout")',
        reason="A server that says nothing was waited for without end.",
    ),
    Change(
        template="client.py.jinja",
        old="""default='"Bearer"',""",
        new='default="KEY_PREFIX",',
        reason="The key was sent after a word that the provider does not document.",
    ),
    Change(
        template="client.py.jinja",
        old="""default='"Authorization"',""",
        new='default="KEY_HEADER",',
        reason="The key was sent in a header that the provider does not document.",
    ),
    Change(
        template="client.py.jinja",
        old="""\
{{ builders("AuthenticatedClient") }}
""",
        new="""\
    def with_key(self, kwargs: dict[str, Any], header: str, prefix: str) -> dict[str, Any]:
        \"\"\"Add the key to a request as its route documents it, unless the user of this client said how.\"\"\"
        if not (isinstance(self.auth_header_name, Documented) and isinstance(self.prefix, Documented)):
            return kwargs
        key = f"{prefix} {self.token}" if prefix else self.token
        return {**kwargs, "headers": {**kwargs.get("headers", {}), header: key}}

    def _withhold_key(self, request: httpx.Request) -> None:
        \"\"\"Take the key from a request that a redirect leads to another server. httpx takes it from Authorization alone.\"\"\"
        there, ours = request.url, httpx.URL(self._base_url)
        if (there.scheme, there.host, there.port) != (ours.scheme, ours.host, ours.port):
            for name in [name for name, value in request.headers.items() if self.token in value]:
                del request.headers[name]

    async def _withhold_key_async(self, request: httpx.Request) -> None:
        self._withhold_key(request)

{{ builders("AuthenticatedClient") }}
""",
        reason="Some routes take the key in another form than the others of the same provider.",
    ),
    Change(
        template="client.py.jinja",
        old="""\
            )
        return self._client
""",
        new="""\
            )
        {% if custom_constructor %}
            self._client.event_hooks["request"].append(self._withhold_key)
        {% endif %}
        return self._client
""",
        reason="A client that follows redirects sent Comfy's key, in a header of its own, wherever one led (blocking).",
    ),
    Change(
        template="client.py.jinja",
        old="""\
            )
        return self._async_client
""",
        new="""\
            )
        {% if custom_constructor %}
            self._async_client.event_hooks["request"].append(self._withhold_key_async)
        {% endif %}
        return self._async_client
""",
        reason="A client that follows redirects sent Comfy's key, in a header of its own, wherever one led (awaited).",
    ),
    Change(
        template="endpoint_module.py.jinja",
        old="""\
    response = client.get_httpx_client().request(
        **kwargs,
    )
""",
        new="""\
    {% set key = facts.route_keys[endpoint.name] %}
    {% if key %}
    kwargs = client.with_key(kwargs, "{{ key.header | in_double_quote_literal }}", "{{ key.prefix | in_double_quote_literal }}")
    {% endif %}
    response = client.get_httpx_client().request(
        **kwargs,
    )
""",
        reason="The blocking half of the change above.",
    ),
    Change(
        template="endpoint_module.py.jinja",
        old="""\
    response = await client.get_async_httpx_client().request(
""",
        new="""\
    {% set key = facts.route_keys[endpoint.name] %}
    {% if key %}
    kwargs = client.with_key(kwargs, "{{ key.header | in_double_quote_literal }}", "{{ key.prefix | in_double_quote_literal }}")
    {% endif %}
    response = await client.get_async_httpx_client().request(
""",
        reason="The other half of the change above.",
    ),
)


def write_changed(folder: Path, changes: Iterable[Change]) -> None:
    """Write the changed templates into a folder. Raises TemplateError if a change does not fit exactly once."""
    texts: dict[str, str] = {}
    stock = files("openapi_python_client") / "templates"
    for change in changes:
        text = texts.get(change.template) or (stock / change.template).read_text(encoding="utf-8")
        if text.count(change.old) != 1:
            raise TemplateError(
                f"the template {change.template} contains {text.count(change.old)} times, not once: {change.old!r}\n"
                f"  The change was made because: {change.reason}\n"
                "  Check whether this generator still needs it, then adapt or delete it in openapi/templates.py."
            )
        texts[change.template] = text.replace(change.old, change.new)
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
