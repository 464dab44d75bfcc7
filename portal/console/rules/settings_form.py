"""The plain fields of a rule beside its sentence: name, start, priority, reason."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import time_format
from portal.console.sale_forms import MomentField

LOWEST, HIGHEST = -1000, 1000


class SettingsForm(forms.Form):
    """What a version is called, from when it holds, and why it was made."""

    name = forms.CharField(label=_("Name"), max_length=120)
    valid_from = MomentField(label=_("In force from"))
    priority = forms.IntegerField(
        label=_("Priority"),
        required=False,
        min_value=LOWEST,
        max_value=HIGHEST,
        help_text=_("Of rules for the same partners and goods, the higher number goes first."),
    )
    reason = forms.CharField(
        label=_("Why, for the history of versions"), max_length=300, required=False
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = gettext("Empty means at once. Not before now. The time is that of %(zone)s.")
        zone = time_format.zone_name(timezone.localtime())
        self.fields["valid_from"].help_text = hint % {"zone": zone}
        if not is_new:
            del self.fields["priority"]
