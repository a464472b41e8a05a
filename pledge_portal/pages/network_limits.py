"""How often one network may ask for what costs much.

Of who asks, only a fingerprint of their network is kept, for an hour, made with a secret of the
hour.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from pledge_portal.database.acting import as_portal

_AN_HOUR = 60 * 60


def sent_this_hour(request: HttpRequest, sort: str) -> int:
    """Count this sending; return how many the same network sent this hour.

    Those of one `sort` are counted together.
    """
    hour = timezone.now().strftime("%Y%m%d%H")
    secret = hmac.new(settings.SECRET_KEY.encode(), hour.encode(), hashlib.sha256).digest()
    of_network = hmac.new(secret, network(request).encode(), hashlib.sha256).hexdigest()[:32]
    key = f"sent:{sort}:{of_network}"
    return count(key, _AN_HOUR)


def count(key: str, seconds: int) -> int:
    """Count one more under a key; return how many since the first.

    They are forgotten so many seconds after it.
    """
    with as_portal():
        cache.add(key, 0, seconds)
        try:
            return cache.incr(key)
        except ValueError:  # it was just thrown out
            return 1


def network(request: HttpRequest) -> str:
    """Return who sends, as far as it tells people apart.

    An IPv4 address, or the half of an IPv6.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or address
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
