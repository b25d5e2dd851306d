"""Models of the surveys app."""

from surveys.models.announcement import Announcement
from surveys.models.asking import AskDecision, Asking, AskReason, DecisionToAsk, MailTexts
from surveys.models.campaign import Campaign, CampaignStatus, PauseCause
from surveys.models.company import Company
from surveys.models.contact import Contact, Unsubscription
from surveys.models.decision import BulkDecision, BulkState, Decision, DecisionKind
from surveys.models.invitation import Invitation, InvitationChannel, InvitationStatus
from surveys.models.question import Answer, Question, QuestionKind
from surveys.models.response import Channel, EvidenceWhy, Group, Response, ResponseChange, ResponseState
from surveys.models.sample import Sample
from surveys.models.segment import Segment
from surveys.models.source import AnswerSource
from surveys.models.survey import Survey, SurveyStatus, SurveyTexts
from surveys.models.tally import Tally, TallyZone
from surveys.models.trait import TraitLabel

__all__ = [
    "Announcement", "Answer", "AnswerSource", "AskDecision", "AskReason", "Asking", "BulkDecision", "BulkState",
    "Campaign", "CampaignStatus", "Channel", "Company", "Contact", "Decision", "DecisionKind", "DecisionToAsk",
    "EvidenceWhy", "Group", "Invitation", "InvitationChannel", "InvitationStatus", "MailTexts", "PauseCause",
    "Question", "QuestionKind", "Response", "ResponseChange", "ResponseState", "Sample", "Segment", "Survey",
    "SurveyStatus", "SurveyTexts", "Tally", "TallyZone", "TraitLabel", "Unsubscription",
]  # fmt: skip
