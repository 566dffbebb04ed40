"""Flask-Security's forms for signing in and for a new password, with the throttle in front of the comparison."""

from typing import Any, cast

from flask import after_this_request, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security.forms import ChangePasswordForm as LibraryChangeForm
from flask_security.forms import EmailValidation, EqualToLocalize, LoginForm, email_required
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired

from portal.accounts import services, throttle
from portal.accounts.models import User
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.web.guard import actor
from portal.web.preferences import local_path


def plain_email(email: str | None) -> str:
    """An address as accounts have it: in lower case, without spaces around it."""
    return (email or "").strip().lower()


class SignInForm(LoginForm):
    """E-mail and password. One answer for a wrong password, an unknown account and one that is switched off."""

    email = EmailField(validators=[email_required, EmailValidation(verify=False)], filters=[plain_email])
    remember = None  # a session ends with its hours, whatever is sent along

    def validate(self, **kwargs: Any) -> bool:
        """Check the limits first: a guess that is one too many is not even compared."""
        self.next.data = local_path(self.next.data) or ""  # a link that leads elsewhere is not followed
        account = throttle.account_mark(self.email.data)
        address = request.remote_addr or "-"
        limiter = throttle.sign_in_throttle()
        if not limiter.allows(account, address, throttle.known_device(account)):
            self.form_errors = [_("Too many attempts. Wait five minutes, then try again.")]
            after_this_request(_too_many)
            return False
        if not super().validate(**kwargs):
            limiter.failed(account, address)
            with transaction():  # this form stands in for the library's view, which commits successes only
                services.note_failed_sign_in(cast("User | None", self.user), address)
            return False
        limiter.succeeded(account, address)
        person = cast(User, self.user)
        if authorities.actor_for(person.id, person.display_name) is None:
            self.form_errors = [_("Your account has no role any more. Ask the operator of the network.")]
            return False
        cookie.clear()  # nothing that was planted in a visitor's session outlives the sign-in
        after_this_request(lambda response: _remember(response, account))
        return True


class ChangePasswordForm(LibraryChangeForm):
    """The present password and the new one, twice. Guessing the present one is limited like signing in."""

    password = PasswordField(_l("Present password"))
    new_password = PasswordField(_l("New password"), [DataRequired(_l("Write a new password."))])
    new_password_confirm = PasswordField(
        _l("New password again"), [EqualToLocalize("new_password", message="RETYPE_PASSWORD_MISMATCH")]
    )

    def validate(self, **kwargs: Any) -> bool:
        """Check the limit first, then the passwords."""
        account, address = str(actor().user_id), request.remote_addr or "-"
        limiter = throttle.sign_in_throttle()
        if not limiter.allows(account, address, True):
            self.form_errors = [_("Too many attempts. Wait five minutes, then try again.")]
            after_this_request(_too_many)
            return False
        if not super().validate(**kwargs):
            return False
        limiter.succeeded(account, address)
        return True


def _too_many(response: Response) -> Response:
    response.status_code = 429
    return response


def _remember(response: Any, account: str) -> Any:
    throttle.remember_device(response, account)
    return response
