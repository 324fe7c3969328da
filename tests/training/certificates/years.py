"""Years of an association's life in small: people, certificates, enterprises, and what happens to them, day by day.

``Life`` keeps the same facts twice: in the database, where the day's work reads them, and in plain lists, from which
``expected`` works out by brute force and without a look at the product whom the day owes what.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from association.accounts.models import Account
from association.enterprises.models import Enterprise, Membership
from association.kernel.dates import add_months, noon
from association.kernel.db import db
from association.persons.models import Consent, Employment, Person
from association.vocabulary import ConsentPurpose, EnterpriseState
from tests.training.builders import a_class
from training.certificates import reminders
from training.certificates.models import Certificate, CertificateReminder
from training.vocabulary import Level

DAY = timedelta(days=1)
MONTHS = 24
DAYS = (90, 60, 30, 7)


@dataclass
class Paper:
    """A certificate; ``root``: the one it replaces, at the end of that chain."""

    id: int
    who: "Someone"
    until: date
    root: int
    ended: bool = False
    suspended: bool = False


@dataclass
class Someone:
    """A person, with what they agree to and whom they work for."""

    id: int
    account: int | None
    email: str
    agrees: bool
    shares: bool
    works_for: int | None
    papers: list[Paper] = field(default_factory=list)


Told = tuple[int, int, int | None, date]  # root, days, enterprise, when


class Life:
    """So many people; one in fifteen enterprises has nobody who could read a letter."""

    def __init__(self, size: int, begins: date, chance: random.Random) -> None:
        self.chance, self.begins = chance, begins
        of = a_class(begins=begins, now=noon(begins))
        self.of = of
        firms = max(3, size // 40)
        _put(Enterprise, [
            {"id": 1000 + n, "uscc": f"9113010000{n:08d}", "name": f"示例企业{n}", "region": "", "address": "",
             "contact_name": "", "contact_phone": "", "state": EnterpriseState.CONFIRMED, "created_at": noon(begins),
             "version": 1}
            for n in range(firms)
        ])  # fmt: skip
        self.firms = [1000 + n for n in range(firms)]
        self.readers = {one: [50_000_000 + one] for one in self.firms if one % 15}
        people = [self._someone(n) for n in range(size)]
        _put(
            Account,
            [_account(one.account, one.email, n % 3 == 0, one.id) for n, one in enumerate(people) if one.account],
        )
        _put(Account, [_account(ids[0], f"firm{one}@test.example", one % 2 == 0) for one, ids in self.readers.items()])
        _put(Membership, [
            {"account_id": ids[0], "enterprise_id": one, "administrator": True} for one, ids in self.readers.items()
        ])  # fmt: skip
        self.people = people
        self.next_id = 1
        self.told: set[tuple[int, int, int | None]] = set()
        self.log: list[Told] = []
        self._papers([(one, begins + timedelta(days=chance.randrange(1, MONTHS * 30)), None) for one in people])
        db.session.commit()

    def _someone(self, number: int) -> Someone:
        has_account, chance = self.chance.random() < 0.8, self.chance
        one = Someone(
            number + 1, 10_000_000 + number if has_account else None, f"p{number}@test.example",
            chance.random() < 0.9, chance.random() < 0.7, chance.choice(self.firms) if chance.random() < 0.8 else None,
        )  # fmt: skip
        if not has_account and chance.random() < 0.5:
            one.email = ""
        at = noon(self.begins)
        _put(Person, [{"id": one.id, "name": f"示例{number}", "email": one.email, "created_at": at, "version": 1,
                       "identity_sealed": "", "identity_tail": "", "phone": "", "salt": ""}])  # fmt: skip
        agreed = [(ConsentPurpose.REMINDERS, one.agrees), (ConsentPurpose.EMPLOYER, one.shares)]
        _put(Consent, [
            {"person_id": one.id, "purpose": purpose, "notice_version": 1, "given_at": at, "on_paper": False}
            for purpose, yes in agreed if yes
        ])  # fmt: skip
        if one.works_for:
            _put(Employment, [{"person_id": one.id, "enterprise_id": one.works_for, "begins": self.begins}])
        return one

    def _papers(self, wanted: Iterable[tuple[Someone, date, Paper | None]], *, replacing: bool = False) -> None:
        rows = []
        for one, until, before in wanted:
            paper = Paper(self.next_id, one, until, before.root if before and replacing else self.next_id)
            self.next_id += 1
            one.papers.append(paper)
            rows.append({
                "id": paper.id, "number": f"T-{paper.id}", "code": f"C{paper.id}", "year": 2026, "serial": paper.id,
                "person_id": one.id, "name": "示例", "course_id": self.of.course_id, "syllabus_id": self.of.syllabus_id,
                "class_id": self.of.id, "title": "安装维护员岗位培训", "occupation": "安装维护员", "level": Level.FIVE,
                "hours": 80, "trained_from": self.begins, "trained_until": self.begins, "issued_on": self.begins,
                "valid_from": self.begins, "valid_until": until, "mandate_id": self.of.mandate_id,
                "issued_at": noon(self.begins), "version": 1,
                "renews_id": before.id if before and not replacing else None,
                "replaces_id": before.id if before and replacing else None,
            })  # fmt: skip
        _put(Certificate, rows)

    # -- what happens ------------------------------------------------------------------------------------------

    def happen(self, day: date) -> None:
        """Some of everything that can come between."""
        often, rest = divmod(len(self.people), 150)
        for one in self.chance.sample(self.people, often + (self.chance.random() < rest / 150)):
            getattr(self, self.chance.choice(EVENTS))(one, one.papers[-1], day)
        ending = [one for one in self.people if one.papers[-1].until == day and not one.papers[-1].ended]
        self._papers([(one, add_months(day, MONTHS), one.papers[-1]) for one in ending if self.chance.random() < 0.7])
        if db.session().in_transaction():
            db.session.commit()

    def renew(self, one: Someone, latest: Paper, day: date) -> None:
        if not latest.ended and not latest.suspended and latest.until - timedelta(days=120) <= day <= latest.until:
            self._papers([(one, add_months(latest.until, MONTHS), latest)])

    def again(self, one: Someone, latest: Paper, day: date) -> None:
        if latest.ended or latest.until < day:
            self._papers([(one, add_months(day, MONTHS), None)])

    def withdraw(self, _one: Someone, latest: Paper, day: date) -> None:
        latest.ended = True
        _set(Certificate, latest.id, ended_on=day)

    def suspend(self, _one: Someone, latest: Paper, day: date) -> None:
        latest.suspended = True
        _set(Certificate, latest.id, suspended_since=day)

    def reinstate(self, _one: Someone, latest: Paper, _day: date) -> None:
        latest.suspended = False
        _set(Certificate, latest.id, suspended_since=None)

    def replace(self, one: Someone, latest: Paper, day: date) -> None:
        if latest.ended or latest.suspended or latest.until < day:
            return
        self._papers([(one, latest.until, latest)], replacing=True)
        reminders.inherit(
            db.session.get_one(Certificate, latest.id), db.session.get_one(Certificate, one.papers[-1].id)
        )
        latest.ended = True
        _set(Certificate, latest.id, ended_on=day)

    def turn_reminders(self, one: Someone, _latest: Paper, day: date) -> None:
        one.agrees = not one.agrees
        self._turn(one, ConsentPurpose.REMINDERS, one.agrees, day)

    def turn_sharing(self, one: Someone, _latest: Paper, day: date) -> None:
        one.shares = not one.shares
        self._turn(one, ConsentPurpose.EMPLOYER, one.shares, day)

    def _turn(self, one: Someone, purpose: ConsentPurpose, yes: bool, day: date) -> None:
        if yes:
            _put(Consent, [{"person_id": one.id, "purpose": purpose, "notice_version": 1, "given_at": noon(day),
                            "on_paper": False}])  # fmt: skip
            return
        mine = sa.update(Consent).where(Consent.person_id == one.id, Consent.purpose == purpose)
        db.session.execute(mine.where(Consent.withdrawn_at.is_(None)).values(withdrawn_at=noon(day)))

    def change_employer(self, one: Someone, _latest: Paper, day: date) -> None:
        mine = sa.update(Employment).where(Employment.person_id == one.id, Employment.ends.is_(None))
        db.session.execute(mine.values(ends=day - DAY))
        one.works_for = self.chance.choice([*self.firms, None])
        if one.works_for:
            _put(Employment, [{"person_id": one.id, "enterprise_id": one.works_for, "begins": day}])

    # -- what is owed ------------------------------------------------------------------------------------------

    def expect(self, day: date) -> None:
        """Note what a run of the day's work on ``day`` owes, by looking at every certificate there is."""
        firms_today = {firm for _root, _days, firm, told in self.log if told == day and firm is not None} if (
            self.log and self.log[-1][3] == day) else set()  # fmt: skip
        new: list[Told] = []
        for one in self.people:
            for paper in one.papers:
                left = (paper.until - day).days
                if not 0 <= left <= max(DAYS) or paper.ended or paper.suspended:
                    continue
                if any(not other.ended and other.until > paper.until for other in one.papers):
                    continue
                days = next(each for each in sorted(DAYS) if left <= each)
                if one.agrees and (one.account or one.email):
                    new.append((paper.root, days, None, day))
                if one.shares and one.works_for in self.readers and one.works_for not in firms_today:
                    new.append((paper.root, days, one.works_for, day))
        for told in new:
            if told[:3] not in self.told:
                self.told.add(told[:3])
                self.log.append(told)

    def found(self) -> list[Told]:
        """What the product says it told, by the certificate in its first words, each once."""
        roots = {paper.id: paper.root for one in self.people for paper in one.papers}
        rows = db.session.execute(sa.select(
            CertificateReminder.certificate_id, CertificateReminder.days, CertificateReminder.enterprise_id,
            CertificateReminder.told_on,
        ))  # fmt: skip
        return [(roots[one], days, firm, told) for one, days, firm, told in rows]


EVENTS = ("renew", "renew", "again", "again", "withdraw", "suspend", "reinstate", "reinstate", "replace",
          "turn_reminders", "turn_sharing", "change_employer")  # fmt: skip


def _account(account_id: int | None, email: str, english: bool, person_id: int | None = None) -> dict[str, object]:
    return {"id": account_id, "email": email, "name": "示例", "password_hash": "", "roles": [], "session_stamp": "",
            "active": True, "person_id": person_id, "language": "en" if english else "zh", "created_at": noon(date(2026, 1, 1)),
            "version": 1}  # fmt: skip


def _put(table: type, rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.execute(sa.insert(table), rows)


def _set(table: type[Certificate], row: int, **values: object) -> None:
    db.session.execute(sa.update(table).where(table.id == row).values(**values))
