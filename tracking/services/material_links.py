"""The links inside materials: one for each partner, material and place where he uses it."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Enrollment, Material
from prm.errors import Unacceptable
from sellers.actors import Actor
from tracking.models import Link
from tracking.rules import SUB_LENGTH
from tracking.services.links import create_link


@transaction.atomic
def link_of_material(
    *, enrollment: Enrollment, material: Material, actor: Actor, where: str = ""
) -> Link:
    """The enrollment's link of a material, made when first asked for; `where` is its sub1.

    It leads to the material's page, else to the program's. Raises Unacceptable where the
    enrollment has ended, for another program's material, and for too long a place.
    """
    if material.program_id != enrollment.program_id:
        message = _("This material belongs to another program.")
        raise Unacceptable(message, field="material", code="other_program")
    place = " ".join(where.split())
    if len(place) > SUB_LENGTH or "\x00" in place:
        message = _("At most %(limit)d characters.") % {"limit": SUB_LENGTH}
        raise Unacceptable(message, field="where", code="max_length")
    # one asks at a time, so that two clicks make one link
    Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    found = Link.objects.filter(
        enrollment=enrollment, material=material, sub1=place, disabled_at=None
    )
    link = found.select_related("domain").order_by("id").first()
    if link is not None:
        return link
    return create_link(
        enrollment=enrollment,
        actor=actor,
        destination=material.destination or enrollment.program.landing_url,
        label=material.name,
        campaign=material.campaign,
        material=material,
        subs={"sub1": place},
    )
