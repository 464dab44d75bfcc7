"""The named cast of the tests: a seller with his team, made through the services that users use.

Tests commit for real and share one database per process, so everybody here is new each time:
sellers get a random address, people a random e-mail. Row security keeps the tests apart.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client

from partners.models import Partner
from partners.services import add_member, create_partner
from sellers import services
from sellers.actors import Actor
from sellers.models import Invitation, Seller, Staff, User
from sellers.scope import seller_scope

PASSWORD = "correct-horse-battery-7"


def token() -> str:
    """Eight characters nobody else has."""
    return secrets.token_hex(4)


@cache
def _hashed_password() -> str:
    # hashing is slow on purpose; everybody has the same password, so once is enough
    return make_password(PASSWORD)


def make_user(name: str = "Alma Tester", *, verified: bool = True, language: str = "") -> User:
    """A log-in with a verified address of its own and the cast's password."""
    first = name.split(maxsplit=1)[0].lower()
    user = User(
        email=f"{first}-{token()}@example.com",
        password=_hashed_password(),
        name=name,
        language=language,
    )
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


@dataclass(frozen=True)
class Team:
    """A seller with one person in each role."""

    seller: Seller
    owner: User
    manager: User
    finance: User
    marketer: User
    auditor: User

    @property
    def id(self) -> uuid.UUID:
        """The seller's id."""
        return self.seller.pk

    @property
    def people(self) -> dict[str, User]:
        """Role -> person."""
        return {role: getattr(self, role) for role in Staff.Role.values}

    @property
    def actor(self) -> Actor:
        """The owner, as services want him."""
        return Actor.person(self.owner)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """The seller's scope."""
        with seller_scope(self.seller.pk):
            yield

    def url(self, rest: str = "", room: str = "console") -> str:
        """An address in one of the seller's rooms."""
        return f"/{self.seller.slug}/{room}/{rest}"


def make_seller(
    owner: User | None = None, *, name: str = "Tahta Kopi", currency: str = "EUR"
) -> Seller:
    """A seller opened by `owner`."""
    return services.sign_up_seller(
        user=owner or make_user("Ola Owner"),
        name=name,
        slug=f"s-{token()}{token()}",
        currency=currency,
        country="ID",
        time_zone="Asia/Jakarta",
        language="en",
    )


def make_team(*, name: str = "Tahta Kopi", currency: str = "EUR") -> Team:
    """A seller with an owner and, by invitation, one person in each other role."""
    owner = make_user("Ola Owner")
    seller = make_seller(owner, name=name, currency=currency)
    people = {
        role: join_team(
            seller, owner, make_user(f"{role.title()} {name.split(maxsplit=1)[0]}"), role
        )
        for role in Staff.Role.values
        if role != "owner"
    }
    return Team(seller=seller, owner=owner, **people)


def join_team(seller: Seller, owner: User, user: User, role: str) -> User:
    """Invite `user` to the team and accept for him."""
    with seller_scope(seller.pk):
        invitation = services.invite_staff(
            seller=seller, email=user.email, role=role, actor=Actor.person(owner)
        )
    services.accept_invitation(invitation=invitation, user=user)
    return user


def make_partner(
    team: Team, *people: User, name: str = "Rumah Seduh", role: str = "admin"
) -> Partner:
    """An active partner of the team's seller, with `people` in `role`."""
    with team.scope():
        partner = create_partner(seller=team.seller, actor=team.actor, name=name)
        for person in people:
            add_member(partner=partner, user=person, role=role, actor=team.actor)
    return partner


def staff_of(team: Team, user: User) -> Staff:
    """The membership of `user`; needs no open scope."""
    with team.scope():
        return Staff.objects.select_related("user", "seller").get(user=user)


def signed_in(user: User, *, language: str = "en") -> Client:
    """A browser in which `user` has signed in; checks CSRF nowhere, speaks `language`."""
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def stranger() -> Client:
    """A browser in which nobody signed in."""
    return Client(headers={"accept-language": "en"})


def last_mail_to(address: str) -> mail.EmailMessage:
    """The newest mail to `address` in the test outbox. Raises LookupError when there is none."""
    for message in reversed(getattr(mail, "outbox", [])):
        if address in message.to:
            found: mail.EmailMessage = message
            return found
    raise LookupError(f"no mail to {address}")


def link_in(message: mail.EmailMessage, part: str) -> str:
    """The path of the first link in a mail that contains `part`."""
    for word in str(message.body).split():
        if part in word and word.startswith("http"):
            return "/" + word.split("/", 3)[3]
    raise LookupError(f"no link with {part!r} in the mail")


def open_invitation(team: Team, email: str, role: str = "manager") -> Invitation:
    """An invitation that nobody has accepted."""
    with team.scope():
        return services.invite_staff(seller=team.seller, email=email, role=role, actor=team.actor)
