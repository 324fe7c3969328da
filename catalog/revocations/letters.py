"""What is said to everybody who is told of a case: a letter to people, JSON to programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from association.kernel import site
from association.kernel.dates import show_utc
from association.kernel.i18n import Language, _, show_date, show_moment, speaking
from association.webhooks.rules import message_id
from catalog.register.models import Registration
from catalog.revocations import words
from catalog.revocations.models import Revocation
from catalog.revocations.queries import Outcome
from catalog.revocations.rules import ENTRY_OF
from catalog.verifications.kept import Relied
from catalog.vocabulary import RevocationKind, Standing, Verdict

MOST_NAMED = 20  # receipts spelled out in a letter; of the others it says how many
MOST_LISTED = 200  # of them in a message to a program

Place = tuple[int, int]  # a list, by its id, and the position of a line in it


@dataclass(slots=True)
class Addressee:
    """Somebody who is told once, however many receipts they hold: an account, or an address that was left."""

    key: str
    account_id: int | None
    address: str
    to_url: str = ""
    unsubscribe: str = ""
    subscription: str = ""  # path of the page that shows, prolongs and ends what a program was left for
    language: Language = "zh"
    registrant: bool = False
    watching: bool = False
    told_before: bool = False  # of what is now undone
    left: str = ""  # path that ends what somebody with an account left besides
    receipts: list[Relied] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class News:
    """What is told: the case, its product, how the registration stands after it, the published ground with the document
    it rests on, in each language, and what the lists call the lines that are named."""

    case: Revocation
    product: Registration
    outcome: Outcome
    grounds: Mapping[Language, tuple[str, str]]
    refs: Mapping[Place, str]


def letter(news: News, to: Addressee) -> tuple[str, str]:
    """Subject and text: what happened, since when, on which ground and why, where it concerns the reader, what to do, how
    to object."""
    with speaking(to.language):
        return _letter(news, to)


def _letter(news: News, to: Addressee) -> tuple[str, str]:
    case, (ground, law) = news.case, news.grounds[to.language]
    subject, first = _what_happened(news)
    parts = [one for one in (first, words.stays_suspended(news.outcome.stay_suspended)) if one]
    if ground:
        parts.append(
            _("事由：{ground}。依据：{law}", ground=ground, law=law) if law else _("事由：{ground}", ground=ground)
        )
    if case.reason:
        parts.append(_("理由：{reason}", reason=case.reason))
    if to.registrant:
        parts.append(_("您收到此信，因为您代表登记人。"))
    if to.receipts:
        parts += [_("您收到此信，因为下列核验回执曾据此登记判定为“符合”："), *receipt_lines(to.receipts, news.refs)]
        parts.append(_what_to_do(news))
    elif to.watching:
        parts.append(_("您收到此信，因为您关注了此登记；可以随时在平台上取消关注。"))
    elif to.told_before and not to.registrant:
        parts.append(_("您收到此信，因为此前通知过您这项登记的暂停或撤销。"))
    if case.kind in (RevocationKind.SUSPENSION, RevocationKind.REVOCATION):
        parts.append(_("对此有异议的，可以在公示页面填写，写明不同意的内容和理由：{url}", url=objecting(case)))
    if to.unsubscribe:
        parts.append(_("不再接收此类通知：{url}", url=shown(to.unsubscribe)))
    elif to.left:
        parts.append(_("此邮箱另外留作接收登记变动通知，可以在这里取消：{url}", url=shown(to.left)))
    return subject, "\n".join(parts)


def _what_to_do(news: News) -> str:
    """For whoever holds a receipt: what it shows now, and whom to ask."""
    if news.case.kind is not RevocationKind.REINSTATEMENT:
        return _("回执上保留当时的答复，并标出现在的状态。已进货、已安装的，请联系供货单位核实。")
    if news.outcome.stay_suspended is None:
        return _("回执上保留当时的答复，并标出现在的状态，请打开查看。")
    return _(
        "回执上保留当时的答复，并标出现在的状态。到货日期在上述暂停期间的行，现状仍为“{verdict}”，如何处理请与供货单位商定；到货日期不在此期间的，不受这次暂停影响。",
        verdict=Verdict.NOT_COMPLIANT.label,
    )


def _what_happened(news: News) -> tuple[str, str]:
    case, after = news.case, news.outcome.standing
    said = {
        "what": f"{news.product.brand} {news.product.model}".strip(),
        "number": news.product.number,
        "day": show_date(case.effective_from),
        "standing": after.label,
    }
    if case.kind is RevocationKind.REINSTATEMENT and news.outcome.void:
        return (
            _("登记已恢复：{number}", **said)
            if after is Standing.IN_FORCE
            else _("撤销已取消，登记现为“{standing}”：{number}", **said),
            _("{what}（登记编号{number}）的撤销已取消，自始无效；登记现为“{standing}”。", **said),
        )
    if case.kind is RevocationKind.REINSTATEMENT and after is not Standing.IN_FORCE:
        # Given back, and not in force all the same: nobody may read that the registration stands again.
        return (
            _("暂停已解除，登记现为“{standing}”：{number}", **said),
            _("{what}（登记编号{number}）的暂停自{day}起解除；登记现为“{standing}”。", **said),
        )
    return {
        RevocationKind.SUSPENSION: (
            _("登记已暂停：{number}", **said),
            _("{what}（登记编号{number}）的登记自{day}起暂停。", **said),
        ),
        RevocationKind.REVOCATION: (
            _("登记已撤销：{number}", **said),
            _("{what}（登记编号{number}）的登记自{day}起撤销。", **said),
        ),
        RevocationKind.REINSTATEMENT: (
            _("登记已恢复：{number}", **said),
            _("{what}（登记编号{number}）的登记自{day}起恢复。", **said),
        ),
        RevocationKind.CANCELLATION: (
            _("登记已注销：{number}", **said),
            _("{what}（登记编号{number}）的登记自{day}起，由登记人申请注销。", **said),
        ),
    }[case.kind]


def places_named(people: Iterable[Addressee]) -> Iterator[Place]:
    """The lines that letters to ``people`` name."""
    for to in people:
        for one in to.receipts[:MOST_NAMED] if not to.to_url else ():
            yield from ((one.verification_id, position) for position in one.positions[:MOST_NAMED])


def receipt_lines(receipts: Sequence[Relied], refs: Mapping[Place, str]) -> list[str]:
    """A line for each receipt, with its address, of a single line that line's; of many the first twenty."""
    lines = [
        _(
            "· {moment}的回执，{lines}：{url}",
            moment=show_moment(one.asked_at),
            lines=_lines_of(one, refs),
            url=shown(
                f"/catalog/verifications/{one.receipt}" + (f"/{one.positions[0]}" if len(one.positions) == 1 else "")
            ),
        )
        for one in receipts[:MOST_NAMED]
    ]
    if len(receipts) > MOST_NAMED:
        lines.append(_("· 另有{count}张回执", count=len(receipts) - MOST_NAMED))
    return lines


