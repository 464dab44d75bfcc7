"""Who is credited for a sale or lead: a pure decision on plain values.

First a partner named by the seller, then the first charge of the subscription, then whom the
customer is bound to, then coupon and clicks in the order that the program sets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from tracking.attribution.values import Bound, Decision, Given, Member, Owner, Part, Touch
from tracking.attribution.weighing import weights

LEFT_OUT: Final = {"last_click": "not_last", "first_click": "not_first"}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A touch and why it is no candidate, "" where it is one."""

    touch: Touch
    why: str


@dataclass(frozen=True, slots=True)
class _Coupon:
    """What the coupon says: its partner, or why it credits nobody."""

    member: Member | None = None
    why: str = ""
    flagged: str = ""


def decide(given: Given) -> Decision:
    """Who is credited, by what, and why each way that was looked at counts or not.

    The order of `given.touches` does not matter, nor do clicks outside the window.
    """
    seen = _seen(given)
    if given.named is not None:
        return _one(given, seen, "partner", "named_by_seller", given.named)
    if given.first:
        return _as_first(given, seen)
    clicks = [one.touch for one in seen if not one.why]
    coupon = _coupon(given)
    owner, latest = coupon.member, clicks[-1].member if clicks else None
    by_coupon = owner is not None and (
        latest is None or owner.terms.precedence == "coupon_over_click"
    )
    leading = owner if by_coupon else latest
    bond = _bond(given, leading)
    if bond is not None and not bond.member.barred:
        found = _one(given, seen, "bond", "customer_bound", bond.member)
    elif by_coupon and owner is not None:
        found = replace(_one(given, seen, "coupon", "coupon", owner), coupon=given.coupon)
    elif clicks:
        found = _by_clicks(seen, clicks, clicks[-1].member)
    else:
        return _nobody(given, seen, coupon, bond)
    binds = leading is not None and _binds(given, leading)
    more = (*_coupon_path(given, coupon, found), *_bond_path(bond))
    if more or binds:  # seldom, and a copy costs a fifth of the decision
        found = replace(found, path=(*found.path, *more), binds=binds)
    return _flagged(found, given, coupon)


def click_counts(clicked_at: datetime, sold_at: datetime, window_days: int) -> str:
    """ "" when a click may be credited, else why not. A day is 24 h; the last instant counts."""
    if clicked_at > sold_at:
        return "click_after_sale"
    if sold_at - clicked_at > timedelta(days=window_days):
        return "window_over"
    return ""


def _seen(given: Given) -> list[_Seen]:
    """Each touch once, oldest first; a link that the sale names counts as the latest."""
    once = {touch.click or f"/r/{touch.code}": touch for touch in given.touches}
    ordered = sorted(once.values(), key=lambda touch: (touch.at, not touch.click, touch.click))
    return [_Seen(touch, _why_not(touch, given)) for touch in ordered]


def _why_not(touch: Touch, given: Given) -> str:
    why = click_counts(touch.at, given.at, touch.member.terms.window_days) if touch.click else ""
    if why:
        return why
    if touch.ended_at is not None and touch.at >= touch.ended_at:
        return "link_ended"
    return touch.member.barred or _elsewhere(touch.member, given.program)


def _elsewhere(member: Member, program: str) -> str:
    return "other_program" if program and member.terms.program != program else ""


def _coupon(given: Given) -> _Coupon:
    """The one partner whose coupon it is at the time of the sale, whatever his standing."""
    if not given.coupon:
        return _Coupon()
    if not given.owners:
        return _Coupon(why="coupon_unknown")
    valid = [owner for owner in given.owners if _is_valid(owner, given.at)]
    if not valid:
        return _Coupon(why="coupon_not_valid")
    if len({owner.member.partner for owner in valid}) > 1:
        return _Coupon(why="coupon_of_several", flagged="coupon_of_several")
    reasons = [one.member.barred or _elsewhere(one.member, given.program) for one in valid]
    for owner, why in zip(valid, reasons, strict=True):
        if not why:
            return _Coupon(owner.member)
    return _Coupon(why=reasons[0])


def _is_valid(owner: Owner, at: datetime) -> bool:
    started = owner.valid_from is None or owner.valid_from <= at
    return started and (owner.ended_at is None or at < owner.ended_at)


def _bond(given: Given, leading: Member | None) -> Bound | None:
    """The bond that holds now in the program of the sale; without other candidates, the oldest."""
    program = leading.terms.program if leading else given.program
    held = [
        bond
        for bond in given.bonds
        if bond.member.terms.binding != "none"
        and bond.since <= given.at
        and (bond.until is None or given.at < bond.until)
        and not _elsewhere(bond.member, program)
    ]
    return min(held, key=lambda bond: (bond.since, bond.member.enrollment), default=None)


def _binds(given: Given, member: Member) -> bool:
    """Whether the customer stays with him from now on: no bond holds, not even one that rests."""
    return member.terms.binding != "none" and _bond(given, member) is None


def _one(given: Given, seen: Sequence[_Seen], method: str, why: str, member: Member) -> Decision:
    """All to one partner, who is not credited by a click; his own latest click names the link."""
    path = tuple(_step(one.touch, why=one.why or _beaten(method)) for one in seen)
    if member.barred:
        return Decision("none", member.barred, path=path)
    own = [
        one.touch
        for one in seen
        if not one.why and one.touch.member.enrollment == member.enrollment
    ]
    link, code = (own[-1].link, own[-1].code) if own else ("", "")
    binds = method == "partner" and _binds(given, member)
    part = Part(member, 1, link, code)
    return Decision(method, why, member, (part,), link, code, binds=binds, path=path)


