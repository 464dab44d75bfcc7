"""Whose home it is: what every card of the home is given."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from campaigns import onboarding
from campaigns.models import Enrollment
from campaigns.onboarding import Progress
from partners.models import Partner
from sellers.models import User
from sellers.reader import Reader


@dataclass(frozen=True)
class Place:
    """The request, its reader, and the partner with his active enrollments (program with each).

    The partner is read with his manager.
    """

    request: HttpRequest
    reader: Reader
    user: User
    partner: Partner
    enrollments: list[Enrollment]

    @property
    def partner_id(self) -> uuid.UUID:
        """The partner's id."""
        return self.partner.pk

    @cached_property
    def check_lists(self) -> list[Progress]:
        """How far he is with the first steps of each program that has any; read once for all."""
        return onboarding.progress(self.enrollments)


# What a card adds to the page's context; {} where the reader may not see it.
Card = Callable[[Place], dict[str, Any]]
