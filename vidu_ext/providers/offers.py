"""A request that was examined for one account: the body to send, or the reasons why the account cannot serve it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from vidu_ext.values.fault import Fault
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.spec.formats import Medium


@frozen
class Offer:
    """A request at one account in the words of its provider, or why the account cannot serve it."""

    account: str
    provider: str
    operation: str = ""
    """operationId of the create route; empty if the provider has none for the request."""
    body: Object = field(factory=dict[str, Json], repr=False)
    path_id: str | None = None
    """Value of the route's path parameter; None if the route has none."""
    uploads: Mapping[str, Medium] = field(factory=dict[str, "Medium"], repr=False)
    """Files to upload before the request is sent, keyed by the placeholder in `body` that the URL of the upload replaces."""
    unsupported: str | None = None
    """Why the provider has no route for the request."""
    faults: tuple[Fault, ...] = ()
    """What the provider's spec refuses in the body."""
    is_checked: bool = True
    """False if the body was not checked against the spec."""
    unlisted: str | None = None
    """The one value of the request, such as a model, that the spec does not list but the user allowed. What such a request costs
    is not documented."""

    @property
    def capable(self) -> bool:
        """Whether the account can serve the request."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the account cannot serve the request; empty if it can."""
        return (self.unsupported,) if self.unsupported is not None else tuple(map(str, self.faults))
