"""``checkpoint-keys rotate``: what is due with the signers of passes, done in order; the rest is said.

The rules are ``keys.steps``. Here they are carried out: ``moving`` with the key folder, ``channelling``
with the trust channel, ``command`` for whoever calls it. Each change is whole by itself and what it
leads to is found anew, so a run that was cut is finished by the next one.
"""
