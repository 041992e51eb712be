"""The names of roles for people."""

from __future__ import annotations

from flask_babel import gettext as _

from verifier_server.staff import permissions


def role_names() -> dict[str, str]:
    """Each role's name, in the order of the table of permissions."""
    return {
        permissions.VACCINATOR: _("Cán bộ tiêm"),
        permissions.SITE_LEAD: _("Phụ trách điểm tiêm"),
        permissions.CLERK: _("Cán bộ sở y tế"),
        permissions.KEY_ADMINISTRATOR: _("Quản trị khóa"),
        permissions.AUDITOR: _("Kiểm tra viên"),
        permissions.MINISTRY: _("Bộ Y tế"),
    }
