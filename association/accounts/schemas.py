"""Forms of ``/accounts``."""

from association.accounts.rules import LONGEST_ADDRESS, LONGEST_OVERLAP_DAYS, LONGEST_PASSWORD
from association.kernel.actors import Role
from association.vocabulary import Scope
from association.web import fields


class SignInIn(fields.In):
    # Bounds, not rules: a wrong shape gets the same sentence as a wrong password.
    email = fields.Text(LONGEST_ADDRESS * 2, required=True)
    password = fields.Text(LONGEST_PASSWORD * 5, required=True, trim=False)


class RegistrationIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    email = fields.Text(LONGEST_ADDRESS, required=True, blank=False)
    password = fields.Text(LONGEST_PASSWORD, required=True, trim=False)
    role = fields.Word(Role, required=True)


class PasswordIn(fields.In):
    old = fields.Text(LONGEST_PASSWORD * 5, required=True, trim=False)
    new = fields.Text(LONGEST_PASSWORD, required=True, trim=False)


class ConfirmationIn(fields.In):
    password = fields.Text(LONGEST_PASSWORD * 5, required=True, trim=False)


class ForgottenIn(fields.In):
    email = fields.Text(LONGEST_ADDRESS * 2, required=True)


class ResetIn(fields.In):
    new = fields.Text(LONGEST_PASSWORD, required=True, trim=False)


class AddressIn(fields.In):
    email = fields.Text(LONGEST_ADDRESS, required=True, blank=False)
    password = fields.Text(LONGEST_PASSWORD * 5, required=True, trim=False)


class CodeIn(fields.In):
    code = fields.Text(60, required=True, blank=False)


class FactorEndIn(CodeIn):
    password = fields.Text(LONGEST_PASSWORD * 5, required=True, trim=False)


class ReplacementIn(fields.In):
    overlap_days = fields.Whole(0, LONGEST_OVERLAP_DAYS, required=True)


class KeyIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    scopes = fields.Several(fields.Word(Scope), 10, load_default=list)
    expires_on = fields.Day(load_default=None, allow_none=True)
