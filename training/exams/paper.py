"""The sign-in sheet of a sitting: ``/training/exams/<id>/sign-in.pdf``."""

from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.i18n import speaking
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import member_door
from association.web.identity import current_actor
from training.exams import queries, sheets
from training.vocabulary import Duty

bp = member_door(__name__, prefix="/training/exams")


@bp.get("/<int:sitting_id>/sign-in.pdf")
def sign_in(sitting_id: int) -> ResponseReturnValue:
    found = queries.held_for(current_actor(), sitting_id)
    names = [account.name for duty, account in queries.duties(sitting_id) if duty is Duty.INVIGILATOR]
    # Sheets are filled in by hand in the room, in its language, whoever prints them.
    with speaking("zh"):
        sheet = sheets.sign_in(found, queries.sitters(sitting_id), names, now=clock.now())
        answer = printed(sheet_job(sheet), f"exam-{sitting_id}", f"{sheet.title}-{found.sitting.code}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
