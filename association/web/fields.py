"""Fields of all schemas: they bound length, refuse what cannot be stored, and name their faults by code.

A fault is ``code`` or ``code:limit``; ``problems.FAULTS`` has the sentence in the reader's language.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import Schema, ValidationError, fields

from association.kernel.dates import end_of_day, show_utc
from association.kernel.numbers import LARGEST_WHOLE

# Tab and line breaks are text; other controls, lone surrogates and non-characters are not.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

_CODES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "required",
    "null": "null",
    "validator_failed": "type",
    "invalid": "type",
    "type": "object",
}


def _noted(more: dict[str, Any], **notes: Any) -> dict[str, Any]:
    """``more`` with ``notes`` for OpenAPI added to its metadata."""
    return {**more, "metadata": {**notes, **(more.get("metadata") or {})}}


class Text(fields.Field[str]):
    """Text of at most ``longest`` characters, trimmed; line breaks only when ``lines``."""

    default_error_messages = _CODES

    def __init__(
        self, longest: int, *, lines: bool = False, blank: bool = True, trim: bool = True, **more: Any
    ) -> None:
        super().__init__(**_noted(more, maxLength=longest))
        self.longest, self.lines, self.blank, self.trim = longest, lines, blank, trim

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("type")
        if len(value) > self.longest:
            raise ValidationError(f"too_long:{self.longest}")
        if _UNFIT.search(value):
            raise ValidationError("characters")
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        if self.trim:
            text = text.strip()
        if not self.lines:
            text = " ".join(text.split("\n"))
        if not text and not self.blank:
            raise ValidationError("blank")
        return text

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else str(value)


class Day(fields.Field[date]):
    """A civil date, ``YYYY-MM-DD``, between 1900 and 2100; an empty text is none."""

    default_error_messages = _CODES
    _shape = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value == "" and not self.required:
            value = None if self.allow_none else value
            if value is None:
                return None
        return super().deserialize(value, *args, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not self._shape.fullmatch(value.strip()):
            raise ValidationError("date")
        try:
            day = date.fromisoformat(value.strip())
        except ValueError as error:
            raise ValidationError("date") from error
        if not 1900 <= day.year <= 2100:
            raise ValidationError("date_range")
        return day

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class Clock(fields.Field[time]):
    """A time of day, ``HH:MM``."""

    default_error_messages = _CODES
    _shape = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)", re.ASCII)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        found = self._shape.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            raise ValidationError("clock")
        return time(int(found[1]), int(found[2]))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value


class Moment(fields.Field[datetime]):
    """A moment: ``2026-03-01T08:00:00Z`` (any offset), or a date, meaning its last second in Shanghai."""

    default_error_messages = _CODES

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("moment")
        text = value.strip()
        if Day._shape.fullmatch(text):
            try:
                return end_of_day(date.fromisoformat(text))
            except (ValueError, OverflowError) as error:
                raise ValidationError("moment") from error
        # A plus sign in a query string arrives as a blank.
        text = re.sub(r" (\d{2}:?\d{2})$", r"+\1", text)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValidationError("moment")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError("moment") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return show_utc(value) if isinstance(value, datetime) else value


class Whole(fields.Field[int]):
    """A whole number within bounds; text of digits is read too. No bound lies beyond what a column holds."""

    default_error_messages = _CODES

    def __init__(self, least: int, most: int, **more: Any) -> None:
        if not -LARGEST_WHOLE <= least <= most <= LARGEST_WHOLE:
            raise ValueError(f"bounds {least} to {most}: no column holds more than {LARGEST_WHOLE}")
        super().__init__(**_noted(more, minimum=least, maximum=most))
        self.least, self.most = least, most

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # What a form leaves empty is none, where none will do.
        return super().deserialize(None if value == "" and self.allow_none else value, *args, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError("integer")
        if isinstance(value, str) and not re.fullmatch(r"[+-]?\d{1,18}", value.strip(), re.ASCII):
            raise ValidationError("integer")
        number = int(value)
        if number < self.least:
            raise ValidationError(f"minimum:{self.least}")
        if number > self.most:
            raise ValidationError(f"maximum:{self.most}")
        return number


class Since(fields.Field[int]):
    """A position in a feed, from 0; one beyond every position that can be is read as the last, after which comes nothing.

    So a position never expires: whatever a program once kept is answered.
    """

    default_error_messages = _CODES

    def __init__(self, **more: Any) -> None:
        super().__init__(**_noted(more, minimum=0))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if not re.fullmatch(r"[+-]?\d{1,400}", text, re.ASCII):
            raise ValidationError("integer")
        number = int(text)
        if number < 0:
            raise ValidationError("minimum:0")
        return min(number, LARGEST_WHOLE)


class Flag(fields.Field[bool]):
    """Yes or no: true, false, 1, 0, on, yes, no."""

    default_error_messages = _CODES
    _words: Mapping[Any, bool] = {
        **dict.fromkeys(("true", "1", "on", "yes", "是"), True),
        **dict.fromkeys(("false", "0", "off", "no", "否"), False),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else None
        if word not in self._words:
            raise ValidationError("boolean")
        return self._words[word]


class Word(fields.Field[Any]):
    """One of the codes of a vocabulary (a Term)."""

    default_error_messages = _CODES

    def __init__(self, vocabulary: Any, **more: Any) -> None:
        words = [str(one.value) for one in vocabulary]
        super().__init__(**_noted(more, enum=[*words, None] if more.get("allow_none") else words))
        self.vocabulary = vocabulary

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # The empty choice of a list in a form.
        if value == "" and not self.required and self.allow_none:
            return None
        return super().deserialize(value, *args, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self.vocabulary(value)
        except ValueError as error:
            raise ValidationError("choice:" + ", ".join(one.value for one in self.vocabulary)) from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return getattr(value, "value", value)


class Several(fields.List[Any]):
    """A list of at most ``most`` items."""

    default_error_messages = _CODES | {"invalid": "list"}

    def __init__(self, inner: Any, most: int, **more: Any) -> None:
        super().__init__(inner, **more)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(f"too_many:{self.most}")
        return super()._deserialize(value, attr, data, **kwargs)


class Value(fields.Field[Any]):
    """A plain JSON value: text, number, yes or no, or a list of these; bounded, and fit to be stored."""

    default_error_messages = _CODES

    def __init__(self, longest: int = 200, most: int = 60, **more: Any) -> None:
        super().__init__(**more)
        self.most, self.text = most, Text(longest)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, list):
            if len(value) > self.most:
                raise ValidationError(f"too_many:{self.most}")
            return [self._plain(one, attr, data) for one in value]
        return self._plain(value, attr, data)

    def _plain(self, value: Any, attr: str | None, data: Any) -> Any:
        if isinstance(value, str):
            return self.text._deserialize(value, attr, data)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            if abs(value) > 10**15 or not math.isfinite(value):
                raise ValidationError("number")
            return value
        raise ValidationError("type")


class In(Schema):
    """Base of what comes in: unknown fields are refused."""

    error_messages = {"unknown": "unknown", "type": "object"}


class Out(Schema):
    """Base of what goes out."""


class PlainOut(Out):
    """For answers that are plain JSON values already and asked for often: what is named here goes out as it is.

    Tests hold it against marshmallow's own dump, so that the description cannot drift.
    """

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        if many or not isinstance(obj, dict):
            return super().dump(obj, many=many)
        return {name: obj[name] for name in self.dump_fields if name in obj}

    def dump_fully(self, obj: Any) -> Any:
        """marshmallow's own dump."""
        return super().dump(obj)


class Anything(fields.Field[Any]):
    """A JSON value as it is (a frozen fact, a figure); used for what goes out."""


def openapi_fields() -> dict[type[Any], tuple[str, str | None]]:
    """How the fields above are described in OpenAPI."""
    return {
        Text: ("string", None),
        Day: ("string", "date"),
        Moment: ("string", "date-time"),
        Whole: ("integer", None),
        Since: ("integer", None),
        Flag: ("boolean", None),
        Word: ("string", None),
    }
