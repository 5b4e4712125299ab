"""The callback notices of one client: the address put into its requests, and the tasks whose notices have arrived."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from attrs import evolve

from vidu_ext.flows.sightings import keep_newest
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import TaskRef

if TYPE_CHECKING:
    from vidu_ext.providers.accounts import Account
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.notice import Notice, NoticeSource
    from vidu_ext.values.submission import Submission

CALLBACK_URL: Final = "callback_url"
"""The member of a request with the address, at every provider whose spec documents signed notices."""


class TaskNotices:
    """The notices of the tasks of one client. Safe for threads: every change is one step of a dict."""

    def __init__(self, source: NoticeSource, accounts: Iterable[Account], wake: Callable[[str, str], object]) -> None:
        """Listen for the notices that are signed with the key of an account. `wake` polls a task at once, in any thread."""
        for name in ("is_proven", "address", "token_of", "join"):
            if not hasattr(source, name):
                raise ConfigurationError(f"must be a CallbackReceiver, not {type(source).__name__}.", option="callbacks")
        self._source = source
        self._refs = OrderedDict[str, TaskRef]()
        self._tokens = OrderedDict[TaskRef, str]()
        self._arrived = OrderedDict[str, None]()  # tokens; a notice may come before its task is known
        self._wake = wake
        source.join({one.name: one.key for one in accounts if provider_named(one.provider).sends_notices}, self.hear)

    def with_callback(self, offer: Offer, provider: Provider) -> Offer:
        """Return the offer with the callback address, if its route sends signed notices and the request names no address."""
        if CALLBACK_URL in offer.body or not provider.contract.operation(offer.operation).sends_notices:
            return offer
        return evolve(offer, body={**offer.body, CALLBACK_URL: self._source.address(uuid.uuid4().hex)})

    def accepted(self, ref: TaskRef, submission: Submission) -> None:
        """Remember the token that identifies the notices of a task."""
        url = submission.body.get(CALLBACK_URL)
        token = self._source.token_of(url) if isinstance(url, str) else None
        if token is not None:
            keep_newest(self._refs, token, ref)
            keep_newest(self._tokens, ref, token)

    def hear(self, notice: Notice) -> None:
        """Poll the task that has ended, unless the notice does not say which it is."""
        if notice.is_unfinished:
            return
        ref = self._refs.get(notice.token or "")
        if notice.token is not None:
            keep_newest(self._arrived, notice.token, None)
        if (task_id := ref.task_id if ref is not None else notice.task_id) is not None:
            self._wake(notice.account, task_id)

    def is_awaited(self, ref: TaskRef) -> bool:
        return self._source.is_proven and ref in self._tokens

    def has_come(self, ref: TaskRef) -> bool:
        token = self._tokens.get(ref)
        return token is not None and token in self._arrived
