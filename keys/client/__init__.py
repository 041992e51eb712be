"""The scanner's side of the trust channel: fetch, verify, stage, switch whole, and say how old it is.

Holds no private key and imports none of the modules that do.
"""
