"""Loading the demo: all of it or nothing, once."""

from collections.abc import Callable

from django.db import transaction

from activity import work
from commissions.engine import holds
from commissions.services.intake import ENGINE
from portal.demo import (
    claims,
    joining,
    kinds,
    materials,
    pages,
    payments,
    prospects,
    reviews,
    scene,
    talk,
    tiers,
)
from portal.demo.history import CLICKS, SALES, History
from sellers import selectors
from sellers.scope import seller_scope

STEPS = 11
UNIT = 1000
TOTAL = CLICKS + SALES + STEPS * UNIT
Tell = Callable[[int, str], None]


def is_loaded() -> bool:
    """Whether the demo seller is there."""
    return selectors.seller_by_slug(scene.SLUG) is not None


@transaction.atomic
def load(tell: Tell) -> None:
    """Make the demo seller with half a year of history. `tell(done, what)` hears of each step."""
    seller, owner = scene.open_seller()
    with seller_scope(seller.pk):
        tell(UNIT, "team and programs")
        stage = scene.set_up(seller, owner)
        tell(UNIT, "partners")
        joining.open_form(stage)
        tiers.add_tiers(stage)
        joining.add_partners(stage)
        scene.agree_with_star(stage)
        joining.add_applicants(stage)
        prospects.add_prospects(stage)
        tell(UNIT, "materials")
        scene.add_materials(stage)
        made = materials.add_materials(stage)
        history = History(stage)
        tell(UNIT, "links")
        history.make_links()
        pages.add_pages(stage)
        materials.use_materials(stage, made)
        materials.put_names_on(stage, made)
        joining.tick_steps(stage)
        history.weigh_links()
        history.make_clicks(lambda count: tell(count, "clicks"))
        history.show_banners()
        history.make_sales(lambda count: tell(count, "sales"))
        history.keep_clicks()
        tiers.move_partners(stage)
        tell(UNIT, "commissions")
        work.drain(ENGINE, seller.pk)
        tell(UNIT, "returns")
        history.make_returns()
        work.drain(ENGINE, seller.pk)
        tell(UNIT, "programs of other kinds")
        kinds.add_kinds(stage)
        tell(UNIT, "holds")
        while holds.step(seller.pk):
            pass
        tell(UNIT, "payouts")
        payments.add_methods(stage)
        payments.decide_some(stage)
        claims.add_claims(stage)
        work.drain(ENGINE, seller.pk)
        reviews.add_performance(stage)
        talk.add_talk(stage)
        payments.pay(stage)
        tell(2 * UNIT, "done")
