"""The form by which staff and partners report a figure for an agreement."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Agreement, AgreementParty, EntryKind
from commissions.settlements.entries import EntryInput, kinds_for
from portal.console.sale_forms import in_minor, money_field

PARTY_WORDS = {
    EntryKind.COST: gettext_lazy("Who bore it"),
    EntryKind.REVENUE: gettext_lazy("Who holds it"),
}


class EntryForm(forms.Form):
    """A figure with its day, what it is for and its proof."""

    kind = forms.ChoiceField(label=gettext_lazy("What"))
    party = forms.ChoiceField(label=gettext_lazy("Whose"))
    on = forms.DateField(
        label=gettext_lazy("Day it belongs to"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("It counts in the period of this day, or later as a correction."),
    )
    amount = money_field(gettext_lazy("Amount"), required=False)
    quantity = forms.IntegerField(label=gettext_lazy("Units"), required=False, min_value=0)
    note = forms.CharField(label=gettext_lazy("What it is for"), max_length=500)
    url = forms.CharField(label=gettext_lazy("Address of a proof"), required=False, max_length=500)
    file = forms.FileField(
        label=gettext_lazy("Proof"),
        required=False,
        help_text=gettext_lazy("A PDF, an office file or a picture."),
    )

    def __init__(
        self,
        *args: Any,
        agreement: Agreement,
        parties: Sequence[AgreementParty],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.parties = {str(one.pk): one for one in parties}
        kinds = [EntryKind(one) for one in kinds_for(agreement)]
        labels = [(one.value, one.label) for one in kinds]
        self.fields["kind"].choices = labels  # type: ignore[attr-defined]
        named = [(key, str(one)) for key, one in self.parties.items()]
        self.fields["party"].choices = named  # type: ignore[attr-defined]
        code = {"currency": agreement.currency}
        self.fields["amount"].label = _("Amount, %(currency)s") % code
        if EntryKind.UNITS not in kinds:
            del self.fields["quantity"]
        else:
            self.fields["amount"].label = _("Their net value, %(currency)s") % code
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0].value
        if len(named) == 1:
            self.fields["party"].widget = forms.HiddenInput()
            self.fields["party"].initial = named[0][0]

    @property
    def chosen(self) -> AgreementParty:
        """The party of the valid form."""
        return self.parties[self.cleaned_data["party"]]

    def entry(self) -> EntryInput:
        """The figure of the valid form."""
        data = self.cleaned_data
        return EntryInput(
            kind=data["kind"],
            on=data["on"],
            note=data["note"],
            amount_minor=in_minor(self, "amount", self.agreement.currency),
            quantity=data.get("quantity") or 0,
            url=data["url"],
            file=data["file"],
        )
