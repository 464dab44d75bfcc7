"""How people sign up and in: allauth in the product's words."""

import logging
import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from prm.addresses import client_address
from sellers.mail import LANGUAGES
from sellers.models import User

logger = logging.getLogger(__name__)
# Where somebody wanted to go when he was sent to open an account: our own path, set by a page.
COME_BACK_KEY = "come_back_to"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Names, mails and addresses of ours; everything else is allauth's."""

    def save_user(
        self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True
    ) -> User:
        """Keeps the name that the sign-up form asked for.

        An invitation's link verifies the invited address and no other (see
        portal/public/invitations.py), so the mark is dropped for another one.
        """
        if not self.is_email_verified(request, form.cleaned_data["email"]):
            self.unstash_verified_email(request)
        user.name = (form.cleaned_data.get("name") or "").strip()
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where the person was sent from, else the front page, which knows where he belongs."""
        wanted: str = request.session.pop(COME_BACK_KEY, "")
        return wanted or reverse("landing")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The same."""
        return reverse("landing")

    def get_email_verification_redirect_url(self, email_address: object) -> str:
        """To the front page once signed in, else to the sign-in page."""
        return reverse("landing" if self.request.user.is_authenticated else "account_login")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by, as our proxies saw it."""
        return client_address(request) or "unknown"

    def format_email_subject(self, subject: str) -> str:
        """Subjects as written: no site name in brackets before them."""
        return subject

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """In the language of the person the mail is for, where he chose one."""
        user = context.get("user")
        language = getattr(user, "language", "") or translation.get_language()
        context = {"base_url": settings.BASE_URL, **context}
        with translation.override(language if language in LANGUAGES else None):
            message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is said on the page, not answered with an error."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException):
            logger.exception("mail %s was not sent", template_prefix)
            messages.error(
                self.request, _("The mail could not be sent. Ask for it again in a few minutes.")
            )


class PersonSignupForm(SignupForm):  # type: ignore[misc]
    """Name, e-mail, password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")
