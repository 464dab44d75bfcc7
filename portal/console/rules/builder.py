"""Writing a rule: its sentence, what it comes to while one writes, and publishing it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions import selectors, services
from commissions.models import Rule, RuleVersion, Simulation
from commissions.services.rulebook import RuleInput
from portal import choices, refusals
from portal.access import actor_of, requires
from portal.console.rules import history, trying
from portal.console.rules.blanks import Blanks
from portal.console.rules.choices import Offer, Scope, offer_of, scope_in
from portal.console.rules.draft import Draft, act, read
from portal.console.rules.live import Live, live_of
from portal.console.rules.places import crumbs_of, detail_url, list_url
from portal.console.rules.reading import draft_of
from portal.console.rules.settings_form import SettingsForm
from portal.console.rules.words import scope_words
from portal.console.rules.world import scope_of
from portal.console.rules.writing import Written, write
from prm.errors import FieldError, Refusal, Unacceptable
from sellers.actors import Actor

PUBLISH = "publish"


@dataclass
class Desk:
    """A rule on the table: what was typed, what it comes to, and what can be picked."""

    program: Program
    rule: Rule | None
    draft: Draft
    written: Written
    offer: Offer
    faults: dict[str, str]

    @property
    def scope(self) -> Scope:
        """Whom the rule is for: the rule's own, or what is picked for a new one."""
        return scope_of(self.rule) if self.rule else scope_in(self.draft.get("scope"))

    def live(self) -> Live:
        """What stands beside the rule."""
        return live_of(self.draft, self.written, self.program, self.rule, self.scope, self.offer)

    def blanks(self) -> Blanks:
        """The sentence's blanks."""
        return Blanks(self.draft, self.faults, self.offer.choices, self.program.currency)


