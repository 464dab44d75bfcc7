"""Notifications in each recipient's own language and time zone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise

from activity.services import Notice
from sellers.models import Seller, User
from sellers.zones import zone_for

Text = str | Promise

DAY = "j M Y"
"""A day in a mail, as the pages write it: 19 Nov 2026."""


def notices_to(
    users: Iterable[User],
    *,
    seller: Seller,
    room: str,
    subject: Text,
    body: Text = "",
    values: Mapping[str, object] | None = None,
    path: str = "",
    mail: bool = True,
) -> Iterator[Notice]:
    """One notice for each of `users`; `subject` and `body` are lazy texts with %-names.

    Instants and days among `values` are written as each person reads them.
    """
    for user in users:
        own = translation.override(user.language or seller.language)
        with own, timezone.override(zone_for(user, seller)):
            shown = {name: _shown(value) for name, value in (values or {}).items()}
            yield Notice(
                users=[user],
                room=room,
                subject=str(subject) % shown,
                body=str(body) % shown,
                path=path,
                mail=mail,
            )


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{date_format(local, f'{DAY}, H:i')} {local:%Z}"
    return date_format(value, DAY) if isinstance(value, date) else value
