"""The test vectors of docs/format.md: made here, read by the tests and by other implementers.

Everything follows from this folder: the keys are hashes of their names, never used for anything
else, and signatures are deterministic (RFC 6979), which real signers' are not.
`python -m tools.vectors` writes docs/vectors/*.json.
"""
