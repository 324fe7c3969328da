"""What learners are told of their examinations, in their inbox. Part of the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from association.kernel.i18n import _, show_moment, speaking
from association.outbox import service as outbox
from training.exams import queries
from training.exams.models import Sitter, Sitting

OWN_PAGE = "/training/results/"


def tell(sitting: Sitting, sitters: Sequence[Sitter], what: str, more: str = "", *, now: datetime) -> None:
    """Owe these people a message (``more``: the room, or the reason) in their inbox, those who have an account. Names nobody. Part of the caller's
    transaction."""
    accounts = queries.accounts_of([one.person_id for one in sitters])
    when = show_moment(sitting.starts_at)
    for sitter in sitters:
        account = accounts.get(sitter.person_id)
        if account is None:
            continue
        with speaking("zh"):
            subject_line, body = _letter(sitting, sitter, what, more, when)
        outbox.enqueue(
            f"exam:{sitter.id}:{what}:{now:%Y%m%d%H%M%S}",
            to_account_id=account.id,
            to_address=account.email,
            subject=subject_line,
            body=body,
            url=OWN_PAGE,
            spoken="zh",
            now=now,
        )


def _letter(sitting: Sitting, sitter: Sitter, what: str, more: str, when: str) -> tuple[str, str]:
    place = _("{when}，{room}，{seat}号座位。请携带身份证，提前到场。", when=when, room=more, seat=sitter.seat)
    if what == "admitted":
        return _("考试安排：{code}", code=sitting.code), place
    if what == "moved":
        return _("考试时间或地点有调整：{code}", code=sitting.code), place
    because = _("原因：{why}", why=more) if more else ""
    if what == "left_out":
        said = _("您不再参加{when}的考试，座位已取消。", when=when)
        return _("考试座位取消：{code}", code=sitting.code), said + because
    if what == "cancelled":
        said = _("原定{when}的考试已取消，请留意新的安排。", when=when) + because
        return _("考试取消：{code}", code=sitting.code), said
    if what == "released":
        said = _("请登录查看。对成绩有异议的，可在{days}日内申诉。", days=sitting.appeal_days)
        return _("考试成绩已公布：{code}", code=sitting.code), said
    if what == "decided":
        return _("成绩申诉已有答复：{code}", code=sitting.code), _("请登录查看答复。")
    return _("考试成绩有更正：{code}", code=sitting.code), _("请登录查看更正后的成绩和原因。")
