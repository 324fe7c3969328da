"""Verbs: leave an address, say yes, prolong, end, remind, clear away.

The database holds an address as long as it is to be told, and no longer.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from association.kernel import config, site
from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall, TooMany
from association.kernel.i18n import N_, _, language, show_date, speaking
from association.outbox import queries as outbox_known
from association.outbox import service as outbox
from association.outbox.service import Owed
from association.signing.rules import canonical
from association.vocabulary import MessageChannel
from association.webhooks import rules as programs
from catalog.categories import queries as categories
from catalog.subscriptions import queries, rules
from catalog.subscriptions.models import Subscription


def leave(
    channel: MessageChannel,
    address: str,
    *,
    verification_id: int | None = None,
    number: str | None = None,
    asker: str,
    actor: Actor,
    now: datetime,
    field: str = "",
) -> Subscription:
    """Leave an address for a receipt or a registration; the same again (of a program's address: by the same holder, so that
    what others left is not all that stands for it) does what ``rules.again`` says. Commits with its caller.

    A letter's address is asked first (one letter) and told nothing before it says yes. Raises Invalid (at ``field``)
    for an address that nothing may be sent to, TooMany or Conflict when an asker or an address has had enough.
    """
    letter = channel is MessageChannel.MAIL
    address = _as_kept(channel, address)
    if not letter and programs.read_address(address, anywhere=bool(config.setting("WEBHOOKS_ANYWHERE"))) is None:
        raise Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall(field or "webhook", "webhook", _(_NO_WEBHOOK))])
    mark = _mark_of(address)
    with transaction():
        held = None if letter else queries.held_by(actor.account_id, asker)
        known = queries.same(
            mark, channel, verification_id=verification_id, number=number, held=held, today=civil_date(now)
        )
        if known is not None:
            _leave_again(known, asker=asker, actor=actor, now=now)
            return known
        if (refused := refusal(channel, address, asker=asker, now=now)) is not None:
            raise refused
        code = rules.new_code()
        made = Subscription(
            code=code,
            code_hash=rules.code_hash(code),
            channel=channel,
            address=address,
            address_mark=mark,
            verification_id=verification_id,
            number=number,
            account_id=actor.account_id,
            asker=asker,
            language=language(),
            consent=rules.CONSENT,
            asked_at=now,
            confirmed_at=None if letter else now,
            until=_until(now),
            reminded_for=None,
        )
        db.session.add(made)
        db.session.flush()
        if letter:
            _ask(made, now=now)
    return made


_NO_WEBHOOK = N_("请填写以https://开头的公网地址：用主机名，端口443或8443，不含用户名和“#”以后的部分")


def _leave_again(one: Subscription, *, asker: str, actor: Actor, now: datetime) -> None:
    match rules.again(
        letter=one.channel is MessageChannel.MAIL,
        confirmed=one.confirmed_at is not None,
        own=queries.is_own_address(one.address, actor),
        asked_for=now - one.asked_at,
    ):
        case rules.Again.PROLONGED:
            one.until = _until(now)
        case rules.Again.ASKED if not outbox_known.is_owed(_question_key(one)):
            if (refused := refusal(one.channel, one.address, asker=asker, now=now)) is not None:
                raise refused
            # The letter that was lost still counts against too many of them.
            db.session.add(_mark_of_letter(one))
            one.asker, one.asked_at, one.until = asker, now, _until(now)
            db.session.flush()
            _ask(one, now=now)


def _mark_of_letter(one: Subscription) -> Subscription:
    """What is kept of a question that went out before: no address, and gone in some days."""
    return Subscription(
        code="",
        code_hash=rules.code_hash(rules.new_code()),
        channel=one.channel,
        address="",
        address_mark=one.address_mark,
        verification_id=None,
        number=None,
        account_id=None,
        asker=one.asker,
        language=one.language,
        consent=one.consent,
        asked_at=one.asked_at,
        confirmed_at=None,
        until=one.until,
        reminded_for=None,
    )


def _question_key(one: Subscription) -> str:
    return f"subscription:{one.id}:{one.code_hash[:12]}:confirm:{one.asked_at:%Y%m%dT%H%M%S}"


def refusal(channel: MessageChannel, address: str, *, asker: str, now: datetime) -> TooMany | Conflict | None:
    """Why ``address`` cannot be left now by ``asker``, if so: what ``leave`` raises."""
    letter, mark = channel is MessageChannel.MAIL, _mark_of(_as_kept(channel, address))
    found = rules.excess(
        letter=letter,
        asked=queries.count_asked(asker, since=now - rules.ASKED_WITHIN) if asker else 0,
        unconfirmed=queries.count_unconfirmed(mark, since=now - rules.UNCONFIRMED_FOR) if letter else 0,
        of_address=queries.count_of_address(mark),
    )
    match found:
        case rules.Excess.ASKER:
            wait = int(rules.ASKED_WITHIN.total_seconds())
            return TooMany(_("您留下的通知地址过多，请一小时后再试。"), retry_after=wait)
        case rules.Excess.UNCONFIRMED:
            return TooMany(
                _("已多次向此邮箱发出确认信而未得到确认，七天内不再发送。请查看该邮箱，或改用其他邮箱。"),
                retry_after=int(timedelta(days=1).total_seconds()),
            )
        case rules.Excess.ADDRESS:
            # No time is named: a place comes free when one of them ends.
            most = rules.most_of(letter=letter)
            return Conflict(_("此地址接收的通知已达上限（{count}项），请先退订一些。", count=most))
    return None


def _as_kept(channel: MessageChannel, address: str) -> str:
    return address.strip().casefold() if channel is MessageChannel.MAIL else address


def _mark_of(address: str) -> str:
    return rules.address_mark(address, config.setting("SECRET_KEY"))


def _until(now: datetime) -> date:
    today = civil_date(now)
    return rules.runs_until(today, categories.known_at(now).whole(rules.DAYS, today))


def confirm(one: Subscription, *, now: datetime) -> None:
    """Whoever reads the letters of this address says yes; its time begins now. Saying it again changes nothing."""
    if one.confirmed_at is None:
        with transaction():
            one.confirmed_at, one.until = now, _until(now)


def prolong(one: Subscription, *, now: datetime) -> None:
    """Once more the full time, from today."""
    with transaction():
        one.confirmed_at = one.confirmed_at or now
        one.until = _until(now)


def end(one: Subscription, *, everything: bool = False) -> int:
    """Hear no more of this, or of anything: the address is erased; how many ended. Somebody who never said yes is not
    asked again for a while: the mark stays for that."""
    with transaction():
        ended = list(queries.with_same_address(one)) if everything else [one]
        _erase(ended)
    return len(ended)


def _erase(ended: Iterable[Subscription], *, for_good: bool = False) -> None:
    """Forget these addresses, and what went or was to go there, where nothing else of an address is left. Of a letter's
    address that never said yes stays a mark, unless it is ``for_good``."""
    places = dict[str, tuple[str, bool]]()
    for one in ended:
        letter = one.channel is MessageChannel.MAIL
        if one.address:
            places[one.address_mark] = one.address, letter
        if letter and one.confirmed_at is None and not for_good:
            one.address, one.code, one.account_id, one.verification_id = "", "", None, None
        else:
            db.session.delete(one)
    db.session.flush()
    for mark, (address, letter) in places.items():
        if not queries.count_of_address(mark):
            outbox.forget_address(**({"to_address": address} if letter else {"to_url": address}))


def end_of_url(address: str, _now: datetime) -> None:
    """A program answered that it wants no more (410). Inside the caller's transaction."""
    mark = _mark_of(address)
    same = select(Subscription).where(Subscription.address_mark == mark, Subscription.channel == MessageChannel.WEBHOOK)
    _erase(db.session.scalars(same).all(), for_good=True)


