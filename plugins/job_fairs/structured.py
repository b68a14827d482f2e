"""Fairs and vacancies in the words of schema.org, for search engines and job boards (JSON-LD)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.toolkit import best_label
from plugins.job_fairs.models import Fair, Vacancy
from plugins.job_fairs.regions import places, prefixes

STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
ISCO = {"@type": "CategoryCodeSet", "name": "ISCO-08"}
HOURS = {"part": "PART_TIME", "season": "TEMPORARY"}


def event(fair: Fair, title: str, url: str, organiser: str, *, ended: datetime) -> dict[str, Any]:
    """A fair as schema.org/Event; one that was moved names the day before."""
    moved = fair.previous_starts is not None and fair.previous_starts != fair.starts
    status = STATUS.get(fair.state, "EventRescheduled" if moved else "EventScheduled")
    made: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Event", "name": title, "url": url,
        "startDate": fair.starts.isoformat(), "endDate": ended.isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": fair.venue, "address": _address(fair)},
        "organizer": {"@type": "Organization", "name": organiser}, "isAccessibleForFree": True,
    }  # fmt: skip
    if moved and fair.previous_starts is not None:
        made["previousStartDate"] = fair.previous_starts.isoformat()
    return made


def _address(fair: Fair) -> dict[str, str]:
    return {
        "@type": "PostalAddress", "streetAddress": fair.venue, "addressRegion": fair.region, "addressCountry": "KG",
    }  # fmt: skip


def posting(vacancy: Vacancy, occupation: str) -> dict[str, Any]:
    """A vacancy as schema.org/JobPosting; the occupation is a code of ISCO-08, never a word alone."""
    employer = vacancy.participation
    made: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": vacancy.title,
        "identifier": str(vacancy.id), "datePosted": employer.created_at.date().isoformat(),
        "description": f"{vacancy.title}: {occupation}",
        "totalJobOpenings": vacancy.openings, "employmentType": HOURS.get(vacancy.schedule, "FULL_TIME"),
        "hiringOrganization": {"@type": "Organization", "name": employer.name},
        "jobLocation": _place(vacancy),
        "occupationalCategory": {
            "@type": "CategoryCode", "codeValue": vacancy.isco08, "inCodeSet": ISCO, "name": occupation,
        },
    }  # fmt: skip
    if vacancy.valid_through:
        made["validThrough"] = vacancy.valid_through.isoformat()
    if vacancy.wage_min or vacancy.wage_max:
        made["baseSalary"] = {"@type": "MonetaryAmount", "currency": "KGS", "value": _wage(vacancy)}
    return made


def _place(vacancy: Vacancy) -> dict[str, Any]:
    """Where the work is, by the state classifier where the employer told it; else where the fair is."""
    names = places().get(vacancy.soate)
    if names is None:
        return {"@type": "Place", "address": _address(vacancy.participation.fair)}
    region = next((code for code, prefix in prefixes().items() if vacancy.soate.startswith(prefix)), "")
    return {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress", "addressLocality": best_label(names), "addressRegion": region,
            "addressCountry": "KG",
        },
        "identifier": {"@type": "PropertyValue", "propertyID": "SOATE", "value": vacancy.soate},
    }  # fmt: skip


def _wage(vacancy: Vacancy) -> dict[str, Any]:
    ends = {"minValue": vacancy.wage_min, "maxValue": vacancy.wage_max}
    known = {name: number for name, number in ends.items() if number}
    return {"@type": "QuantitativeValue", "unitText": "MONTH", **known}


def all_of(fair: dict[str, Any], vacancies: Sequence[Vacancy], titles: Sequence[str]) -> list[dict[str, Any]]:
    """What stands on the page of a fair."""
    return [fair, *(posting(each, title) for each, title in zip(vacancies, titles, strict=True))]
