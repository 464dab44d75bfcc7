"""Files of clicks, one row a click on a link, as another system or a web server kept them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from commissions.imports.cells import Field, sub_fields
from commissions.imports.rows import Outcome, RowsRunner, Values, fault_of
from commissions.imports.running import Kind
from prm.errors import Refusal
from tracking.rules import SUB_IDS, SUB_LENGTH
from tracking.services.past import PastClick, take_past_clicks
from tracking.services.told import ToldClick

FIELDS = {
    "link": Field(
        gettext_lazy("Link"),
        ("link", "code", "linkcode", "shortcode", "kode", "tautan"),
        required=True,
        help=gettext_lazy("The link's code, the end of its address."),
    ),
    "occurred_at": Field(
        gettext_lazy("Date and time"),
        ("occurredat", "date", "datetime", "time", "timestamp", "clickedat", "createdat",
         "tanggal"),
        required=True,
        help=gettext_lazy("As exact as you have it: 2026-11-19T10:30:05.120Z."),
    ),
    "external_id": Field(
        gettext_lazy("Click's own id"),
        ("externalid", "clickid", "id", "idklik"),
        help=gettext_lazy("Without it, rows that say the same are one click."),
    ),
    "address": Field(
        gettext_lazy("IP address"),
        ("address", "ip", "ipaddress", "remoteaddr", "alamatip"),
        help=gettext_lazy("Kept as your operator's setting lets it: cut, hashed or not at all."),
    ),
    "agent": Field(
        gettext_lazy("Browser"),
        ("agent", "useragent", "browser"),
        help=gettext_lazy("Its whole user agent. A click without one counts as a machine's."),
    ),
    "referrer": Field(
        gettext_lazy("Came from"),
        ("referrer", "referer", "source", "asal"),
        help=gettext_lazy("The page that the visitor came from."),
    ),
    **sub_fields(gettext_lazy("The link's own where the cell is empty.")),
}  # fmt: skip
FORGETS = ("address",)
"""How much of an address is kept is the operator's to say, for files alike."""
TOLD = ("address", "agent", "referrer", *SUB_IDS)


class ClicksRunner(RowsRunner[PastClick]):
    """Takes clicks by the shipper's own statements: machines, sums and months as of any click."""

    fields = FIELDS
    forgets = FORGETS
    lengths = {"link": 50, "address": 45, "agent": 2000, "referrer": 2000} | dict.fromkeys(
        SUB_IDS, SUB_LENGTH
    )
    batch = 1000

    def key(self, values: Values) -> str:
        """The click's own id; without one, all that the row says."""
        own = values.get("external_id", "")
        return f"id:{own}" if own else "\x00".join(("row", *values.values()))

    def read(self, values: Values) -> PastClick:
        """The click and its own id."""
        told = {name: values[name] for name in TOLD if values.get(name)}
        moment = self.moment(values["occurred_at"], "occurred_at")
        click = ToldClick(link=values["link"], occurred_at=moment, **told)
        return PastClick(click, values.get("external_id", ""))

    def take_things(self, things: Sequence[PastClick]) -> list[Outcome]:
        """All in one statement of each kind; in a dry run only looked up."""
        answers = take_past_clicks(self.job.seller, things, write=not self.dry)
        return [
            Outcome(fault=fault_of(answer)) if isinstance(answer, Refusal) else Outcome(made=answer)
            for answer in answers
        ]


KIND = Kind(
    name="clicks",
    label=gettext_lazy("Clicks"),
    lead=gettext_lazy("Visits through links, from another system or a web server's log."),
    fields=FIELDS,
    options=("time_zone", "dates"),
    permission="sales.manage",
    scope="clicks:write",
    runner=ClicksRunner,
    examples=(
        ("parrot-gayo", "2026-10-02T08:59:12.480Z", "c-90011", "203.0.113.7",
         "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile",
         "https://blueparrot.example/gayo", "newsletter", "", "", "", ""),
        ("bean-home", "2026-10-02T09:03:40.016Z", "c-90012", "198.51.100.24",
         "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
         "", "", "", "", "", ""),
    ),
    forgets=FORGETS,
    dates="occurred_at",
)  # fmt: skip
