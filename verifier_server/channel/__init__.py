"""The administrators' page of the trust channel: roles and their holders, the open proposal, what is due.

It only shows, from what is published and what is proposed. Proposing, signing and publishing are
commands of the holders and the publisher (`checkpoint-keys`); nothing here can do it for them, and
no folder with private keys is opened. Left out: serving the channel to scanners (`trust`).
"""
