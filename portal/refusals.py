"""Refusals of services, shown where the person can act on them."""

from collections.abc import Callable
from typing import Any

from django import forms

from prm.errors import Refusal


def put_on(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show each error of `refusal` by the form's field it names, the rest above the form."""
    if not refusal.errors:
        form.add_error(None, refusal.message)
    for error in refusal.errors:
        field = error.field.partition("[")[0].partition(".")[0]
        form.add_error(field if field in form.fields else None, error.message)


def try_on(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Whether the valid form's act went through; a refusal is shown on the form.

    `if request.method == "POST" and form.is_valid() and try_on(form, lambda: services.…(…)):`
    """
    try:
        act()
    except Refusal as refusal:
        put_on(form, refusal)
        return False
    return True
