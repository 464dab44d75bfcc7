"""Which kind of program fits: five questions, points by answer, and the reasons. Pure.

Each answer speaks for some kinds and is silent on the rest; the sum decides, the registry's order
breaks ties. Reasons are the answers' own sentences, so that what is shown is what was counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.kinds import KINDS

Words = str | Promise


@dataclass(frozen=True)
class Answer:
    """One answer: `points` by kind, `pro` the sentence for kinds with points, `con` for the rest.

    Both sentences speak of the kind as "it".
    """

    key: str
    label: Words
    points: Mapping[str, int]
    pro: Words
    con: Words


@dataclass(frozen=True)
class Question:
    """One question with its answers, and its short name in reasons."""

    key: str
    label: Words
    topic: Words
    answers: tuple[Answer, ...]

    def answer(self, key: str) -> Answer:
        """The answer called `key`; raises KeyError for none."""
        for one in self.answers:
            if one.key == key:
                return one
        raise KeyError(key)


@dataclass(frozen=True)
class Reason:
    """Why a kind fits or does not: the question's topic, what was answered, and the sentence."""

    topic: Words
    answer: Words
    sentence: Words
    points: int


@dataclass(frozen=True)
class Judged:
    """A kind with its points, out of the most that these answers give to any kind."""

    kind: str
    points: int
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]


@dataclass(frozen=True)
class Advice:
    """Every kind, the one that fits best first."""

    ranked: tuple[Judged, ...]

    @property
    def best(self) -> Judged:
        """What is recommended."""
        return self.ranked[0]

    @property
    def second(self) -> Judged:
        """The next best."""
        return self.ranked[1]

    @property
    def others(self) -> tuple[Judged, ...]:
        """All but the first two."""
        return self.ranked[2:]


_GOAL = Question(
    "goal",
    _("What do you want most?"),
    _("Goal"),
    (
        Answer(
            "sales",
            _("More sales, paid for only when they happen"),
            {"affiliate": 4, "referral": 3, "channel": 1, "reseller": 1, "influencer": 1},
            _("It pays for results, so each sale carries its own cost."),
            _("It does not bring sales by the piece, or costs before it brings any."),
        ),
        Answer(
            "known",
            _("To be seen and known"),
            {"influencer": 4, "sponsorship": 4, "placement": 4, "content": 3, "co_branding": 1},
            _("It puts you before people who do not know you yet."),
            _("It brings buyers rather than attention."),
        ),
        Answer(
            "keep",
            _("Customers who come back and tell others"),
            {"loyalty": 5, "referral": 4},
            _("It rewards the customers you have."),
            _("It looks for new customers and does nothing for those you have."),
        ),
        Answer(
            "places",
            _("To sell where we have no people"),
            {"reseller": 4, "distribution": 4, "channel": 4, "licensing": 1},
            _("Its partners are there already, with stock, people or a network."),
            _("Its partners do not carry goods or advise customers on the spot."),
        ),
        Answer(
            "together",
            _("Something new together with another company"),
            {"co_branding": 4, "joint_venture": 4, "licensing": 4},
            _("It divides fairly what two companies make together."),
            _("Its partners sell what is yours; they do not make anything with you."),
        ),
    ),
)

_MARKET = Question(
    "market",
    _("Where are the people you want to reach?"),
    _("Market"),
    (
        Answer(
            "online",
            _("Online: they search, read, follow and buy there"),
            {"affiliate": 3, "influencer": 3, "content": 2, "referral": 2, "licensing": 1,
             "loyalty": 1},
            _("Its partners reach people where they read and buy."),
            _("Its partners are not where these people read and buy."),
        ),
        Answer(
            "local",
            _("In shops, cafés and showrooms"),
            {"reseller": 3, "placement": 3, "loyalty": 2, "distribution": 2},
            _("Its partners stand where people see and hold the product."),
            _("Its partners do not stand where people see and hold the product."),
        ),
        Answer(
            "companies",
            _("In companies that want advice before they buy"),
            {"channel": 4, "content": 3, "joint_venture": 2, "distribution": 1, "reseller": 1},
            _("It suits buyers who want to understand before they decide."),
            _("Companies that want advice do not decide by it."),
        ),
        Answer(
            "crowd",
            _("At events, in teams, before a screen"),
            {"sponsorship": 4, "placement": 3, "influencer": 2, "co_branding": 1},
            _("It is seen where a crowd looks at the same time."),
            _("It reaches people one by one, not a crowd."),
        ),
        Answer(
            "brand",
            _("They are customers of another brand"),
            {"co_branding": 4, "licensing": 3, "joint_venture": 2, "referral": 1},
            _("It opens another brand’s customers to you."),
            _("It does not open another brand’s customers to you."),
        ),
    ),
)  # fmt: skip

