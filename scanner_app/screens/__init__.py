"""The window's screens: one screen is one `.py` and one `.kv` of the same stem.

Importing this package loads Kivy's window, so `scanner_app.window.prepare` comes first.
"""
