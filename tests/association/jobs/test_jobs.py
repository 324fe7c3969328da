"""Long work: slice by slice, stopped, refused, killed, and seen by its own people only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from association.jobs import service
from association.jobs.models import Job
from association.jobs.rules import Slice, Work
from association.kernel.actors import NOBODY
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Invalid
from association.kernel.i18n import show_moment, speaking
from association.outbox.models import Message
from association.vocabulary import JobState, MessageState
from tests.builders import NOW, a_registrant, actor_of


class Killed(BaseException):
    """As if the process ended here."""


def _message(number: int) -> Message:
    return Message(
        key=f"job:{number}", to_address="x@test.example", subject="x", body="x", url="", created_at=NOW,
        next_try_at=NOW, state=MessageState.DEAD,
    )  # fmt: skip


def counting(total: int, *, trouble: Callable[[int, str], None] = lambda _n, _when: None) -> Work:
    """A work that writes ``total`` rows, three a slice; ``trouble`` may raise before or after the writing."""

    def prepare(job: Any, _actor: Any, _now: datetime) -> range:
        first = job.place.get("next", 0)
        trouble(first, "reading")
        return range(first, min(total, first + 3))

    def apply(_job: Any, numbers: range, _actor: Any, _now: datetime) -> Slice:
        for number in numbers:
            database.session.add(_message(number))
        database.session.flush()
        trouble(numbers.start, "written")
        over = numbers.stop >= total
        return Slice(
            {"next": numbers.stop}, numbers.stop, total, "写", over, "写完了" if over else "", "/help" if over else ""
        )

    return Work("test_counting", prepare, apply)


def written(db: SQLAlchemy) -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def begun(work: Work, **more: Any) -> Job:
    service.publish(work)
    return service.begin("test_counting", "数数", {}, actor=more.get("actor", NOBODY), now=NOW)


def test_small_work_is_done_at_once(db: SQLAlchemy) -> None:
    job = begun(counting(10))
    service.run(job, now=NOW)
    assert (job.state, job.done, job.total, job.result, job.ended_at) == (JobState.DONE, 10, 10, "写完了", NOW)
    assert written(db) == 10


def test_the_worker_does_what_waits_and_nothing_twice(db: SQLAlchemy) -> None:
    job = begun(counting(7))
    assert service.work(NOW) == 3
    assert service.work(NOW) == 0
    db.session.refresh(job)
    assert job.state == JobState.DONE
    assert written(db) == 7


@pytest.mark.postgres
@pytest.mark.parametrize("when", ["reading", "written"])
@pytest.mark.parametrize("at", [0, 3, 6])
def test_work_whose_process_is_killed_goes_on_without_loss_or_doubles(db: SQLAlchemy, at: int, when: str) -> None:
    dead = []

    def once(number: int, moment: str) -> None:
        if number == at and moment == when and not dead:
            dead.append(1)
            raise Killed

    job_id = begun(counting(8, trouble=once)).id
    with pytest.raises(Killed):
        service.work(NOW)
    db.session.remove()
    assert written(db) == at
    service.work(NOW)
    db.session.remove()
    assert written(db) == 8
    assert db.session.get(Job, job_id).state == JobState.DONE


def test_a_refusal_ends_the_work_with_its_sentence_and_keeps_what_was_done(db: SQLAlchemy) -> None:
    def refuse(number: int, moment: str) -> None:
        if number == 3 and moment == "written":
            raise Invalid("第4行有误。")

    job = begun(counting(9, trouble=refuse))
    with pytest.raises(Invalid):
        service.run(job, now=NOW)
    db.session.refresh(job)
    assert (job.state, job.result) == (JobState.FAILED, "第4行有误。")
    assert written(db) == 3


def test_an_unforeseen_failure_is_tried_again_and_then_given_up(db: SQLAlchemy) -> None:
    times = []

    def fail(_number: int, moment: str) -> None:
        if moment == "written":
            times.append(1)
            raise ZeroDivisionError

    job = begun(counting(3, trouble=fail))
    service.work(NOW)
    db.session.refresh(job)
    assert len(times) == 3
    assert job.state == JobState.FAILED
    assert "系统出错" in job.result
    assert written(db) == 0


def test_stopped_work_does_nothing_more_and_ended_work_cannot_be_stopped(db: SQLAlchemy) -> None:
    job = begun(counting(9))
    service.cancel(job, actor=NOBODY, now=NOW)
    assert service.work(NOW) == 0
    assert written(db) == 0
    with pytest.raises(Conflict):
        service.cancel(job, actor=NOBODY, now=NOW)


def test_work_of_a_person_is_seen_by_that_person_alone(
    db: SQLAlchemy, browser: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    mine, other = a_registrant(), a_registrant()
    job = begun(counting(3), actor=actor_of(mine))
    address = f"/association/jobs/{job.code}"
    assert browser(mine).get(address).status_code == 200
    assert "数数" in browser(mine).get("/association/jobs/").text
    assert "数数" not in browser(other).get("/association/jobs/").text
    assert browser(other).get(address).status_code == 404
    assert client.get(address).status_code == 404
    assert browser(other).post(f"{address}/cancel").status_code == 404
    assert browser(mine).post(f"{address}/cancel").status_code == 303
    assert "已停止" in browser(mine).get(address).text


def test_work_of_a_visitor_is_for_who_holds_the_code(db: SQLAlchemy, client: FlaskClient) -> None:
    job = begun(counting(3))
    address = f"/association/jobs/{job.code}"
    page = client.get(address)
    assert page.status_code == 200
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert 'hx-trigger="every 2s"' in page.text
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    service.work(NOW)
    over = client.get(address, headers={"HX-Request": "true"})
    assert over.status_code == 286
    assert "写完了" in over.text
    assert "hx-trigger" not in over.text
    assert client.get("/association/jobs/" + "x" * 22).status_code == 404


def test_a_page_left_open_says_when_the_work_ended_and_offers_nothing_more_to_stop(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    job = begun(counting(3))
    address, asking = f"/association/jobs/{job.code}", {"HX-Request": "true", "Accept-Language": "en"}
    page = client.get(address, headers={"Accept-Language": "en"}).text
    assert f'action="{address}/cancel"' in page
    assert 'id="job-facts"' in page
    assert "hx-swap-oob" not in page
    still = client.get(address, headers=asking).text
    assert "job-facts" not in still, "nobody is torn from the button every two seconds"
    service.work(NOW)
    over = client.get(address, headers=asking).text
    assert 'id="job-facts" hx-swap-oob="true"' in over
    assert "/cancel" not in over
    assert "Done" in over
    with speaking("en"):
        assert over.count(show_moment(NOW)) >= 1
        assert show_moment(None) not in over


def test_what_ended_long_ago_is_forgotten(db: SQLAlchemy) -> None:
    job = begun(counting(3))
    service.run(job, now=NOW)
    assert service.clear(NOW) == 0
    assert service.clear(NOW + service.KEPT * 2) == 1
