"""Notifications in each recipient's own language."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils import translation
from django.utils.functional import Promise

from activity.services import Notice
from sellers.models import Seller, User

Text = str | Promise


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
    """One notice for each of `users`; `subject` and `body` are lazy texts with %-names."""
    for user in users:
        with translation.override(user.language or seller.language):
            yield Notice(
                users=[user],
                room=room,
                subject=str(subject) % (values or {}),
                body=str(body) % (values or {}),
                path=path,
                mail=mail,
            )
