"""What a kind of work says of itself, and where a job may go from where it is. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from association.kernel.actors import Actor
from association.vocabulary import JobState

OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})
MOST_ATTEMPTS = 3
LONGEST_RESULT = 1000


class Begun(Protocol):
    """A job, by what its work needs of it."""

    @property
    def id(self) -> int: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def place(self) -> Mapping[str, Any]: ...
    @property
    def account_id(self) -> int | None: ...
    @property
    def enterprise_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice of a work came to: where to go on, how far it is; with ``finished``, what it came to.

    ``result`` is a sentence, ``url`` the page to go on to.
    """

    place: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    step: str = ""
    finished: bool = False
    result: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work, in slices of a second or two.

    ``prepare(job, actor, now)`` may take its time (read, judge) and writes nothing; ``apply(job, prepared, actor, now)``
    writes, within the one transaction that also keeps the new place: a process killed at any moment leaves either both
    or neither. A RegistryError from either ends the job with its sentence.
    """

    kind: str
    prepare: Callable[[Begun, Actor, datetime], Any]
    apply: Callable[[Begun, Any, Actor, datetime], Slice]