def _beaten(method: str) -> str:
    return {
        "partner": "partner_named",
        "subscription": "subscription_kept",
        "bond": "customer_bound",
        "coupon": "coupon_first",
    }[method]


def _as_first(given: Given, seen: Sequence[_Seen]) -> Decision:
    """As the subscription's first charge; who is barred by now leaves his part to the others."""
    path = tuple(_step(one.touch, why=one.why or _beaten("subscription")) for one in seen)
    parts = tuple(part for part in given.first if not part.member.barred)
    if not parts:
        lost = given.first[0]
        return Decision("none", lost.member.barred, link=lost.link, code=lost.code, path=path)
    main = _main(parts)
    found = Decision("subscription", "first_charge", main.member, parts, main.link, main.code)
    return replace(found, path=path, binds=_binds(given, main.member))


def _by_clicks(seen: Sequence[_Seen], clicks: Sequence[Touch], leading: Member) -> Decision:
    """The clicks of the latest one's program share by its model."""
    terms = leading.terms
    own = [touch for touch in clicks if touch.member.terms.program == terms.program]
    found = weights(terms.model, [touch.at for touch in own])
    weighed = {id(touch): weight for touch, weight in zip(own, found, strict=True) if weight}
    counted = [touch for touch in own if id(touch) in weighed]
    parts = tuple(_part(touch, weighed[id(touch)]) for touch in counted)
    main = _main(parts)
    touch = counted[parts.index(main)]
    left_out = LEFT_OUT.get(terms.model, "")
    whole = sum(weighed.values())
    path = []
    for one in seen:
        weight = weighed.get(id(one.touch))
        other = "" if one.touch.member.terms.program == terms.program else "other_program"
        why = "" if weight else one.why or other or left_out
        path.append(_step(one.touch, share=[weight, whole] if weight else None, why=why))
    by_name = not touch.click and len(counted) == 1
    return Decision(
        "link" if by_name else "click",
        "link_named" if by_name else terms.model,
        main.member,
        parts,
        touch.link,
        touch.code,
        touch.at if touch.click else None,
        None if by_name else terms.window_days,
        terms.model,
        path=tuple(path),
    )


def _part(touch: Touch, weight: int) -> Part:
    return Part(touch.member, weight, touch.link, touch.code)


def _main(parts: Sequence[Part]) -> Part:
    """The weightiest click of who has most in all; of equals the earlier."""
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.member.enrollment] = sums.get(part.member.enrollment, 0) + part.weight
    most = max(sums, key=lambda enrollment: sums[enrollment])
    return max(
        (part for part in parts if part.member.enrollment == most), key=lambda part: part.weight
    )


def _nobody(given: Given, seen: Sequence[_Seen], coupon: _Coupon, bond: Bound | None) -> Decision:
    """Nobody is credited; the reason is that of what came closest."""
    path = (
        *(_step(one.touch, why=one.why) for one in seen),
        *_coupon_path(given, coupon, None),
        *_bond_path(bond),
        *({"by": "token", "why": "token_not_ours"} for _each in range(given.foreign)),
    )
    found = Decision("none", _reason(given, coupon, bond), path=path)
    if seen:
        touch, window = seen[-1].touch, seen[-1].touch.member.terms.window_days
        found = replace(found, why=seen[-1].why, link=touch.link, code=touch.code)
        if touch.click:
            found = replace(found, clicked_at=touch.at, window_days=window)
    return _flagged(found, given, coupon)


def _reason(given: Given, coupon: _Coupon, bond: Bound | None) -> str:
    if coupon.why and coupon.why != "coupon_unknown":
        return coupon.why
    if given.foreign:
        return "token_not_ours"
    return coupon.why or (bond.member.barred if bond else "nothing_given")


def _flagged(found: Decision, given: Given, coupon: _Coupon) -> Decision:
    if not coupon.flagged:
        return found
    return replace(found, flagged=coupon.flagged, coupon=given.coupon)


def _step(touch: Touch, *, share: list[int | None] | None = None, why: str = "") -> dict[str, Any]:
    step: dict[str, Any] = {"by": "click" if touch.click else "link"}
    if touch.click:
        step["click"] = touch.click
    step |= {"link": touch.code, "partner": touch.member.partner, "at": touch.at.isoformat()}
    return {**step, "share": share} if share else {**step, "why": why}


def _coupon_path(given: Given, coupon: _Coupon, found: Decision | None) -> Iterable[dict[str, Any]]:
    if not given.coupon:
        return
    step: dict[str, Any] = {"by": "coupon", "coupon": given.coupon}
    if coupon.member is None:
        yield {**step, "why": coupon.why}
    elif found is not None and found.method == "coupon":
        yield {**step, "partner": coupon.member.partner, "share": [1, 1]}
    else:
        beaten = "customer_bound" if found and found.method == "bond" else "click_first"
        yield {**step, "partner": coupon.member.partner, "why": beaten}


def _bond_path(bond: Bound | None) -> Iterable[dict[str, Any]]:
    if bond is not None:
        step = {"by": "bond", "partner": bond.member.partner, "at": bond.since.isoformat()}
        barred = bond.member.barred
        yield {**step, "why": barred} if barred else {**step, "share": [1, 1]}
