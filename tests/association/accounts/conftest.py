"""What lies in people's mailboxes."""

import re

import pytest
import sqlalchemy as sa

from association.outbox.models import Message


class Letters:
    """Letters owed to an address, the newest last."""

    def __init__(self, db):
        self._db = db

    def to(self, address: str) -> list[Message]:
        self._db.session.rollback()
        found = sa.select(Message).where(Message.to_address == address).order_by(Message.id)
        letters = list(self._db.session.scalars(found.execution_options(populate_existing=True)))
        self._db.session.rollback()
        return letters

    def link(self, address: str) -> str:
        """The path of the link in the newest letter."""
        body = self.to(address)[-1].body
        return re.search(r"https?://[^/\s]+(/\S+)", body).group(1)


@pytest.fixture
def letters(db) -> Letters:
    return Letters(db)
