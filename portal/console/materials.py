"""Materials in the seller's console."""

import uuid
from typing import Any, Final
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Case, CharField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.materials import selectors as more
from campaigns.materials.kinds import PROSE
from campaigns.models import Material
from commissions import material_usage as usage
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, NumberColumn, StatusColumn
from portal.console.material_forms import MaterialForm, NewMaterialForm, VersionForm
from portal.downloads import kept_file, text_file
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.icons import icon
from portal.listing import Empty, Listing
from portal.material_facts import KIND_ICONS, content_facts, facts, sample_of
from portal.refusals import try_on

FIELDS: Final = (
    "name", "description", "language", "campaign", "tier", "subject", "text", "url",
    "destination", "expires_on", "co_brand", "co_brand_place",
)  # fmt: skip


def _detail_url(material: Material) -> str:
    return reverse("console:materials-detail", args=[material.program.seller.slug, material.pk])


def _thumb(material: Material) -> Any:
    """A small picture of an image, an icon for anything else."""
    if not material.content_type.startswith("image/"):
        return format_html('<span class="ico">{}</span>', icon(KIND_ICONS[material.kind]))
    url = reverse("console:materials-file", args=[material.program.seller.slug, material.pk])
    return format_html(
        '<img class="thumb" src="{}?inline=1" alt="" loading="lazy" width="64" height="40">', url
    )


class MaterialTable(tables.Table):
    """Materials with their use."""

    thumb = MarkupColumn(gettext_lazy("Picture"), show=_thumb, css="w1", exclude_from_export=True)
    name = NameColumn(
        gettext_lazy("Material"),
        url=_detail_url,
        meta=lambda material: " · ".join([material.program.name, *facts(material)]),
    )
    kind = MarkupColumn(
        gettext_lazy("Kind"),
        show=lambda material: material.get_kind_display(),
        plain=lambda material: material.get_kind_display(),
    )
    use_count = NumberColumn(gettext_lazy("Taken"))
    created_at = DayColumn(gettext_lazy("Since"))
    state = StatusColumn(gettext_lazy("Status"), kind="material")


class MaterialFilters(django_filters.FilterSet):
    """Search, status, kind, program, campaign."""

    q = SearchFilter("name", "description", "file_name", hint=gettext_lazy("Name or file"))
    state = ChoicesFilter(
        field_name="state", label=gettext_lazy("Status"), choices=statuses.labels("material")
    )
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=Material.Kind.choices,
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    campaign = ChoicesFilter(
        label=gettext_lazy("Campaign"), all_label=gettext_lazy("All campaigns"), choices=[]
    )

    class Meta:
        model = Material
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = selectors.programs().order_by("name").values_list("pk", "name")
        campaigns = selectors.campaigns().order_by("-id").values_list("pk", "name")[:200]
        self.filters["program"].extra["choices"] = named_choices(programs)
        self.filters["campaign"].extra["choices"] = named_choices(campaigns)


MATERIALS = Listing(
    table=MaterialTable,
    filters=MaterialFilters,
    name="materials",
    default="-created_at",
    orders={"created_at": "created_at", "name": "name", "use_count": "use_count"},
    chips=("state", "material", "state"),
)


def _with_state() -> QuerySet[Material]:
    state = Case(
        When(withdrawn_at__isnull=False, then=Value("withdrawn")),
        When(expires_on__lt=timezone.localdate(), then=Value("over")),
        default=Value("active"),
        output_field=CharField(),
    )
    return selectors.materials().select_related("program__seller").annotate(state=state)


