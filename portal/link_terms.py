"""What a link may have beside its page, in forms: an end, a host, other pages for some visitors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from portal.link_extras import LinkExtrasForm
from portal.link_pages import full_address
from tracking.models import Link
from tracking.models.clicks import Device
from tracking.selectors import domains

ROWS: Final = 3
MOMENT: Final = "%Y-%m-%dT%H:%M"
NAMES: Final = ("page", "countries", "devices")


class LinkTermsForm(forms.Form):
    """The fields; `target_rows` are for the template, three at least."""

    expires_at = forms.DateTimeField(
        label=gettext_lazy("Ends"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        help_text=gettext_lazy("Afterwards it leads to the program’s own page and earns nothing."),
    )
    domain = forms.ChoiceField(label=gettext_lazy("Address on"), required=False)

    def __init__(
        self, *args: Any, targets: Sequence[Mapping[str, Any]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._hosts = {str(one.pk): one for one in domains.verified()}
        named = [(key, one.host) for key, one in self._hosts.items()]
        self.fields["domain"].choices = [("", _("our own host")), *named]  # type: ignore[attr-defined]
        if not named:
            del self.fields["domain"]
        self._rows = max(ROWS, len(targets))
        for number in range(self._rows):
            self._add_row(number, targets[number] if number < len(targets) else {})

    def _add_row(self, number: int, target: Mapping[str, Any]) -> None:
        self.fields[f"page{number}"] = forms.CharField(
            label=_("Other page %(number)s") % {"number": number + 1},
            max_length=2000,
            required=False,
            initial=target.get("destination", ""),
        )
        self.fields[f"countries{number}"] = forms.CharField(
            label=_("Visitors of page %(number)s from") % {"number": number + 1},
            max_length=200,
            required=False,
            initial=", ".join(target.get("countries", ())),
            help_text=_("Countries as two letters: ID, SG. Empty: from anywhere."),
        )
        self.fields[f"devices{number}"] = forms.MultipleChoiceField(
            label=_("Visitors of page %(number)s on") % {"number": number + 1},
            choices=Device.choices,
            required=False,
            initial=list(target.get("devices", ())),
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def target_rows(self) -> Iterator[list[BoundField]]:
        """Bound fields of each target."""
        for number in range(self._rows):
            yield [self[f"{name}{number}"] for name in NAMES]

    @property
    def has_targets(self) -> bool:
        """Whether any target is filled in or wrong."""
        return any(field.errors or field.value() for row in self.target_rows for field in row)

    def terms(self, program: Program) -> dict[str, Any]:
        """What services take, of a valid form. A row without a page is no target."""
        data = self.cleaned_data
        targets = [
            {
                "destination": full_address(program, data[f"page{number}"]),
                "countries": data[f"countries{number}"].upper().replace(",", " ").split(),
                "devices": data[f"devices{number}"],
            }
            for number in range(self._rows)
            if data[f"page{number}"].strip()
        ]
        domain = self._hosts.get(data.get("domain") or "")
        return {"expires_at": data["expires_at"], "domain": domain, "targets": targets}


class LinkChangeForm(LinkTermsForm, LinkExtrasForm):
    """Everything that may be changed of a link."""

    destination = forms.CharField(label=gettext_lazy("Page"), max_length=2000)
    label = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    field_order = ("destination", "label", "expires_at", "domain")

    def __init__(self, *args: Any, link: Link, **kwargs: Any) -> None:
        end = timezone.localtime(link.expires_at) if link.expires_at else None
        initial = {
            "destination": link.destination,
            "label": link.label,
            "expires_at": end,
            "domain": str(link.domain_id or ""),
            "campaign": str(link.campaign_id or ""),
            "coupon": str(link.coupon_id or ""),
        }
        super().__init__(*args, targets=link.targets, initial=initial, **kwargs)
        self._link = link
        self.offer([link.enrollment], link)

    @property
    def changes(self) -> dict[str, Any]:
        """What `change_link` takes, of a valid form."""
        program = self._link.enrollment.program
        found = self.terms(program)
        if "expires_at" not in self.changed_data:  # the field shows no seconds
            found["expires_at"] = self._link.expires_at
        return {
            **found,
            **self.extras,
            "destination": full_address(program, self.cleaned_data["destination"]),
            "label": self.cleaned_data["label"],
        }
