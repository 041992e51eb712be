"""What an update or the device's trust data can be refused for: one stable code and one sentence each."""

from __future__ import annotations

from keys.errors import KeysError


class UpdateRefused(KeysError):
    """The offered update is not taken; what the device holds stays as it was."""

    code = "update_refused"


class DeviceTrustError(KeysError):
    """The device's own folder cannot be used: nothing there, damaged, no room, no root."""

    code = "no_trust_file"


class ServerRefused(KeysError):
    """The device's server did not take what was sent: a token that was used, a receipt of a stranger."""

    code = "server_refused"
