"""One's sessions: seen, and ended one by one or all."""

import re

from tests.builders import PASSWORD, an_account

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


def _sign_in(app, account, **headers):
    visitor = app.test_client()
    form = {"email": account.email, "password": PASSWORD}
    assert visitor.post("/accounts/login", data=form, headers=headers).status_code == 303
    return visitor


def test_sessions_are_listed_with_their_device_and_ended_one_by_one(app, db):
    account = an_account()
    here, phone = _sign_in(app, account), _sign_in(app, account, **FIREFOX)
    page = here.get("/accounts/sessions").text
    assert "Firefox · Linux" in page
    assert "本机" in page
    (end,) = re.findall(r"/accounts/sessions/\d+/end", page)
    assert here.post(end).status_code == 303
    assert phone.get("/accounts/").status_code == 303
    assert here.get("/accounts/").status_code == 200


def test_all_others_end_at_once_and_this_one_stays(app, db):
    account = an_account()
    here, *others = (_sign_in(app, account) for _browser in range(4))
    assert here.post("/accounts/sessions/end").status_code == 303
    assert [other.get("/accounts/").status_code for other in others] == [303, 303, 303]
    assert here.get("/accounts/").status_code == 200


def test_anothers_session_is_not_there(app, db, browser):
    owner, stranger = _sign_in(app, an_account()), browser(an_account())
    link = re.search(r"本机", owner.get("/accounts/sessions").text)
    assert link
    for session_id in range(1, 4):
        answer = stranger.post(f"/accounts/sessions/{session_id}/end")
        assert answer.status_code in (303, 404)
    assert owner.get("/accounts/").status_code == 200


def test_a_session_that_was_signed_out_is_over_also_for_who_copied_its_cookie(app, db):
    here = _sign_in(app, an_account())
    cookie = here.get_cookie("session").value
    here.post("/accounts/logout")
    thief = app.test_client()
    thief.set_cookie("session", cookie)
    assert thief.get("/accounts/").status_code == 303


def test_signing_in_begins_a_session_of_its_own(app, db):
    """Nothing that was in the browser before goes on (session fixation)."""
    account = an_account()
    visitor = app.test_client()
    with visitor.session_transaction() as session:
        session["planted"] = "x"
    visitor.post("/accounts/login", data={"email": account.email, "password": PASSWORD})
    with visitor.session_transaction() as session:
        assert "planted" not in session


def test_letters_follow_the_language_somebody_signs_in_with_and_the_one_they_choose_later(app, db):
    account = an_account()
    here = _sign_in(app, account, **{"Accept-Language": "en"})
    db.session.refresh(account)
    assert account.language == "en"
    for chosen, expected in (("zh", "zh"), ("xx", "zh"), ("en", "en")):
        assert here.get(f"/accounts/?lang={chosen}").status_code == 303
        db.session.rollback()
        db.session.refresh(account)
        assert account.language == expected
