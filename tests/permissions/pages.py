"""A partner's public page with a landing page and a link on it, for the table of permissions."""

from campaigns.models import Enrollment, Program
from partners import services as partners
from partners.models import Partner
from tests.cast import Team, token
from tracking import services as tracking


def page_of(team: Team, program: Program, partner: Partner) -> dict[str, object]:
    """The page with its ids; call it in scope."""
    partners.set_page_settings(
        seller=team.seller, actor=team.actor, pages_on=True, directory_on=True
    )
    page = partners.save_page(partner=partner, actor=team.actor, is_public=True, is_listed=True)
    landing = tracking.create_landing(
        program=program,
        actor=team.actor,
        title="Fresh beans",
        slug=f"fresh-{token()}",
        text="Picked last week.",
        button="See them",
        destination=program.landing_url,
    )
    tracking.publish_landing(landing=landing, actor=team.actor)
    enrollment = Enrollment.objects.get(partner=partner, program=program)
    link = tracking.take_landing(landing=landing, enrollment=enrollment, actor=team.actor)
    item = tracking.add_page_item(page=page, link=link, actor=team.actor)
    return {
        "page_id": page.pk,
        "page_slug": page.slug,
        "landing_id": landing.pk,
        "landing_slug": landing.slug,
        "item_id": item.pk,
    }
