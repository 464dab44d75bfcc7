"""Files of prospects, one row a prospect with one channel; more rows bring more channels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.imports import cells, countries
from commissions.imports.cells import Field, Unreadable
from commissions.imports.rows import Outcome, RowsRunner, Values, each
from commissions.imports.running import Kind
from partners import rules, selectors
from partners.models import Channel, ContentKind, Platform, Prospect
from partners.services import prospects, reach
from partners.services.reach import ChannelInput
from prm.validation import checked_url
from sellers.models import Staff

FIELDS = {
    "external_id": Field(
        gettext_lazy("Your own id"),
        ("externalid", "id", "prospectid", "leadid", "creatorid"),
        help=gettext_lazy("Tells prospects apart. Without it the e-mail does, then the name."),
    ),
    "name": Field(
        gettext_lazy("Name"),
        ("name", "prospect", "company", "companyname", "fullname", "creator", "nama"),
        required=True,
        help=gettext_lazy("The company's or the person's."),
    ),
    "email": Field(
        gettext_lazy("E-mail"),
        ("email", "emailaddress", "mail", "contactemail", "surel"),
        help=gettext_lazy("Nobody is written to. Invite from the prospect's page."),
    ),
    "kind": Field(
        gettext_lazy("Company or person"),
        ("kind", "type", "jenis"),
        help=gettext_lazy("company or person; a company where the cell is empty."),
    ),
    "country": countries.COLUMN,
    "languages": Field(
        gettext_lazy("Languages"),
        ("languages", "language", "lang", "bahasa"),
        help=gettext_lazy("Two letters each, with a comma or semicolon between: id, en."),
    ),
    "niches": Field(
        gettext_lazy("Niches"),
        ("niches", "niche", "topics", "topic", "category", "categories", "tags"),
        help=gettext_lazy("What it is about, with a comma or semicolon between: coffee, travel."),
    ),
    "content_kinds": Field(
        gettext_lazy("Kinds of content"),
        ("contentkinds", "content", "contenttype", "contenttypes", "formats"),
        help=gettext_lazy("Of the product's list, like videos, reviews, newsletters."),
    ),
    "website": Field(
        gettext_lazy("Website"),
        ("website", "site", "homepage", "web", "situs"),
        help=gettext_lazy("The whole address, like https://example.com."),
    ),
    "platform": Field(
        gettext_lazy("Platform"),
        ("platform", "channel", "network", "kanal"),
        help=gettext_lazy("Where he is heard: instagram, youtube, website, newsletter and others."),
    ),
    "handle": Field(
        gettext_lazy("Name on the platform"),
        ("handle", "username", "account", "profile"),
        help=gettext_lazy("Like @kopipagi. More rows of the same prospect bring more channels."),
    ),
    "channel_url": Field(
        gettext_lazy("Address of the channel"),
        ("channelurl", "profileurl", "url", "link"),
        help=gettext_lazy("The whole address."),
    ),
    "audience": Field(
        gettext_lazy("Audience"),
        ("audience", "followers", "subscribers", "reach", "visitors", "pengikut"),
        help=gettext_lazy("Followers, subscribers or monthly visitors: a whole number."),
    ),
    "engagement": Field(
        gettext_lazy("Engagement"),
        ("engagement", "engagementrate", "er"),
        help=gettext_lazy("Percent of them who react: 3.5 or 3.5%."),
    ),
    "manager": Field(
        gettext_lazy("Partner manager"),
        ("manager", "manageremail", "owner", "accountmanager", "manajer"),
        help=gettext_lazy("The colleague's e-mail; you, where the cell is empty."),
    ),
    "source": Field(
        gettext_lazy("Where he was found"),
        ("source", "foundat", "origin", "sumber"),
        help=gettext_lazy("A fair, a search, a tip."),
    ),
    "notes": Field(
        gettext_lazy("Notes"),
        ("notes", "note", "comment", "comments", "remarks", "catatan"),
        help=gettext_lazy("Only your side reads them."),
    ),
}  # fmt: skip
KINDS = {"company": "company", "perusahaan": "company", "person": "person", "perorangan": "person"}
ABOUT = ("external_id", "name", "email", "kind", "country", "languages", "niches",
         "content_kinds", "website", "source", "notes")  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A row: facts of the prospect by field, his channel if there is one, the manager's e-mail."""

    facts: dict[str, Any]
    channel: ChannelInput | None = None
    manager: str = ""


