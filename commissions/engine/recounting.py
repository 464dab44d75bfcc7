"""Tallies and limit uses made anew from the sales and lines that they count.

They are derived: what stands in them must equal what is counted here, which `check_ledger` proves.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from commissions.engine.locks import lock_programs
from commissions.models import LimitUse, Rule, Tally
from commissions.rules.history import LimitKey
from sellers.models import Seller

_KEYS: Final = {
    "customer": "COALESCE(s.customer_id, o.customer_id)",
    "partner": "c.partner_id",
    "program": "c.program_id",
}
_DAY: Final = "(COALESCE(s.occurred_at, o.occurred_at) AT TIME ZONE %s)"
_STARTS: Final = {
    "month": f"date_trunc('month', {_DAY})::date",
    "quarter": f"date_trunc('quarter', {_DAY})::date",
    "year": f"date_trunc('year', {_DAY})::date",
    "rolling_90_days": f"{_DAY}::date",
    "lifetime": "CASE WHEN %s <> '' THEN DATE '0001-01-01' END",
}
_USES: Final = """
    SELECT v.rule_id, '{per}', {key}, '{window}', {start}, c.currency, sum(c.amount_minor)::bigint
    FROM commissions_commission c
    JOIN commissions_ruleversion v ON v.id = c.rule_version_id
    LEFT JOIN tracking_sale s ON s.id = c.sale_id
    LEFT JOIN commissions_occasion o ON o.id = c.occasion_id
    WHERE v.rule_id = %s AND c.kind IN ('commission', 'reversal', 'correction')
      AND c.status <> 'rejected' AND {key} IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
"""
_TALLIES: Final = """
    SELECT program_id, partner_id, currency, grain, starts_on, sum(net)::bigint, sum(sales)::bigint,
           sum(quantity)::bigint, sum(leads)::bigint, sum(clicks)::bigint, sum(earned)::bigint
    FROM (
        SELECT program_id, partner_id, currency, (occurred_at AT TIME ZONE %(zone)s)::date AS day,
               amount_minor AS net, 1 AS sales,
               CASE WHEN lines = '[]'::jsonb THEN 1 ELSE (
                   SELECT sum(COALESCE((line ->> 'quantity')::bigint, 1))
                   FROM jsonb_array_elements(lines) line) END AS quantity,
               0 AS leads, 0 AS clicks, 0 AS earned
        FROM tracking_sale
        WHERE state = 'computed' AND program_id IS NOT NULL AND outcome <> 'self_purchase'
          AND NOT is_shared
        UNION ALL
        SELECT s.program_id, h.partner_id, s.currency,
               (s.occurred_at AT TIME ZONE %(zone)s)::date, sum(h.net_minor), 1, sum(h.units),
               0, 0, 0
        FROM tracking_saleshare h JOIN tracking_sale s ON s.id = h.sale_id
        WHERE s.state = 'computed' AND s.outcome <> 'self_purchase' AND NOT h.barred
        GROUP BY s.id, h.partner_id
        UNION ALL
        SELECT program_id, partner_id, currency, (occurred_at AT TIME ZONE %(zone)s)::date, 0, 0, 0,
               CASE WHEN kind IN ('lead', 'signup') THEN 1 ELSE 0 END,
               CASE WHEN kind = 'click' THEN quantity ELSE 0 END, 0
        FROM commissions_occasion
        WHERE state = 'computed' AND program_id IS NOT NULL
          AND kind IN ('lead', 'signup', 'click')
        UNION ALL
        SELECT c.program_id, c.partner_id, c.currency,
               (COALESCE(s.occurred_at, o.occurred_at) AT TIME ZONE %(zone)s)::date,
               0, 0, 0, 0, 0, c.amount_minor
        FROM commissions_commission c
        LEFT JOIN tracking_sale s ON s.id = c.sale_id
        LEFT JOIN commissions_occasion o ON o.id = c.occasion_id
        WHERE c.kind IN ('commission', 'reversal', 'correction') AND c.status <> 'rejected'
          AND c.rule_version_id IS NOT NULL AND c.currency = COALESCE(s.currency, o.currency)
    ) counted
    CROSS JOIN LATERAL (
        VALUES ('day', day), ('month', date_trunc('month', day)::date)
    ) grains(grain, starts_on)
    GROUP BY 1, 2, 3, 4, 5
