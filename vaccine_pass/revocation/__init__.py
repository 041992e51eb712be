"""Revocation, exactly: which serials and which other issuers' certificates no longer count.

`rice` codes a block, `serial_set` holds serials in memory, `serial_list` is a base's or a delta's
bytes, `unrevocations` the list that takes some back, `effective` puts the three together, `cap`
says what an online list may do, `foreign` holds other issuers' hashes.  All pure: bytes and
arguments in, values out.  Left out: who signs which list, and fetching it (the trust channel).
"""
