"""The nouns of the field, a module for each."""

from pledges.models.action import (
    ActionCorrection,
    CompletedAction,
    Disclosure,
    InternalNote,
)
from pledges.models.action_import import ActionImport
from pledges.models.annex import PledgeAnnex
from pledges.models.closing import PeriodClosing
from pledges.models.commitment import (
    MAX_COMMITMENT_LENGTH,
    MAX_SHORT_NAME_LENGTH,
    Commitment,
    FocusArea,
)
from pledges.models.consultation import Consultation, ConsultationAnnex, ConsultationParty
from pledges.models.contact import Contact
from pledges.models.earlier_amount import EarlierAmount
from pledges.models.erasure import Erasure, WithheldDocument
from pledges.models.follow_up import (
    Approval,
    Assessment,
    FollowUp,
    FollowUpCorrection,
    FollowUpDocument,
    FollowUpPlan,
    Reminder,
)
from pledges.models.link_picture import LinkPicture
from pledges.models.municipality import (
    Municipality,
    MunicipalityPart,
    PoliceArea,
    PoliceAreaCoverage,
    counties,
)
from pledges.models.open_data_file import OpenDataFile, OpenDataFilePiece
from pledges.models.picture import Picture, PictureFile
from pledges.models.place import Place
from pledges.models.pledge import (
    MAX_PARTY_NAME_LENGTH,
    PERIOD_PATTERN,
    Pledge,
    PledgeParty,
    Section,
)
from pledges.models.pledge_places import FurtherPoliceArea, PledgePart
from pledges.models.pledge_sheet import PledgeSheet
from pledges.models.prolongation import Prolongation
from pledges.models.published_action import PublishedAction
from pledges.models.recall import Recall, VoidFile, VoidSignature
from pledges.models.records import ArchivePackage, ArchivePackagePiece, archivable_by
from pledges.models.signatory import PledgeDocument, Signatory, Signature, Way
from pledges.models.signed_elsewhere import PledgeSignedElsewhere
from pledges.models.signing import Decline, PaperScan, ReturnedDocument, SigningWay
from pledges.models.statistics import (
    Area,
    EarlierFigure,
    Indicator,
    IndicatorAlias,
    IndicatorLink,
    Observation,
    PeriodKind,
)
from pledges.models.statistics_document import StatisticsDocument
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
from pledges.models.target_change import TargetChange
from pledges.models.validity import Annulment, ValidityPeriod
from pledges.models.writing import PledgeVersion, Remark, TextApproval

__all__ = [
    "MAX_COMMITMENT_LENGTH",
    "MAX_PARTY_NAME_LENGTH",
    "MAX_SHORT_NAME_LENGTH",
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
    "ConsultationAnnex",
    "ConsultationParty",
    "Contact",
    "Decline",
    "Disclosure",
    "EarlierAmount",
    "EarlierFigure",
    "Erasure",
    "FocusArea",
    "FollowUp",
    "FollowUpCorrection",
    "FollowUpDocument",
    "FollowUpPlan",
    "FurtherPoliceArea",
    "Grade",
    "HeldStatisticsFile",
    "Indicator",
    "IndicatorAlias",
    "IndicatorLink",
    "InternalNote",
    "LinkPicture",
    "Measure",
    "Municipality",
    "MunicipalityPart",
    "Observation",
    "OpenDataFile",
    "OpenDataFilePiece",
    "PaperScan",
    "PeriodClosing",
    "PeriodKind",
    "Picture",
    "PictureFile",
    "Place",
    "Pledge",
    "PledgeAnnex",
    "PledgeDocument",
    "PledgePart",
    "PledgeParty",
    "PledgeSheet",
    "PledgeSignedElsewhere",
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
    "ReturnedDocument",
    "Section",
    "Signatory",
    "Signature",
    "SigningWay",
    "StatisticsDocument",
    "StatisticsImport",
    "SurveyCount",
    "SurveyGroup",
    "SurveyPublication",
    "SurveyRound",
    "TargetChange",
    "TextApproval",
    "ValidityPeriod",
    "VoidFile",
    "VoidSignature",
    "Way",
    "WithheldDocument",
    "archivable_by",
    "counties",
]
