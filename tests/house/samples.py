"""What each route is asked for in the matrix: a thing of the demo's ``maker``, and a form that would do something.

A route that takes arguments or changes something needs a line here; the matrix says which is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from association.accounts.models import Account, ApiKey, SessionRecord
from association.accounts.queries import account_by_email
from association.documents import service as documents
from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.dates import term_of_validity
from association.kernel.db import db
from association.mandates.models import Mandate
from association.outbox.models import Message
from association.vocabulary import MandateItem, MessageState, Scope
from catalog import demo
from catalog.categories.models import CatalogFact
from catalog.products.models import Product, ProductPaper
from catalog.register import queries
from catalog.register.queries import Filters
from catalog.reviews.models import Decision
from catalog.vocabulary import CaseState, Standing
from tests.builders import a_key, a_session, actor_of, pdf_bytes

Form = dict[str, Any]
NEW_PASSWORD = "another horse battery"
FAR_ID = 999_999


@dataclass(frozen=True)
class Sample:
    """Arguments of a route, and what is sent with it. ``make`` prepares what the form names."""

    args: dict[str, Any] = field(default_factory=dict)
    form: Callable[[], Form] = dict
    json: dict[str, Any] | None = None
    query: str = ""
    how: frozenset[str] = frozenset()  # arguments that say how, not what

    def missing(self) -> "Sample":
        """The same, asked of a thing that does not exist."""
        args = {name: value if name in self.how else _absent(value) for name, value in self.args.items()}
        return replace(self, args=args)


def _absent(value: Any) -> Any:
    return FAR_ID if isinstance(value, int) else "no-such-thing"


def _of_late() -> dict[str, str]:
    today = clock.today()
    return {"valid_from": today.isoformat(), "valid_until": term_of_validity(today, 2).isoformat()}


def _pdf() -> tuple[BytesIO, str]:
    return BytesIO(pdf_bytes("matrix")), "paper.pdf"


@dataclass
class Things:
    """Ids and numbers of the demo's things, and keys of its programs."""

    samples: dict[str, Sample]
    keys: dict[str, str]


def _one(statement: Any) -> Any:
    return db.session.scalars(statement.limit(1)).one()


def _product(model: str) -> Product:
    found = [one for one in db.session.scalars(sa.select(Product)) if one.dossier.get("model") == model]
    assert len(found) == 1, model
    return found[0]


def _account(name: str) -> Account:
    account = account_by_email(f"{name}@demo.example")
    assert account is not None
    return account


