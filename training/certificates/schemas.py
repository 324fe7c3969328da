"""Forms of ``/training/certificates``, and what its API says."""

from marshmallow import fields as nested

from association.paper.diplomas import DiplomaForm
from association.web import fields
from training.vocabulary import CertificateGround, CertificateStanding, Level, OutsideState

LARGEST_ID = 2**31 - 1


class MomentIn(fields.In):
    """On which day, and as known when."""

    on = fields.Day(load_default=None, allow_none=True)
    known = fields.Moment(load_default=None, allow_none=True)


class CheckIn(fields.In):
    number = fields.Text(40, required=True, blank=False)
    name = fields.Text(80, required=True, blank=False)
    on = fields.Day(load_default=None, allow_none=True)


class PageQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)
    per_page = fields.Whole(1, 200, load_default=50)


class CertificateOut(fields.Out):
    """A certificate as the public is told: no whole name, no identity number, no employer."""

    number = fields.Text(40)
    name = fields.Text(80)
    course = fields.Text(20)
    title = fields.Text(80)
    occupation = fields.Text(80)
    level = fields.Word(Level)
    issued_on = fields.Day()
    valid_from = fields.Day()
    valid_until = fields.Day(allow_none=True)
    on = fields.Day()
    known = fields.Moment()
    standing = fields.Word(CertificateStanding)
    since = fields.Day(allow_none=True)
    renews = fields.Text(40, allow_none=True)
    renewed_by = fields.Text(40, allow_none=True)
    replaces = fields.Text(40, allow_none=True)
    replaced_by = fields.Text(40, allow_none=True)
    mandate = fields.Text(120)


class HolderOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    name = fields.Text(80)


class OwnCertificateOut(CertificateOut):
    """A certificate of one of your own people, who agreed that you are told."""

    person = nested.Nested(HolderOut)


class OwnCertificatePageOut(fields.Out):
    items = nested.List(nested.Nested(OwnCertificateOut))
    page = fields.Whole(1, LARGEST_ID)
    pages = fields.Whole(1, LARGEST_ID)
    per_page = fields.Whole(1, 200)
    total = fields.Whole(0, LARGEST_ID)


# -- forms ----------------------------------------------------------------------------------------------------

MOST_CHOSEN = 2000


class ShareIn(fields.In):
    days = fields.Whole(1, 90, required=True)
    whole_name = fields.Flag(load_default=False)
    with_outside = fields.Flag(load_default=False)
    label = fields.Text(60, load_default="")


class OutsideIn(fields.In):
    issuer = fields.Text(120, required=True, blank=False)
    title = fields.Text(120, required=True, blank=False)
    number = fields.Text(80, required=True, blank=False)
    level = fields.Text(60, load_default="")
    issued_on = fields.Day(required=True)
    valid_until = fields.Day(load_default=None, allow_none=True)


class OutsideCheckIn(fields.In):
    state = fields.Word(OutsideState, required=True)
    note = fields.Text(500, load_default="", lines=True)


class ChosenIn(fields.In):
    place = fields.Several(fields.Whole(1, LARGEST_ID), MOST_CHOSEN, load_default=list)


class PrintIn(fields.In):
    form = fields.Word(DiplomaForm, required=True)


class NoteIn(fields.In):
    note = fields.Text(2000, load_default="", lines=True)
    effective_from = fields.Day(required=True)


class GroundIn(NoteIn):
    ground = fields.Word(CertificateGround, load_default=None, allow_none=True)


class ReasonIn(fields.In):
    reason = fields.Text(2000, load_default="", lines=True)
