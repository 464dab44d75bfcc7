"""How a signed-in person wants his mails, the same in console and portal."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from activity import preferences
from activity.mail_kinds import choices
from activity.models import MailPreference
from portal.access import actor_of, reader_of, user_of
from portal.refusals import try_on


class MailForm(forms.Form):
    """One choice for each kind of mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in choices():
            self.fields[kind.key] = forms.ChoiceField(
                label=str(kind.label),
                help_text=str(kind.hint),
                choices=MailPreference.Mode.choices,
            )


def show(request: HttpRequest, room: str) -> HttpResponse:
    """The form, and what was chosen."""
    reader, user = reader_of(request), user_of(request)
    form = MailForm(request.POST or None, initial=preferences.modes(user))
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: preferences.set_modes(
                seller=reader.seller, user=user, wanted=form.cleaned_data, actor=actor_of(request)
            ),
        )
    ):
        messages.success(request, _("Saved. It holds from now on."))
        return redirect(f"{room}:notifications-mail", reader.seller.slug)
    crumbs = [
        {
            "label": _("Notifications"),
            "url": reverse(f"{room}:notifications", args=[reader.seller.slug]),
        },
        {"label": _("Your mails"), "url": ""},
    ]
    status = 422 if form.is_bound else 200
    context = {"form": form, "crumbs": crumbs, "address": user.email}
    return render(request, f"{room}/notifications_mail.html", context, status=status)
