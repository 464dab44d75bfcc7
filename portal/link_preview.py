"""What a link would be, told while its form is filled in; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from campaigns.models import Enrollment
from portal import qr
from portal.link_pages import full_address
from prm.errors import Unacceptable
from tracking.models import Coupon, LinkDomain
from tracking.models.links import CODE, CODE_FORM
from tracking.rules import CLICK_PARAMETER, SUB_IDS
from tracking.selectors import domains
from tracking.selectors.pages import is_code_taken, usable_coupons
from tracking.services.link_coupons import page_with
from tracking.services.links import own_page


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is good, and the sentence."""

    good: bool
    words: str


@dataclass(frozen=True)
class Preview:
    """The link as it would be. `address` has an ellipsis where we choose the code."""

    findings: list[Finding]
    address: str = ""
    leads_to: str = ""
    subs: list[tuple[str, str]] = field(default_factory=list)
    qr: SafeString | None = None

    @property
    def good(self) -> bool:
        """Whether the link can be made like this."""
        return all(finding.good for finding in self.findings)


def preview_of(data: Mapping[str, str], enrollments: Sequence[Enrollment]) -> Preview:
    """What the values typed so far would make."""
    chosen = next((one for one in enrollments if str(one.pk) == data.get("program")), None)
    enrollment = chosen or next(iter(enrollments), None)
    if enrollment is None:
        return Preview([Finding(False, _("You are in no program at the moment."))])
    page, on_page = _page(data, enrollment)
    code, on_code = _code(data.get("code", "").strip())
    address = f"{_host(data.get('domain', ''))}/r/{code or '…'}"
    good = on_page.good and on_code.good
    return Preview(
        [on_page, on_code],
        address=address,
        leads_to=f"{page}{'&' if '?' in page else '?'}{CLICK_PARAMETER}=…" if on_page.good else "",
        subs=[(name, data[name].strip()) for name in SUB_IDS if data.get(name, "").strip()],
        qr=qr.svg(address) if good and code else None,
    )


def _page(data: Mapping[str, str], enrollment: Enrollment) -> tuple[str, Finding]:
    typed = data.get("destination", "").strip()
    if not typed:
        return "", Finding(False, _("Say which page it leads to."))
    program = enrollment.program
    try:
        page = own_page(program, full_address(program, typed))
    except Unacceptable as refusal:
        return "", Finding(False, refusal.errors[0].message)
    carried = page_with(program, page, _coupon(data.get("coupon", ""), enrollment))
    host = urlsplit(page).hostname or ""
    words = _("The page is at %(host)s, where links may lead.") % {"host": host}
    return carried, Finding(True, words)


def _coupon(key: str, enrollment: Enrollment) -> Coupon | None:
    rows = usable_coupons(enrollment.partner_id).filter(enrollment=enrollment) if key else ()
    return next((one for one in rows if str(one.pk) == key), None)


def _code(code: str) -> tuple[str, Finding]:
    if not code:
        return "", Finding(True, _("We choose a short code."))
    if not CODE_FORM.fullmatch(code):
        return "", Finding(False, str(CODE.message))
    if is_code_taken(code):
        return code, Finding(False, _("This code is taken. Choose another."))
    return code, Finding(True, _("The code %(code)s is free.") % {"code": code})


def _host(key: str) -> str:
    found: LinkDomain | None = None
    if key:
        found = next((one for one in domains.verified() if str(one.pk) == key), None)
    base = urlsplit(settings.BASE_URL)
    return f"{base.scheme}://{found.host if found else base.netloc}"
