"""Forms of ``/association/signing/keys``."""

from association.web import fields


class ReasonIn(fields.In):
    reason = fields.Text(500, required=True, blank=False, lines=True)


class GiveUpIn(ReasonIn):
    kid = fields.Text(16, required=True, blank=False)
