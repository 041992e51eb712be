"""The publishing side of the trust channel (TUF): roles, holders, proposals, signatures, releases."""
