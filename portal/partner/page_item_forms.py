"""Forms about what stands on a partner's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Partner, PartnerPage
from tracking.models import Coupon, Link
from tracking.selectors import pages

MOST_LINKS = 200


class ItemForm(forms.Form):
    """How it is called."""

    title = forms.CharField(label=_("Title"), max_length=80)
    note = forms.CharField(
        label=_("A line below"),
        max_length=200,
        required=False,
        help_text=_("Say what people get, like free shipping on the first bag."),
    )


class AddItemForm(ItemForm):
    """A link or a coupon of the partner that is not on the page yet."""

    shown = forms.ChoiceField(label=_("Link or coupon"))
    field_order = ("shown", "title", "note")

    def __init__(
        self, *args: Any, partner: Partner, page: PartnerPage | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Empty: the link’s own name.")
        links = list(pages.links_to_show(partner.pk, page)[:MOST_LINKS])
        coupons = list(pages.coupons_to_show(partner.pk, page))
        self._found: dict[str, Link | Coupon] = {
            **{f"link:{one.pk}": one for one in links},
            **{f"coupon:{one.pk}": one for one in coupons},
        }
        groups = [
            (_("Links"), [(f"link:{one.pk}", f"{one} · /r/{one.code}") for one in links]),
            (_("Coupons"), [(f"coupon:{one.pk}", one.code) for one in coupons]),
        ]
        offered = [(label, rows) for label, rows in groups if rows]
        self.fields["shown"].choices = offered  # type: ignore[attr-defined]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to put on the page."""
        return bool(self._found)

    @property
    def values(self) -> dict[str, Any]:
        """What `add_page_item` takes, of a valid form."""
        chosen = self._found[self.cleaned_data["shown"]]
        kind = "link" if isinstance(chosen, Link) else "coupon"
        words = {name: self.cleaned_data[name] for name in ("title", "note")}
        return {kind: chosen, **words}