def _lines_of(one: Relied, refs: Mapping[Place, str]) -> str:
    """The lines as the receipt's page and sheet call them: by what the list itself calls them, else by their position."""
    positions = one.positions[:MOST_NAMED]
    own = {position: refs.get((one.verification_id, position), str(position)) for position in positions}
    more = "…" if len(one.positions) > MOST_NAMED else ""
    if len(own) > 1 and all(ref == str(position) for position, ref in own.items()):
        return _("第{lines}行", lines=_("、").join(own.values()) + more)
    said = [
        _("第{position}行", position=position)
        if ref == str(position)
        else _("序号{ref}（清单第{position}行）", ref=ref, position=position)
        for position, ref in own.items()
    ]
    return _("、").join(said) + more


def objecting(case: Revocation) -> str:
    return shown(f"/catalog/revocations/{case.id}/objections/new")


def shown(path: str) -> str:
    """A path of this site for people: as an address, or where nobody knows where the site is, as what stands behind it."""
    return site.full(path) if site.address() else _("平台网址后接 {path}", path=path)


def for_program(news: News, key: str, to: Addressee) -> dict[str, Any]:
    """The message to a program (docs/webhooks.md): the same at every try."""
    case, event = news.case, ENTRY_OF[news.case.kind].value
    return {
        "id": message_id(key),
        "type": f"registration.{event}",
        "number": case.number,
        "kind": event,
        "effective_from": case.effective_from.isoformat(),
        "standing": news.outcome.standing.value,
        "ground": case.ground,
        "reason": case.reason,
        "entry": case.entry,
        "revocation": case.id,
        "decided_at": show_utc(case.decided_at) if case.decided_at else None,
        "url": site.full(f"/api/v1/catalog/revocations/{case.id}"),
        "receipts": [{"receipt": one.receipt, "lines": list(one.positions)} for one in to.receipts[:MOST_LISTED]],
        "receipts_total": len(to.receipts),
        **_page_of(to),
    }


def _page_of(to: Addressee) -> dict[str, str]:
    return {"subscription": site.full(to.subscription)} if to.subscription else {}


def lapse_letter(registration: Registration, since: date, to: Addressee) -> tuple[str, str]:
    """Subject and text about a registration whose last day has passed: no fault, and nothing is said about the goods."""
    with speaking(to.language):
        what = f"{registration.brand} {registration.model}".strip()
        parts = [
            _(
                "{what}（登记编号{number}）的登记有效期已满，自{day}起失效。登记是自愿的，失效不表示产品有问题。",
                what=what,
                number=registration.number,
                day=show_date(since),
            )
        ]
        if to.registrant:
            parts.append(_("您收到此信，因为您代表登记人。需要继续登记的，请重新申请。"))
        elif not to.unsubscribe:
            parts.append(_("您收到此信，因为您关注了此登记；可以随时在平台上取消关注。"))
        if to.unsubscribe:
            parts.append(_("不再接收此类通知：{url}", url=shown(to.unsubscribe)))
        return _("登记已失效：{number}", number=registration.number), "\n".join(parts)


def lapse_for_program(registration: Registration, since: date, key: str, to: Addressee) -> dict[str, Any]:
    """The same to a program (docs/webhooks.md)."""
    return {
        "id": message_id(key),
        "type": "registration.lapsed",
        "number": registration.number,
        "kind": "lapsed",
        "effective_from": since.isoformat(),
        **_page_of(to),
        "url": site.full(f"/api/v1/catalog/register/{registration.number}"),
    }
