"""What is asked of the database for credit; `reading` puts the parts together."""

from typing import Final

KEPT_TOUCHES: Final = 50
"""So many of a customer's earlier clicks are looked at, the latest."""

_MEMBER: Final = """e.id::text, p.id::text, g.id::text, p.status, e.status, g.attribution,
    g.window_days, g.precedence, g.customer_binding, g.binding_months, g.currency"""
_JOINS: Final = """JOIN campaigns_enrollment e ON e.id = {of}.enrollment_id
    JOIN partners_partner p ON p.id = e.partner_id
    JOIN campaigns_program g ON g.id = e.program_id"""
_LINK_END: Final = """least(l.disabled_at, l.expires_at,
    ((k.ends_on + 1)::timestamp AT TIME ZONE s.time_zone))"""
_LINK_JOINS: Final = """LEFT JOIN campaigns_campaign k ON k.id = l.campaign_id
    LEFT JOIN sellers_seller s ON s.id = k.seller_id """ + _JOINS.format(of="l")
_WHO: Final = """(
    SELECT t.n, c.id FROM unnest(%s::int[], %s::text[]) AS t(n, key)
    JOIN tracking_customer c ON c.external_id = t.key
    UNION
    SELECT t.n, c.id FROM unnest(%s::int[], %s::text[]) AS t(n, key)
    JOIN tracking_customer c ON c.email_hash = t.key
) AS w"""


def _filled(text: str) -> str:
    return text.format(
        member=_MEMBER,
        link_end=_LINK_END,
        of_link=_LINK_JOINS,
        who=_WHO,
        kept=KEPT_TOUCHES,
        of_b=_JOINS.format(of="b"),
        of_o=_JOINS.format(of="o"),
        of_f=_JOINS.format(of="f"),
    )


# MATERIALIZED keeps the planner from looking at each customer again for each link: it does not know
# how many customers are asked about.
# Of each part: place, kind, click, from, until, link, code, weight, and the member.
CLICKS: Final = _filled("""
    SELECT t.n, 'click', t.click::text, t.at, {link_end}, l.id::text, l.code, 0::bigint, {member}
    FROM unnest(%s::int[], %s::uuid[], %s::timestamptz[], %s::uuid[]) AS t(n, click, at, link)
    JOIN tracking_link l ON l.id = t.link {of_link}""")
LINKS: Final = _filled("""
    SELECT t.n, 'link', '', NULL::timestamptz, {link_end}, l.id::text, l.code, 0::bigint, {member}
    FROM unnest(%s::int[], %s::text[]) AS t(n, code)
    JOIN tracking_link l ON l.code = t.code {of_link}""")
TOUCHES: Final = _filled("""
    SELECT h.n, 'click', h.click_id::text, h.at, {link_end}, l.id::text, l.code, 0::bigint,
           {member}
    FROM (
        WITH kept AS MATERIALIZED (
            SELECT w.n, t.click_id, t.at, t.link_id FROM {who}
            JOIN LATERAL (
                SELECT * FROM tracking_touch t WHERE t.customer_id = w.id
                ORDER BY t.at DESC LIMIT {kept}
            ) AS t ON true
        ) SELECT * FROM kept
    ) AS h
    JOIN tracking_link l ON l.id = h.link_id {of_link}""")
BONDS: Final = _filled("""
    SELECT b.n, 'bond', '', b.since, b.until, '', '', 0::bigint, {member}
    FROM (
        WITH kept AS MATERIALIZED (
            SELECT w.n, b.since, b.until, b.enrollment_id FROM {who}
            JOIN tracking_bond b ON b.customer_id = w.id
        ) SELECT * FROM kept
    ) AS b {of_b}""")
COUPONS: Final = _filled("""
    SELECT t.n, 'coupon', o.id::text, o.valid_from, least(o.valid_until, o.disabled_at), '', '',
           0::bigint, {member}
    FROM unnest(%s::int[], %s::text[]) AS t(n, key)
    JOIN tracking_coupon o ON o.key = t.key {of_o}""")
FIRSTS: Final = _filled("""
    SELECT f.n, 'first', f.position::text, NULL::timestamptz, NULL::timestamptz,
           coalesce(f.link::text, ''), coalesce(l.code, ''), f.weight, {member}
    FROM (
        SELECT t.n, coalesce(sh.position, 0) AS position,
               coalesce(sh.enrollment_id, a.enrollment_id) AS enrollment_id,
               CASE WHEN sh.id IS NULL THEN a.link_id ELSE sh.link_id END AS link,
               coalesce(sh.weight, 1) AS weight
        FROM unnest(%s::int[], %s::text[]) AS t(n, subscription)
        JOIN LATERAL (
            SELECT * FROM tracking_sale a
            WHERE a.subscription_id = t.subscription AND a.charge_number = 1
            ORDER BY a.occurred_at, a.id LIMIT 1
        ) AS a ON true
        LEFT JOIN tracking_saleshare sh ON sh.sale_id = a.id
    ) AS f LEFT JOIN tracking_link l ON l.id = f.link {of_f}""")

# One sale alone, the usual case: the same as CLICKS, TOUCHES and BONDS, by functions whose plans
# are kept.
ONE_CLICK: Final = """
    SELECT * FROM commissions_click_candidates(%s, %s::uuid, %s::timestamptz, %s::uuid)"""
ONE_CUSTOMER: Final = "SELECT * FROM commissions_customer_candidates(%s, %s, %s)"
