"""What can go wrong, said without status codes: the web gives each kind its answer in one map."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that is missing or wrong: ``field`` it stands at, fixed ``code``, ``detail`` in the reader's words."""

    field: str
    code: str
    detail: str


class RegistryError(Exception):
    """Base of every refusal. ``code`` never changes once published; ``detail`` is a sentence with the way out."""

    code = "error"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class NotFound(RegistryError):
    """There is no such thing, or it is not for this person to know of."""

    code = "not_found"


class NotSignedIn(RegistryError):
    """Who asks is not known."""

    code = "not_signed_in"


class Forbidden(RegistryError):
    """This person may know of it, but may not do this."""

    code = "forbidden"


class Conflict(RegistryError):
    """The thing is no longer in the state this needs, or somebody was faster."""

    code = "conflict"


class NoMandate(Conflict):
    """No entrustment in force for the item this needs (Art. 18)."""

    code = "no_mandate"


class Unreadable(RegistryError):
    """What was sent cannot be read at all; ``shortfalls`` say where, when that is known."""

    code = "unreadable"

    def __init__(self, detail: str = "", shortfalls: Sequence[Shortfall] = ()) -> None:
        super().__init__(detail)
        self.shortfalls = tuple(shortfalls)


class TooLarge(RegistryError):
    """What was sent is larger than allowed."""

    code = "too_large"


class LengthNeeded(RegistryError):
    """What was sent does not say how long it is."""

    code = "length_required"


class WrongKind(RegistryError):
    """What was sent is of a kind not taken here."""

    code = "unsupported_media_type"


class TooMany(RegistryError):
    """Too many questions in too short a time."""

    code = "too_many_requests"

    def __init__(self, detail: str = "", *, retry_after: int = 60) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Invalid(RegistryError):
    """It could be read, but does not hold; every shortfall is listed at once."""

    code = "invalid"

    def __init__(self, detail: str, shortfalls: Sequence[Shortfall] = ()) -> None:
        super().__init__(detail)
        self.shortfalls = tuple(shortfalls)
