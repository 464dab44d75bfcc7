"""Help in the partner's portal: search, topics, articles, and the way to a person."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.help import questions, selectors, services
from portal import choices
from portal.access import reader_of, requires, user_of


@requires("portal.view", room="partner")
def articles(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What was found, or all topics. A search is counted among the questions."""
    language = selectors.language_for(translation.get_language() or "")
    words = " ".join(request.GET.get("q", "").split())[:200]
    found = selectors.search(words, language)
    if words and reader_of(request).staff is None:
        questions.note(seller=reader_of(request).seller, words=words, found=bool(found))
    context = {
        "words": words,
        "found": found,
        "topics": {} if words else selectors.by_topic(language),
        "often": [] if words else questions.answered_often(language),
        "languages": dict(choices.languages()),
        "language": language,
    }
    return render(request, "partner/articles/list.html", context)


@requires("portal.view", room="partner")
def detail(request: HttpRequest, seller_slug: str, article_id: uuid.UUID) -> HttpResponse:
    """One article."""
    found = selectors.published_one(article_id)
    vote = found.votes.filter(user=user_of(request)).first()
    context = {"article": found, "vote": vote}
    return render(request, "partner/articles/detail.html", context)


@requires("portal.view", room="partner")
@require_POST
def vote(request: HttpRequest, seller_slug: str, article_id: uuid.UUID) -> HttpResponse:
    """Say whether it helped."""
    found = selectors.published_one(article_id)
    services.vote(article=found, user=user_of(request), helped=request.POST.get("helped") == "yes")
    messages.success(request, _("Thank you."))
    return redirect("partner:articles-detail", seller_slug, found.pk)