@dataclass
class Known:
    """Prospects that rows of a batch may mean; those made meanwhile are added."""

    by_key: dict[tuple[str, str], list[Prospect]] = field(default_factory=dict)
    managers: dict[str, Staff] = field(default_factory=dict)
    default: Staff | None = None

    def add(self, prospect: Prospect) -> None:
        """Find this one from now on."""
        keys = (
            ("external_id", prospect.external_id or ""),
            ("email", prospect.email),
            ("name", prospect.name_key),
        )
        for key in keys:
            same = self.by_key.setdefault(key, [])
            if key[1] and prospect not in same:
                same.append(prospect)

    def find(self, facts: dict[str, Any]) -> Prospect | None:
        """Whom a row means; None for a new one. Raises Unreadable where that is not clear."""
        same_email = self.by_key.get(("email", facts.get("email", "")), [])
        if external_id := facts.get("external_id"):
            same = self.by_key.get(("external_id", external_id), [])
            nameless = [one for one in same_email if not one.external_id]
            if not same and nameless:
                message = _("%(name)s has this e-mail, and no id of yours. Give him the id first.")
                raise Unreadable("external_id", message % {"name": nameless[0].name})
            return same[0] if same else None
        key = "email" if facts.get("email") else "name"
        name = rules.name_key(facts["name"])
        same = same_email if key == "email" else self.by_key.get(("name", name), [])
        if len(same) > 1:
            message = _("Several prospects have this. Add a column with your own ids.")
            raise Unreadable(key, message)
        return same[0] if same else None


class ProspectsRunner(RowsRunner[Found]):
    """Takes prospects in stage found; a known one gets the channel that he has not yet."""

    fields = FIELDS
    lengths = {
        "name": 160,
        "email": 254,
        "website": 500,
        "channel_url": 500,
        "manager": 254,
        "niches": 800,
        "content_kinds": 300,
        "notes": 5000,
    }

    def key(self, values: Values) -> str:
        """Who it is, and on which channel: two rows of one prospect may name two channels."""
        channel = f"{values.get('platform', '')}:{values.get('handle', '')}".casefold()
        for name, plain in (("external_id", str.strip), ("email", rules.email_key)):
            if text := values.get(name):
                return f"{name}:{plain(text)}:{channel}"
        return f"name:{rules.name_key(values.get('name', ''))}:{channel}"

    def read(self, values: Values) -> Found:
        """The cells that say something, as they are kept."""
        facts: dict[str, Any] = {key: values[key] for key in ABOUT if values.get(key)}
        for key, plain in READERS.items():
            if key in facts:
                facts[key] = plain(facts[key])
        return Found(facts, self._channel(values), values.get("manager", "").lower())

    def take_things(self, things: Sequence[Found]) -> list[Outcome]:
        """New ones are made; known ones stay as they are, but for a new channel."""
        known = self._known(things)
        return each(things, lambda one: self._take(one, known))

    @transaction.atomic
    def _take(self, found: Found, known: Known) -> bool:
        manager = known.managers.get(found.manager) if found.manager else None
        if found.manager and manager is None:
            message = _("No colleague who may manage partners has this e-mail.")
            raise Unreadable("manager", message)
        prospect = known.find(found.facts)
        if prospect is not None:
            _require_same(prospect, found.facts, manager)
            return self._add_channel(prospect, found.channel)
        prospect = prospects.create_prospect(
            seller=self.job.seller,
            actor=self.actor,
            manager=manager or known.default,
            **found.facts,
        )
        self._add_channel(prospect, found.channel)
        known.add(prospect)
        return True

    def _add_channel(self, prospect: Prospect, channel: ChannelInput | None) -> bool:
        if channel is None:
            return False
        kept = list(Channel.objects.filter(prospect=prospect).order_by("id"))
        for one in kept:
            if (one.platform, one.handle) == (channel.platform, channel.handle):
                _require_same_channel(prospect, one, channel)
                return False
        given = [ChannelInput(o.platform, o.handle, o.url, o.audience, o.engagement) for o in kept]
        reach.set_channels(holder=prospect, channels=[*given, channel], actor=self.actor)
        return True

    def _channel(self, values: Values) -> ChannelInput | None:
        said = [
            key for key in ("handle", "channel_url", "audience", "engagement") if values.get(key)
        ]
        platform = values.get("platform", "")
        if not platform and not said:
            return None
        if not platform:
            raise Unreadable("platform", _("Say where that is: instagram, website, newsletter."))
        url = values.get("channel_url", "")
        return ChannelInput(
            platform=_platform(platform),
            handle=values.get("handle", ""),
            url=checked_url(url, "channel_url") if url else "",
            audience=self._whole(values.get("audience", "")),
            engagement=self._percent(values.get("engagement", "")),
        )

    def _whole(self, text: str) -> int | None:
        if not text:
            return None
        value = cells.number(text, "audience", comma=self.plan.comma)
        if value < 0 or value != value.to_integral_value():
            raise Unreadable("audience", _("Write a whole number, like 12500."))
        return int(value)

    def _percent(self, text: str) -> Decimal | None:
        if not text:
            return None
        comma = "," in text and "." not in text
        value = cells.number(text.removesuffix("%"), "engagement", comma=comma)
        if not 0 <= value <= 100:
            raise Unreadable("engagement", _("Write a percentage between 0 and 100."))
        return value.quantize(Decimal("0.01"))

    def _known(self, things: Iterable[Found]) -> Known:
        """What the rows may mean, in one query of each kind."""
        wanted: dict[str, list[str]] = {"external_id": [], "email": [], "name_key": []}
        for one in things:
            wanted["name_key"].append(rules.name_key(one.facts["name"]))
            for key in ("external_id", "email"):
                if key in one.facts:
                    wanted[key].append(one.facts[key])
        rows = Prospect.objects.select_related("manager__user", "seller").order_by("id")
        known = Known(
            managers={one.user.email.lower(): one for one in selectors.managers()},
            default=selectors.default_manager(self.actor.user),
        )
        for key, values in wanted.items():
            for prospect in rows.filter(**{f"{key}__in": values}):
                known.add(prospect)
        return known


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        message = _("“%(text)s” is no e-mail address. Write one like ana@example.com.")
        raise Unreadable("email", message % {"text": text[:40]}) from None
    return rules.email_key(text)