@requires("materials.view", room="console")
def materials(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All materials."""
    empty = Empty(
        _("No materials yet"),
        _("Banners, papers and texts that partners use to sell. They find them in their portal."),
        (
            (_("Put a material up"), reverse("console:materials-create", args=[seller_slug])),
            (_("Plan a campaign"), reverse("console:campaigns-create", args=[seller_slug])),
        ),
        "photo",
    )
    page = MATERIALS.show(request, _with_state(), empty=empty)
    return page.download or render(request, "console/materials/list.html", {"page": page})


@requires("materials.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Put a material of any kind up; `?kind=` chooses which, and with it the fields."""
    initial = {name: request.GET.get(name, "") for name in ("program", "campaign")}
    kind = request.POST.get("kind") or request.GET.get("kind", "banner")
    form = NewMaterialForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": kind, **initial},
        kind=kind,
    )
    made: list[Material] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: made.append(
                services.create_material(actor=actor_of(request), **form.cleaned_data)
            ),
        )
    ):
        name = made[0].name
        messages.success(request, _("%(name)s is in the partners' portal.") % {"name": name})
        return HttpResponseRedirect(_detail_url(made[0]))
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "kind": kind,
        "kinds": [(value, label, KIND_ICONS[value]) for value, label in Material.Kind.choices],
        "kept": urlencode({name: value for name, value in initial.items() if value}),
        "has_program": selectors.programs().exists(),
    }
    return render(request, "console/materials/create.html", context, status=status)


@requires("materials.view", room="console")
def detail(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """One material with preview, versions and figures; those who may can change it."""
    material = selectors.material_by_id(material_id)
    form = MaterialForm(
        request.POST or None,
        initial={name: getattr(material, name) for name in FIELDS},
        kind=material.kind,
    )
    if request.method == "POST":
        reader_of(request).require("materials.manage", room="console")
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_material(
                material=material, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_detail_url(material))
    today = timezone.localdate()
    first, _today = usage.span_to(today)
    context = {
        "form": form,
        "material": material,
        "facts": facts(material),
        "over": material.expires_on is not None and material.expires_on < today,
        "is_picture": material.content_type.startswith("image/"),
        "is_prose": material.kind in PROSE,
        "sample": sample_of(material) if material.products else [],
        "versions": _versions(material),
        "usage": usage.usages([material.pk], first, today)[material.pk],
        "use": more.counts([material.pk], partner_id=None, first=first, last=today).get(
            material.pk, (0, 0)
        ),
        "weeks": usage.weekly_clicks(material.pk, today),
        "by_partner": usage.by_partner(material.pk, first, today),
        "first": first,
        "last": today,
        "may_manage": reader_of(request).may("materials.manage"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/materials/detail.html", context, status=status)


def _versions(material: Material) -> list[dict[str, Any]]:
    """Each version with what it holds, newest first."""
    return [
        {
            "row": one,
            "facts": content_facts(one, material.kind),
            "current": one.number == material.version,
        }
        for one in more.versions(material)
    ]


@requires("materials.manage", room="console")
def renew(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """Put a new version up under the same address."""
    material = selectors.material_by_id(material_id)
    form = VersionForm(
        request.POST or None,
        request.FILES or None,
        initial={name: getattr(material, name) for name in ("subject", "text", "url")},
        kind=material.kind,
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.renew_material(
                material=material, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Partners have the new version."))
        return HttpResponseRedirect(_detail_url(material))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "material": material}
    return render(request, "console/materials/renew.html", context, status=status)


@requires("materials.view", room="console")
def file(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """The file itself; `?inline=1` shows a picture in the page, `?version=` an older one.

    A text comes as it was written.
    """
    material = selectors.material_by_id(material_id)
    inline = "inline" in request.GET
    number = request.GET.get("version", "")
    kept = more.version_of(material, int(number)) if number.isdecimal() else material
    if not kept.file:
        return text_file(material.name, kept.text)
    return kept_file(kept, inline=inline)


@requires("materials.manage", room="console")
@require_POST
def withdraw(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """Take a material from the partners."""
    material = selectors.material_by_id(material_id)
    services.withdraw_material(material=material, actor=actor_of(request))
    undo = f"undo:{reverse('console:materials-restore', args=[seller_slug, material_id])}"
    words = _("Partners no longer see %(name)s.") % {"name": material.name}
    messages.success(request, words, extra_tags=undo)
    return HttpResponseRedirect(_detail_url(material))


@requires("materials.manage", room="console")
@require_POST
def restore(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """Give a withdrawn material back."""
    material = selectors.material_by_id(material_id)
    services.restore_material(material=material, actor=actor_of(request))
    messages.success(request, _("Partners see %(name)s again.") % {"name": material.name})
    return HttpResponseRedirect(_detail_url(material))
