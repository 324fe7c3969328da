"""Failures in a row: what waits after them, counted and forgotten. Addresses nobody has are counted alike."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from association.accounts import rules
from association.accounts.models import SignInFailure
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, TooMany
from association.kernel.i18n import _

REMEMBERED = timedelta(days=1)


def of_address(email: str) -> str:
    """The mark under which failures for an address are kept."""
    return rules.digest(rules.normal_address(email))


def of_code(account_id: int) -> str:
    """The mark for one-time codes of an account."""
    return rules.digest(f"code:{account_id}")


def of_spoken(account_id: int) -> str:
    """The mark for codes that are read aloud, tried by an account."""
    return rules.digest(f"spoken:{account_id}")


def of_numbers(account_id: int) -> str:
    """The mark for identity numbers an account tried that are somebody's already."""
    return rules.digest(f"number:{account_id}")


def counted(mark: str, *, now: datetime) -> int:
    """How many failures in a row ``mark`` has within a day."""
    found = _known(mark).get(mark)
    return found.count if found is not None and found.failed_at >= now - REMEMBERED else 0


def of_place(remote: str) -> str:
    """The mark for whatever comes from one remote address."""
    return rules.digest(f"from:{remote}")


def insist(mark: str, *, now: datetime, remote: str = "", words: str = "") -> None:
    """Raise TooMany while ``mark``, or the place it is asked from, has to wait; ``words`` (with ``{wait}``) say so where
    it is not about signing in."""
    failed = _known(mark, of_place(remote))
    if (own := failed.get(mark)) is not None and own.failed_at >= now - REMEMBERED:
        wait = _seconds(own.failed_at + rules.delay_after(own.count) - now)
        if wait and words:
            raise TooMany(_(words, wait=wait), retry_after=wait)
        if wait and own.count >= rules.LOCKED_AT:
            sentence = _("失败次数过多，登录已锁定。可用“忘记密码”重设密码后登录，或请协会的安全管理员解除锁定。")
            raise TooMany(sentence, retry_after=wait)
        if wait:
            raise TooMany(_("登录失败次数较多，请{wait}秒后再试。", wait=wait), retry_after=wait)
    if (
        remote
        and (place := failed.get(of_place(remote))) is not None
        and place.failed_at >= now - rules.PLACE_REMEMBERED
    ):
        wait = _seconds(place.failed_at + rules.delay_from_a_place(place.count) - now)
        if wait:
            raise TooMany(_("从您所在网络登录失败的次数较多，请{wait}秒后再试。", wait=wait), retry_after=wait)


def count(mark: str, *, now: datetime, remote: str = "") -> None:
    """One more failure, for ``mark`` and for the place it came from."""
    _count(mark, REMEMBERED, now=now)
    if remote:
        _count(of_place(remote), rules.PLACE_REMEMBERED, now=now)


def forget(*marks: str) -> None:
    """A success, or somebody who may lift a lock."""
    with transaction():
        db.session.execute(delete(SignInFailure).where(SignInFailure.address_hash.in_(marks)))


def are_locked(*marks: str, now: datetime) -> bool:
    """Whether any of these is locked now."""
    return any(
        one.count >= rules.LOCKED_AT and one.failed_at + rules.LOCK_LASTS > now for one in _known(*marks).values()
    )


def _known(*marks: str) -> dict[str, SignInFailure]:
    # Read, and let go: checking a password takes long, and nobody else could write meanwhile.
    with transaction():
        found = select(SignInFailure).where(SignInFailure.address_hash.in_(marks))
        return {one.address_hash: one for one in db.session.scalars(found.execution_options(populate_existing=True))}


def _seconds(wait: timedelta) -> int:
    return int(wait.total_seconds()) + 1 if wait > timedelta() else 0


def _count(mark: str, remembered: timedelta, *, now: datetime) -> None:
    try:
        with transaction():
            # Whoever tries many addresses leaves many rows; they are forgotten after a day.
            db.session.execute(delete(SignInFailure).where(SignInFailure.failed_at < now - REMEMBERED))
            old = delete(SignInFailure).where(
                SignInFailure.address_hash == mark, SignInFailure.failed_at < now - remembered
            )
            db.session.execute(old)
            more = update(SignInFailure).where(SignInFailure.address_hash == mark)
            counted = more.values(count=SignInFailure.count + 1, failed_at=now).returning(SignInFailure.id)
            if not db.session.scalars(counted).all():
                db.session.add(SignInFailure(address_hash=mark, count=1, failed_at=now))
    except Conflict:
        # Two first failures at once: one is counted, and the answer is the same.
        return
