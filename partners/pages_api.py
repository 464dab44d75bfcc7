"""Partners' public pages over the API: what stands there, and the seller's hiding and showing."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from partners import pages, selectors, services
from partners.models import PartnerPage
from prm.errors import NotFound, Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Email, Instant, Key, Text, Url, Yes
from sellers.rest.forms import FormParser, Upload
from sellers.rest.pagination import NEWEST
from sellers.rest.parsers import StrictJSONParser
from sellers.rest.serializers import Input, Output

STATES = [
    ("hidden", _("Hidden")),
    ("public", _("Public")),
    ("listed", _("In the directory")),
    ("private", _("Private")),
]


class PageOutput(Output):
    """What a partner shows of himself. `state` says who can see it."""

    partner = Key(source="partner_id")
    name = Text()
    slug = Text()
    headline = Text()
    about = Text()
    topics = ListField(child=Text())
    email = Text()
    phone = Text()
    website = Text()
    is_public = Yes()
    is_listed = Yes()
    state = Choice(choices=STATES)
    hidden_reason = Text()
    updated_at = Instant()


class PageChanges(Input):
    """What may be changed; the page is made when there is none yet."""

    name = Text(max_length=160, required=False)
    slug = Text(max_length=50, required=False)
    headline = Text(max_length=140, required=False, allow_blank=True)
    about = Text(max_length=3000, required=False, allow_blank=True)
    topics = ListField(
        child=Text(max_length=pages.TOPIC_LENGTH), max_length=pages.MOST_TOPICS, required=False
    )
    email = Email(required=False, allow_blank=True)
    phone = Text(max_length=40, required=False, allow_blank=True)
    website = Url(required=False, allow_blank=True)


class PageLogo(Input):
    """A partner's logo; it is drawn anew as a PNG of at most 512 pixels a side."""

    file = Upload(required=False, help_text="As a part of multipart/form-data: PNG, JPEG or WebP.")
    remove = Yes(required=False, help_text="true takes the present one away; no file then.")


class PageReason(Input):
    """Why. The partner reads it."""

    reason = Text(max_length=500)


class PageQuery(Input):
    """Which pages."""

    state = Choice(choices=STATES, required=False)


def _page(call: Call, partner_id: uuid.UUID) -> PartnerPage:
    """The page of the partner in the address. Raises NotFound where he has none yet."""
    call.require_partner(partner_id)
    found = pages.page_of(partner_id)
    if found is None:
        raise NotFound("page")
    return found


class PartnerPages(Endpoint):
    """All pages."""

    scopes = {"GET": "partners:read"}

    @operation(_("List partners' pages"), query=PageQuery, answer=PageOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Any]:
        return pages.pages().filter(**call.filters())


class PartnerPageDetail(Endpoint):
    """One partner's page. Whether it is public is his own choice, made in the portal."""

    scopes = {"GET": "partners:read", "PATCH": "partners:write"}
    partner_keys = True

    @operation(_("Read a partner's page"), answer=PageOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> PartnerPage:
        return _page(call, partner_id)

    @operation(_("Change a partner's page"), body=PageChanges, answer=PageOutput)
    def patch(self, call: Call, partner_id: uuid.UUID) -> PartnerPage:
        partner = call.found(selectors.partners().select_related("seller"), partner_id)
        services.save_page(partner=partner, actor=call.actor, **call.data)
        return _page(call, partner_id)


class PartnerPageLogo(Endpoint):
    """The logo that his page and co-branded pieces carry."""

    parser_classes = (StrictJSONParser, FormParser)
    scopes = {"POST": "partners:write"}

    @operation(_("Set or remove a partner's logo"), body=PageLogo, answer=PageOutput)
    def post(self, call: Call, partner_id: uuid.UUID) -> PartnerPage:
        partner = call.found(selectors.partners().select_related("seller"), partner_id)
        logo, remove = call.data.get("file"), call.data.get("remove", False)
        if (logo is None) != remove:
            message = _("Send a picture, or true for “remove”.")
            raise Unacceptable(str(message), field="file", code="required")
        services.save_page(partner=partner, actor=call.actor, logo=logo, remove_logo=remove)
        return _page(call, partner_id)


class PartnerPageHide(Endpoint):
    """Page and directory entry are gone; the partner reads why."""

    scopes = {"POST": "partners:write"}

    @operation(_("Hide a partner's page"), body=PageReason, answer=PageOutput)
    def post(self, call: Call, partner_id: uuid.UUID) -> PartnerPage:
        page = _page(call, partner_id)
        services.hide_page(page=page, reason=call.data["reason"], actor=call.actor)
        return _page(call, partner_id)


class PartnerPageShow(Endpoint):
    """A hidden page is shown again, as far as its partner wants it shown."""

    scopes = {"POST": "partners:write"}

    @operation(_("Show a hidden page again"), answer=PageOutput)
    def post(self, call: Call, partner_id: uuid.UUID) -> PartnerPage:
        services.show_page(page=_page(call, partner_id), actor=call.actor)
        return _page(call, partner_id)


urlpatterns = [
    path("partner-pages", PartnerPages.as_view()),
    path("partners/<uuid:partner_id>/page", PartnerPageDetail.as_view()),
    path("partners/<uuid:partner_id>/page/logo", PartnerPageLogo.as_view()),
    path("partners/<uuid:partner_id>/page/hide", PartnerPageHide.as_view()),
    path("partners/<uuid:partner_id>/page/show", PartnerPageShow.as_view()),
]
