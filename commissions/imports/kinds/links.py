"""Files of links, one row a link of a partner; those that exist already stay as they are."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign, Enrollment
from commissions.imports.cells import Field, Unreadable, sub_fields
from commissions.imports.rows import Outcome, RowsRunner, Values, each
from commissions.imports.running import Kind
from partners.models import Partner
from prm.validation import checked_url
from tracking import services as tracking
from tracking.models import Link
from tracking.rules import SUB_IDS, SUB_LENGTH

FIELDS = {
    "code": Field(
        gettext_lazy("Code"),
        ("code", "linkcode", "shortcode", "slug", "kode"),
        help=gettext_lazy("The end of the link's address. Without one, the link gets a code."),
    ),
    "partner": Field(
        gettext_lazy("Partner"),
        ("partner", "partnerid", "affiliate", "affiliateid", "partnername", "mitra"),
        help=gettext_lazy("His name, e-mail, or your own id of him."),
    ),
    "enrollment": Field(
        gettext_lazy("Enrollment"),
        ("enrollment", "enrollmentid", "enrolment"),
        help=gettext_lazy("Its id, instead of partner and program."),
    ),
    "destination": Field(
        gettext_lazy("Page"),
        ("destination", "page", "url", "target", "targeturl", "landingpage", "halaman", "tujuan"),
        required=True,
        help=gettext_lazy("The whole address of a page on the program's hosts."),
    ),
    "campaign": Field(
        gettext_lazy("Campaign"),
        ("campaign", "campaignname", "kampanye"),
        help=gettext_lazy("The name of one in the link's program."),
    ),
    "label": Field(
        gettext_lazy("Label"),
        ("label", "title", "description", "keterangan"),
        help=gettext_lazy("What the partner reads in his list."),
    ),
    **sub_fields(gettext_lazy("What the partner tells his links apart by.")),
}  # fmt: skip

NAMES: Final[tuple[Callable[[Partner], str], ...]] = (
    lambda one: str(one.pk),
    lambda one: (one.external_id or "").lower(),
    lambda one: one.email.lower(),
    lambda one: one.name.lower(),
)
"""What may name a partner, the surest first."""


@dataclass
class Known:
    """What rows of a batch may name, and links that are there; those made meanwhile are added."""

    partners: dict[str, list[Partner]] = field(default_factory=dict)
    enrollments: dict[Any, Enrollment] = field(default_factory=dict)
    campaigns: dict[tuple[Any, str], Campaign] = field(default_factory=dict)
    by_code: dict[str, Link] = field(default_factory=dict)
    alike: dict[tuple[Any, ...], Link] = field(default_factory=dict)

    def add(self, link: Link) -> None:
        """Find this one from now on."""
        self.by_code[link.code] = link
        if link.disabled_at is None:
            self.alike[_content(link)] = link


class LinksRunner(RowsRunner[Values]):
    """Takes links through the service that the API and the pages call."""

    fields = FIELDS
    lengths = {"code": 50, "destination": 2000} | dict.fromkeys(SUB_IDS, SUB_LENGTH)

    def key(self, values: Values) -> str:
        """The code; without one, all that the row says."""
        code = values.get("code", "")
        return f"code:{code}" if code else "\x00".join(("row", *values.values()))

    def read(self, values: Values) -> Values:
        """The cells, the page checked."""
        if not values.get("partner") and not values.get("enrollment"):
            raise Unreadable("partner", _("Name the partner, or an enrollment by its id."))
        if values.get("enrollment") and not _is_uuid(values["enrollment"]):
            raise Unreadable("enrollment", _("This is not the id of an enrollment."))
        return {**values, "destination": checked_url(values["destination"], "destination")}

    def take_things(self, things: Sequence[Values]) -> list[Outcome]:
        """New links are made; known ones must be alike."""
        known = self._known(things)
        return each(things, lambda one: self._take(one, known))

    def _take(self, values: Values, known: Known) -> bool:
        enrollment = self._enrollment(values, known)
        campaign = _campaign(values, enrollment, known)
        terms: dict[str, Any] = {
            "destination": values["destination"],
            "campaign": campaign,
            "label": values.get("label", ""),
        }
        subs = {name: values.get(name, "") for name in SUB_IDS}
        wanted = Link(enrollment=enrollment, **terms, **subs)
        code = values.get("code", "")
        present = known.by_code.get(code) if code else known.alike.get(_content(wanted))
        if present is not None:
            _require_same(present, wanted)
            return False
        link = tracking.create_link(
            enrollment=enrollment, actor=self.actor, code=code, subs=subs, **terms
        )
        known.add(link)
        return True

    def _enrollment(self, values: Values, known: Known) -> Enrollment:
        """Whose link it is. Raises Unreadable where no one, or several, are meant."""
        if text := values.get("enrollment"):
            found = known.enrollments.get(uuid.UUID(text))
            if found is None:
                raise Unreadable("enrollment", _("No enrollment has this id."))
            return found
        several = known.partners.get(values["partner"].lower(), [])
        if not several:
            message = _("No partner has this id, e-mail or name. Import partners first.")
            raise Unreadable("partner", message)
        if len(several) > 1:
            message = _("Several partners have this name. Write your own id of him instead.")
            raise Unreadable("partner", message)
        his = [
            one
            for one in known.enrollments.values()
            if one.partner_id == several[0].pk and one.status == Enrollment.Status.ACTIVE
        ]
        if self.setting.program is not None:
            his = [one for one in his if one.program_id == self.setting.program.pk]
        if not his:
            message = _("This partner is not in the program. Put him into it first.")
            raise Unreadable("partner", message)
        if len(his) > 1:
            message = _("This partner is in several programs. Choose the program of the file.")
            raise Unreadable("partner", message)
        return his[0]

    def _known(self, things: Iterable[Values]) -> Known:
        """What the rows may name, in one query of each kind."""
        known = Known(partners=_partners({one.get("partner", "").lower() for one in things}))
        people = {partner.pk for several in known.partners.values() for partner in several}
        ids = [uuid.UUID(one["enrollment"]) for one in things if one.get("enrollment")]
        enrollments = Enrollment.objects.filter(Q(pk__in=ids) | Q(partner_id__in=people))
        enrollments = enrollments.select_related("program", "partner", "seller")
        known.enrollments = {one.pk: one for one in enrollments}
        programs = {one.program_id for one in known.enrollments.values()}
        for campaign in Campaign.objects.filter(program_id__in=programs):
            for name in (campaign.name.lower(), str(campaign.pk)):
                known.campaigns[campaign.program_id, name] = campaign
        codes = [one["code"] for one in things if one.get("code")]
        pages = [one["destination"] for one in things if not one.get("code")]
        alike = Q(enrollment_id__in=known.enrollments, destination__in=pages, disabled_at=None)
        for link in Link.objects.filter(Q(code__in=codes) | alike).order_by("-id"):
            known.add(link)
        return known


def _partners(wanted: set[str]) -> dict[str, list[Partner]]:
    """Partners by what may name them, in lower case: id, the seller's own id, e-mail, name."""
    texts = wanted - {""}
    rows = Partner.objects.annotate(
        own=Lower("external_id"), called=Lower("name"), mail=Lower("email")
    )
    ids = [text for text in texts if _is_uuid(text)]
    rows = rows.filter(Q(pk__in=ids) | Q(own__in=texts) | Q(called__in=texts) | Q(mail__in=texts))
    found: dict[str, list[Partner]] = {}
    for name_of in NAMES:
        by_name: dict[str, list[Partner]] = {}
        for partner in rows:
            by_name.setdefault(name_of(partner), []).append(partner)
        found = by_name | found
    return {text: several for text, several in found.items() if text in texts}