def _kind(text: str) -> str:
    kind = KINDS.get(text.casefold())
    if kind is None:
        raise Unreadable("kind", _("Write company or person, or leave the cell empty."))
    return kind


def _country(text: str) -> str:
    code = countries.code_of(text)
    if not code:
        message = _("“%(text)s” is no country. Write its two letters, like DE.")
        raise Unreadable("country", message % {"text": text[:40]})
    return code


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _niches(text: str) -> list[str]:
    return prospects.tags(_several(text), "niches")


def _languages(text: str) -> list[str]:
    return prospects.language_codes(_several(text))


def _content_kinds(text: str) -> list[str]:
    by_word = {str(label).casefold(): value for value, label in ContentKind.choices}
    words = [word.casefold() for word in _several(text)]
    return prospects.listed(
        [by_word.get(word, word) for word in words], ContentKind.values, "content_kinds"
    )


def _website(text: str) -> str:
    return checked_url(text, "website")


READERS = {
    "email": _email,
    "kind": _kind,
    "country": _country,
    "languages": _languages,
    "niches": _niches,
    "content_kinds": _content_kinds,
    "website": _website,
}


def _platform(text: str) -> str:
    by_word = {str(label).casefold(): value for value, label in Platform.choices}
    by_word |= {"blog": Platform.WEBSITE, "twitter": Platform.X, "ig": Platform.INSTAGRAM}
    word = text.casefold()
    value = by_word.get(word, word)
    if value not in Platform.values:
        message = _("“%(text)s” is no platform that we know. Write other.")
        raise Unreadable("platform", message % {"text": text[:40]})
    return str(value)


def _require_same(prospect: Prospect, facts: dict[str, Any], manager: Staff | None) -> None:
    """Raise Unreadable where a row says something else of a known prospect."""
    differing = [key for key, value in facts.items() if (getattr(prospect, key) or "") != value]
    if manager is not None and prospect.manager_id != manager.pk:
        differing.append("manager")
    if differing:
        message = _("%(name)s is known with another value. Change it on the prospect's page.")
        raise Unreadable(differing[0], message % {"name": prospect.name})


def _require_same_channel(prospect: Prospect, kept: Channel, given: ChannelInput) -> None:
    pairs = (
        ("channel_url", given.url, kept.url),
        ("audience", given.audience, kept.audience),
        ("engagement", given.engagement, kept.engagement),
    )
    for key, said, stands in pairs:
        if said not in {"", None} and said != stands:
            message = _("%(name)s has this channel with another value. Change it on his page.")
            raise Unreadable(key, message % {"name": prospect.name})


KIND = Kind(
    name="prospects",
    label=gettext_lazy("Prospects"),
    lead=gettext_lazy("Whom you would like to work with. They are only noted, not written to."),
    fields=FIELDS,
    options=("comma",),
    permission="partners.manage",
    scope="partners:write",
    runner=ProspectsRunner,
    amounts="audience",
    examples=(
        ("L-1", "Blue Parrot", "ana@blueparrot.example", "company", "DE", "de, en",
         "coffee, travel", "videos, reviews", "https://blueparrot.example", "youtube",
         "@blueparrot", "https://youtube.com/@blueparrot", "48000", "3.5", "", "Coffee fair",
         "Films espresso machines"),
        ("L-1", "Blue Parrot", "", "", "", "", "", "", "", "instagram", "@blueparrot", "",
         "21000", "5", "", "", ""),
        ("L-2", "Bean & Bicycle", "tom@beanbicycle.example", "person", "Netherlands", "nl",
         "cycling, coffee", "articles", "", "website", "", "https://beanbicycle.example", "6500",
         "", "", "A partner's tip", ""),
    ),
)  # fmt: skip
