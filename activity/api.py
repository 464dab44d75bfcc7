"""The trail over the API."""

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, choices
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Output, input_of

ACTORS = choices(("person", "key", "system"))


class EventOutput(Output):
    """One thing that happened. `changes` is {field: [before, after]}."""

    id = Key()
    at = Instant()
    verb = Text()
    actor_kind = Choice(choices=ACTORS)
    actor_id = Text()
    actor = Text(source="actor_label")
    object_type = Text()
    object_id = Key()
    object = Text(source="object_label")
    partner = Key(source="partner_id", allow_null=True)
    changes = FreeObject()
    detail = FreeObject()
    address = Text()


EventQuery = input_of(
    "EventQuery",
    {
        "verb": Text(max_length=60, required=False),
        "actor_kind": Choice(choices=ACTORS, required=False),
        "actor_id": Text(max_length=40, required=False),
        "object_id": Key(required=False),
        "partner": Key(required=False),
        "from": Instant(required=False),
        "to": Instant(required=False),
    },
)


class Activity(Endpoint):
    """Everything that happened, newest first."""

    scopes = {"GET": "activity:read"}

    @operation(_("List what happened"), query=EventQuery, answer=EventOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Event]:
        lookups = {"partner": "partner_id", "from": "at__gte", "to": "at__lt"}
        return Event.objects.filter(**call.filters(**lookups))


urlpatterns = [path("activity", Activity.as_view())]
