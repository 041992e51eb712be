"""CHECKS passes, offline: a camera frame becomes text, a verdict and a screen.

It holds no private key, imports no signing code and opens no network connection.
"""
