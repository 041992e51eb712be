"""The administrators' pages of revocation: proposals, the second person's approval, and how far work is.

The rules are those of the commands (`verifier_server.revocation`); here they get forms and words.
Left out: revoking a signing key, which only its holder can, and issuing the new passes
(`checkpoint-server reissue`), which takes longer than a page may.
"""
