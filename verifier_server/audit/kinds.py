"""The kinds of events. A kind is never renamed or used for something else: old events keep theirs."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What happened; the text is what the chain holds."""

    PERSON_ADDED = "person_added"
    PERSON_COMPLETED = "person_completed"  # a row of a file told what the register did not know
    PERSON_CORRECTED = "person_corrected"
    PEOPLE_MERGED = "people_merged"
    MERGE_UNDONE = "merge_undone"
    PERSON_JOINED = "person_joined"  # what a merge, or its undoing, changed in one of both records
    PEOPLE_APART = "people_apart"  # a clerk found that two records are two people
    CONSENT_NOTED = "consent_noted"
    PERSON_ERASED = "person_erased"
    DOSE_RECORDED = "dose_recorded"
    DOSE_SIGNED_OFF = "dose_signed_off"
    DOSE_CORRECTED = "dose_corrected"
    DOSE_RENUMBERED = "dose_renumbered"
    DOSE_MOVED = "dose_moved"
    DOSE_STRUCK = "dose_struck"
    DAY_SIGNED_OFF = "day_signed_off"
    SIGN_OFF_AGAIN = "sign_off_again"
    PASS_ISSUED = "pass_issued"  # noqa: S105  a vaccination pass
    PASS_REISSUED = "pass_reissued"  # noqa: S105  a vaccination pass
    PASS_REVOKED = "pass_revoked"  # noqa: S105  a vaccination pass
    PASS_UNREVOKED = "pass_unrevoked"  # noqa: S105  a vaccination pass
    PASS_MOVED = "pass_moved"  # noqa: S105  a vaccination pass
    BATCH_PROPOSED = "batch_proposed"
    BATCH_APPROVED = "batch_approved"
    BATCH_WITHDRAWN = "batch_withdrawn"
    BATCH_FINISHED = "batch_finished"
    BULK_BEGUN = "bulk_begun"
    BULK_FINISHED = "bulk_finished"
    IMPORT_BEGUN = "import_begun"
    IMPORT_DISCARDED = "import_discarded"
    IMPORT_FINISHED = "import_finished"
    IMPORT_UNDONE = "import_undone"
    IMPORT_ROW_DECIDED = "import_row_decided"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_ROLE_CHANGED = "account_role_changed"
    ACCOUNT_CONFIRMED = "account_confirmed"
    ACCOUNT_WAIT_ENDED = "account_wait_ended"
    SECOND_FACTOR_RESET = "second_factor_reset"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  what happened, not a password
    ALARM_RAISED = "alarm_raised"
    ALARM_ACKNOWLEDGED = "alarm_acknowledged"
    SITE_ADDED = "site_added"
    SITE_CHANGED = "site_changed"
    CORRECTION_REQUESTED = "correction_requested"
    CORRECTION_ANSWERED = "correction_answered"
    BOOK_DEVICES_ENDED = "book_devices_ended"
    PRINTING_ASKED = "printing_asked"
    PRINTING_FETCHED = "printing_fetched"
    PRINTING_ENDED = "printing_ended"
    DETAILS_ERASED = "details_erased"
    API_TOKEN_ADDED = "api_token_added"  # noqa: S105  what happened, not a token
    API_TOKEN_ENDED = "api_token_ended"  # noqa: S105  what happened, not a token
    DATABASE_RESTORED = "database_restored"
    AUDIT_VERIFIED = "audit_verified"
