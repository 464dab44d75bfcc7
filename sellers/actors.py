"""Who does a thing, as the trail names him."""

from dataclasses import dataclass

from sellers.models import ApiKey, User


@dataclass(frozen=True)
class Actor:
    """A person, an API key or the system itself. `address` is where the request came from."""

    kind: str
    id: str
    label: str
    user: User | None = None
    address: str = ""

    @classmethod
    def person(cls, user: User, address: str = "") -> "Actor":
        """A signed-in person."""
        return cls("person", str(user.pk), str(user), user, address)

    @classmethod
    def key(cls, key: ApiKey, address: str = "") -> "Actor":
        """A program with an API key."""
        return cls("key", str(key.pk), key.name, None, address)


SYSTEM = Actor("system", "", "system")
