"""The portal's look: two colours and a logo, tried out before they are saved."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal import brand
from portal.access import actor_of, reader_of, requires
from portal.refusals import try_on
from sellers import services
from sellers.models import Seller
from sellers.models.seller import COLOUR


def _colour(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=7,
        validators=[COLOUR],
        widget=forms.TextInput(attrs={"type": "color"}),
    )


class BrandingForm(forms.Form):
    """Colours and logo."""

    brand_colour = _colour(
        gettext_lazy("Brand colour"), gettext_lazy("The band, buttons and links of the portal.")
    )
    mark_colour = _colour(gettext_lazy("Mark colour"), gettext_lazy("Progress and small marks."))
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy(
            "PNG, JPEG, WebP or GIF, up to 2 MB. It is shown 30 pixels high, best as a square mark."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the present logo"), required=False)


@requires("settings.manage", room="console")
def branding(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Choose colours and logo beside a picture of the portal's band."""
    seller = reader_of(request).seller
    first = {"brand_colour": seller.brand_colour, "mark_colour": seller.mark_colour}
    form = BrandingForm(request.POST or None, request.FILES or None, initial=first)
    if not seller.logo:
        del form.fields["remove_logo"]
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.set_branding(
                seller=seller, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        for line in shifts(form.cleaned_data["brand_colour"], form.cleaned_data["mark_colour"]):
            messages.info(request, line)
        messages.success(request, _("The portal has its new look."))
        return redirect("console:branding", seller_slug)
    context = {"form": form, "shifts": shifts(seller.brand_colour, seller.mark_colour)}
    status = 422 if form.errors else 200
    return render(request, "console/settings/branding.html", context, status=status)


@requires("settings.manage", room="console")
@require_safe
def preview(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The stylesheet of two colours that are being tried out, for the preview only."""
    seller: Seller = reader_of(request).seller
    colours = [
        _readable(request.GET.get("brand", ""), seller.brand_colour),
        _readable(request.GET.get("mark", ""), seller.mark_colour),
    ]
    text = brand.stylesheet(*colours).replace(":root", "[data-brand-preview]", 1)
    return HttpResponse(text, content_type="text/css; charset=utf-8")


def shifts(brand_colour: str, mark_colour: str) -> list[str]:
    """What was moved so that it stays readable, in sentences; empty when nothing was.

    Only light mode is told: in dark mode every colour is lifted.
    """
    palette = brand.light_palette(brand_colour, mark_colour)
    found = []
    if palette.brand != brand_colour.lower():
        found.append(
            _("Text in the brand colour is shown darker, as %(colour)s, to be readable.")
            % {"colour": palette.brand}
        )
    if palette.mark != mark_colour.lower():
        found.append(
            _("Marks are shown darker, as %(colour)s, to be seen.") % {"colour": palette.mark}
        )
    return found


def _readable(text: str, otherwise: str) -> str:
    try:
        brand.parse_hex(text)
    except ValueError:
        return otherwise
    return text
