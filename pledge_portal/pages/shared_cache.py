"""The cache that server processes share, as the settings say it."""

from __future__ import annotations

# Seconds that a page waits for it at most.
_TIMEOUT_SECONDS = 0.25


class AsTheyAre:
    """Gives a shared cache its values as bytes.

    What lies in it is never unpickled.
    """

    def dumps(self, value: bytes) -> bytes:
        """Return the bytes."""
        return value

    def loads(self, value: bytes) -> bytes:
        """Return the bytes."""
        return value


def shared_cache(address: str) -> dict[str, object]:
    """Return Django's settings of a cache that nothing waits for long.

    `address` is a Valkey's or a Redis server's, as CACHE_URL says it.
    """
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": address.replace("valkey", "redis", 1),
        "OPTIONS": {
            "serializer": "pledge_portal.pages.shared_cache.AsTheyAre",
            "socket_connect_timeout": _TIMEOUT_SECONDS,
            "socket_timeout": _TIMEOUT_SECONDS,
        },
    }
