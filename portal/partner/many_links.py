"""Many links at once: pages pasted in, each line answered for itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import selectors as campaigns
from portal.access import actor_of, requires
from portal.partner.link_forms import ManyLinksForm
from portal.partner.scope import seat_of
from portal.refusals import put_on
from prm.errors import Refusal
from tracking import services
from tracking.services import RowAnswer


@requires("portal.links", room="partner")
def many(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Paste pages, get links; refused lines stay in the form to be put right."""
    enrollments = list(campaigns.enrollments_of(seat_of(request).partner_id, only_active=True))
    form = ManyLinksForm(request.POST or None, enrollments=enrollments)
    answers = _answers(request, form) if form.is_bound and form.is_valid() else []
    if answers:
        left = "\n".join(one.wanted.typed for one in answers if one.reason)
        form = ManyLinksForm(initial={**request.POST.dict(), "rows": left}, enrollments=enrollments)
    made = [one for one in answers if one.link is not None]
    context = {
        "form": form,
        "enrollments": enrollments,
        "answers": answers,
        "made": sum(one.is_new for one in answers),
        "had": sum(not one.is_new for one in made),
        "refused": len(answers) - len(made),
        "copied": "\n".join(
            f"{one.wanted.destination}\t{one.link.url}" for one in made if one.link
        ),
    }
    failed = form.errors or (answers and not made)
    return render(request, "partner/links/many.html", context, status=422 if failed else 200)


def _answers(request: HttpRequest, form: ManyLinksForm) -> list[RowAnswer]:
    """What became of each line; none where something alike for all of them is refused."""
    try:
        return services.create_links(
            enrollment=form.enrollment,
            actor=actor_of(request),
            wanted=form.wanted,
            **form.extras,
        )
    except Refusal as refusal:
        put_on(form, refusal)
        return []
