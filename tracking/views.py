"""The redirect behind every partner link."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prm.addresses import client_address, truncated
from prm.ids import new_id
from sellers.scope import seller_scope
from tracking import rules, selectors, services, tokens
from tracking.models import Link


class Redirect(HttpResponseRedirect):
    """302 that search engines do not follow and nothing caches."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self["Cache-Control"] = "no-store"
        self["X-Robots-Tag"] = "noindex, nofollow"
        self["Referrer-Policy"] = "no-referrer-when-downgrade"


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Record a click on a partner's link and send the visitor on with a click token.

    HEAD and prefetch are no clicks. A link that may not earn any more still leads to its page.
    """
    link = selectors.link_to_follow(code)
    if link is None:
        return render(request, "public/link_unknown.html", {"code": code[:50]}, status=404)
    deep = request.GET.get("url", "")
    if deep and not _leads_home(link, deep):
        return render(request, "public/link_foreign.html", {"link": link}, status=400)
    target = deep or link.destination
    if request.method == "HEAD" or rules.is_prefetch(request.headers) or not _earns(link):
        return Redirect(target)
    return _track(request, link, target)


def _leads_home(link: Link, target: str) -> bool:
    program = link.enrollment.program
    own = [rules.host_of(program.landing_url), rules.host_of(link.destination)]
    return rules.is_allowed_host(rules.host_of(target), program.allowed_hosts, own)


def _earns(link: Link) -> bool:
    enrollment = link.enrollment
    return (
        link.disabled_at is None
        and enrollment.status == enrollment.Status.ACTIVE
        and enrollment.partner.status == enrollment.partner.Status.ACTIVE
        and enrollment.program.status == enrollment.program.Status.OPEN
    )


def _track(request: HttpRequest, link: Link, target: str) -> HttpResponse:
    subs = {
        name: (request.GET.get(name) or getattr(link, name)).replace("\x00", "")[: rules.SUB_LENGTH]
        for name in rules.SUB_IDS
    }
    click_id = new_id()
    token = tokens.make(link.pk, click_id)
    destination = rules.with_parameters(target, {rules.CLICK_PARAMETER: token})
    with seller_scope(link.seller_id):
        services.record_click(
            link=link,
            click_id=click_id,
            destination=target,
            address=truncated(client_address(request)),
            agent=request.headers.get("User-Agent", "").replace("\x00", ""),
            referrer=request.headers.get("Referer", "").replace("\x00", ""),
            subs=subs,
        )
    response = Redirect(destination)
    response.set_cookie(
        rules.CLICK_PARAMETER,
        token,
        max_age=link.enrollment.program.window_days * 86400,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response