def end_of_account(account_id: int, *, own: Collection[str] = ()) -> None:
    """What somebody left who is erased, and whose mail addresses are ``own``: it ends, and what these are told of, but for
    the address of another person who said yes, which only loses who typed it. Inside the caller's transaction."""
    ended = []
    for one in db.session.scalars(select(Subscription).where(queries.of_person(account_id, own))).all():
        confirmed, letter = one.confirmed_at is not None, one.channel is MessageChannel.MAIL
        if rules.ends_with_account(confirmed=confirmed, letter=letter, address=one.address, own=own):
            ended.append(one)
        else:
            one.account_id = None
    _erase(ended, for_good=True)


# -- the day's work -------------------------------------------------------------------------------------------


def remind(now: datetime) -> int:
    """Tell the holders of addresses, once, that their time is about to end, with a link that prolongs it."""
    if not categories.is_loaded():
        return 0
    today = civil_date(now)
    before = timedelta(days=categories.known_at(now).whole(rules.REMINDED_BEFORE, today))
    with transaction():
        found = queries.ending(today, today + before)
        for one in found:
            one.reminded_for = one.until
            if one.channel is MessageChannel.MAIL:
                _remind(one, now=now)
            else:
                _remind_program(one, now=now)
    return len(found)


def clear(now: datetime) -> int:
    """Erase what is over and what nobody confirmed; how many."""
    with transaction():
        gone = queries.over(civil_date(now), now - rules.UNCONFIRMED_FOR)
        _erase(gone, for_good=True)
    return len(gone)


