"""Who acts, in which roles, and the one way to insist on a permission. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from association.kernel.errors import Forbidden
from association.kernel.i18n import N_, _
from association.kernel.terms import Term


class Role(Term):
    """Roles of the contract, one person may hold several."""

    SYSTEM_ADMINISTRATOR = "system_administrator", N_("系统管理员")
    SECURITY_ADMINISTRATOR = "security_administrator", N_("安全管理员")
    AUDIT_ADMINISTRATOR = "audit_administrator", N_("审计管理员")
    REVIEWER = "reviewer", N_("审核员")
    APPROVER = "approver", N_("复核人")
    TRAINING_STAFF = "training_staff", N_("培训专员")
    TRAINER = "trainer", N_("教员、考评员")
    EDITOR = "editor", N_("信息员")
    SECRETARIAT = "secretariat", N_("秘书处")
    SUPERVISING_OFFICE = "supervising_office", N_("市技防管理机构")
    AUDITOR = "auditor", N_("审计人员")
    REGISTRANT = "registrant", N_("登记人（生产、销售企业）")
    INSTALLER = "installer", N_("施工、维修企业")
    ACCEPTANCE_OFFICER = "acceptance_officer", N_("验收人员")
    PRACTITIONER = "practitioner", N_("从业人员")


PRIVATELY = "practitioner"

STAFF = frozenset(
    {
        Role.SYSTEM_ADMINISTRATOR,
        Role.SECURITY_ADMINISTRATOR,
        Role.AUDIT_ADMINISTRATOR,
        Role.REVIEWER,
        Role.APPROVER,
        Role.TRAINING_STAFF,
        Role.TRAINER,
        Role.EDITOR,
        Role.SECRETARIAT,
        Role.SUPERVISING_OFFICE,
        Role.AUDITOR,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person signed in, a program with a key, the calendar, an operator, or nobody yet.

    ``enterprise_id`` is the enterprise acted for; ``enterprise_ids`` are all this person belongs to (four eyes).
    ``person_id`` is the natural person whose account this is, where somebody acts for nobody but themselves.
    """

    account_id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    enterprise_id: int | None = None
    enterprise_ids: frozenset[int] = frozenset()
    enterprise_name: str = ""
    administers_enterprise: bool = False
    via: str = "page"
    scopes: frozenset[str] | None = field(default=None)
    person_id: int | None = None

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)

    @property
    def acts_privately(self) -> bool:
        """Whether this is somebody who holds no office and acts for no enterprise: a practitioner, and nothing else."""
        return self.roles == {Role.PRACTITIONER} and not self.enterprise_ids

    @property
    def signature(self) -> str:
        """The name under which what is done is recorded for good.

        Who acts privately may ask to be erased (PIPL Art. 47): what can never be changed names the account, not them.
        """
        return PRIVATELY if self.acts_privately else self.name

    def has(self, *roles: Role) -> bool:
        """Whether any of ``roles`` is held."""
        return not self.roles.isdisjoint(roles)


NOBODY = Actor()
CALENDAR = Actor(name="calendar", via="calendar")
OPERATOR = Actor(name="operator", via="command")


def require(permission: Callable[..., bool], actor: Actor, *things: Any) -> None:
    """Raise Forbidden unless ``permission(actor, *things)``: the first line of every service."""
    if not permission(actor, *things):
        raise Forbidden(_("您的角色不能进行此项操作。"))
