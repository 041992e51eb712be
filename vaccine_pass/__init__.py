"""The pure core: what a vaccination pass says, how it is signed, read back and judged.

The flow reads from the modules, each importing only those before it::

    a record                claims.py     names.py  dates.py  vaccines.py  uvci.py  serials.py
      -> payload bytes      domestic.py (VN1:)   travel.py + schema.py (HC1:)   cbor.py
      -> signed bytes       cose.py, sign.py   (the signing half: issuers only)
      -> text               base45.py, compression.py
    text -> verdict         verify.py, against trust.py, in the words of verdict.py and reasons.py
    what both apps show     status.py, appearance.py

Rules of this folder: no Flask, no Kivy, no database, no files, no clock, no network.  The time,
the keys and the trust data are arguments.  Text from a camera is only text; ``VerifiedClaims``
exist only behind a good signature; a ``Verdict`` is total and always has a reason.
"""
