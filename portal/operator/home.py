"""The operator's page: is every click on its way, and does all work get done."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.operator import figures
from portal.operator.work_words import words_of


@require_safe
@never_cache
def operator(request: HttpRequest) -> HttpResponse:
    """Hosts with their spools, queues, months of clicks; for superusers, and 404 for all others."""
    if not (request.user.is_authenticated and request.user.is_superuser):
        raise Http404
    found = figures.gather()
    context = {
        "found": found,
        "waiting_clicks": sum(host.said.backlog_clicks for host in found.hosts),
        "oldest": figures.wait_text(max((host.age for host in found.hosts), default=timedelta(0))),
        "lost": sum(host.said.lost for host in found.hosts),
        "work": [(one, words_of(one)) for one in found.work],
        "failing": sum(work.failing for work in found.work),
        "months_kept": settings.CLICK_MONTHS,
        "months_size": sum(month.size for month in found.months),
    }
    return render(request, "operator/home.html", context)
