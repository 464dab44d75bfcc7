"""Sales that several partners share, as their own keys read them."""

import uuid

from campaigns.models import Enrollment
from sellers.scope import seller_scope
from tests.api.scene import Scene, make_scene
from tracking.models import Sale, SaleShare
from tracking.sharing import Counted, share_rows


def shared_sale(scene: Scene, other: str) -> str:
    """A sale of 100.01 by the scene's partner and another, 2 to 1; its id."""
    sale = str(scene.sell(10_001)["id"])
    with seller_scope(scene.api.seller.pk):
        row = Sale.objects.get(pk=sale)
        rows = [
            Counted(Enrollment.objects.get(partner_id=uuid.UUID(partner)), None, weight)
            for partner, weight in ((scene.partner["id"], 2), (other, 1))
        ]
        SaleShare.objects.bulk_create(share_rows(row, rows))
        Sale.objects.filter(pk=sale).update(is_shared=True)
    scene.compute()
    return sale


def test_a_partners_key_reads_his_part_and_of_nobody_else() -> None:
    scene = make_scene()
    api, first = scene.api, scene.partner["id"]
    second = str(api.made("partners", {"name": "Red Parrot"})["id"])
    api.made(f"partners/{second}/enrollments", {"program": scene.program["id"]})
    sale = shared_sale(scene, second)
    api.made(f"sales/{sale}/refunds", {"external_id": f"R-{sale}", "amount": 1_000})
    scene.compute()
    for own, other, weight, net in ((first, second, 2, 6_667), (second, first, 1, 3_334)):
        key = api.for_partner(own)
        rows = [one for one in key.get("sales").body["results"] if one["id"] == sale]
        assert rows == [key.get(f"sales/{sale}").body]
        assert (rows[0]["partner"], rows[0]["is_shared"], rows[0]["amount"]) == (own, True, 10_001)
        assert rows[0]["share"] == {"weight": weight, "of": 3, "amount": net}
        assert [one["id"] for one in key.get("sales", partner=own).body["results"]] == [sale]
        assert key.get("sales", partner=other).body["results"] == []
        (refund,) = key.get(f"sales/{sale}/refunds").body["results"]
        assert (refund["partner"], refund["amount"]) == (own, 1_000)
        assert key.get(f"refunds/{refund['id']}").status == 200
        text = str([rows, refund, key.get("commissions", sale=sale).body, key.get("refunds").body])
        assert other not in text
        named = api.get("sales", partner=own).body["results"]
        assert [one["id"] for one in named] == [sale]
    staff = api.get(f"sales/{sale}").body
    assert (staff["share"], staff["is_shared"]) == (None, True)
