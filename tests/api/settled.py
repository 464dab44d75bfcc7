"""An agreement with a draft, an advance and a reported figure, made over the API."""

from typing import Any

from tests.api.scene import Scene, make_program

FIRST = "2026-01-01"


def agree(scene: Scene, **given: Any) -> dict[str, Any]:
    """A licence by months with the scene's partner, from January 2026 on."""
    program = make_program(scene.api, name="Licences", kind="licensing")
    partner = f"partners/{scene.partner['id']}/enrollments"
    enrollment = scene.api.made(partner, {"program": program["id"]})
    body = {
        "program": program["id"],
        "name": "Licence of the bird",
        "period": "month",
        "starts_on": FIRST,
        "parties": [{"enrollment": enrollment["id"]}],
        "terms": {"rate": "8", "source": "both"},
        **given,
    }
    made: dict[str, Any] = scene.api.made("agreements", body)
    return made


def settled_ids(scene: Scene, *, approve: bool = False) -> dict[str, str]:
    """Ids by the names in the routes; with `approve` the partner reads his settlement, too."""
    agreement = agree(scene)
    path = f"agreements/{agreement['id']}"
    enrollment = agreement["parties"][0]["enrollment"]
    figure = {
        "kind": "net_sales",
        "on": agreement["starts_on"],
        "amount": 50_000,
        "note": "First month",
        "enrollment": enrollment,
    }
    entry = scene.api.made(f"{path}/entries", figure)
    draft = scene.api.made(f"{path}/settlements")
    if approve:
        advance = {"amount": 1, "granted_on": agreement["starts_on"], "pay": False}
        scene.api.made(f"{path}/advances", advance)
        scene.api.made(f"settlements/{draft['id']}/approve", {})
    return {
        "agreement_id": agreement["id"],
        "agreement_program_id": agreement["program"],
        "agreement_enrollment_id": enrollment,
        "entry_id": entry["id"],
        "settlement_id": draft["id"],
    }