def things() -> Things:
    """Find them, or make them. Runs in an application context."""
    now = clock.now()
    maker, clerk, practitioner = _account("maker"), _account("clerk"), _account("practitioner")
    firm = _one(sa.select(Enterprise).where(Enterprise.uscc == demo.MAKER))
    other = _one(sa.select(Enterprise).where(Enterprise.uscc == demo.MAKER2))
    waiting_firm = _one(sa.select(Enterprise).where(Enterprise.uscc == demo.a_code(demo.NEWCOMER_BODY)))
    keys = {
        "maker": a_key(maker, firm),
        "maker2": a_key(_account("maker2"), other),
        "reviewer": a_key(_account("reviewer"), scopes=(Scope.REVIEWS_READ, Scope.REVIEWS_DECIDE)),
        "approver": a_key(_account("approver"), scopes=(Scope.REVIEWS_READ, Scope.REVIEWS_DECIDE)),
        "reader": a_key(maker, firm, scopes=(Scope.PRODUCTS_READ,)),
    }
    key = _one(sa.select(ApiKey).where(ApiKey.account_id == maker.id).order_by(ApiKey.id))
    draft, submitted, returned = _product("SL-CP-901"), _product("SL-PIR-901"), _product("SL-GB-901")
    paper = _one(sa.select(ProductPaper).where(ProductPaper.product_id == draft.id))
    decision = _one(sa.select(Decision).where(Decision.product_id == returned.id))
    a_session(maker, now)
    session = _one(sa.select(SessionRecord).where(SessionRecord.account_id == maker.id).order_by(SessionRecord.id))
    message = _one(sa.select(Message).where(Message.to_account_id == maker.id))
    dead = Message(
        key="matrix:dead",
        to_account_id=practitioner.id,
        to_address=practitioner.email,
        subject="未送达",
        body="未送达",
        url="",
        created_at=now,
        next_try_at=now,
        state=MessageState.DEAD,
    )
    db.session.add(dead)
    mandate = _one(sa.select(Mandate).where(Mandate.item == MandateItem.REGISTRATION))
    training = _one(sa.select(Mandate).where(Mandate.item == MandateItem.TRAINING))
    secretary = actor_of(_account("secretariat"), now)
    letter = documents.file(
        BytesIO(pdf_bytes("letter")), "letter.pdf", actor=secretary, enterprise_id=None, now=now, field="scan"
    )
    training.document_id = letter.document_id
    db.session.commit()
    number = (
        queries.register_page(Filters(standing=Standing.IN_FORCE), on=clock.today(), number=1, per_page=1)
        .items[0]
        .number
    )
    synonym = _one(sa.select(CatalogFact).where(CatalogFact.kind == "ground", CatalogFact.superseded_at.is_(None)))
    why, label = {"reason": "核对后决定"}, {"size": "50x30", "kind": "svg"}
    product, case = {"product_id": draft.id}, {"product_id": submitted.id}
    decide = {"decision": "returned", "version": str(submitted.version), "reason": "请补正型号"}
    version = submitted.version
    report = {"kind": "type_test_report", "number": "检字第9号", "issuer": "mps1", **_of_late()}
    samples = {
        # accounts
        "accounts.address_submit": Sample(form=lambda: {"email": "new@demo.example", "password": "x"}),
        "accounts.address_confirm": Sample({"token": "wrong"}),
        "accounts.address_confirm_submit": Sample({"token": "wrong"}),
        "accounts.make_key": Sample(form=lambda: {"name": "程序", "scopes": "products:read"}),
        "accounts.end_key": Sample({"key_id": key.id}),
        "accounts.replace_key": Sample({"key_id": key.id}, lambda: {"overlap_days": "7"}),
        "accounts.password_submit": Sample(form=lambda: {"old": "wrong", "new": NEW_PASSWORD}),
        "accounts.second_factor_confirm": Sample(form=lambda: {"code": "000000"}),
        "accounts.second_factor_end": Sample(form=lambda: {"code": "000000", "password": "x"}),
        "accounts.second_factor_recovery": Sample(form=lambda: {"code": "000000"}),
        "accounts.end_session": Sample({"session_id": session.id}),
        "accounts_public.confirm": Sample({"token": "wrong"}),
        "accounts_public.confirm_submit": Sample({"token": "wrong"}, lambda: {"password": "x"}),
        "accounts_public.forgotten_submit": Sample(form=lambda: {"email": "nobody@demo.example"}),
        "accounts_public.sign_in_submit": Sample(form=lambda: {"email": "nobody@demo.example", "password": "x"}),
        "accounts_public.code_submit": Sample(form=lambda: {"code": "000000"}),
        "accounts_public.register_submit": Sample(
            form=lambda: {
                "name": "新人",
                "email": "new@demo.example",
                "password": NEW_PASSWORD,
                "role": Role.REGISTRANT.value,
            }
        ),
        "accounts_public.reset": Sample({"token": "wrong"}),
        "accounts_public.reset_submit": Sample({"token": "wrong"}, lambda: {"new": NEW_PASSWORD}),
        # people
        "people.show": Sample({"account_id": practitioner.id}),
        "people.make": Sample(form=lambda: {"name": "新人", "email": "made@demo.example"}),
        "people.give_roles": Sample({"account_id": practitioner.id}, lambda: {"roles": "practitioner", **why}),
        "people.close": Sample({"account_id": practitioner.id}, lambda: why),
        "people.reopen": Sample({"account_id": practitioner.id}, lambda: why),
        "people.unlock": Sample({"account_id": practitioner.id}),
        "people.end_sessions": Sample({"account_id": practitioner.id}),
        "people.reset_second_factor": Sample({"account_id": practitioner.id}, lambda: why),
        # enterprises, mandates, files, messages
        "enterprises_public.invited": Sample({"token": "wrong"}),
        "enterprises_public.accept": Sample({"token": "wrong"}, lambda: {"name": "新人", "password": NEW_PASSWORD}),
        "enterprises_public.show": Sample({"uscc": demo.MAKER}),
        "enterprises.desk_one": Sample({"enterprise_id": waiting_firm.id}),
        "enterprises.confirm": Sample({"enterprise_id": waiting_firm.id}),
        "enterprises.suspend": Sample({"enterprise_id": firm.id}, lambda: why),
        "enterprises.register": Sample(form=lambda: {"name": "河北再造电子有限公司", "uscc": demo.a_code("PDY09009")}),
        "enterprises.change": Sample(form=lambda: {"name": firm.name, "kind": "manufacturer"}),
        "enterprises.add_user": Sample(form=lambda: {"email": "user@demo.example", "name": "同事"}),
        "enterprises.end_user": Sample({"account_id": clerk.id}),
        "mandates_public.show": Sample({"mandate_id": mandate.id}),
        "mandates.ending": Sample({"mandate_id": mandate.id}),
        "mandates.end": Sample({"mandate_id": mandate.id}, lambda: {"last_day": now.date().isoformat()}),
        "mandates.scan": Sample({"mandate_id": training.id}),
        "mandates.attach": Sample({"mandate_id": mandate.id}, lambda: {"scan": _pdf()}),
        "mandates.record": Sample(
            form=lambda: {"number": "示例9号", "item": "5", "issuer": "示例机关", "begins": "2026-01-01"}
        ),
        "documents.show": Sample({"filing_id": paper.filing_id}),
        "ledger.export": Sample(form=lambda: {"form": "csv"}),
        "outbox.resend": Sample({"message_id": dead.id}),
        "outbox.read": Sample({"message_id": message.id}),
        # the national catalog
        "categories_public.show": Sample({"code": "01"}),
        "categories.offer": Sample(form=lambda: {"file": (BytesIO(b"{}"), "catalog.json")}),
        "categories.file": Sample({"sha256": "0" * 64}),
        "categories.load": Sample({"sha256": "0" * 64}, lambda: {"basis": "1", **why}),
        "categories.facts": Sample({"kind": "ground"}),
        "categories.new": Sample({"kind": "ground"}),
        "categories.add": Sample({"kind": "ground"}, lambda: why),
        "categories.history": Sample({"fact_id": synonym.id}),
        "categories.edit": Sample({"fact_id": synonym.id}),
        "categories.change": Sample({"fact_id": synonym.id}, lambda: why),
        "categories.ending": Sample({"fact_id": synonym.id}),
        "categories.end": Sample({"fact_id": synonym.id}, lambda: {"way": "withdraw", **why}),
        # the workbench
        "products.create": Sample(form=lambda: {"category": "01", "subtype": "passive_infrared"}),
        "products.show": Sample(product),
        "products.edit": Sample(product),
        "products.save": Sample(product, lambda: {"brand": "新牌"}),
        "products.add_paper": Sample(product, lambda: {**report, "file": _pdf()}),
        "products.remove_paper": Sample({**product, "paper_id": paper.id}),
        "products.submit": Sample(product, lambda: {"declared": "1"}),
        "products.withdraw": Sample(case),
        "products.discard": Sample(product),
        "products_paper.receipt": Sample(case),
        "reviews_paper.last_letter": Sample({"product_id": returned.id}),
        "reviews_paper.letter": Sample({"product_id": returned.id, "decision_id": decision.id}),
        # the desk
        "reviews.show": Sample(case),
        "reviews.decide": Sample(case, lambda: decide),
        # the register
        "register_public.show": Sample({"number": number}),
        "register_public.qr": Sample({"number": number}),
        "register_short.follow": Sample({"number": number}),
        "register_paper.notice": Sample({"number": number}),
        "register_paper.label": Sample({"number": number, **label}, how=frozenset(label)),
        # pages that explain
        "web_front.problem": Sample({"code": "not_found"}),
        "static": Sample({"filename": "registry.css"}),
        # programs
        "documents_api.file": Sample(form=lambda: {"file": _pdf()}),
        "enterprises_api.show": Sample({"uscc": demo.MAKER}),
        "products_api.create": Sample(json={"category": "01", "subtype": "passive_infrared"}),
        "products_api.show": Sample(product),
        "products_api.save": Sample(product, json={"brand": "新牌"}),
        "products_api.add_paper": Sample(
            product,
            json={**report, "filing": paper.filing_id},
        ),
        "products_api.submit": Sample(product, json={"declared": True}),
        "register_api.show": Sample({"number": number}),
        "reviews_api.show": Sample(case),
        "reviews_api.decide": Sample(case, json={"decision": "returned", "version": version, "reason": "请补正型号"}),
        "verifications_api.check": Sample(query=f"number={number}"),
    }
    assert submitted.state is CaseState.SUBMITTED
    return Things(samples, keys)
