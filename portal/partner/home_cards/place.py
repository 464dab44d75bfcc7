"""Whose home it is: what every card of the home is given."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from campaigns.models import Enrollment
from sellers.models import User
from sellers.reader import Reader


@dataclass(frozen=True)
class Place:
    """The request, its reader, and the partner with his active enrollments (program with each)."""

    request: HttpRequest
    reader: Reader
    user: User
    partner_id: uuid.UUID
    enrollments: list[Enrollment]


# What a card adds to the page's context; {} where the reader may not see it.
Card = Callable[[Place], dict[str, Any]]
