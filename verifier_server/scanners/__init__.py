"""Enrolled scanners: where each stands, how old its trust data is, and what it says that it holds.

A scanner needs no server to judge a pass. What it sends here helps administrators only: it may delay
the activation of a key and can hasten nothing, and nothing that is answered to it becomes trust.
"""
