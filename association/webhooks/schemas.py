"""What ``/association/webhooks/`` is asked."""

from association.web import fields


class LogQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)
