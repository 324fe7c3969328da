"""Forms of ``/training/papers``."""

from association.web import fields
from training.papers import rules
from training.questions.rules import LETTERS


class AnswerIn(fields.In):
    """An answer: letters as the paper shows them, and what the window had seen."""

    answer = fields.Several(fields.Text(1), len(LETTERS), load_default=list)
    seen = fields.Whole(0, 1_000_000, load_default=0)
    tab = fields.Text(16, load_default="")


class ExtendIn(fields.In):
    minutes = fields.Whole(1, rules.MOST_EXTRA, required=True)
    why = fields.Text(300, required=True, blank=False)
