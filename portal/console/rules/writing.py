"""From what was typed to a rule's stored content, with the mistakes by the blank they are in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from commissions.reasons.condition_words import ANY_COUPON
from commissions.schema import vocabulary
from portal.console.rules import figures
from portal.console.rules import pickers as pick
from portal.console.rules.draft import LEAF, Draft, depth_of, end_of
from prm.errors import FieldError
from prm.money import LOYALTY_POINTS


@dataclass
class Written:
    """A draft as stored content, mistakes by blank, and which blank each path stands in."""

    content: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)
    places: list[tuple[str, str]] = field(default_factory=list)

    def put(self, errors: list[FieldError], message: str) -> None:
        """Put a service's refusal by the blanks its paths name; what has none, on the whole."""
        for error in errors or [FieldError("", "", message)]:
            self.faults.setdefault(self._blank_of(error.field), error.message)

    def _blank_of(self, path: str) -> str:
        found = [pair for pair in self.places if pair[0] == path or _within(path, pair[0])]
        return max(found, key=lambda pair: len(pair[0]))[1] if found else ""


def _within(path: str, outer: str) -> bool:
    return path.startswith((f"{outer}.", f"{outer}["))


def write(draft: Draft, currency: str) -> Written:
    """The content of a rule, in the shape in which versions are stored."""
    return _Writer(draft, currency).run()


