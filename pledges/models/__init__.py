"""The nouns of the field, a module for each."""

from pledges.models.action import (
    ActionCorrection,
    CompletedAction,
    Disclosure,
    InternalNote,
)
from pledges.models.action_import import ActionImport
from pledges.models.closing import PeriodClosing
from pledges.models.commitment import Commitment, FocusArea
from pledges.models.consultation import Consultation, ConsultationParty
from pledges.models.follow_up import (
    Approval,
    Assessment,
    FollowUp,
    FollowUpCorrection,
    FollowUpDocument,
    FollowUpPlan,
    Reminder,
)
from pledges.models.municipality import (
    Municipality,
    PoliceArea,
    PoliceAreaCoverage,
    counties,
)
from pledges.models.place import Place
from pledges.models.pledge import PERIOD_PATTERN, Pledge, PledgeParty, Section
from pledges.models.prolongation import Prolongation
from pledges.models.published_action import PublishedAction
from pledges.models.recall import Recall, VoidFile, VoidSignature
from pledges.models.records import ArchivePackage, ArchivePackagePiece, archivable_by
from pledges.models.signatory import PledgeDocument, Signatory, Signature, Way
from pledges.models.signing import Decline, GivenBack, PaperScan, SigningWay
from pledges.models.statistics import (
    Area,
    EarlierFigure,
    Indicator,
    IndicatorAlias,
    IndicatorLink,
    Observation,
    PeriodKind,
)
from pledges.models.statistics_import import HeldStatisticsFile, StatisticsImport
from pledges.models.survey import (
    AnsweringGroup,
    Grade,
    Measure,
    PublishedRound,
    PublishedShare,
    SurveyCount,
    SurveyGroup,
    SurveyPublication,
    SurveyRound,
)
from pledges.models.taken_in import TakenIn
from pledges.models.validity import Annulment, ValidityPeriod
from pledges.models.writing import PledgeVersion, Remark, TextApproval

__all__ = [
    "PERIOD_PATTERN",
    "ActionCorrection",
    "ActionImport",
    "Annulment",
    "AnsweringGroup",
    "Approval",
    "ArchivePackage",
    "ArchivePackagePiece",
    "Area",
    "Assessment",
    "Commitment",
    "CompletedAction",
    "Consultation",
    "ConsultationParty",
    "Decline",
    "Disclosure",
    "EarlierFigure",
    "FocusArea",
    "FollowUp",
    "FollowUpCorrection",
    "FollowUpDocument",
    "FollowUpPlan",
    "GivenBack",
    "Grade",
    "HeldStatisticsFile",
    "Indicator",
    "IndicatorAlias",
    "IndicatorLink",
    "InternalNote",
    "Measure",
    "Municipality",
    "Observation",
    "PaperScan",
    "PeriodClosing",
    "PeriodKind",
    "Place",
    "Pledge",
    "PledgeDocument",
    "PledgeParty",
    "PledgeVersion",
    "PoliceArea",
    "PoliceAreaCoverage",
    "Prolongation",
    "PublishedAction",
    "PublishedRound",
    "PublishedShare",
    "Recall",
    "Remark",
    "Reminder",
    "Section",
    "Signatory",
    "Signature",
    "SigningWay",
    "StatisticsImport",
    "SurveyCount",
    "SurveyGroup",
    "SurveyPublication",
    "SurveyRound",
    "TakenIn",
    "TextApproval",
    "ValidityPeriod",
    "VoidFile",
    "VoidSignature",
    "Way",
    "archivable_by",
    "counties",
]