# -- letters --------------------------------------------------------------------------------------------------


def address_of(one: Subscription) -> str:
    """The path of its page."""
    return f"/catalog/subscriptions/{one.code}"


def way_out(one: Subscription) -> str:
    """The path that ends it by one click (RFC 8058)."""
    return f"{address_of(one)}/end"


def _where(one: Subscription) -> str:
    """How its page is opened: by the link that stands under a letter, where it is known where this site is."""
    if site.address():
        return _("请打开下面的链接")
    return _("请打开平台网址后接 {path} 的页面", path=address_of(one))


def _ask(one: Subscription, *, now: datetime) -> None:
    about = _about(one)
    outbox.enqueue(
        _question_key(one),
        to_account_id=None,
        to_address=one.address,
        subject=_("请确认：接收登记变动通知"),
        body="\n".join(
            [
                _("有人在技防产品登记与核验平台填写了您的邮箱，希望在{about}有变动时收到通知。", about=about),
                _(
                    "如果是您本人，{where}，在页面上按“确认接收”。七天内没有确认的，邮箱会被删除，不再来信。",
                    where=_where(one),
                ),
                _("如果不是您，不必理会，也可以在同一页面按“不要再来信”。"),
            ]
        ),
        url=address_of(one),
        unsubscribe=way_out(one),
        spoken=language(),
        now=now,
    )


def _remind(one: Subscription, *, now: datetime) -> None:
    with speaking("en" if one.language == "en" else "zh"):
        outbox.enqueue(
            queries.reminder_key(one, one.until),
            to_account_id=None,
            to_address=one.address,
            subject=_("登记变动通知即将到期"),
            body="\n".join(
                [
                    _("您在{about}有变动时接收通知，到{day}为止。", about=_about(one), day=show_date(one.until)),
                    _(
                        "要继续接收的，{where}，按“继续接收”。不作处理的，到期后邮箱会被删除，不再来信。",
                        where=_where(one),
                    ),
                ]
            ),
            url=address_of(one),
            unsubscribe=way_out(one),
            spoken=language(),
            now=now,
        )


def _remind_program(one: Subscription, *, now: datetime) -> None:
    key = queries.reminder_key(one, one.until)
    said = {
        "id": programs.message_id(key),
        "type": "subscription.ends",
        "number": one.number,
        "until": one.until.isoformat(),
        "url": site.full(address_of(one)),
    }
    owed = Owed(
        key,
        one.account_id,
        "",
        _("登记变动通知即将到期"),
        canonical(said).decode(),
        "",
        to_url=one.address,
        spoken="zh",
    )
    outbox.enqueue_many([owed], now=now)


def _about(one: Subscription) -> str:
    if one.number is not None:
        return _("登记{number}", number=one.number)
    return _("{day}的核验回执所依据的登记", day=show_date(civil_date(one.asked_at)))
