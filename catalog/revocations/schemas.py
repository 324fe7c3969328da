"""Forms and JSON about suspension, revocation, reinstatement and watching."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from association.kernel.numbers import LARGEST_WHOLE
from association.vocabulary import MessageChannel
from association.web.fields import Anything, Day, In, Moment, Out, Since, Text, Whole, Word
from catalog.subscriptions.schemas import MailAddress
from catalog.vocabulary import ObjectionState, ObjectorKind, RegisterEvent, RevocationKind, RevocationState


class RevocationIn(In):
    """A proposal about a registration."""

    kind = Word(RevocationKind, required=True)
    ground = Text(60, load_default="")
    reason = Text(2000, lines=True, load_default="")
    evidence = Text(4000, lines=True, load_default="")
    effective_from = Day(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _all_at_once(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Where kind or day cannot be read, the rules are never asked: what else is empty is said with them."""
        if "kind" in data and "effective_from" in data:
            return
        wanted = ["reason"] if data.get("kind") is RevocationKind.REINSTATEMENT else ["ground", "reason"]
        if missing := {name: ["required"] for name in wanted if name in data and not data[name]}:
            raise ValidationError(missing)

    @post_load
    def _no_ground_is_none(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "ground": data["ground"] or None}


class AnswerIn(In):
    """Why a proposal is not confirmed, or is taken back."""

    reason = Text(2000, lines=True, load_default="")


class CancelIn(In):
    """The registrant's own words, public with the entry."""

    reason = Text(500, lines=True, load_default="")
    sure = Text(3, load_default="")


class CancelByProgramIn(In):
    number = Text(40, required=True)
    reason = Text(500, lines=True, load_default="")


class WatchIn(In):
    number = Text(40, required=True, blank=False)


class FollowIn(In):
    """An address to be told at: a mail address or a webhook."""

    email = MailAddress(load_default="")
    webhook = Text(500, load_default="")


class ObjectionIn(In):
    """An objection: who, how touched, what is not agreed with and why."""

    kind = Word(ObjectorKind, required=True)
    name = Text(120, required=True, blank=False)
    email = MailAddress(required=True, blank=False)
    statement = Text(4000, lines=True, required=True, blank=False)


class ObjectionAnswerIn(In):
    """What becomes of an objection, and why."""

    state = Word(ObjectionState, required=True)
    answer = Text(4000, lines=True, load_default="")


class ObjectionsIn(In):
    state = Word(ObjectionState, load_default=ObjectionState.FILED)
    page = Whole(1, 1_000_000, load_default=1)


class DeskIn(In):
    state = Word(RevocationState, load_default=RevocationState.PROPOSED)
    page = Whole(1, 1_000_000, load_default=1)


class ListIn(In):
    q = Text(120, load_default="")
    kind = Word(RegisterEvent, load_default=None, allow_none=True)
    page = Whole(1, 1_000_000, load_default=1)


class PageIn(In):
    page = Whole(1, 1_000_000, load_default=1)


class FeedIn(In):
    since = Since(load_default=0)
    limit = Whole(1, 1000, load_default=100)


class RevocationEventOut(Out):
    """An entry that suspends, revokes, cancels or reinstates, or a lapse (then `entry` is null)."""

    position = fields.Integer()
    number = fields.String()
    kind = Word(RegisterEvent)
    effective_from = fields.String()
    recorded_at = fields.String()
    entry = fields.Integer(allow_none=True)
    ground = fields.String(allow_none=True)
    revocation = fields.Integer(allow_none=True)


class RevocationFeedOut(Out):
    items = fields.List(fields.Nested(RevocationEventOut))
    next_since = Whole(0, LARGEST_WHOLE)
    head = Anything(metadata={"type": "object"})


class RevocationOut(Out):
    """A case as far as it is public; `told` are numbers, never names."""

    id = fields.Integer()
    number = fields.String()
    kind = Word(RevocationKind)
    state = Word(RevocationState)
    ground = fields.String(allow_none=True)
    ground_name = fields.String(allow_none=True, metadata={"description": "the published ground by name"})
    law = fields.String(
        allow_none=True,
        metadata={"description": "the document that the ground rests on: its title, in Chinese with its number"},
    )
    reason = fields.String()
    effective_from = Day()
    decided_at = Moment(allow_none=True)
    entry = fields.Integer(allow_none=True)
    standing = fields.String(metadata={"description": "how the registration stood after this decision, on its day"})
    standing_now = Anything(
        metadata={
            "type": "object",
            "description": "`standing` of the registration today, and `since` when it stands so",
        }
    )
    told = Anything(metadata={"type": "object"})


class LeftOut(Out):
    """An address left with a receipt, as far as it is shown."""

    channel = Word(MessageChannel)
    address = fields.String()
    confirmed = fields.Boolean()
    until = Day()


class TryOut(Out):
    """One try to post; `fault` is null when it was accepted (docs/webhooks.md)."""

    at = Moment()
    status = fields.Integer(allow_none=True)
    fault = fields.String(allow_none=True)
    milliseconds = fields.Integer()


class PostedOut(Out):
    """A message to a program."""

    id = fields.String()
    address = fields.String()
    state = fields.String()
    created_at = Moment()
    next_try_at = Moment(allow_none=True)
    tries = fields.List(fields.Nested(TryOut))


class FollowingOut(Out):
    """What was left with a receipt, and what was posted."""

    receipt = fields.String()
    left = fields.List(fields.Nested(LeftOut))
    messages = fields.List(fields.Nested(PostedOut))
