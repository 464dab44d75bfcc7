"""Opening a seller account."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal import choices, navigation
from portal.access import signed_in, user_of
from portal.refusals import put_on
from prm.errors import Refusal
from sellers import services
from sellers.models import Seller
from sellers.models.seller import SLUG
from sellers.rules import slug_from

# Where a country settles currency and time zone, the form starts with them.
_USUAL = {"id": ("IDR", "Asia/Jakarta")}


class SellerForm(forms.Form):
    """What a new seller account needs."""

    name = forms.CharField(label=_("Company"), max_length=120)
    slug = forms.CharField(
        label=_("Address"),
        max_length=50,
        required=False,
        validators=[SLUG],
        help_text=_(
            "The first part of your addresses here. Partners see it in their links. Left empty, "
            "it is made from the company name. It cannot be changed later."
        ),
        widget=forms.TextInput(attrs={"data-slug-from": "id_name", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=_("Country"))
    currency = forms.ChoiceField(
        label=_("Currency"), help_text=_("What new programs start with; each may use another.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        widget=forms.Select(attrs={"data-browser-zone": ""}),
        help_text=_("Days, months and deadlines are counted in it."),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("For mails to people who have not chosen one.")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        blank = [("", "")]
        self.fields["country"].choices = blank + choices.countries()  # type: ignore[attr-defined]
        self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = choices.time_zones()  # type: ignore[attr-defined]
        self.fields["language"].choices = choices.languages()  # type: ignore[attr-defined]

    def clean(self) -> None:
        """An address from the company name, where none was given."""
        if not self.cleaned_data.get("slug") and "slug" not in self.errors:
            found = slug_from(self.cleaned_data.get("name", ""))
            if found:
                self.cleaned_data["slug"] = found
            elif "name" not in self.errors:
                self.add_error("slug", _("Write an address: 3 to 50 of a-z, 0-9 and hyphen."))


@signed_in
def signup(request: HttpRequest) -> HttpResponse:
    """Open a seller account and enter its console."""
    form = SellerForm(request.POST or None, initial=_first_values())
    if request.method == "POST" and form.is_valid():
        try:
            seller = services.sign_up_seller(user=user_of(request), **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            return redirect(_console(seller))
    status = 422 if form.errors else 200
    return render(request, "public/signup.html", {"form": form}, status=status)


def _first_values() -> dict[str, str]:
    language = (get_language() or "en").partition("-")[0]
    currency, zone = _USUAL.get(language, ("EUR", "UTC"))
    return {"currency": currency, "time_zone": zone, "language": language}


def _console(seller: Seller) -> str:
    return navigation.address("console:home", seller.slug) or "/"
