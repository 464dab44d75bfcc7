"""A shop system and one message of it, for the addresses of its pages."""

from commissions.inbound import services
from commissions.models import Arrival
from tests.cast import Team, token


def shop_of(team: Team) -> dict[str, object]:
    """Ids by the names in addresses."""
    source = services.create_source(
        seller=team.seller, kind="woocommerce", name=f"Shop {token()}", actor=team.actor
    )
    services.put_secret(source=source, actor=team.actor)
    arrival = Arrival.objects.create(
        seller=team.seller, source=source, delivery_id=token(), body=b'{"id": 1}', state="failed"
    )
    return {"source_id": source.pk, "arrival_id": arrival.pk}
