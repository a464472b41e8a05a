"""Room on a page that the apps above it fill.

A page of pledges has room for what residents say, though pledges knows nothing of dialogues: its
template names a slot, and apps that have something to show there say so when the portal starts. A
slot that nobody fills is empty. The tags are `{% slot %}` and `{% provided %}` of `slots`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Filling:
    """What an app shows in a slot.

    A template, and a function that returns its context.
    """

    template: str
    context: Callable[..., Mapping[str, Any]]


_fillings: dict[str, list[Filling]] = defaultdict(list)
_providers: dict[str, Callable[..., Any]] = {}


def fills(slot: str, template: str) -> Callable[[Function], Function]:
    """Show a template in a slot, with the context that the function returns.

    It is called with what the page says of the slot. Several apps can fill one, in turn.
    """

    def register(context: Function) -> Function:
        _fillings[slot].append(Filling(template, context))
        return context

    return register


def provides(name: str) -> Callable[[Function], Function]:
    """Let a function give a page, once, what its slots need many times.

    The page hands it on and knows nothing of what it is.
    """

    def register(provider: Function) -> Function:
        _providers[name] = provider
        return provider

    return register


def fillings(slot: str) -> list[Filling]:
    """Return what is shown in a slot, in order."""
    return _fillings.get(slot, [])


def provided(key: str, **about: Any) -> Any:
    """Return what is provided by a key, None when nobody provides it."""
    provider = _providers.get(key)
    return provider(**about) if provider is not None else None
