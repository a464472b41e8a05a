"""The domains whose addresses the organisation's login is good for."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured


def email_domains(domains: Mapping[str, str], server_url: str) -> dict[str, frozenset[str]]:
    """Return the keys of the parties that each domain is good for.

    Raises ImproperlyConfigured when a provider is named and no domain.
    """
    if server_url and not domains:
        raise ImproperlyConfigured(
            "OIDC_EMAIL_DOMAINS saknas: skriv vilka adresser som får logga in genom organisationen "
            "och för vilka parter, som alvsbyn.se=alvsbyn."
        )
    return {domain.lower(): frozenset(parties.split()) for domain, parties in domains.items()}
