"""Partners and their people."""

from partners.models.conversations import (
    Conversation,
    Message,
    MessageFile,
    Participant,
    Side,
)
from partners.models.help import Article, ArticleVote, Question
from partners.models.members import Member, MemberRole
from partners.models.pages import PageSettings, PartnerPage
from partners.models.partners import Partner, PartnerKind, PartnerStatus
from partners.models.portal_days import PortalDay
from partners.models.prospects import ContentKind, Prospect, ProspectStage
from partners.models.reach import Channel, Platform, Reference, ReferenceKind

__all__ = [
    "Article",
    "ArticleVote",
    "Channel",
    "ContentKind",
    "Conversation",
    "Member",
    "MemberRole",
    "Message",
    "MessageFile",
    "PageSettings",
    "Participant",
    "Partner",
    "PartnerKind",
    "PartnerPage",
    "PartnerStatus",
    "Platform",
    "PortalDay",
    "Prospect",
    "ProspectStage",
    "Question",
    "Reference",
    "ReferenceKind",
    "Side",
]
