"""The proof of one line of earnings over the API."""

import uuid
from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from commissions import proofs, selectors
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Key, Text, Whole, choices
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Output


class LeafOutput(Output):
    """What is sealed of the line, letter by letter, and SHA-256(00 ‖ text)."""

    text = Text()
    hash = Text()


class StepOutput(Output):
    """The hash beside the one so far: SHA-256(01 ‖ left ‖ right) is the next."""

    side = Choice(choices=choices(("left", "right")))
    hash = Text()


class EntryOutput(Output):
    """The entry of the trail, as the chain hashes it; its detail holds the root."""

    id = Key()
    text = Text()


class ChainOutput(Output):
    """The entry's place: hash = SHA-256(place ‖ LF ‖ previous_hash ‖ LF ‖ the entry's text)."""

    place = Whole()
    previous_hash = Text()
    hash = Text()


class ProofOutput(Output):
    """From a line's leaf to the root that the trail holds, and its entry's place in the chain."""

    format = Text()
    state = Choice(
        choices=choices(proofs.STATES),
        help_text="waits: it agrees, and the chain takes the entry in within seconds. "
        "unsealed: no entry covers the line.",
    )
    fault = Choice(choices=choices(("", *proofs.FAULTS)), help_text="What differs first.")
    line = FreeObject(help_text="The leaf, read.")
    leaf = LeafOutput()
    position = Whole(help_text="The leaf's place among `lines`, from 0, in order of their ids.")
    lines = Whole()
    path = StepOutput(many=True)
    root = Text(help_text="Of the lines as they are stored now.")  # type: ignore[assignment]
    entry = EntryOutput(allow_null=True)
    chain = ChainOutput(allow_null=True)


class CommissionProof(Endpoint):
    """That a line is still what was sealed."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Prove a commission"), answer=ProofOutput)
    def get(self, call: Call, commission_id: uuid.UUID) -> dict[str, Any]:
        line = call.found(call.own(selectors.lines(), "partner_id"), commission_id)
        return proofs.as_json(proofs.proof_of(line))


urlpatterns = [path("commissions/<uuid:commission_id>/proof", CommissionProof.as_view())]
