"""The trust update as a loop of codes, on the scanner: drawing and showing it, and reading another device's.

What a loop is, and what of it is believed, is in `keys.loop`.
"""
