"""Forms of ``/training/questions``."""

from typing import Any

from marshmallow import post_load

from association.web import fields
from training.questions import rules
from training.questions.queries import Filters
from training.questions.rules import LETTERS
from training.vocabulary import Difficulty, QuestionKind


class ListQuery(fields.In):
    """What the list is narrowed to."""

    q = fields.Text(100, load_default="")
    subject = fields.Text(80, load_default="")
    kind = fields.Word(QuestionKind, load_default=None, allow_none=True)
    difficulty = fields.Word(Difficulty, load_default=None, allow_none=True)
    retired = fields.Flag(load_default=False)
    page = fields.Whole(1, 100_000, load_default=1)

    @post_load
    def filters(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """The filters beside the page."""
        number = data.pop("page")
        return {"filters": Filters(**data), "number": number}


class QuestionIn(fields.In):
    """A question as it is typed: ``said`` its content, ``given`` the options as they stood."""

    kind = fields.Word(QuestionKind, required=True)
    subject = fields.Text(80, required=True, blank=False)
    difficulty = fields.Word(Difficulty, required=True)
    stem = fields.Text(rules.LONGEST_STEM, lines=True, required=True, blank=False)
    option_a = fields.Text(rules.LONGEST_OPTION, load_default="")
    option_b = fields.Text(rules.LONGEST_OPTION, load_default="")
    option_c = fields.Text(rules.LONGEST_OPTION, load_default="")
    option_d = fields.Text(rules.LONGEST_OPTION, load_default="")
    option_e = fields.Text(rules.LONGEST_OPTION, load_default="")
    option_f = fields.Text(rules.LONGEST_OPTION, load_default="")
    answers = fields.Several(fields.Text(1), len(LETTERS), load_default=list)
    explanation = fields.Text(rules.LONGEST_EXPLANATION, lines=True, load_default="")
    source = fields.Text(rules.LONGEST_SOURCE, load_default="")

    @post_load
    def content(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """The question in its normal form, beside what else the form says."""
        given = [data.pop(f"option_{letter.lower()}") for letter in LETTERS]
        answers = [LETTERS.index(one) for one in data.pop("answers") if one and one in LETTERS]
        said = rules.content(
            data.pop("kind"),
            data.pop("subject"),
            data.pop("difficulty"),
            data.pop("stem"),
            given,
            answers,
            explanation=data.pop("explanation"),
            source=data.pop("source"),
        )
        return {**data, "said": said, "given": given}


class ChangeIn(QuestionIn):
    seen = fields.Whole(1, 1_000_000, required=True)
    why = fields.Text(rules.LONGEST_WHY, load_default="")


class WhyIn(fields.In):
    why = fields.Text(rules.LONGEST_WHY, required=True, blank=False)
