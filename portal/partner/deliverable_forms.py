"""Forms by which a partner hands in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Brief, Deliverable


class HandInForm(forms.Form):
    """One piece with the proof that its brief asks for."""

    url = forms.URLField(
        label=gettext_lazy("Address of the page"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    file = forms.FileField(
        label=gettext_lazy("PDF or picture"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("PDF up to 25 MB, PNG, JPEG, WebP or GIF up to 10 MB."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the seller"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, brief: Brief, piece: Deliverable | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"url": piece.url, "note": piece.note} if piece else {}
        super().__init__(*args, **kwargs)
        self.fields["url"].required = brief.needs_url
        kept = bool(piece and piece.file)
        self.fields["file"].required = brief.needs_file and not kept
        if brief.backlink:
            words = _("The page must link to %(target)s; your own link to it counts too.")
            self.fields["url"].help_text = words % {"target": brief.backlink}
        if piece and kept:
            words = _("You handed in %(name)s; choose another to replace it.")
            self.fields["file"].help_text = words % {"name": piece.file_name}
