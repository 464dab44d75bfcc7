"""Reads about partners and their people."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from partners import rules
from partners.models import Member, Partner
from prm.errors import NotFound
from sellers.models import Invitation, Seller, Staff, User
from sellers.reader import PartnerSeat
from sellers.roles import STAFF_PERMISSIONS

SEATED = (Partner.Status.ACTIVE, Partner.Status.SUSPENDED, Partner.Status.TERMINATED)


ABOVE = """
WITH RECURSIVE above (id, level) AS (
    SELECT recruited_by_id, 1 FROM partners_partner WHERE id = %s
    UNION ALL
    SELECT p.recruited_by_id, a.level + 1 FROM partners_partner p JOIN above a ON p.id = a.id
) SELECT id FROM above WHERE id IS NOT NULL ORDER BY level
"""


@dataclass(frozen=True)
class Duplicate:
    """A partner who may be the same as another, and what they share: email, domain or name."""

    partner: Partner
    shares: str


def partners() -> QuerySet[Partner]:
    """All partners of the seller in scope, with him and their manager."""
    return Partner.objects.select_related("seller", "manager__user")


def partner_by_id(partner_id: uuid.UUID | str) -> Partner:
    """The partner with its manager; raises NotFound."""
    found = partners().filter(pk=partner_id).first()
    if found is None:
        raise NotFound("partner")
    return found


def recruiters_above(partner_id: uuid.UUID) -> list[uuid.UUID]:
    """Who recruited the partner, who recruited that one, and so on up; the nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [partner_id])
        return [row[0] for row in cursor.fetchall()]


def status_counts() -> dict[str, int]:
    """How many partners are in each status."""
    rows = Partner.objects.order_by().values_list("status").annotate(Count("id"))
    return dict(rows)


def countries_in_use() -> list[str]:
    """Country codes that at least one partner has."""
    rows = Partner.objects.exclude(country="").order_by("country")
    return list(rows.values_list("country", flat=True).distinct())


def managers() -> QuerySet[Staff]:
    """Staff who may look after partners, owners first."""
    able = [role for role, held in STAFF_PERMISSIONS.items() if "partners.manage" in held]
    return (
        Staff.objects.filter(role__in=able, is_active=True)
        .select_related("user")
        .order_by("-role", "id")
    )


def default_manager(user: User | None = None) -> Staff | None:
    """`user` where he may look after partners, else the seller's first owner."""
    able = managers()
    own = able.filter(user=user).first() if user else None
    return own or able.filter(role=Staff.Role.OWNER).order_by("id").first()


def staff_to_tell(partner: Partner | None = None) -> list[User]:
    """Who hears of a partner's news: his manager, else everybody who may manage partners."""
    if partner is not None and partner.manager_id is not None:
        manager = managers().filter(pk=partner.manager_id).first()
        if manager is not None:
            return [manager.user]
    return [staff.user for staff in managers()]


def people_of(partner: Partner) -> QuerySet[Member]:
    """The partner's active people, admins first."""
    return (
        Member.objects.filter(partner=partner, is_active=True)
        .select_related("user")
        .order_by("role", "id")
    )


def users_of(partner: Partner, *roles: str) -> list[User]:
    """Log-ins of the partner's active people, of all roles or of those given."""
    members = people_of(partner)
    if roles:
        members = members.filter(role__in=roles)
    return [member.user for member in members]


def open_invitations(partner: Partner) -> QuerySet[Invitation]:
    """Invitations to the partner's people that are neither taken nor withdrawn."""
    return Invitation.objects.filter(
        partner_id=partner.pk, accepted_at=None, withdrawn_at=None
    ).order_by("-id")


def member_by_id(partner: Partner, member_id: uuid.UUID | str) -> Member:
    """One of the partner's active people; raises NotFound."""
    found = people_of(partner).filter(pk=member_id).first()
    if found is None:
        raise NotFound("member")
    return found


def possible_duplicates(
    *, name: str, email: str = "", website: str = "", apart_from: uuid.UUID | None = None
) -> list[Duplicate]:
    """At most 5 partners that share e-mail, website domain or name; the strongest sign first."""
    address, domain = rules.email_key(email), rules.website_domain(website)
    key = rules.name_key(name)
    alike = Q(pk__in=[])
    if address:
        alike |= Q(email=address)
    if domain:
        alike |= Q(domain=domain)
    if key:
        alike |= Q(name_key=key)
    others = Partner.objects.exclude(pk=apart_from) if apart_from else Partner.objects.all()
    found = others.filter(alike).order_by("id")[:20]
    order = {"email": 0, "domain": 1, "name": 2}
    hits = [Duplicate(partner, _shared(partner, address, domain)) for partner in found]
    return sorted(hits, key=lambda hit: order[hit.shares])[:5]


def _shared(partner: Partner, address: str, domain: str) -> str:
    if address and partner.email == address:
        return "email"
    return "domain" if domain and partner.domain == domain else "name"


def seats(seller: Seller, user: User) -> list[PartnerSeat]:
    """The partners that `user` may act for at `seller`, by name; needs the seller's scope."""
    members = (
        Member.objects.filter(seller=seller, user=user, is_active=True, partner__status__in=SEATED)
        .order_by("partner__name", "id")
        .values_list("partner_id", "partner__name", "role")
    )
    return [PartnerSeat(*member) for member in members]


def seats_everywhere(user: User) -> list[tuple[Seller, PartnerSeat]]:
    """Every partner that `user` may act for, at all sellers; needs the maintenance scope."""
    members = (
        Member.objects.filter(user=user, is_active=True, partner__status__in=SEATED)
        .select_related("partner", "seller")
        .order_by("seller__name", "partner__name", "id")
    )
    return [(m.seller, PartnerSeat(m.partner_id, m.partner.name, m.role)) for m in members]


def partner_name(partner_id: uuid.UUID) -> str:
    """How an invitation names the partner; needs the seller's scope."""
    return partner_by_id(partner_id).name


def named(words: str) -> QuerySet[Partner]:
    """Partners with each of these words in the name, in no order; all of them for no words."""
    found = Partner.objects.order_by()
    for word in words.split()[:8]:
        found = found.filter(name__icontains=word)
    return found


def partner_names(partner_ids: Collection[str]) -> dict[str, str]:
    """Names by id; one query, none for no ids."""
    if not partner_ids:
        return {}
    rows = Partner.objects.filter(pk__in=partner_ids).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def with_people() -> "Prefetch[str]":
    """Prefetch of active people for lists of partners."""
    return Prefetch("members", Member.objects.filter(is_active=True).select_related("user"))


def invitation_by_id(partner: Partner, invitation_id: uuid.UUID | str) -> Invitation:
    """One of the partner's open invitations; raises NotFound."""
    found = open_invitations(partner).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("invitation")
    return found
