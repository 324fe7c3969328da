"""The notice of a suspension, revocation or reinstatement: what was decided, on which ground, how to object."""

from datetime import date

from association.kernel.dates import civil_date
from association.kernel.i18n import _, show_date, show_moment
from association.paper.rules import Fact, Facts, Part, Sheet, Value, Words
from association.paper.words import ISSUER, PAGES
from catalog.register.models import Registration
from catalog.revocations import words
from catalog.revocations.models import Revocation
from catalog.revocations.queries import Outcome
from catalog.vocabulary import RevocationKind, Standing


def notice(
    case: Revocation,
    product: Registration,
    after: Outcome,
    *,
    ground: tuple[str, str],
    mandate: str,
    address: str,
    objecting: str,
    until: date | None,
) -> Sheet:
    """暂停、撤销、恢复、注销登记通知. ``after`` says how the registration stood then; ``address`` is the public page, ``objecting`` where one objects until ``until``."""
    title = {
        RevocationKind.SUSPENSION: _("暂停登记通知"),
        RevocationKind.REVOCATION: _("撤销登记通知"),
        RevocationKind.REINSTATEMENT: _("恢复登记通知"),
        RevocationKind.CANCELLATION: _("注销登记通知"),
    }[case.kind]
    assert case.decided_at is not None
    day = show_date(civil_date(case.decided_at))
    said = {
        "day": show_date(case.effective_from),
        "kind": case.kind.label,
        "entry": case.entry,
        "standing": after.standing.label,
    }
    if after.void:
        opening = _(
            "下列产品登记的撤销已取消，自始无效，已记入登记簿第{entry}条；登记现为“{standing}”。",
            **said,
        )
    elif case.kind is RevocationKind.REINSTATEMENT and after.standing is not Standing.IN_FORCE:
        opening = _(
            "下列产品登记的暂停自{day}起解除，已记入登记簿第{entry}条；登记现为“{standing}”。",
            **said,
        )
    else:
        opening = _("下列产品自{day}起{kind}，已记入登记簿第{entry}条。", **said)
    stays = words.stays_suspended(after.stay_suspended)
    parts: list[Part] = [
        Words("", [Value(text) for text in (_("{name}：", name=product.registrant), opening, stays) if text]),
        Facts(
            _("登记"),
            [
                Fact(_("登记编号"), Value(product.number, code=True)),
                Fact(_("产品"), Value(f"{product.brand} {product.model}".strip()), Value(product.name)),
                Fact(_("生产企业"), Value(product.manufacturer)),
                Fact(_("登记人"), Value(product.registrant)),
                Fact(_("生效日期"), Value(show_date(case.effective_from))),
                *([Fact(_("事由"), Value(ground[0]), Value(ground[1]))] if ground[0] else []),
                Fact(_("作出日期"), Value(show_moment(case.decided_at))),
                Fact(_("委托文件"), Value(mandate), Value(_("《管理办法》第十八条第七项：产品登记"))),
                Fact(_("公示页面"), Value(address, code=True)),
            ],
        ),
    ]
    if case.reason:
        parts.append(Words(_("理由"), [Value(line) for line in case.reason.splitlines() if line.strip()]))
    if until is not None:
        parts.append(
            Words(
                _("怎样提出异议"),
                [
                    Value(
                        _(
                            "对本决定有异议的，可以在{day}前（含当日）打开下列页面，写明不同意的内容和理由；由未参与原决定的人答复。",
                            day=show_date(until),
                        )
                    ),
                    Value(objecting, code=True),
                    Value(_("登记是自愿的，不收费；暂停、撤销登记不是行政处罚，也不是验收结论。")),
                ],
            )
        )
    return Sheet(
        title=title,
        name=f"{title} {product.number}",
        language="zh",
        issuer=_(ISSUER),
        over=_("产品登记"),
        lead="",
        parts=parts,
        signed=(_(ISSUER), day),
        footer=f"{product.number} · {title}",
        pages=_(PAGES),
        at=case.decided_at,
    )
