"""Forms of ``/association/enterprises`` and what its API says."""

from marshmallow.fields import Nested

from association.accounts.rules import LONGEST_ADDRESS, LONGEST_PASSWORD
from association.vocabulary import EnterpriseKind, EnterpriseState
from association.web import fields


class DetailsIn(fields.In):
    name = fields.Text(120, required=True, blank=False)
    kind = fields.Word(EnterpriseKind, load_default=None)
    region = fields.Text(80, load_default="")
    address = fields.Text(200, load_default="")
    contact_name = fields.Text(80, load_default="")
    contact_phone = fields.Text(40, load_default="")


class EnterpriseIn(DetailsIn):
    uscc = fields.Text(40, required=True, blank=False)


class UserIn(fields.In):
    email = fields.Text(LONGEST_ADDRESS, required=True, blank=False)
    name = fields.Text(80, required=True, blank=False)
    administrator = fields.Flag(load_default=False)


class AcceptanceIn(fields.In):
    password = fields.Text(LONGEST_PASSWORD, load_default="", trim=False)


class ReasonIn(fields.In):
    reason = fields.Text(500, required=True, blank=False, lines=True)


class ListQuery(fields.In):
    q = fields.Text(80, load_default="")
    page = fields.Whole(1, 100_000, load_default=1)


class DeskQuery(fields.In):
    state = fields.Word(EnterpriseState, load_default=None)
    page = fields.Whole(1, 100_000, load_default=1)


class LicenceOut(fields.Out):
    """A licence seen (Art. 11)."""

    kind = fields.Text(80)
    number = fields.Text(80)
    issuer = fields.Text(120)
    seen_on = fields.Day()


class EnterpriseOut(fields.Out):
    uscc = fields.Text(18)
    name = fields.Text(120)
    state = fields.Word(EnterpriseState)
    confirmed_on = fields.Day()
    licences = fields.Several(Nested(LicenceOut), 100)
