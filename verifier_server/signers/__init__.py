"""The administrators' page of signing keys: their lives over time, what they signed, what is due.

It only shows. Making, activating and revoking a key is work for the holder of the key at the
holder's own machine (`checkpoint-keys`); nothing here can do it instead.
"""
