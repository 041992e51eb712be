"""The Flask settings that follow from the server's configuration: cookies, limits, log-in."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from flask import Flask

    from verifier_server.config import ServerConfig

LARGEST_BODY = 64 * 1024


def apply(app: Flask, config: ServerConfig) -> None:
    """Set what Flask and its extensions read."""
    chosen = config.settings
    app.config.update(
        TESTING=config.testing,
        SECRET_KEY=_derived(config, "sessions and forms"),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=100,
        # Files of the look carry a digest in their address (web.assets), so they may be kept long.
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=chosen.session_idle_minutes),
        WTF_CSRF_TIME_LIMIT=chosen.session_hours * 3600,
        # Browsers send no Referer under some privacy settings; the token itself is what protects.
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_STORAGE_URI=chosen.rate_limit_storage,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    if chosen.trusted_proxies:
        count = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _derived(config: ServerConfig, purpose: str) -> str:
    """Return a key for one purpose, so that no two uses of the secret can meet."""
    return hmac.digest(config.secret.unsafe_reveal(), purpose.encode(), "sha256").hex()
