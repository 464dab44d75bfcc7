"""Every line explains itself: each feature reads as a sentence and as a bill that adds up."""

import pytest
from django.utils import translation

from commissions import reasons
from commissions.models import Commission
from commissions.reasons import PARTNER, STAFF
from portal import traces
from sellers.scope import seller_scope
from tests.commissions.stage import Stage, shared_seller
from tests.commissions.test_worked_examples import EXAMPLES

FEATURES = sorted({example.file for example in EXAMPLES})


@pytest.mark.parametrize("feature", FEATURES)
def test_every_line_of_a_feature_reads(feature: str) -> None:
    """In both languages, for the partner and for staff; nobody reads another's name."""
    example = next(one for one in EXAMPLES if one.file == feature)
    stage = Stage(example.world, *shared_seller(example.world.zone.key, example.file))
    stage.play([*example.world.sales, *example.world.refunds])
    with seller_scope(stage.seller.pk):
        lines = list(Commission.objects.filter(program=stage.program).order_by("id"))
        assert lines
        for language in ("en", "id"):
            with translation.override(language):
                for line in lines:
                    _reads(line)


def _reads(line: Commission) -> None:
    for audience in (PARTNER, STAFF):
        trace = traces.of(line, audience)
        assert reasons.sentence(line, audience).strip(" .")
        assert trace.title
        assert trace.text
        assert "%(" not in trace.text
        assert trace.bill[-1]["sum"]
