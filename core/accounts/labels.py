"""Words for what the tables keep as codes."""

from collections.abc import Mapping

from core.accounts.models import OrganisationKind
from core.i18n import domain_of, lazy_gettext
from core.permissions import Register
from core.rest.contract import Access

KINDS = {
    OrganisationKind.MEMBER_NGO: lazy_gettext("Member NGO"),
    OrganisationKind.REGIONAL_COUNCIL: lazy_gettext("Regional council"),
    OrganisationKind.PARTNER: lazy_gettext("Partner"),
    OrganisationKind.INSPECTORATE: lazy_gettext("Labour inspectorate"),
    OrganisationKind.ASSOCIATION: lazy_gettext("Association"),
    OrganisationKind.RESEARCH_CENTRE: lazy_gettext("Research centre"),
    OrganisationKind.SECRETARIAT: lazy_gettext("Secretariat"),
}

COUNTRIES = {
    "KG": lazy_gettext("Kyrgyzstan"),
    "RU": lazy_gettext("Russia"),
    "KZ": lazy_gettext("Kazakhstan"),
    "UZ": lazy_gettext("Uzbekistan"),
    "TJ": lazy_gettext("Tajikistan"),
    "TM": lazy_gettext("Turkmenistan"),
    "AM": lazy_gettext("Armenia"),
    "AZ": lazy_gettext("Azerbaijan"),
    "BY": lazy_gettext("Belarus"),
    "CH": lazy_gettext("Switzerland"),
    "DE": lazy_gettext("Germany"),
    "GE": lazy_gettext("Georgia"),
    "KR": lazy_gettext("South Korea"),
    "MD": lazy_gettext("Moldova"),
    "MN": lazy_gettext("Mongolia"),
    "PL": lazy_gettext("Poland"),
    "TR": lazy_gettext("Türkiye"),
    "UA": lazy_gettext("Ukraine"),
}
"""Where an organisation of the network may sit; our own names, since catalogues of others say «Киргизия»."""

REGIONS = {
    "KG-B": lazy_gettext("Batken region"),
    "KG-GB": lazy_gettext("Bishkek"),
    "KG-C": lazy_gettext("Chuy region"),
    "KG-Y": lazy_gettext("Issyk-Kul region"),
    "KG-J": lazy_gettext("Jalal-Abad region"),
    "KG-N": lazy_gettext("Naryn region"),
    "KG-O": lazy_gettext("Osh region"),
    "KG-GO": lazy_gettext("Osh city"),
    "KG-T": lazy_gettext("Talas region"),
    "RU-MOW": lazy_gettext("Moscow"),
    "RU-MOS": lazy_gettext("Moscow region"),
    "RU-SPE": lazy_gettext("Saint Petersburg"),
    "RU-SVE": lazy_gettext("Sverdlovsk region"),
    "RU-NVS": lazy_gettext("Novosibirsk region"),
}
"""ISO 3166-2."""


def kind(code: str) -> str:
    """The kind of an organisation."""
    return str(KINDS.get(OrganisationKind(code), code)) if code in set(OrganisationKind) else code


def country(code: str) -> str:
    """The name of a country."""
    return str(COUNTRIES.get(code, code))


def region(code: str) -> str:
    """The name of a region; empty for none."""
    return str(REGIONS.get(code, code))


def role(register: Register, name: str) -> str:
    """The label of a role in its owner's words; the bare name when its plugin is gone."""
    found = register.roles.get(name)
    return str(domain_of(name.split(".", 1)[0]).gettext(found.label)) if found else name


def access(accesses: Mapping[str, Access], name: str) -> str:
    """What a token may do, in the words of who declares it; the bare name when its plugin is gone."""
    found = accesses.get(name)
    return str(domain_of(name.split(".", 1)[0]).gettext(found.label)) if found else name