@requires("rules.manage", room="console")
def new(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Make a rule."""
    program = campaigns.program_by_id(program_id)
    first = Draft({"event": "sale", "scope": request.GET.get("scope", "")})
    tried = trying.draft_again(request.GET, program, None)
    return _answer(request, seller_slug, program, None, tried or first)


@requires("rules.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, rule_id: uuid.UUID) -> HttpResponse:
    """Make the next version of a rule; what was earned keeps the version it was earned by."""
    rule = selectors.rule_by_id(rule_id)
    version = selectors.current_version(rule)
    tried = trying.draft_again(request.GET, rule.program, rule)
    first = tried or draft_of(version, rule.program.currency)
    return _answer(request, seller_slug, rule.program, rule, first)


@requires("rules.manage", room="console")
def preview(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """What a rule that is being written comes to; parts of a page."""
    program = campaigns.program_by_id(program_id)
    sent = request.POST if request.method == "POST" else request.GET
    rule = _rule_of(program, sent.get("rule", ""))
    what = sent.get("act", "")
    desk = _desk(program, rule, read(sent), what, with_goods=bool(what))
    context = _context(desk, seller_slug) | {
        "rebuilt": bool(what),
        "from_example": sent.get("from") == "example",
    }
    return render(request, "console/rules/preview.html", context)


def _rule_of(program: Program, key: str) -> Rule | None:
    return selectors.rules_of(program.pk).filter(pk=key).first() if _is_uuid(key) else None


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _desk(
    program: Program, rule: Rule | None, draft: Draft, what: str = "", *, with_goods: bool = True
) -> Desk:
    if what not in {"", PUBLISH, trying.TRY}:
        act(draft, what)
    offer = offer_of(program, with_goods=with_goods)
    return Desk(program, rule, draft, write(draft, program.currency), offer, {})


def _answer(
    request: HttpRequest, seller_slug: str, program: Program, rule: Rule | None, first: Draft
) -> HttpResponse:
    is_sent = request.method == "POST"
    what = request.POST.get("act", "") if is_sent else ""
    desk = _desk(program, rule, read(request.POST) if is_sent else first, what)
    publishes = what == PUBLISH
    form = SettingsForm(
        request.POST if publishes else None,
        is_new=rule is None,
        initial=request.POST.dict() if is_sent else _settings_of(first),
    )
    if what == trying.TRY and (made := _try_out(desk, actor_of(request))):
        return HttpResponseRedirect(
            reverse("console:simulations-detail", args=[seller_slug, made.pk])
        )
    if publishes and (version := _publish(desk, form, actor_of(request))):
        messages.success(request, _said(version))
        return HttpResponseRedirect(detail_url(version.rule, seller_slug))
    context = _context(desk, seller_slug) | {"form": form}
    status = 422 if publishes or what == trying.TRY else 200
    return render(request, "console/rules/edit.html", context, status=status)


def _settings_of(first: Draft) -> dict[str, Any]:
    return {"name": first.get("name"), "priority": first.get("priority")}


def _said(version: RuleVersion) -> str:
    if version.number == 1:
        return _("The rule is published.")
    return _("Version %(number)d is published.") % {"number": version.number}


def _context(desk: Desk, seller_slug: str) -> dict[str, Any]:
    program, rule = desk.program, desk.rule
    live = desk.live()
    current = selectors.current_version(rule) if rule else None
    number = current.number + 1 if current else 1
    return {
        "program": program,
        "rule": rule,
        "version": current,
        "crumbs": crumbs_of(program, seller_slug, inside=True),
        "live": live,
        "b": desk.blanks(),
        "draft": desk.draft,
        "wrong": desk.faults.get("", ""),
        "for_whom": scope_words(rule) if rule else "",
        "steps": history.steps_of(rule) if rule else [],
        "shown": history.shown_of(rule) if rule else None,
        "differences": history.to_come(current, live.content, program) if current else "",
        "try": trying.TRY,
        "preview_url": reverse("console:rules-preview", args=[seller_slug, program.pk]),
        "leave_url": detail_url(rule, seller_slug) if rule else list_url(program, seller_slug),
        "views": (("sentence", _("Sentence")), ("table", _("Table"))),
        "next_number": number,
        "next_words": _("Version %(number)d, being written") % {"number": number},
        "countries": choices.countries(),
        "tiers": desk.offer.tiers,
        "goods": [*desk.offer.choices.categories, *desk.offer.choices.skus],
    }


# Publishing


def _publish(desk: Desk, form: SettingsForm, actor: Actor) -> RuleVersion | None:
    """The published version; None with every mistake by its blank."""
    written, draft = desk.written, desk.draft
    is_valid = form.is_valid()
    if desk.rule is None and not desk.offer.knows(draft.get("scope")):
        written.faults["scope"] = _("Choose one of those offered.")
    based_on = draft.get("based_on")
    if desk.rule is not None and based_on and based_on != str(_newest(desk.rule)):
        written.faults[""] = _(
            "Somebody published another version while you were writing. Look at it, then publish "
            "yours over it."
        )
    desk.live()
    later = _later(desk) if draft.has("later") else None
    if is_valid and not written.faults:
        data = form.cleaned_data
        content = RuleInput(
            name=data["name"],
            valid_from=data["valid_from"],
            reason=data["reason"],
            **written.content,
        )
        version = _try(written, lambda: _save(desk, content, later, form, actor))
        if version is not None:
            return version
    _show(desk, form)
    return None


def _newest(rule: Rule) -> int:
    return selectors.current_version(rule).number


def _save(
    desk: Desk, content: RuleInput, later: dict[str, Any] | None, form: SettingsForm, actor: Actor
) -> RuleVersion:
    with transaction.atomic():
        if desk.rule is None:
            version = _create(desk, content, form.cleaned_data["priority"] or 0, actor)
        else:
            version = services.change_rule(rule=desk.rule, content=content, actor=actor)
            if version.number == _newest(desk.rule) and later is None:
                raise Unacceptable(_("Nothing differs from the version before."), code="same")
        if later is not None:
            name = _("%(name)s, later orders") % {"name": content.name}
            follows = replace(content, name=name[:120], **later)
            _create(desk, follows, version.rule.priority, actor)
    return version


def _create(desk: Desk, content: RuleInput, priority: int, actor: Actor) -> RuleVersion:
    return services.create_rule(
        program=desk.program, rule=content, actor=actor, priority=priority, **_scope_rows(desk)
    )


def _scope_rows(desk: Desk) -> dict[str, Any]:
    """Whom the rule is for, as the services take it; empty for any partner."""
    kind, key = desk.scope
    rule = desk.rule
    row = getattr(rule, kind, None) if rule else desk.offer.row(f"{kind}:{key}")
    return {kind: row} if row is not None else {}


def _later(desk: Desk) -> dict[str, Any] | None:
    """What the rule for later orders says differently: its rate, and that it has no end."""
    draft, written = desk.draft, desk.written
    if not draft.get("lasts"):
        written.faults["later"] = _("Say first how long the first rate lasts.")
        return None
    later = Draft({**draft.values, "pays": draft.get("later"), "lasts": "", "who": ""})
    later.conditions = draft.conditions
    other = write(later, desk.program.currency)
    if "pays" in other.faults:
        written.faults["later"] = other.faults["pays"]
        return None
    parts = ("reward", "conditions", "brackets", "duration", "limits")
    return {part: other.content[part] for part in parts}


def _try_out(desk: Desk, actor: Actor) -> Simulation | None:
    """A simulation of the rule as it stands; None with every mistake by its blank."""
    written, draft = desk.written, desk.draft
    if desk.rule is None and not desk.offer.knows(draft.get("scope")):
        written.faults["scope"] = _("Choose one of those offered.")
    desk.live()
    later = _later(desk) if draft.has("later") else None
    if not written.faults:
        name = draft.get("name") or _("New rule")
        try:
            return trying.try_out(
                program=desk.program,
                rule=desk.rule,
                content=RuleInput(name=name, **written.content),
                later=later,
                scope=_scope_rows(desk),
                priority=_priority(draft),
                actor=actor,
            )
        except Refusal as refusal:
            trying.put_refusal(written, refusal)
    desk.faults = written.faults
    return None


def _priority(draft: Draft) -> int:
    try:
        return int(draft.get("priority"))
    except ValueError:
        return 0


def _try(written: Written, save: Callable[[], RuleVersion]) -> RuleVersion | None:
    try:
        return save()
    except Refusal as refusal:
        written.put(refusal.errors, refusal.message)
        return None


def _show(desk: Desk, form: SettingsForm) -> None:
    """Mistakes of the plain fields go to the form, the others to their blanks."""
    desk.faults = {
        name: message for name, message in desk.written.faults.items() if name not in form.fields
    }
    own = {
        n: m for n, m in desk.written.faults.items() if n in form.fields and n not in form.errors
    }
    for name, message in own.items():
        refusals.put_on(form, Unacceptable(message, errors=[FieldError(name, "", message)]))
