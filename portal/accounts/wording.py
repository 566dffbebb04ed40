"""What Flask-Security says on our pages, in our words and from our catalogues of translations."""


def N_(text: str) -> str:
    """Mark a text that is translated where it is shown."""
    return text


MESSAGES = {
    "GENERIC_AUTHN_FAILED": (N_("The e-mail address or the password is wrong."), "danger"),
    "UNAUTHENTICATED": (N_("Sign in first."), "danger"),
    "PASSWORD_NOT_PROVIDED": (N_("Write your password."), "danger"),
    "INVALID_PASSWORD": (N_("This is not your present password."), "danger"),
    "PASSWORD_IS_THE_SAME": (N_("The new password is the present one. Choose another."), "danger"),
    "PASSWORD_INVALID_LENGTH": (N_("The password is shorter than %(length)s characters."), "danger"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two new passwords differ. Write the same one twice."), "danger"),
    "PASSWORD_CHANGE": (N_("Your password is changed. Other devices are signed out."), "success"),
}
