"""Help articles in the seller's console, and what partners ask."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from partners.help import questions as asked
from partners.help import selectors, services
from partners.models import Article, Question
from portal import choices, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn, TextColumn
from portal.console.article_forms import ArticleForm
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.refusals import try_on
from prm.errors import NotFound


def _url(article: Article, page: str = "detail") -> str:
    return reverse(f"console:articles-{page}", args=[article.seller.slug, article.pk])


def _helped(article: Any) -> str:
    votes = article.helped + article.not_helped
    return _("%(yes)d of %(all)d") % {"yes": article.helped, "all": votes} if votes else ""


class ArticleTable(tables.Table):
    """Articles with whether they help."""

    title = NameColumn(gettext_lazy("Article"), url=_url, meta=lambda row: row.topic)
    language = TextColumn(gettext_lazy("Language"), label=True)
    helped = MarkupColumn(
        gettext_lazy("Helped"),
        show=lambda article: _helped(article) or "–",
        plain=_helped,
        css="num",
        label=True,
    )
    created_at = DayColumn(gettext_lazy("Written"))
    status = StatusColumn(gettext_lazy("Status"), kind="article")


class ArticleFilters(django_filters.FilterSet):
    """Search, status, language."""

    q = SearchFilter("title", "text", "topic", hint=gettext_lazy("Words"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("article"))
    language = ChoicesFilter(
        label=gettext_lazy("Language"),
        all_label=gettext_lazy("All languages"),
        choices=choices.languages,
    )

    class Meta:
        model = Article
        fields: list[str] = []


ARTICLES = Listing(
    table=ArticleTable,
    filters=ArticleFilters,
    name="articles",
    default="-created_at",
    orders={"created_at": "created_at", "title": "title"},
    chips=("status", "article", "status"),
)


@requires("materials.view", room="console")
def articles(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All articles, and the questions asked most that none answers."""
    new = ((_("Write an article"), reverse("console:articles-create", args=[seller_slug])),)
    may = reader_of(request).may("materials.manage")
    why = _("Answers that partners find by themselves, in their language.")
    empty = Empty(_("No help articles yet"), why, new if may else (), "lifebuoy")
    page = ARTICLES.show(request, selectors.articles(), empty=empty)
    context = {"page": page, "asked": asked.asked_often(), "may_manage": may}
    return page.download or render(request, "console/articles/list.html", context)


@requires("materials.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Write an article; `?question=` names the question that it answers."""
    question = _question(request)
    initial = {
        "language": selectors.language_for(translation.get_language() or ""),
        "title": question.words if question else request.GET.get("title", "")[:160],
    }
    form = ArticleForm(request.POST or None, initial=initial)
    made: list[Article] = []

    def act() -> None:
        article = services.create_article(
            seller=reader_of(request).seller, actor=actor_of(request), **form.cleaned_data
        )
        if question:
            asked.answer(question=question, article=article, actor=actor_of(request))
        made.append(article)

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        return HttpResponseRedirect(_url(made[0]))
    return _form_page(request, form, _("Write an article"), question=question)


def _question(request: HttpRequest) -> Question | None:
    try:
        return asked.question_by_id(uuid.UUID(request.GET.get("question", "")))
    except (ValueError, NotFound):
        return None


@requires("materials.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, article_id: uuid.UUID) -> HttpResponse:
    """Change an article."""
    found = selectors.article_by_id(article_id)
    names = ("language", "title", "topic", "source")
    form = ArticleForm(request.POST or None, initial={name: getattr(found, name) for name in names})

    def act() -> None:
        services.change_article(article=found, actor=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_url(found))
    return _form_page(request, form, _("Change the article"), article=found)


@requires("materials.view", room="console")
def detail(request: HttpRequest, seller_slug: str, article_id: uuid.UUID) -> HttpResponse:
    """One article as partners see it, and what it answers."""
    found = selectors.article_by_id(article_id)
    context = {
        "article": found,
        "questions": found.questions.order_by("-asked")[:20],
        "language": dict(choices.languages()).get(found.language, found.language),
        "helped": _helped(found),
        "may_manage": reader_of(request).may("materials.manage"),
    }
    return render(request, "console/articles/detail.html", context)


@requires("materials.manage", room="console")
@require_POST
def publish(request: HttpRequest, seller_slug: str, article_id: uuid.UUID) -> HttpResponse:
    """Show it to partners."""
    found = selectors.article_by_id(article_id)
    services.publish_article(article=found, actor=actor_of(request))
    messages.success(request, _("Partners find it now."))
    return HttpResponseRedirect(_url(found))


@requires("materials.manage", room="console")
@require_POST
def take_back(request: HttpRequest, seller_slug: str, article_id: uuid.UUID) -> HttpResponse:
    """Make it a draft again."""
    found = selectors.article_by_id(article_id)
    services.take_back_article(article=found, actor=actor_of(request))
    messages.success(request, _("It is a draft again."))
    return HttpResponseRedirect(_url(found))


@requires("materials.manage", room="console")
@require_POST
def dismiss(request: HttpRequest, seller_slug: str, question_id: uuid.UUID) -> HttpResponse:
    """Take a question off the list."""
    asked.dismiss(question=asked.question_by_id(question_id), actor=actor_of(request))
    messages.success(request, _("It is off the list."))
    return redirect("console:articles", seller_slug)


def _form_page(
    request: HttpRequest,
    form: ArticleForm,
    title: str,
    *,
    article: Article | None = None,
    question: Question | None = None,
) -> HttpResponse:
    listed = reverse("console:articles", args=[reader_of(request).seller.slug])
    context = {
        "form": form,
        "title": title,
        "question": question,
        "back": _url(article) if article else listed,
        "crumbs": [{"label": _("Help articles"), "url": listed}, {"label": title, "url": ""}],
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/articles/form.html", context, status=status)
