"""Forms of ``/association/mandates``."""

from association.vocabulary import MandateItem
from association.web import fields


class MandateIn(fields.In):
    number = fields.Text(80, required=True, blank=False)
    item = fields.Word(MandateItem, required=True)
    issuer = fields.Text(120, required=True, blank=False)
    begins = fields.Day(required=True)
    ends = fields.Day(load_default=None, allow_none=True)
    note = fields.Text(500, load_default="", lines=True)


class EndIn(fields.In):
    last_day = fields.Day(required=True)
    note = fields.Text(500, load_default="", lines=True)
