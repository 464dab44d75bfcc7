"""Files of partners, one row a partner; those who are known already stay as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import services as campaigns
from campaigns.models import Enrollment
from commissions.imports import countries
from commissions.imports.cells import Field, Unreadable
from commissions.imports.rows import Outcome, RowsRunner, Values, each
from commissions.imports.running import Kind
from partners import rules, selectors
from partners import services as partners
from partners.models import Partner
from prm.validation import checked_url
from sellers.models import Staff

FIELDS = {
    "external_id": Field(
        gettext_lazy("Your own id"),
        ("externalid", "id", "partnerid", "partnerno", "partnernumber", "affiliateid", "idmitra"),
        help=gettext_lazy("Tells partners apart. Without it the e-mail does, then the name."),
    ),
    "name": Field(
        gettext_lazy("Name"),
        ("name", "partner", "partnername", "company", "companyname", "fullname", "nama",
         "namamitra"),
        required=True,
        help=gettext_lazy("The company's or the person's."),
    ),
    "email": Field(
        gettext_lazy("E-mail"),
        ("email", "emailaddress", "mail", "contactemail", "surel"),
        help=gettext_lazy("Nobody is written to. Invite people later, from the partner's page."),
    ),
    "kind": Field(
        gettext_lazy("Company or person"),
        ("kind", "type", "partnertype", "jenis"),
        help=gettext_lazy("company or person; a company where the cell is empty."),
    ),
    "country": countries.COLUMN,
    "website": Field(
        gettext_lazy("Website"),
        ("website", "url", "site", "homepage", "web", "situs"),
        help=gettext_lazy("The whole address, like https://example.com."),
    ),
    "manager": Field(
        gettext_lazy("Partner manager"),
        ("manager", "manageremail", "partnermanager", "accountmanager", "manajer"),
        help=gettext_lazy("The colleague's e-mail; you, where the cell is empty."),
    ),
    "notes": Field(
        gettext_lazy("Notes"),
        ("notes", "note", "comment", "comments", "remarks", "catatan"),
        help=gettext_lazy("Only your side reads them."),
    ),
}  # fmt: skip
KINDS = {"company": "company", "perusahaan": "company", "person": "person", "perorangan": "person"}


@dataclass
class Known:
    """Partners that rows of a batch may mean; those made meanwhile are added."""

    by_id: dict[str, Partner] = field(default_factory=dict)
    by_email: dict[str, list[Partner]] = field(default_factory=dict)
    by_name: dict[str, list[Partner]] = field(default_factory=dict)
    enrolled: set[Any] = field(default_factory=set)
    managers: dict[str, Staff] = field(default_factory=dict)
    default: Staff | None = None

    def add(self, partner: Partner) -> None:
        """Find this one from now on."""
        if partner.external_id:
            self.by_id[partner.external_id] = partner
        if partner.email:
            self.by_email.setdefault(partner.email, []).append(partner)
        self.by_name.setdefault(partner.name_key, []).append(partner)

    def find(self, fields: dict[str, str]) -> Partner | None:
        """Whom a row means; None for a new one. Raises Unreadable where that is not clear."""
        same_email = self.by_email.get(fields.get("email", ""), [])
        if external_id := fields.get("external_id"):
            found = self.by_id.get(external_id)
            nameless = [one for one in same_email if not one.external_id]
            if found is None and nameless:
                message = _("%(name)s has this e-mail, and no id of yours. Give him the id first.")
                raise Unreadable("external_id", message % {"name": nameless[0].name})
            return found
        key = "email" if fields.get("email") else "name"
        same_name = self.by_name.get(rules.name_key(fields["name"]), [])
        several = same_email if key == "email" else same_name
        if len(several) > 1:
            message = _("Several partners have this. Add a column with your own ids.")
            raise Unreadable(key, message)
        return several[0] if several else None


class PartnersRunner(RowsRunner[dict[str, str]]):
    """Takes partners, active at once, and puts them into the program where one is chosen."""

    fields = FIELDS
    lengths = {"name": 160, "email": 254, "website": 500, "manager": 254, "notes": 5000}

    def key(self, values: Values) -> str:
        """The seller's own id, else the e-mail, else the name."""
        for name, plain in (("external_id", str.strip), ("email", rules.email_key)):
            if text := values.get(name):
                return f"{name}:{plain(text)}"
        return f"name:{rules.name_key(values.get('name', ''))}"

    def read(self, values: Values) -> dict[str, str]:
        """The cells that say something, as they are kept."""
        found = {key: text for key, text in values.items() if text}
        if "email" in found:
            found["email"] = _email(found["email"])
        if "kind" in found:
            kind = KINDS.get(found["kind"].casefold())
            if kind is None:
                raise Unreadable("kind", _("Write company or person, or leave the cell empty."))
            found["kind"] = kind
        if "country" in found:
            code = countries.code_of(found["country"])
            if not code:
                message = _("“%(text)s” is no country. Write its two letters, like DE.")
                raise Unreadable("country", message % {"text": found["country"][:40]})
            found["country"] = code
        if "website" in found:
            found["website"] = checked_url(found["website"], "website")
        return found

    def take_things(self, things: Sequence[dict[str, str]]) -> list[Outcome]:
        """New ones are made and enrolled; known ones only enrolled where they never were."""
        known = self._known(things)
        return each(things, lambda one: self._take(dict(one), known))

    @transaction.atomic
    def _take(self, found: dict[str, str], known: Known) -> bool:
        email = found.pop("manager", "")
        manager = known.managers.get(email.lower()) if email else None
        if email and manager is None:
            message = _("No colleague who may manage partners has this e-mail.")
            raise Unreadable("manager", message)
        partner = known.find(found)
        if partner is not None:
            _require_same(partner, found, manager)
            self._enroll(partner, known)
            return False
        partner = partners.create_partner(
            seller=self.job.seller,
            actor=self.actor,
            manager=manager or known.default,
            **found,
        )
        self._enroll(partner, known)
        known.add(partner)
        return True

    def _enroll(self, partner: Partner, known: Known) -> None:
        program = self.setting.program
        if program is None or partner.pk in known.enrolled:
            return  # whose enrollment was ended stays out: the file is older than that
        campaigns.enroll(program=program, partner=partner, actor=self.actor)
        known.enrolled.add(partner.pk)
        self.report.enrolled += 1

    def _known(self, things: Iterable[dict[str, str]]) -> Known:
        """What the rows may mean, in one query of each kind."""
        found: dict[Any, Partner] = {}
        ids = [one["external_id"] for one in things if "external_id" in one]
        emails = [one["email"] for one in things if "email" in one]
        names = [rules.name_key(one["name"]) for one in things]
        rows = Partner.objects.select_related("manager__user", "seller").order_by("id")
        for several in (
            rows.filter(external_id__in=ids),
            rows.filter(email__in=emails),
            rows.filter(name_key__in=names),
        ):
            found |= {partner.pk: partner for partner in several}
        known = Known(
            managers={one.user.email.lower(): one for one in selectors.managers()},
            default=selectors.default_manager(self.actor.user),
        )
        for partner in found.values():
            known.add(partner)
        if self.setting.program is not None:
            enrollments = Enrollment.objects.filter(
                program=self.setting.program, partner_id__in=found
            )
            known.enrolled = set(enrollments.values_list("partner_id", flat=True))
        return known


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        message = _("“%(text)s” is no e-mail address. Write one like ana@example.com.")
        raise Unreadable("email", message % {"text": text[:40]}) from None
    return rules.email_key(text)


def _require_same(partner: Partner, found: dict[str, str], manager: Staff | None) -> None:
    """Raise Unreadable where a row says something else of a known partner."""
    differing = [key for key, text in found.items() if (getattr(partner, key) or "") != text]
    if manager is not None and partner.manager_id != manager.pk:
        differing.append("manager")
    if differing:
        message = _("%(name)s is known with another value. Change it on the partner's page.")
        raise Unreadable(differing[0], message % {"name": partner.name})


KIND = Kind(
    name="partners",
    label=gettext_lazy("Partners"),
    lead=gettext_lazy("Who works with you, active at once. Choose a program to put them into it."),
    fields=FIELDS,
    options=("program",),
    permission="partners.manage",
    scope="partners:write",
    runner=PartnersRunner,
    examples=(
        ("P-1", "Blue Parrot", "ana@blueparrot.example", "company", "DE",
         "https://blueparrot.example", "", "Coffee blog since 2019"),
        ("P-2", "Bean & Bicycle", "tom@beanbicycle.example", "person", "Netherlands", "", "", ""),
    ),
)  # fmt: skip
