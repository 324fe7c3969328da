"""Forms of ``/association/persons``."""

from association.persons.rules import LONGEST_NAME
from association.vocabulary import ConsentPurpose, ErasureGround, MergeGround, ReadingReason
from association.web import fields


class DeskQuery(fields.In):
    q = fields.Text(LONGEST_NAME, load_default="")
    unchecked = fields.Flag(load_default=False)
    page = fields.Whole(1, 100_000, load_default=1)


class PageQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)


class PersonIn(fields.In):
    name = fields.Text(LONGEST_NAME, required=True, blank=False)
    identity = fields.Text(40, required=True, blank=False)
    phone = fields.Text(40, load_default="")
    email = fields.Text(254, load_default="")


class OwnPersonIn(PersonIn):
    training = fields.Flag(required=True)


class CorrectionIn(fields.In):
    name = fields.Text(LONGEST_NAME, required=True, blank=False)
    identity = fields.Text(40, load_default="")  # left empty: stays
    phone = fields.Text(40, load_default="")
    email = fields.Text(254, load_default="")


class IdentityIn(fields.In):
    identity = fields.Text(40, required=True, blank=False)


class ConsentIn(fields.In):
    purpose = fields.Word(ConsentPurpose, required=True)


class EmploymentIn(fields.In):
    uscc = fields.Text(40, required=True, blank=False)
    begins = fields.Day(required=True)
    ends = fields.Day(load_default=None, allow_none=True)


class LastDayIn(fields.In):
    last_day = fields.Day(required=True)


class ReadingIn(fields.In):
    reason = fields.Word(ReadingReason, load_default=ReadingReason.OWN)


class CopyIn(fields.In):
    form = fields.Text(8, load_default="xlsx")


class LinkIn(fields.In):
    account = fields.Text(254, required=True, blank=False)


class MergeQuery(fields.In):
    gone = fields.Whole(1, 2**31 - 1, load_default=None)


class MergeIn(fields.In):
    gone = fields.Whole(1, 2**31 - 1, required=True)
    ground = fields.Word(MergeGround, required=True)


class ErasureIn(fields.In):
    ground = fields.Word(ErasureGround, required=True)
    name = fields.Text(LONGEST_NAME, required=True, blank=False)
