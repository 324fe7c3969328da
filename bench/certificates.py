"""A class's certificates: seconds from asking to one printed file, against a bare Typst run of the same pages.

    python -m bench.certificates

The baseline compiles the same form with the same data by ``typst.compile`` in the same process: no database, no QR codes,
no signatures. Processor time, after one certificate was set to have the fonts read.
"""

import logging
import tempfile
import time
from typing import Any

import flask_migrate
import typst
from sqlalchemy import select

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import db, intend_to_write, transaction
from association.mandates.models import Mandate
from association.paper import press
from association.paper.diplomas import DiplomaForm
from association.paper.press import print_job
from association.persons import service as persons
from association.signing import service as signing
from bench.rosters import a_class, an_identity
from training.certificates import diplomas, entering, printing
from training.certificates.models import Certificate
from training.courses import queries as courses
from wsgi import create_app

SITE = "https://register.example"
NAMES = ("学员", "欧阳示例", "㛃𬀩𠮷", "买买提·吐尔逊江")


def issue(count: int) -> list[Certificate]:
    """So many certificates of one class, each of somebody else, as the register writes them."""
    of, now, today = a_class(count), clock.now(), clock.today()
    course, syllabus = courses.course_by_id(of.course_id), courses.syllabus(of.syllabus_id)
    mandate = db.session.scalars(select(Mandate)).one()
    signing.ensure(actor=OPERATOR, now=now)
    with transaction():
        return [
            entering.enter(
                course,
                syllabus,
                of,
                persons.enter_person(f"{NAMES[place % 4]}{place}", an_identity(place), actor=OPERATOR, now=now),
                80,
                valid_from=today,
                valid_until=None,
                mandate=mandate,
                actor=OPERATOR,
                now=now,
            )
            for place in range(count)
        ]


def bare(job: press.Job) -> float:
    """Seconds of the same pages by Typst alone."""
    compiler = typst.Compiler(str(press.FORMS / "diploma.typ"), root=str(press.FORMS), font_paths=[str(press.FONTS)], ignore_system_fonts=True)  # fmt: skip
    begun = time.process_time()
    compiler.compile(
        format="pdf",
        sys_inputs={"data": job.data},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(job.at.timestamp()),
    )
    return time.process_time() - begun


def run(count: int = 500) -> dict[str, Any]:
    """For each form: seconds for all of it, of Typst alone; and the size of the file in bytes."""
    logging.disable(logging.INFO)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "PROPAGATE_EXCEPTIONS": True, "RATE_LIMITS": False})
        with app.app_context():
            flask_migrate.upgrade()
            intend_to_write()
            certificates, now = issue(count), clock.now()
            for form in DiplomaForm:
                print_job(diplomas.job(printing.pages_of(certificates[:1], now=now), form, site=SITE))
                begun = time.process_time()
                job = diplomas.job(printing.pages_of(certificates, now=now), form, site=SITE)
                content = print_job(job)
                figures[form.value] = (time.process_time() - begun, bare(job), len(content))
            db.session.remove()
    return figures


def main() -> None:
    """Print the table."""
    count = 500
    print("| certificates | form | seconds (this machine) | Typst alone | ratio | file |")
    print("|---:|---|---:|---:|---:|---:|")
    for form, (whole, alone, size) in run(count).items():
        print(f"| {count} | {form} | {whole:.1f} | {alone:.1f} | {whole / alone:.1f} | {size / 1e6:.1f} MB |")


if __name__ == "__main__":
    main()
