"""What the blocking and the awaited client, their tasks and their results share.

A task or a result is bound to the client that can act on it: every method is one call of the client with the reference filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, Never, TypeVar

from attrs import define, field, frozen

from vidu_ext.transport.driver import chance, monotonic
from vidu_ext.values.errors import ConfigurationError, ResultMissingError, TaskError, TaskFailedError
from vidu_ext.values.tasks import Output, Result, Snapshot, TaskRef
from vidu_ext.values.urls import PUBLIC, forbidden, nearness

from .arguments import Inquiry, check_kind, refuse_unknown
from .session import Session
from .settings import Settings

if TYPE_CHECKING:
    from vidu_ext.values.explanation import Explanation
    from vidu_ext.values.notice import NoticeSource
    from vidu_ext.values.price import Quote
    from vidu_ext.values.requests import AnyRequest
    from vidu_ext.values.submission import Submission

    from .account_choice import Keys, Prefer

C = TypeVar("C", bound="BaseClient")


class BaseClient:
    """A client without its connections."""

    def __init__(
        self,
        keys: Keys = None,
        *,
        prefer: Prefer = None,
        settings: Settings | None = None,
        callbacks: NoticeSource | None = None,
        **unknown: Never,
    ) -> None:
        refuse_unknown(type(self).__name__, unknown)
        used = Settings() if settings is None else settings
        check_kind("settings", used, Settings)
        self._session = Session(keys, prefer=prefer, settings=used, chance=chance, now=monotonic)
        self._choice = self._session.choice
        self._connect()
        if callbacks is not None:
            from .notices import TaskNotices

            self._session.notices = TaskNotices(callbacks, self._choice.accounts.values(), self._wake)

    def _connect(self) -> None:
        """Make the driver and the pollers."""
        raise NotImplementedError

    def _wake(self, account: str, task_id: str) -> None:
        """Poll a task at once, if it is waited for. May be called in any thread."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(accounts={list(self._choice.accounts)})"

    def __reduce__(self) -> Never:
        raise TypeError(f"{type(self).__name__} has connections and cannot be pickled: make one in each process.")

    def quote(
        self,
        request: AnyRequest,
        *,
        account: str | None = None,
        check: bool = True,
        unlisted: bool = False,
        path_id: str | None = None,
    ) -> tuple[Quote, ...]:
        """Return what the request would cost at each account that can serve it, by the documented prices. Nothing is sent.

        `price` of a quote holds credits or US dollars, their date and source, and how certain they are (x-prices of the specs);
        it is None if no price is documented. What the provider charges is final: `Snapshot.credits`.
        """
        inquiry = Inquiry(request=request, account=account, check=check, unlisted=unlisted, path_id=path_id)
        return self._choice.quote(inquiry)

    def explain(self, request: AnyRequest, *, unlisted: bool = False, path_id: str | None = None) -> tuple[Explanation, ...]:
        """Return for each account whether it can serve the request, and why not, in words. Nothing is sent."""
        return self._choice.explain(Inquiry(request=request, unlisted=unlisted, path_id=path_id))


def safe_to_open(snapshot: Snapshot, client: BaseClient | None) -> list[Output]:
    """Return the files of a task whose addresses `download` asks: not those in the network of this machine, for instance."""
    near = PUBLIC
    if client is not None:
        choice = client._choice  # pyright: ignore[reportPrivateUsage]  # of this module
        near = nearness(choice.endpoints[snapshot.ref.account].host)
    return [output for output in snapshot.outputs if forbidden(output.url, before="", near=near) is None]


_SHOWN: Final = {
    "video": '<video controls preload="metadata" style="max-width: 100%" src="{url}"{poster}></video>',
    "image": '<img style="max-width: 100%" src="{url}">',
    "audio": '<audio controls src="{url}"></audio>',
}
"""HTML of the main file of a result, by its kind."""


def _film_html(snapshot: Snapshot, client: BaseClient | None) -> str:
    """Return HTML that shows the main file of a result, its reference, model and cost.

    The browser asks for the file at once, so it is shown only if its address is one that `download` asks.
    """
    from html import escape

    links = safe_to_open(snapshot, client)
    url: dict[str, str] = {output.kind: escape(output.url) for output in reversed(links)}  # the first of each kind
    poster = f' poster="{url["cover"]}"' if "cover" in url else ""
    shown = next((form.format(url=url[kind], poster=poster) for kind, form in _SHOWN.items() if kind in url), "")
    cost = None if snapshot.credits is None else f"{snapshot.credits:.15g} credits"
    return shown + _paragraph(" · ".join(part for part in (str(snapshot.ref), snapshot.model, cost) if part))


def _paragraph(text: str) -> str:
    from html import escape

    return f"<p>{escape(text)}</p>"


@define(eq=False, repr=False, weakref_slot=False)
class Handle(Generic[C]):
    """What the blocking and the awaited handle share."""

    _client: C
    ref: TaskRef
    """The reference; any process with the same account can wait with its text, `str(task.ref)`."""
    is_new: bool = field(default=False, kw_only=True)
    """Whether this call created the task; False for a reference, and for a task that exists already under the same `once`."""
    estimate: float | None = field(default=None, kw_only=True)
    """Seconds that the task takes by the provider's estimate; None if it makes none."""
    submission: Submission | None = field(default=None, kw_only=True)
    """What was sent; None if another process sent it."""
    _outcome: Result | TaskError | None = field(default=None, kw_only=True, alias="outcome")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.ref)!r})"

    def __reduce__(self) -> Never:
        raise TypeError(f"a {type(self).__name__} belongs to its client and cannot be pickled: pass str(task.ref).")

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the film, if this handle knows the result. Sends nothing."""
        if isinstance(self._outcome, Result):
            return _film_html(self._outcome.snapshot, self._client)
        return _paragraph(str(self._outcome or f"{self.ref}: result() waits for it"))

    def remember(self, outcome: Result | TaskError) -> None:
        """Keep how the task ended, so that `result` needs no further request. Errors of the wait itself are not kept."""
        if isinstance(outcome, Result | TaskFailedError | ResultMissingError):
            self._outcome = outcome

    def _remembered(self) -> Result | None:
        """Return the result if the task is known to have succeeded, else None. Raises the error if it is known to have failed."""
        if isinstance(self._outcome, TaskError):
            raise self._outcome
        return self._outcome


@frozen(eq=False, repr=False, weakref_slot=False)
class BoundResult(Result, Generic[C]):
    """What the blocking and the awaited result share."""

    _client: C | None = None

    @property
    def _bound_client(self) -> C:
        """The client. Raises ConfigurationError for a result that was unpickled, which has none."""
        if self._client is None:
            raise ConfigurationError(
                "this result was unpickled and has no client: pass it to a client, as in vidu.download(result, ...)."
            )
        return self._client

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the snapshot alone: a client has connections, which no other process can use."""
        return type(self), (self.snapshot,)

    def __repr__(self) -> str:
        kinds = ", ".join(output.kind for output in self.outputs)
        return f"{type(self).__name__}({str(self.ref)!r}, {kinds})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the film, its cover and its cost. The notebook then contains the signed URLs."""
        return _film_html(self.snapshot, self._client)
