"""A campaign and a coupon for a link, in the forms that make and change links."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from campaigns.models import Campaign, Enrollment
from tracking.models import Coupon, Link
from tracking.selectors import pages


class LinkExtrasForm(forms.Form):
    """The two fields; one that has nothing to choose from is left out."""

    campaign = forms.ChoiceField(
        label=gettext_lazy("Campaign"),
        required=False,
        help_text=gettext_lazy("Sales are counted for it; the link ends with it."),
    )
    coupon = forms.ChoiceField(
        label=gettext_lazy("Coupon"),
        required=False,
        help_text=gettext_lazy("Stands beside the link, and in the address where the shop can."),
    )

    def offer(self, enrollments: Sequence[Enrollment], link: Link | None = None) -> None:
        """Fill in what the enrollments' partner may choose, and what `link` has already."""
        several = len(enrollments) > 1
        self._campaigns = {str(one.pk): one for one in _campaigns(enrollments)}
        self._coupons = {str(one.pk): one for one in _coupons(enrollments)}
        if link is not None and link.campaign is not None:
            self._campaigns.setdefault(str(link.campaign_id), link.campaign)
        if link is not None and link.coupon is not None:
            self._coupons.setdefault(str(link.coupon_id), link.coupon)
        self._fill("campaign", {key: _named(one, several) for key, one in self._campaigns.items()})
        self._fill("coupon", {key: one.code for key, one in self._coupons.items()})

    def _fill(self, name: str, offered: dict[str, str]) -> None:
        if not offered:
            del self.fields[name]
            return
        self.fields[name].choices = [("", _("None")), *offered.items()]  # type: ignore[attr-defined]

    @property
    def extras(self) -> dict[str, Any]:
        """What services take, of a valid form; a field that is not there changes nothing."""
        data = self.cleaned_data
        found: dict[str, Any] = {}
        if "campaign" in self.fields:
            found["campaign"] = self._campaigns.get(data["campaign"])
        if "coupon" in self.fields:
            found["coupon"] = self._coupons.get(data["coupon"])
        return found


def _campaigns(enrollments: Sequence[Enrollment]) -> Sequence[Campaign]:
    today = timezone.localdate()
    rows = campaigns.campaigns().filter(
        Q(ends_on=None) | Q(ends_on__gte=today), program__in=[one.program_id for one in enrollments]
    )
    return list(rows.order_by("-starts_on", "-id")[:100])


def _coupons(enrollments: Sequence[Enrollment]) -> Sequence[Coupon]:
    if not enrollments:
        return []
    rows = pages.usable_coupons(enrollments[0].partner_id)
    return list(rows.filter(enrollment__in=enrollments)[:100])


def _named(campaign: Campaign, with_program: bool) -> str:
    return f"{campaign.name} ({campaign.program.name})" if with_program else campaign.name
