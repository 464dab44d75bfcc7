"""The form of a help article."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import choices


class ArticleForm(forms.Form):
    """What partners find, and under which heading."""

    language = forms.ChoiceField(label=_("Language"), choices=choices.languages)
    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("As a partner would ask it.")
    )
    topic = forms.CharField(
        label=_("Topic"),
        max_length=80,
        required=False,
        help_text=_("Articles of one topic stand together."),
    )
    source = forms.CharField(
        label=_("Answer"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Markdown or plain text: **bold**, # heading, - list, [words](https://address)."
        ),
    )