_CAPACITY = Question(
    "capacity",
    _("What can you give from your side?"),
    _("Capacity"),
    (
        Answer(
            "little",
            _("An online shop, and little time"),
            {"affiliate": 3, "referral": 3, "loyalty": 3},
            _("It runs by itself once it is set up."),
            _("It asks for work with each partner."),
        ),
        Answer(
            "briefs",
            _("Somebody who writes briefs and looks at work"),
            {"content": 4, "influencer": 3, "sponsorship": 3, "placement": 2},
            _("Your briefs and your eye decide its quality."),
            _("Briefs and approvals are not what it lives on."),
        ),
        Answer(
            "stock",
            _("Stock, delivery and samples"),
            {"reseller": 3, "distribution": 3, "placement": 3, "influencer": 1, "loyalty": 1},
            _("It needs goods to send, and you have them."),
            _("Stock and delivery are of no help to it."),
        ),
        Answer(
            "training",
            _("Training and support for partners"),
            {"channel": 4, "joint_venture": 2, "reseller": 2},
            _("Its partners are as good as your training, and you can give it."),
            _("Training its partners would not pay."),
        ),
        Answer(
            "money",
            _("Money and a contract; the work is the partner’s"),
            {"licensing": 4, "sponsorship": 3, "joint_venture": 2, "co_branding": 2,
             "distribution": 1},
            _("A contract carries it; the work is the partner’s."),
            _("It asks for more of your own work than a contract."),
        ),
    ),
)  # fmt: skip

_FLEXIBILITY = Question(
    "flexibility",
    _("How much may partners decide?"),
    _("Flexibility"),
    (
        Answer(
            "free",
            _("They choose how they speak about us"),
            {"affiliate": 3, "referral": 2, "influencer": 2, "co_branding": 1},
            _("It leaves partners their own way of speaking about you."),
            _("It lays down more of what partners do than you want to."),
        ),
        Answer(
            "price",
            _("They set their own price"),
            {"reseller": 4, "channel": 3, "distribution": 1},
            _("Its partners sell at a price of their own."),
            _("The price stays yours in it."),
        ),
        Answer(
            "brief",
            _("We say what is done, and approve it"),
            {"content": 3, "sponsorship": 3, "placement": 3, "influencer": 2},
            _("Nothing is paid in it before you approve it."),
            _("It has no step in which you approve each piece of work."),
        ),
        Answer(
            "contract",
            _("All of it stands in a contract"),
            {"licensing": 3, "joint_venture": 3, "co_branding": 3, "distribution": 3, "channel": 1},
            _("Its terms are a contract with parts, periods and a reckoning."),
            _("It has the same terms for many, not a contract with each."),
        ),
        Answer(
            "same",
            _("The same rules for everybody, without talks"),
            {"loyalty": 4, "referral": 3, "affiliate": 2},
            _("It treats everybody alike and needs no talks."),
            _("Each of its partners is agreed with singly."),
        ),
    ),
)

_MEASUREMENT = Question(
    "measurement",
    _("What can you measure?"),
    _("Measurement"),
    (
        Answer(
            "clicks",
            _("Clicks and orders in our online shop"),
            {"affiliate": 3, "content": 1, "influencer": 1, "referral": 1},
            _("It is paid by what your shop already measures."),
            _("Clicks and orders do not show what it brings."),
        ),
        Answer(
            "customers",
            _("Which customer bought, each time"),
            {"loyalty": 4, "referral": 3, "affiliate": 1},
            _("It needs to know the customer of each purchase, and you do."),
            _("Knowing each customer is of no use to it."),
        ),
        Answer(
            "orders",
            _("What each partner ordered, sold or moved"),
            {"reseller": 3, "distribution": 3, "channel": 3},
            _("It is reckoned by what each partner ordered, sold or moved."),
            _("Partners’ orders do not show what it brings."),
        ),
        Answer(
            "proof",
            _("Posts, pages and photos that show it was done"),
            {"sponsorship": 3, "placement": 3, "content": 3, "influencer": 2},
            _("It is paid on proof, which you can look at."),
            _("Proof of work is not what it is paid on."),
        ),
        Answer(
            "books",
            _("Revenue and cost of products, by period"),
            {"joint_venture": 4, "licensing": 3, "co_branding": 3, "distribution": 1},
            _("It is settled by period from figures that you have."),
            _("Figures by period come too late for it."),
        ),
    ),
)

QUESTIONS: Final = (_GOAL, _MARKET, _CAPACITY, _FLEXIBILITY, _MEASUREMENT)


def advise(answers: Mapping[str, str]) -> Advice:
    """Every kind ranked by the five answers. Raises KeyError where one is missing or unknown."""
    given = [(question, question.answer(answers[question.key])) for question in QUESTIONS]
    judged = [_judged(kind, given) for kind in KINDS]
    return Advice(tuple(sorted(judged, key=lambda one: -one.points)))


def _judged(kind: str, given: list[tuple[Question, Answer]]) -> Judged:
    pros: list[Reason] = []
    cons: list[Reason] = []
    for question, answer in given:
        points = answer.points.get(kind, 0)
        sentence = answer.pro if points else answer.con
        reason = Reason(question.topic, answer.label, sentence, points)
        (pros if points else cons).append(reason)
    pros.sort(key=lambda reason: -reason.points)
    return Judged(kind, sum(reason.points for reason in pros), tuple(pros), tuple(cons))
