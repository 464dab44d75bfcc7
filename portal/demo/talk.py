"""What is said in the demo: news, conversations, help articles, and what partners asked."""

from datetime import timedelta

from django.utils import timezone

from campaigns import conversing
from campaigns.announcements import sending, services
from campaigns.models import Announcement, Receipt
from campaigns.segments import Segment
from partners.conversations import services as talk
from partners.help import questions
from partners.help import services as help_articles
from partners.models import Article, Conversation, Member, Message, Partner
from portal.demo.scene import Scene
from sellers.actors import Actor

HARVEST = """The first lots of the **Gayo harvest** are roasted and in the shop.

## What is new
- Three lots from Takengon: washed, honey and wet-hulled
- Prices stay as they were until the end of the month
- Banners and texts are under *Materials*

Tell your readers where it grew. The farm pages have names, heights and dates."""
TERMS = """From the first of next month the hold is 14 days for every program.

Nothing changes for orders before that day. What you have earned stays as it is."""
ARTICLES = (
    ("en", "Getting paid", "When am I paid?", """Payouts are made on the 10th of each month.

- An order is **on hold for 14 days**, in case it is returned.
- Below IDR 100,000 the amount is carried to the next month.
- Check that your account is filled in under *Statements*."""),
    ("en", "Links", "How do I make a link to one product?", """Open **Links**, paste the address \
of the product page, and save.

Give it a label, so that you know it again in your figures."""),
    ("en", "Links", "Why does a click not count?", """Clicks of robots and of link previews are \
kept apart and earn nothing. Your own clicks count as clicks, but your own orders earn nothing."""),
    ("id", "Pembayaran", "Kapan saya dibayar?", """Pembayaran dilakukan setiap **tanggal 10**.

- Pesanan ditahan 14 hari, kalau-kalau dikembalikan.
- Di bawah IDR 100.000 jumlahnya dibawa ke bulan berikutnya."""),
    ("id", "Tautan", "Bagaimana cara membuat tautan?", """Buka **Tautan**, tempel alamat halaman \
produk, lalu simpan."""),
)  # fmt: skip
THREADS = (
    (0, "Beans for the brew guide", (
        ("partner", ("Part three of the brew guide is about Gayo. Could you send me two bags of "
         "the honey lot to photograph?")),
        ("seller", ("With pleasure. They leave the roastery on Thursday. The farm’s story is in "
         "the campaign’s texts.")),
        ("partner", "They arrived, thank you. The post goes online on Monday morning."),
    )),
    (1, "Coupon for the cycling club", (
        ("partner", ("The club would like a code of its own for the spring ride, BEANRIDE or "
         "something like it.")),
        ("seller", "BEANRIDE is yours from Monday. It gives 10 % and counts for you."),
    )),
    (4, "Fewer orders since September", (
        ("seller", ("Your loyalty card brought thirty orders a month until September. Has "
         "something changed at the counter?")),
        ("partner", ("We moved to the new corner and left the cards behind. Could we have two "
         "hundred new ones with the new address?")),
        ("seller", "They are at the printer. Shall we put the brew card beside them?"),
    )),
    (2, "Music in the harvest reel", (
        ("partner", "May I use the gamelan track of your film in the reel, with your name?"),
    )),
    (14, "Photos of the Toraja farm", (
        ("partner", ("The dinner on the 30th is about Toraja. Are there photos of the drying beds "
         "in print size?")),
    )),
)  # fmt: skip
UNREAD = {2, 14}
"""Partners whose last words the team has not read yet."""
ASKED = (("tax form", 3), ("wholesale price", 5), ("instagram link in bio", 2))


def add_talk(scene: Scene) -> None:
    """News with their readers and a draft, conversations, five articles, open questions."""
    _announce(scene, "Gayo harvest is in the shop", HARVEST, days_ago=9, readers=21)
    _announce(scene, "Hold of 14 days for all programs", TERMS, days_ago=2, readers=9)
    services.draft_announcement(
        seller=scene.seller,
        actor=scene.actor,
        title="Tasting in Bandung, 12 December",
        source="We roast, you bring your cups. **Twenty seats**; write to us by the 5th.",
        segment=Segment(),
    )
    for place, subject, said in THREADS:
        _converse(scene, place, subject, said)
    _help(scene)


def _announce(scene: Scene, title: str, text: str, *, days_ago: int, readers: int) -> None:
    made = services.draft_announcement(
        seller=scene.seller, actor=scene.actor, title=title, source=text, segment=Segment()
    )
    services.send_announcement(announcement=made, actor=scene.actor)
    while sending.step(scene.seller.pk):
        pass
    sent_at = timezone.now() - timedelta(days=days_ago)
    Announcement.objects.filter(pk=made.pk).update(sent_at=sent_at)
    first = Receipt.objects.filter(announcement=made).order_by("id")[:readers]
    Receipt.objects.filter(pk__in=[one.pk for one in first]).update(
        read_at=sent_at + timedelta(hours=3)
    )


def _converse(scene: Scene, place: int, subject: str, said: tuple[tuple[str, str], ...]) -> None:
    partner: Partner = scene.enrollments[place][1].partner
    member = Member.objects.filter(partner=partner, is_active=True).select_related("user").first()
    if member is None:
        return
    people = {"partner": Actor.person(member.user), "seller": scene.actor}
    side, text = said[0]
    conversation = conversing.start(
        partner=partner, subject=subject, text=text, files=[], side=side, actor=people[side]
    )
    for side, text in said[1:]:
        conversing.say(
            conversation=conversation, text=text, files=[], side=side, actor=people[side]
        )
    if place not in UNREAD:
        talk.mark_read(conversation=conversation, user=scene.owner, side="seller")
    _spread(conversation, hours=2 + 3 * place)


def _spread(conversation: Conversation, hours: int) -> None:
    """One message a day, the last one some hours ago."""
    messages = list(Message.objects.filter(conversation=conversation).order_by("id"))
    now = timezone.now()
    for back, message in enumerate(reversed(messages)):
        at = now - timedelta(days=back, hours=hours)
        Message.objects.filter(pk=message.pk).update(created_at=at)
    last = now - timedelta(hours=hours)
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=last)


def _help(scene: Scene) -> None:
    made: list[Article] = []
    for language, topic, title, text in ARTICLES:
        article = help_articles.create_article(
            seller=scene.seller, actor=scene.actor, language=language, topic=topic, title=title,
            source=text,
        )  # fmt: skip
        help_articles.publish_article(article=article, actor=scene.actor)
        made.append(article)
    for words, times in ASKED:
        for _again in range(times):
            questions.note(seller=scene.seller, words=words, found=False)
    questions.note(seller=scene.seller, words="when is payday", found=True)
    paid = questions.questions().get(key="when is payday")
    questions.answer(question=paid, article=made[0], actor=scene.actor)
