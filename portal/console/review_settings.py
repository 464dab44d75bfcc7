"""What is looked for at this seller: how strictly, and what a find does."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import SignalAction, SignalKind, SignalStrictness
from commissions.screening.kinds import LOOKS, Look
from commissions.screening.settings import Setting, change_setting, settings_of
from portal.access import actor_of, reader_of, requires
from portal.refusals import try_on


class LookForm(forms.Form):
    """One kind of sign."""

    strictness = forms.ChoiceField(
        label=gettext_lazy("How strictly"), choices=SignalStrictness.choices
    )
    action = forms.ChoiceField(label=gettext_lazy("What then"), choices=SignalAction.choices)
    words = forms.CharField(
        label=gettext_lazy("Banned sites"),
        help_text=gettext_lazy("One a line, like coupons.example. What lies below counts too."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, look: Look, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look = look
        self.title = SignalKind(look.kind).label
        if look.limits:
            self.fields["strictness"].choices = _strictness(look)  # type: ignore[attr-defined]
        else:
            names = {"off": SignalStrictness.OFF.label, "normal": _("Look for it")}
            self.fields["strictness"].choices = list(names.items())  # type: ignore[attr-defined]
        if not look.has_words:
            del self.fields["words"]
        if look.kind == SignalKind.SELF_REFERRAL:
            del self.fields["action"]


def _strictness(look: Look) -> list[tuple[str, str]]:
    """The choices, each with its limit in words."""
    found = []
    for value, label in SignalStrictness.choices:
        measure = str(look.measure) % {"limit": look.limit(value)} if look.limit(value) else ""
        found.append((value, f"{label}: {measure}" if measure else str(label)))
    return found


@requires("settings.manage", room="console")
def review_settings(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All kinds on one page, saved together."""
    stored = settings_of()
    data = request.POST if request.method == "POST" else None
    rows = [
        LookForm(LOOKS[kind], data, prefix=kind, initial=_initial(stored[kind])) for kind in LOOKS
    ]
    valid = data is not None and all(list(map(LookForm.is_valid, rows)))
    if valid and _save_all(request, rows, stored):
        messages.success(request, _("The rules against fraud are saved."))
        return redirect("console:review", seller_slug)
    status = 422 if any(form.errors for form in rows) else 200
    return render(request, "console/review/settings.html", {"rows": rows}, status=status)


def _save_all(
    request: HttpRequest, rows: Sequence[LookForm], stored: Mapping[str, Setting]
) -> bool:
    """Save every kind, or none when one is refused; whether they are saved."""
    with transaction.atomic():
        saved = all([_save(request, form, stored[form.look.kind]) for form in rows])  # noqa: C419
        transaction.set_rollback(not saved)
    return saved


def _initial(setting: Setting) -> dict[str, str]:
    strictness = setting.strictness
    if not LOOKS[setting.kind].limits and strictness != SignalStrictness.OFF:
        strictness = SignalStrictness.NORMAL
    return {
        "strictness": strictness,
        "action": setting.action,
        "words": "\n".join(setting.words),
    }


def _save(request: HttpRequest, form: LookForm, before: Setting) -> bool:
    """Save one kind unless it is as it was; whether it could be."""
    if not form.has_changed():
        return True
    given = form.cleaned_data
    return try_on(
        form,
        lambda: change_setting(
            seller=reader_of(request).seller,
            kind=form.look.kind,
            strictness=given["strictness"],
            action=given.get("action", before.action),
            words=given.get("words", "").splitlines(),
            actor=actor_of(request),
        ),
    )
