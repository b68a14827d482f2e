"""Tables, all named `monitoring_*`. The main record is about the employer and the facts; persons are counted."""

from plugins.monitoring.models.dossier import Dossier
from plugins.monitoring.models.employer import Employer, Identifier
from plugins.monitoring.models.report import Allegation, Evidence, Report, Source

__all__ = ["Allegation", "Dossier", "Employer", "Evidence", "Identifier", "Report", "Source"]
