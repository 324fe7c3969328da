"""Forms of ``/accounts/people``."""

from association.accounts.rules import LONGEST_ADDRESS
from association.kernel.actors import Role
from association.web import fields


class PeopleQuery(fields.In):
    q = fields.Text(80, load_default="")
    role = fields.Word(Role, load_default=None)
    page = fields.Whole(1, 100_000, load_default=1)


class PersonIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    email = fields.Text(LONGEST_ADDRESS, required=True, blank=False)
    role = fields.Word(Role, load_default=None)


class RolesIn(fields.In):
    roles = fields.Several(fields.Word(Role), 20, load_default=list)
    reason = fields.Text(500, required=True, blank=False, lines=True)


class ReasonIn(fields.In):
    reason = fields.Text(500, required=True, blank=False, lines=True)
