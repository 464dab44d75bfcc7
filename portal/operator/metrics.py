"""The operator's figures for Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.standing import Standing
from portal.operator.figures import Figures, Host, gather

Sample = tuple[Mapping[str, str], float]
TYPE = "text/plain; version=0.0.4; charset=utf-8"
OF_HOSTS: Final[tuple[tuple[str, str, Callable[[Host], float]], ...]] = (
    ("prm_spool_backlog_bytes", "gauge", lambda host: host.said.backlog_bytes),
    ("prm_spool_backlog_clicks", "gauge", lambda host: host.said.backlog_clicks),
    ("prm_spool_oldest_click_seconds", "gauge", lambda host: host.age.total_seconds()),
    ("prm_spool_ballast", "gauge", lambda host: int(host.said.has_ballast)),
    ("prm_spool_free_bytes", "gauge", lambda host: host.said.free_bytes),
    ("prm_spool_direct_total", "counter", lambda host: host.said.direct),
    ("prm_spool_lost_total", "counter", lambda host: host.said.lost),
    ("prm_spool_ballast_used_total", "counter", lambda host: host.said.ballast_used),
    ("prm_shipper_silent_seconds", "gauge", lambda host: host.silence.total_seconds()),
    ("prm_shipper_clicks_total", "counter", lambda host: host.said.clicks),
    ("prm_shipper_impressions_total", "counter", lambda host: host.said.impressions),
    ("prm_shipper_damaged_total", "counter", lambda host: host.said.damaged),
    ("prm_shipper_unknown_total", "counter", lambda host: host.said.unknown),
)
OF_WORK: Final[tuple[tuple[str, Callable[[Standing], float]], ...]] = (
    ("prm_work_waiting_sellers", lambda one: one.waiting),
    ("prm_work_failing_sellers", lambda one: one.failing),
)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Behind the bearer token PRM_METRICS_TOKEN; 404 where that is not set, 401 for another."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        answer = HttpResponse("a bearer token is needed\n", status=401, content_type="text/plain")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return HttpResponse("\n".join(lines(gather())) + "\n", content_type=TYPE)


def lines(found: Figures) -> Iterator[str]:
    """All samples, each metric with its type."""
    for name, kind, value in OF_HOSTS:
        yield from _metric(name, kind, ((_names(host), value(host)) for host in found.hosts))
    for name, count in OF_WORK:
        yield from _metric(name, "gauge", (({"kind": one.kind}, count(one)) for one in found.work))
    yield from _metric(
        "prm_click_month_bytes",
        "gauge",
        (({"month": f"{one.first:%Y-%m}"}, one.size) for one in found.months),
    )


def _names(host: Host) -> dict[str, str]:
    return {"host": host.said.host, "name": host.said.name}


def _metric(name: str, kind: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{inside}}} {value:g}" if value < 1e6 else f"{name}{{{inside}}} {value:.0f}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