class _Writer:
    """Reads blank after blank; a mistake leaves its part out and is noted."""

    def __init__(self, draft: Draft, currency: str) -> None:
        self.draft, self.currency = draft, currency
        self.written = Written({})
        self.is_points = draft.get("type") in {"points", "points_once"}
        self.pays_rate = draft.get("type") in {"percent", "points"}

    def run(self) -> Written:
        for path in ("name", "event", "valid_from", "priority", "reason", "adds", "scope"):
            self.written.places.append((path, path))
        draft = self.draft
        self.written.content = {
            "event": draft.get("event"),
            "reward": self._reward(),
            "conditions": self._conditions(),
            "brackets": self._brackets(),
            "duration": self._duration(),
            "limits": self._limits(),
            "adds": bool(draft.get("adds")),
            "override_level": self._level(),
        }
        return self.written

    def _number(self, name: str, text: str, path: str, read: Callable[[str], Any]) -> Any:
        self.written.places.append((path, name))
        try:
            return read(text)
        except figures.Misread as fault:
            self.written.faults[name] = str(fault)
            return None

    def _money(self, name: str, text: str, path: str) -> int | None:
        unit = self.currency
        found: int | None = self._number(name, text, path, lambda typed: figures.minor(typed, unit))
        return found

    def _reward(self) -> dict[str, Any]:
        draft, kind = self.draft, self.draft.get("type")
        self.written.places.append(("reward", "pays"))
        self.written.places.append(("reward.type", "type"))
        self.written.places.append(("reward.base", "base"))
        reward: dict[str, Any] = {"type": "points" if self.is_points else kind}
        reward |= self._pay("pays", draft.get("pays"), "reward")
        if kind == "percent":
            reward["base"] = draft.get("base")
            if draft.get("over_100"):
                reward["allow_over_100"] = True
        elif kind in {"flat", "per_unit"}:
            reward["uncapped"] = bool(draft.get("uncapped"))
        return reward

    def _pay(self, name: str, text: str, path: str) -> dict[str, Any]:
        """A rate as text or an amount in minor units, whichever the reward's type has."""
        if self.pays_rate:
            found = self._number(name, text, f"{path}.rate", figures.rate)
            return {"rate": _rate_text(found)} if found is not None else {}
        unit = LOYALTY_POINTS if self.is_points else self.currency
        found = self._number(name, text, f"{path}.amount", lambda typed: figures.minor(typed, unit))
        return {"amount": found} if found is not None else {}

    # Conditions

    def _conditions(self) -> dict[str, Any] | None:
        items: list[dict[str, Any]] = []
        if self.draft.get("event") in pick.SOLD:
            self._slots(items)
        self._rows(items, 0, len(self.draft.conditions), "conditions.all")
        self.written.places.append(("conditions", "conditions"))
        return {"all": items} if items else None

    def _slots(self, items: list[dict[str, Any]]) -> None:
        """The conditions that are words of the sentence itself."""

        def put(name: str, leaf: dict[str, Any]) -> None:
            self.written.places.append((f"conditions.all[{len(items)}]", name))
            items.append(leaf)

        draft = self.draft
        if draft.get("who"):
            put("who", _leaf("customer.new", "eq", draft.get("who") == "new"))
        name, goods = self._goods()
        if goods:
            put(name, goods)
        if draft.get("minimum"):
            path = f"conditions.all[{len(items)}].value"
            least = self._money("minimum", draft.get("minimum"), path)
            if least is not None:
                put("minimum", _leaf("amount", "gte", least))
        if draft.get("via"):
            coupon = dict(ANY_COUPON)
            put("via", coupon if draft.get("via") == "coupon" else {"none": [coupon]})

    def _goods(self) -> tuple[str, dict[str, Any] | None]:
        kind, _colon, value = self.draft.get("goods").partition(":")
        if kind != "typed":
            return "goods", _leaf(kind, "eq", value) if value else None
        typed = _list(self.draft.get("goods_text"))
        if not typed:
            self.written.faults["goods_text"] = _("Name the goods, with commas between several.")
            return "goods_text", None
        field_name = self.draft.get("goods_kind")
        if len(typed) == 1:
            return "goods_text", _leaf(field_name, "eq", typed[0])
        return "goods_text", _leaf(field_name, "in", typed)

    def _rows(self, items: list[dict[str, Any]], start: int, end: int, path: str) -> None:
        rows, place = self.draft.conditions, start
        while place < end:
            row, own = rows[place], f"{path}[{len(items)}]"
            after = end_of(rows, place)
            name = f"c{place}"
            if row["kind"] == LEAF:
                self.written.places += [
                    (own, f"{name}-value"),
                    (f"{own}.field", f"{name}-field"),
                    (f"{own}.op", f"{name}-op"),
                ]
                leaf = self._condition(row, name, own)
                if leaf:
                    items.append(leaf)
            else:
                self.written.places.append((own, f"{name}-kind"))
                inner: list[dict[str, Any]] = []
                self._rows(inner, place + 1, after, f"{own}.{row['kind']}")
                if inner:
                    items.append({row["kind"]: inner})
                elif not any(depth_of(one) > depth_of(row) for one in rows[place + 1 : after]):
                    self.written.faults[f"{name}-kind"] = _(
                        "Put a condition into this group, or take it away."
                    )
            place = after

    def _condition(self, row: dict[str, str], name: str, path: str) -> dict[str, Any] | None:
        field_name, op = row["field"], row["op"]
        if field_name == "metadata":
            if not row["key"]:
                self.written.faults[f"{name}-key"] = _("Name the shop’s field.")
                return None
            field_name = f"metadata.{row['key']}"
        kind, allowed = pick.kind_of(row["field"]), pick.ops_of(row["field"])
        if op not in dict(allowed):
            op = allowed[0][0]
        if op == "between":
            low = self._value(kind, row["value"], f"{name}-value", f"{path}.value[0]")
            high = self._value(kind, row["upto"], f"{name}-upto", f"{path}.value[1]")
            return None if None in (low, high) else _leaf(field_name, op, [low, high])
        if op in vocabulary.LISTS:
            texts = _list(row["value"], kind)
            if not texts:
                self.written.faults[f"{name}-value"] = _("Give one value or several, with commas.")
                return None
            values = [self._value(kind, text, f"{name}-value", f"{path}.value") for text in texts]
            return None if None in values else _leaf(field_name, op, values)
        value = self._value(kind, row["value"], f"{name}-value", f"{path}.value")
        return None if value is None else _leaf(field_name, op, value)

    def _value(self, kind: str, text: str, name: str, path: str) -> Any:
        self.written.places.append((path, name))
        if kind == "yes":
            return text != "false"
        if kind == "money":
            return self._money(name, text, path)
        if kind == "count":
            return self._number(name, text, path, figures.whole)
        if not text:
            self.written.faults[name] = _("Say what it is compared with.")
            return None
        return text

    # Steps, duration, limits

    def _brackets(self) -> dict[str, Any] | None:
        draft = self.draft
        if not draft.steps:
            return None
        self.written.places += [
            ("brackets", "s0-from"),
            ("brackets.metric", "step_metric"),
            ("brackets.window", "step_window"),
            ("brackets.mode", "step_mode"),
        ]
        steps = []
        for place, row in enumerate(draft.steps):
            path = f"brackets.steps[{place}]"
            self.written.places.append((path, f"s{place}-from"))
            start = self._start(row["from"], f"s{place}-from", f"{path}.from")
            pay = self._pay(f"s{place}-pays", row["pays"], path)
            steps.append(({"from": start} if start is not None else {}) | pay)
        return {
            "metric": draft.get("step_metric"),
            "window": draft.get("step_window"),
            "mode": draft.get("step_mode"),
            "steps": steps,
        }

    def _start(self, text: str, name: str, path: str) -> int | None:
        if self.draft.get("step_metric") == "sales_amount":
            return self._money(name, text, path)
        found: int | None = self._number(name, text, path, figures.whole)
        return found

    def _duration(self) -> dict[str, Any] | None:
        lasts = self.draft.get("lasts")
        if not lasts:
            return None
        if lasts == "first":
            self.written.places.append(("duration", "lasts"))
            return {"months": 0}
        self.written.places.append(("duration", "lasts_n"))
        count = self._number("lasts_n", self.draft.get("lasts_n"), "duration", figures.whole)
        return None if count is None else {lasts: count}

    def _limits(self) -> list[dict[str, Any]]:
        unit = LOYALTY_POINTS if self.is_points else self.currency
        found = []
        for place, row in enumerate(self.draft.limits):
            path, name = f"limits[{place}]", f"l{place}"
            self.written.places += [
                (path, f"{name}-amount"),
                (f"{path}.per", f"{name}-per"),
                (f"{path}.window", f"{name}-window"),
            ]
            amount = self._number(
                f"{name}-amount",
                row["amount"],
                f"{path}.amount",
                lambda typed: figures.minor(typed, unit),
            )
            window = "sale" if row["per"] == "sale" else row["window"]
            found.append({"per": row["per"], "window": window})
            if amount is not None:
                found[-1]["amount"] = amount
        return found

    def _level(self) -> int | None:
        self.written.places.append(("override_level", "level"))
        self.written.places.append(("override", "level"))
        if self.draft.get("event") != "commission":
            return None
        found: int | None = self._number(
            "level", self.draft.get("level"), "override.level", figures.whole
        )
        return found


def _leaf(name: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": name, "op": op, "value": value}


def _list(text: str, kind: str = "text") -> list[str]:
    """Several values; of numbers, a comma alone may group digits, so a gap or ; parts them."""
    parts = re.split(r";|,\s" if kind in pick.MEASURED else r"[;,]", text)
    return [part.strip() for part in parts if part.strip()]


def _rate_text(rate: Decimal) -> str:
    plain = rate.normalize()
    return format(plain if plain != plain.to_integral() else plain.quantize(Decimal(1)), "f")
