"""The seller's own hosts for links over the API."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output
from tracking import services
from tracking.models import LinkDomain
from tracking.selectors import domains

STATES = [
    ("named", _("Not checked yet")),
    ("checking", _("Being checked")),
    ("verified", _("Leads here")),
    ("fault", _("Does not lead here")),
]
FAULTS = "Why the last check failed: unknown_host, unreachable, timeout, private, tls, status (of \
another server), answer (of another server), taken (by another seller), or another code."


class Target(Text):
    """Where the host's CNAME record must lead."""

    def to_representation(self, value: Any) -> str:
        return urlsplit(settings.BASE_URL).hostname or ""


class LinkDomainOutput(Output):
    """A host that links may stand on once `verified_at` is set."""

    id = Key()
    host = Text()
    cname = Target(source="*", help_text="Where the host's CNAME record must lead.")
    state = Choice(choices=STATES)
    fault = Text(help_text=FAULTS)
    links = Whole(source="link_count")
    verified_at = Instant(allow_null=True)
    checked_at = Instant(allow_null=True)
    created_at = Instant()


class LinkDomainInput(Input):
    """A part of the seller's domain that nothing else uses, like go.shop.example."""

    host = Text(max_length=253)


class LinkDomainQuery(Input):
    """Which hosts."""

    host = Text(max_length=253, required=False)
    state = Choice(choices=STATES, required=False)


class LinkDomains(Endpoint):
    """All hosts for links."""

    scopes = {"GET": "links:read", "POST": "links:write"}

    @operation(
        _("List hosts for links"), query=LinkDomainQuery, answer=LinkDomainOutput, orders=NEWEST
    )
    def get(self, call: Call) -> QuerySet[LinkDomain]:
        return domains.listed().filter(**call.filters())

    @operation(
        _("Name a host for links"), body=LinkDomainInput, answer=LinkDomainOutput, statuses=(201,)
    )
    def post(self, call: Call) -> LinkDomain:
        made = services.add_domain(seller=call.seller, actor=call.actor, **call.data)
        return domains.listed_by_id(made.pk)


class LinkDomainDetail(Endpoint):
    """One host."""

    scopes = {"GET": "links:read", "DELETE": "links:write"}

    @operation(_("Read a host for links"), answer=LinkDomainOutput)
    def get(self, call: Call, domain_id: uuid.UUID) -> LinkDomain:
        return call.found(domains.listed(), domain_id)

    @operation(_("Take a host for links away"), statuses=(204,))
    def delete(self, call: Call, domain_id: uuid.UUID) -> None:
        services.remove_domain(domain=call.found(domains.domains(), domain_id), actor=call.actor)


class LinkDomainCheck(Endpoint):
    """Ask whether the host leads here; a worker does, and `state` says what it found."""

    scopes = {"POST": "links:write"}

    @operation(_("Check a host for links"), answer=LinkDomainOutput)
    def post(self, call: Call, domain_id: uuid.UUID) -> LinkDomain:
        services.ask_for_check(domain=call.found(domains.domains(), domain_id))
        return domains.listed_by_id(domain_id)


urlpatterns = [
    path("link-domains", LinkDomains.as_view()),
    path("link-domains/<uuid:domain_id>", LinkDomainDetail.as_view()),
    path("link-domains/<uuid:domain_id>/check", LinkDomainCheck.as_view()),
]