def _campaign(values: Values, enrollment: Enrollment, known: Known) -> Campaign | None:
    name = values.get("campaign", "")
    if not name:
        return None
    found = known.campaigns.get((enrollment.program_id, name.lower()))
    if found is None:
        message = _("No campaign of the program “%(program)s” has this name.")
        raise Unreadable("campaign", message % {"program": enrollment.program.name})
    return found


def _content(link: Link) -> tuple[Any, ...]:
    """All that makes two links the same but for their codes."""
    subs = (getattr(link, name) for name in SUB_IDS)
    return (link.enrollment_id, link.destination, link.campaign_id, link.label, *subs)


def _require_same(present: Link, wanted: Link) -> None:
    """Raise Unreadable where a row says something else of a known link."""
    names = ("partner", "destination", "campaign", "label", *SUB_IDS)
    pairs = zip(names, _content(present), _content(wanted), strict=True)
    for name, before, now in pairs:
        if before != now:
            message = _("The code %(code)s exists already with another value. Take another code.")
            raise Unreadable(name, message % {"code": present.code})


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


KIND = Kind(
    name="links",
    label=gettext_lazy("Links"),
    lead=gettext_lazy("Addresses that partners share, also with codes they have elsewhere."),
    fields=FIELDS,
    options=("program",),
    permission="links.manage",
    scope="links:write",
    runner=LinksRunner,
    examples=(
        ("parrot-gayo", "Blue Parrot", "", "https://shop.example.com/gayo", "", "Gayo review",
         "blog", "", "", "", ""),
        ("bean-home", "P-2", "", "https://shop.example.com/", "", "", "", "", "", "", ""),
    ),
)  # fmt: skip
