"""What a certificate's QR code states, and the list of certificates that are not good (docs/proofs.md). Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from association.kernel.i18n import N_
from association.signing import rules
from training.certificates.checks import Shown

KIND = "certificate"
LIST_KIND = "certificate-list"
# How certificates stand that are not good: also those whose holder was erased, or lets nobody check.
WORDS = ("erased", "expired", "not_yet_valid", "replaced", "suspended", "withdrawn", "withheld")

# What an outcome comes to on the page for checking without a network: tone and sign, word, and what to do.
OUTCOMES = {
    "in_force": ("good", "check-circle", N_("有效"), N_("请核对持证人姓名与本人、与证书是否一致。")),
    "list_older": ("warn", "question-diamond", N_("状态不明"), N_("状态清单早于这份证书。请到有网络处更新后再看。")),
    "date_passed": ("none", "hourglass", N_("已到期"), N_("证书的有效期已过；可能已经续期，请看新证书。")),
    "not_begun": ("info", "clock", N_("尚未生效"), N_("证书还没有生效。")),
    "not_yet_valid": ("info", "clock", N_("尚未生效"), N_("证书还没有生效。")),
    "expired": ("none", "hourglass", N_("已到期"), N_("证书的有效期已过；可能已经续期，请看新证书。")),
    "suspended": ("warn", "pause-square", N_("已暂停"), N_("证书暂停期间不作为持证依据，请联网查看。")),
    "withdrawn": ("bad", "cross-octagon", N_("已撤回"), N_("证书已撤回，不再作为持证依据。")),
    "replaced": ("out", "archive", N_("已换发"), N_("持证人更名，由新证书代替，请看新证书。")),
    "erased": ("none", "dash-circle", N_("证书信息已删除"), N_("持证人要求删除个人信息，协会不再证明这份证书属于谁。")),
    "withheld": ("warn", "question-diamond", N_("不公开核验"), N_("持证人没有同意公开核验，请由本人出示。")),
    "no_statement": ("none", "question-diamond", N_("需要联网查看"), N_("这个二维码没有离线签名，请到有网络处查看。")),
}  # fmt: skip

LABELS = {
    "number": N_("证书编号"),
    "name": N_("持证人"),
    "title": N_("课程"),
    "level": N_("等级"),
    "valid": N_("有效期"),
}


def fields_of(found: Shown, masked: str, *, room: int) -> list[str]:
    """Code, number, newest event, first and last good day, level, masked name, title; a long title is cut off."""
    fields = [
        found.code,
        found.number,
        str(found.stands.newest),
        found.valid_from.isoformat(),
        found.valid_until.isoformat() if found.valid_until else "",
        found.level.value,
        rules.shortened(masked, 40),
    ]
    taken = len("\n".join([KIND, "0000-00-00", *fields, ""]).encode())
    return [*fields, rules.shortened(found.title, max(3, room - taken))]


def status_list(
    standings: Iterable[tuple[str, str]], *, on: date, position: int, seal: str, at: datetime
) -> dict[str, Any]:
    """Every certificate that is not good on ``on``, by the word for why; built and read as the register's list is."""
    return rules.status_list(standings, WORDS, on=on, entry=position, seal=seal, at=at)