"""

_INSERT_USES: Final = """
    INSERT INTO commissions_limituse
        (id, created_at, seller_id, rule_id, per, key, "window", starts_on, unit, paid_minor)
    SELECT gen_random_uuid(), %s, %s, u.* FROM ({counted}) u
"""
_INSERT_TALLIES: Final = f"""
    INSERT INTO commissions_tally
        (id, created_at, seller_id, program_id, partner_id, currency, grain, starts_on,
         sales_minor, sales_count, quantity, leads, clicks, commission_minor)
    SELECT gen_random_uuid(), %(now)s, %(seller)s, t.* FROM ({_TALLIES}) t
"""  # noqa: S608  the parts are our own
_NAMES: Final = "program_id, partner_id, currency, grain, starts_on"
_STANDS: Final = f"""
    SELECT {_NAMES}, sales_minor, sales_count, quantity, leads, clicks, commission_minor
    FROM commissions_tally
    WHERE (sales_minor, sales_count, quantity, leads, clicks, commission_minor)
          <> (0, 0, 0, 0, 0, 0)
"""  # noqa: S608  the parts are our own
_FAULTS: Final = f"""
    WITH stands AS ({_STANDS}), counts AS (
        SELECT * FROM ({_TALLIES}) t (program_id, partner_id, currency, grain, starts_on, a, b, c,
                                      d, e, f)
        WHERE (a, b, c, d, e, f) <> (0, 0, 0, 0, 0, 0)
    )
    SELECT {_NAMES} FROM (
        (SELECT * FROM stands EXCEPT SELECT * FROM counts)
        UNION ALL (SELECT * FROM counts EXCEPT SELECT * FROM stands)
    ) differs GROUP BY 1, 2, 3, 4, 5 LIMIT 20
"""  # noqa: S608  the parts are our own


def recount_uses(rule: Rule) -> None:
    """Count what a rule paid under the limits of all its versions; needs a transaction."""
    lock_programs([str(rule.program_id)])
    LimitUse.objects.filter(rule=rule).delete()
    zone = _zone(rule.seller_id)
    for per, window in _shapes(rule):
        sql = _USES.format(per=per, key=_KEYS[per], window=window, start=_STARTS[window])
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT_USES.format(counted=sql),
                [timezone.now(), rule.seller_id, zone, rule.pk],
            )


def recount_tallies(seller_id: uuid.UUID, programs: Iterable[uuid.UUID]) -> None:
    """Make a seller's tallies anew; needs a transaction, and holds his programs meanwhile."""
    lock_programs(str(one) for one in programs)
    Tally.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_TALLIES,
            {"now": timezone.now(), "seller": seller_id, "zone": _zone(seller_id)},
        )


def uses_before(rule_id: str, per: str, window: str, moment: datetime) -> dict[LimitKey, int]:
    """What a rule had paid under a limit by the events before `moment`, in its time zone."""
    if rule_id.startswith("new:") or "sale" in {per, window}:
        return {}
    sql = _USES.format(per=per, key=_KEYS[per], window=window, start=_STARTS[window])
    before = "AND COALESCE(s.occurred_at, o.occurred_at) < %s GROUP BY"
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("GROUP BY", before), [str(moment.tzinfo), rule_id, moment])
        return {
            (str(rule), per, str(key), window, start, unit): paid
            for rule, _per, key, _window, start, unit, paid in cursor.fetchall()
        }


def tally_faults(seller_id: uuid.UUID) -> Iterable[str]:
    """Where the tallies differ from what they count, in words."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS, {"zone": _zone(seller_id)})
        for program, partner, currency, grain, starts_on in cursor.fetchall():
            yield (
                f"tally of partner {partner} in program {program} for the {grain} of {starts_on} "
                f"in {currency} differs from his sales and lines"
            )


def _shapes(rule: Rule) -> list[tuple[str, str]]:
    """The limits (per, window) of all versions that count over more than one event."""
    found = {
        (limit["per"], limit["window"])
        for limits in rule.versions.values_list("limits", flat=True)
        for limit in limits or ()
    }
    return sorted((per, window) for per, window in found if "sale" not in {per, window})


def _zone(seller_id: uuid.UUID) -> str:
    return Seller.objects.values_list("time_zone", flat=True).get(pk=seller_id)
