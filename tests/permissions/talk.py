"""What is said in the world of the table of permissions: an announcement that everybody got."""

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import conversing
from campaigns.announcements import sending, services
from campaigns.segments import Segment
from partners.help import services as articles
from partners.models import MessageFile, Partner, Question
from sellers.actors import Actor
from sellers.models import User
from tests.cast import Team


def talk_of(team: Team, partner: Partner, admin: User) -> dict[str, object]:
    """An id for each thing that is said."""
    announcement = services.draft_announcement(
        seller=team.seller,
        actor=team.actor,
        title="Harvest",
        source="The harvest is in.",
        segment=Segment(),
    )
    services.send_announcement(announcement=announcement, actor=team.actor)
    sending.step(team.id)
    conversation = conversing.start(
        partner=partner,
        subject="How do I make a link?",
        text="I do not find it.",
        files=[SimpleUploadedFile("screen.pdf", b"%PDF-1.7\n%%EOF\n")],
        side="partner",
        actor=Actor.person(admin),
    )
    article = articles.create_article(
        seller=team.seller,
        actor=team.actor,
        language="en",
        title="How to make a link",
        source="Under **Links**.",
    )
    articles.publish_article(article=article, actor=team.actor)
    return {
        "article_id": article.pk,
        "question_id": Question.objects.latest("id").pk,
        "announcement_id": announcement.pk,
        "conversation_id": conversation.pk,
        "file_id": MessageFile.objects.latest("id").pk,
    }
