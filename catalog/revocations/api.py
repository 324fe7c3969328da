"""/api/v1/catalog/revocations: the feed for anybody; one case; a registrant's own cancellation."""

from typing import Any

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import NotSignedIn
from association.web.doors import open_api_door
from association.web.identity import current_actor
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register.rules import standing_at
from catalog.revocations import queries, rules, service, words
from catalog.revocations.models import Revocation
from catalog.revocations.schemas import CancelByProgramIn, FeedIn, FollowingOut, RevocationFeedOut, RevocationOut
from catalog.subscriptions import queries as subscriptions
from catalog.verifications import kept

bp = open_api_door(
    __name__, "暂停、撤销、注销、恢复与失效 / Suspensions, revocations, cancellations, reinstatements, lapses"
)


@bp.get("")
@bp.arguments(FeedIn(), location="query")
@bp.response(200, RevocationFeedOut)
def feed(asked: dict[str, Any]) -> dict[str, Any]:
    """What took registrations away or gave them back, in the order in which it was announced.

    `since` is a `position` of this feed, exclusive, and never expires; go on with `next_since`. `head.entry` counts the
    entries of the register, which are many more: it is no position. After the last position there is nothing, and
    `next_since` is that position, whatever was asked. A lapse is announced by the day's work after the last day of validity:
    it has a position but no entry.
    """
    items = queries.feed(since=asked["since"], limit=asked["limit"])
    head = register.head()
    return {
        "items": items,
        "next_since": items[-1]["position"] if items else min(asked["since"], queries.last_position()),
        "head": {"entry": head.entry, "hash": head.hash},
    }


@bp.get("/<int:revocation_id>")
@bp.response(200, RevocationOut)
def show(revocation_id: int) -> dict[str, Any]:
    """One case that took effect, with the numbers of those who were told."""
    return _as_json(queries.published(revocation_id))


@bp.post("/cancel")
@bp.arguments(CancelByProgramIn)
@bp.response(201, RevocationOut)
@bp.alt_response(404, description="NOT_FOUND")
def cancel(body: dict[str, Any]) -> dict[str, Any]:
    """The registrant gives one of its own registrations up, from today; it cannot be undone."""
    actor = current_actor()
    if not actor.signed_in:
        raise NotSignedIn
    found = queries.own_registration(actor, body["number"])
    return _as_json(service.cancel(found.number, reason=body["reason"], actor=actor, now=clock.now()))


@bp.get("/receipts/<receipt>")
@bp.response(200, FollowingOut)
def following(receipt: str) -> dict[str, Any]:
    """For whoever holds a receipt: the addresses left with it, as far as they are shown, and the log of their webhooks."""
    found = kept.receipt(receipt)
    left = subscriptions.of_receipt(found.id, today=clock.today())
    return {
        "receipt": found.receipt,
        "left": [
            {
                "channel": one.channel,
                "address": rules.shown(one.channel, one.address),
                "confirmed": one.confirmed_at is not None,
                "until": one.until,
            }
            for one in left
        ],
        "messages": [
            {
                "id": one.id,
                "address": one.address,
                "state": one.state.value,
                "created_at": one.created_at,
                "next_try_at": one.next_try_at,
                "tries": [
                    {
                        "at": each.at,
                        "status": each.status,
                        "fault": each.fault or None,
                        "milliseconds": each.milliseconds,
                    }
                    for each in one.tries
                ],
            }
            for one in queries.posted_to(found, left)
        ],
    }


def _as_json(case: Revocation) -> dict[str, Any]:
    counts, now = queries.counts(case), clock.now()
    stands = standing_at(register.registration_to_show(case.number, known=now).entries, civil_date(now))
    ground, law = words.ground_of(categories.known_at(now), case.ground, case.proposed_at)
    shown = ("id", "number", "kind", "state", "ground", "reason", "effective_from", "decided_at", "entry")
    told = {**_numbers(counts), "by_channel": {name: _numbers(one) for name, one in counts.by_channel.items()}}
    return {
        **{name: getattr(case, name) for name in shown},
        "ground_name": ground or None,
        "law": law or None,
        "standing": queries.outcome(case).standing.value,
        "standing_now": {
            "standing": stands.standing.value,
            "since": stands.since.isoformat() if stands.since else None,
        },
        "told": told,
    }


def _numbers(counts: queries.Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in ("owed", "told", "unreached", "acknowledged")}
