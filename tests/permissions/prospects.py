"""A prospect for addresses that name one."""

from partners.services import prospects
from tests.cast import Team, token


def prospect_of(team: Team) -> dict[str, object]:
    """The ids; needs the seller's scope."""
    prospect = prospects.create_prospect(
        seller=team.seller, actor=team.actor, name=f"Grey Owl {token()}"
    )
    return {"prospect_id": prospect.pk}
