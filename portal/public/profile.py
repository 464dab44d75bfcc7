"""A person's own name, language and time zone: one log-in, the same in every room."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import choices
from portal.access import signed_in, user_of
from portal.refusals import try_on
from sellers import services


class ProfileForm(forms.Form):
    """What a person may say about himself."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("As others read it, also in the trail of what you did."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy("All times are shown in it."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        first = ("", _("As the browser asks"))
        self.fields["language"].choices = [first, *choices.languages()]  # type: ignore[attr-defined]
        zone = ("", _("As the seller’s"))
        self.fields["time_zone"].choices = [zone, *choices.time_zones()]  # type: ignore[attr-defined]


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change the person's own profile."""
    user = user_of(request)
    first = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, initial=first)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(form, lambda: services.change_person(user=user, **form.cleaned_data))
    ):
        if user.language:
            translation.activate(user.language)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    status = 422 if form.errors else 200
    return render(request, "public/profile.html", {"form": form}, status=status)
