"""API keys: the list, making one, showing its secret once, revoking it."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from partners import selectors as partners
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn, TextColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.refusals import put_on
from portal.statuses import labels
from portal.time_format import day_text
from prm.errors import NotFound, Refusal
from sellers import selectors, services
from sellers.models import ApiKey
from sellers.roles import API_SCOPES


def _acts(key: ApiKey) -> Any:
    if key.revoked_at:
        return ""
    return format_html(
        '<a class="btn btn-ghost" href="{}">{}<span class="visually-hidden"> {}</span></a>',
        reverse("console:api-keys-revoke", args=[key.seller.slug, key.pk]),
        _("Revoke"),
        key.name,
    )


def _scopes(key: ApiKey) -> str:
    return ", ".join(key.scopes)


class KeyTable(tables.Table):
    """One line per key."""

    name = NameColumn(
        gettext_lazy("Key"),
        meta=lambda key: format_html('<span class="mono">{}…</span>', key.prefix),
    )
    scopes = MarkupColumn(gettext_lazy("May"), show=_scopes, plain=_scopes, css="small", label=True)
    created_by = TextColumn(gettext_lazy("Made by"), label=True)
    created_at = DayColumn(gettext_lazy("Made"))
    last_used_on = DayColumn(gettext_lazy("Last used"))
    state = StatusColumn(gettext_lazy("State"), kind="key")
    acts = MarkupColumn(gettext_lazy("Acts"), show=_acts, css="r w1", exclude_from_export=True)


class KeyFilters(django_filters.FilterSet):
    """By name, prefix and state."""

    q = SearchFilter("name", "prefix", hint=gettext_lazy("Name or start of the key"))
    state = ChoicesFilter(label=gettext_lazy("State"), choices=labels("key"))

    class Meta:
        model = ApiKey
        fields: list[str] = []


KEYS = Listing(
    table=KeyTable,
    filters=KeyFilters,
    name="api-keys",
    default="-created_at",
    orders={"name": "name", "created_at": "created_at", "last_used_on": "last_used_on"},
    chips=("state", "key", "state"),
)


class KeyForm(forms.Form):
    """What the key is for and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("The program that will use it, “Webshop” for example."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("The key may"),
        choices=list(API_SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose as little as the program needs."),
    )
    partner_id = forms.TypedChoiceField(
        label=gettext_lazy("For"),
        required=False,
        coerce=uuid.UUID,
        empty_value=None,
        help_text=gettext_lazy("A partner’s key only reads, and only what is his."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rows = partners.partners().order_by("name").values_list("pk", "name")
        named = [(str(key), name) for key, name in rows]
        self.fields["partner_id"].choices = [("", _("us, the seller")), *named]  # type: ignore[attr-defined]


@requires("keys.manage", room="console")
def api_keys(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """Keys of the seller, those of partners included."""
    empty = Empty(
        _("No keys yet"),
        _("A key lets a program of yours send sales and read results over the API."),
        ((_("Make a key"), reverse("console:api-keys-new", args=[seller_slug])),),
        "key",
    )
    page = KEYS.show(request, selectors.api_keys_with_state(), empty=empty)
    return page.download or render(request, "console/settings/api_keys.html", {"page": page})


@requires("keys.manage", room="console")
@never_cache
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Make a key; the answer shows its secret, the only time."""
    form = KeyForm(request.POST or None, initial={"scopes": ["sales:write"]})
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = services.make_api_key(
                seller=reader_of(request).seller, actor=actor_of(request), **form.cleaned_data
            )
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            context = {"key": key, "secret": secret}
            return render(request, "console/settings/api_keys_made.html", context)
    status = 422 if form.errors else 200
    return render(request, "console/settings/api_keys_new.html", {"form": form}, status=status)


@requires("keys.manage", room="console")
def revoke(request: HttpRequest, seller_slug: str, key_id: uuid.UUID) -> HttpResponse:
    """Revoke a key, after saying what that means."""
    key = selectors.api_keys().filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no such key."))
    if request.method == "POST":
        services.revoke_api_key(key=key, actor=actor_of(request))
        messages.success(request, _("The key %(name)s is revoked.") % {"name": key.name})
        return redirect("console:api-keys", seller_slug)
    consequences = [
        _("The next request with %(prefix)s… gets status 401.") % {"prefix": key.prefix},
        _last_use(key),
        _("It cannot be undone. A new key has to be put into the program."),
    ]
    context = {"key": key, "consequences": consequences}
    return render(request, "console/settings/api_keys_revoke.html", context)


def _last_use(key: ApiKey) -> str:
    if key.last_used_on is None:
        return _("No program has used it yet.")
    return _("A program used it last on %(day)s.") % {"day": day_text(key.last_used_on)}
