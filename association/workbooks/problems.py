"""The problem kinds of workbooks, for the one map (``/problems/<code>``)."""

from association.web.problems import Problem
from association.workbooks.words import TITLES, WAYS_OUT

PROBLEMS = {one.value: Problem(422, TITLES[one], WAYS_OUT[one]) for one in TITLES}
