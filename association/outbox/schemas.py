"""What ``/association/outbox/`` is asked."""

from association.web import fields


class InboxQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)
