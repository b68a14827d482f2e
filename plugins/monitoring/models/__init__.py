"""Tables, all named `monitoring_*`. The main record is about the employer and the facts; persons are counted."""

from plugins.monitoring.models.consent import IdentityRequest, Withdrawal
from plugins.monitoring.models.dossier import Dossier
from plugins.monitoring.models.employer import (
    Alias,
    Change,
    CommonKey,
    Employer,
    Identifier,
    NameKey,
    Site,
    Spelling,
)
from plugins.monitoring.models.intake import Batch, Origin
from plugins.monitoring.models.listing import (
    Correction,
    Dispute,
    Listing,
    ListingReport,
    ListingSource,
    ListingVersion,
)
from plugins.monitoring.models.norm import Norm, NormReview, NormText
from plugins.monitoring.models.report import Allegation, Evidence, Report, Source
from plugins.monitoring.models.sharing import IncomingAnswer, InspectorLink, LinkOpening, SigningKey
from plugins.monitoring.models.ties import Apart, Merge, Relation

__all__ = [
    "Alias",
    "Allegation",
    "Apart",
    "Batch",
    "Change",
    "CommonKey",
    "Correction",
    "Dispute",
    "Dossier",
    "Employer",
    "Evidence",
    "Identifier",
    "IdentityRequest",
    "IncomingAnswer",
    "InspectorLink",
    "LinkOpening",
    "Listing",
    "ListingReport",
    "ListingSource",
    "ListingVersion",
    "Merge",
    "NameKey",
    "Norm",
    "NormReview",
    "NormText",
    "Origin",
    "Relation",
    "Report",
    "SigningKey",
    "Site",
    "Source",
    "Spelling",
    "Withdrawal",
]
