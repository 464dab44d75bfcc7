"""Whom the demo's seller would like to work with: found, in talks, invited, applied, put aside."""

from dataclasses import dataclass, field
from decimal import Decimal

from campaigns.fit import Profile
from campaigns.models import Application
from campaigns.services import following, prospect_invitations, wanted
from partners.models import Prospect
from partners.services import prospects, reach
from partners.services.reach import ChannelInput, ReferenceInput
from portal.demo.scene import Scene

WANTED = Profile(
    niches=["coffee", "home brewing", "travel"],
    content_kinds=["reviews", "guides", "videos"],
    platforms=["instagram", "youtube", "website"],
    countries=["ID", "MY", "SG"],
    languages=["id", "en"],
    least_audience=5_000,
    most_audience=400_000,
    least_engagement=Decimal("2.5"),
    weights={"niches": "must", "languages": "little"},
)


@dataclass(frozen=True)
class Found:
    """A prospect of the demo; channels are platform, name, audience and percent who react."""

    name: str
    country: str
    niches: tuple[str, ...]
    contents: tuple[str, ...]
    languages: tuple[str, ...]
    channels: tuple[tuple[str, str, int, str], ...]
    stage: str = "found"
    kind: str = "person"
    source: str = ""
    reason: str = ""
    references: tuple[ReferenceInput, ...] = field(default_factory=tuple)


PROSPECTS = (
    Found(
        "Seduh Santai",
        "ID",
        ("coffee", "home brewing"),
        ("videos", "guides"),
        ("id",),
        (("youtube", "@seduhsantai", 86_400, "4.2"), ("instagram", "@seduhsantai", 31_200, "3.6")),
        "talking",
        source="Jakarta Coffee Week",
        references=(
            ReferenceInput("works_with", "Brewista Indonesia", url="https://brewista.example/"),
            ReferenceInput(
                "testimonial", "Guild Jakarta", text="Hands in on the day, and reads the brief."
            ),
        ),
    ),
    Found(
        "Jalan Pelan",
        "ID",
        ("travel", "coffee"),
        ("articles", "photos"),
        ("id", "en"),
        (
            ("website", "jalanpelan.example", 42_000, "2.1"),
            ("instagram", "@jalanpelan", 18_900, "5.1"),
        ),
        "invited",
        source="A partner’s tip",
    ),
    Found(
        "Third Wave KL",
        "MY",
        ("coffee",),
        ("reviews", "newsletters"),
        ("en", "ms"),
        (("newsletter", "Third Wave KL", 9_300, "38"), ("x", "@thirdwavekl", 6_100, "1.4")),
        "invited",
        source="Search",
    ),
    Found(
        "Dapur Bu Yati",
        "ID",
        ("cooking", "cafés"),
        ("shorts",),
        ("id",),
        (("tiktok", "@dapurbuyati", 412_000, "6.3"),),
        source="TikTok",
    ),
    Found(
        "Moka & Me",
        "SG",
        ("home brewing", "coffee"),
        ("reviews", "comparisons"),
        ("en",),
        (("youtube", "@mokaandme", 23_700, "3.1"),),
        source="Search",
        references=(ReferenceInput("works_with", "Harbour Roast Supply"),),
    ),
    Found(
        "Barista Belajar",
        "ID",
        ("coffee", "courses"),
        ("courses", "videos"),
        ("id",),
        (("youtube", "@baristabelajar", 51_000, "2.9"),),
        "talking",
        source="Conference",
    ),
    Found(
        "Sore di Bandung",
        "ID",
        ("travel",),
        ("photos", "posts"),
        ("id",),
        (("instagram", "@soredibandung", 7_800, "4.4"),),
    ),
    Found(
        "Espresso Deals Daily",
        "US",
        ("deals",),
        ("deals",),
        ("en",),
        (("website", "espressodeals.example", 220_000, "0.4"),),
        "dropped",
        "company",
        reason="Coupons only; takes sales that others brought",
    ),
    Found(
        "Kopi Kantor Podcast",
        "ID",
        ("coffee", "work"),
        ("podcasts",),
        ("id",),
        (("podcast", "Kopi Kantor", 12_400, "2.2"),),
        source="A listener wrote",
    ),
    Found(
        "Roastery Radar",
        "AU",
        ("coffee",),
        ("comparisons", "articles"),
        ("en",),
        (("website", "roasteryradar.example", 64_000, "3.3"),),
        "found",
        "company",
    ),
)


def add_prospects(scene: Scene) -> None:
    """The wanted profile, the prospects in their stages, and the scores."""
    wanted.save_wanted_profile(program=scene.program, profile=WANTED, actor=scene.actor)
    for found in PROSPECTS:
        _move(scene, _make(scene, found), found)
    _follow_waiting(scene)
    while wanted.step(scene.seller.pk):
        pass


def _make(scene: Scene, found: Found) -> Prospect:
    bare = "".join(c for c in found.name.lower() if c.isascii() and c.isalnum())
    prospect = prospects.create_prospect(
        seller=scene.seller,
        actor=scene.actor,
        name=found.name,
        email=f"hello@{bare}.example",
        kind=found.kind,
        country=found.country,
        languages=list(found.languages),
        niches=list(found.niches),
        content_kinds=list(found.contents),
        website=f"https://{bare}.example/",
        source=found.source,
    )
    channels = [
        ChannelInput(platform, handle, audience=audience, engagement=Decimal(rate))
        for platform, handle, audience, rate in found.channels
    ]
    reach.set_channels(holder=prospect, channels=channels, actor=scene.actor)
    if found.references:
        reach.set_references(holder=prospect, references=found.references, actor=scene.actor)
    return prospect


def _move(scene: Scene, prospect: Prospect, found: Found) -> None:
    if found.stage == "invited":
        prospect_invitations.invite_prospect(
            prospect=prospect,
            program=scene.program,
            actor=scene.actor,
            message="We have read you for a while, and think your readers would like our harvest.",
        )
    elif found.stage != "found":
        prospects.move_prospect(
            prospect=prospect, to=found.stage, actor=scene.actor, reason=found.reason
        )


def _follow_waiting(scene: Scene) -> None:
    """Some who applied were prospects before: two wait, two are in, one was turned down."""
    applications = Application.objects.filter(program=scene.program).select_related(
        "partner", "applicant", "program"
    )
    newest = applications.order_by("-id")
    joined = newest.filter(status=Application.Status.APPROVED)[2:4]
    refused = newest.filter(status=Application.Status.REJECTED, admission__isnull=True)[:1]
    waiting = applications.filter(status=Application.Status.SUBMITTED).order_by("id")[1:3]
    for application in (*joined, *waiting, *refused):
        prospect = prospects.create_prospect(
            seller=scene.seller,
            actor=scene.actor,
            name=application.partner.name,
            email=application.applicant.email,
            kind=application.partner.kind,
            country=application.partner.country,
            niches=["coffee"],
            languages=["id"],
            source="Jakarta Coffee Week",
        )
        prospects.tie_to_partner(prospect=prospect, partner=application.partner, actor=scene.actor)
        prospects.set_stage(prospect=prospect, to=Prospect.Stage.APPLIED, actor=scene.actor)
        following.follow_application(application=application, actor=scene.actor)
