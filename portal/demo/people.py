"""The demo's log-ins."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sellers.models import User

DOMAIN = "kopinusantara.example"


@dataclass(frozen=True)
class Login:
    """Somebody to sign in as; `room` is the address under the seller's where he starts."""

    role: str
    label: str | Promise
    name: str
    email: str
    room: str


LOGINS = (
    Login("owner", _("Owner"), "Dewi Anggraini", f"dewi@{DOMAIN}", "console"),
    Login("finance", _("Finance"), "Bagas Pratama", f"bagas@{DOMAIN}", "console"),
    Login("auditor", _("Auditor"), "Ratna Kusuma", f"ratna@{DOMAIN}", "audit"),
    Login(
        "partner", _("Partner, Ngopi Pagi"), "Rani Wulandari", "rani@ngopipagi.example", "portal"
    ),
    Login(
        "partner",
        _("Partner, Bean & Bicycle"),
        "Tom Whitfield",
        "tom@beanbicycle.example",
        "portal",
    ),
)


def password() -> str:
    """The demo's password: the same for all log-ins, another on each installation."""
    secret = settings.SECRET_KEY.encode()
    return "kopi-" + hmac.new(secret, b"demo log-ins", hashlib.sha256).hexdigest()[:8]


@cache
def _hashed(text: str) -> str:
    """One hash for all log-ins: it is the same password, and a hash takes a third of a second."""
    return make_password(text)


def make_person(name: str, email: str, *, may_sign_in: bool = False) -> User:
    """A person with a verified address; without `may_sign_in` he has no password."""
    user = User.objects.create_user(email, None, name=name)
    if may_sign_in:
        user.password = _hashed(password())
        user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def make_login(role: str, place: int = 0) -> User:
    """The person behind the log-in number `place` of a role."""
    login = [one for one in LOGINS if one.role == role][place]
    return make_person(login.name, login.email, may_sign_in=True)


def renew_passwords() -> None:
    """Set the password again where the installation's secret has changed since."""
    wanted = password()
    users = User.objects.filter(email__in=[login.email for login in LOGINS])
    for kept in users.order_by().values_list("password", flat=True).distinct():
        if not check_password(wanted, kept):
            users.filter(password=kept).update(password=_hashed(wanted))
