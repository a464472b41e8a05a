"""What a browser may load, run and send for the portal's pages."""

from __future__ import annotations


def content_security_policy(login_origin: str) -> dict[str, object]:
    """Return django-csp's setting.

    Nothing may be loaded from elsewhere, nor run or styled from inside the page itself.
    `login_origin` is where the organisation's own login is, empty without one: a form that leads on
    to it is held to this as well.
    """
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'", "data:"],
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "form-action": ["'self'", *filter(None, [login_origin])],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
            "manifest-src": ["'self'"],
        }
    }
