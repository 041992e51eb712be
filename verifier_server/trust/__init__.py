"""The trust channel's published files, served as they are: plain, public and cacheable.

Nothing is signed, chosen or judged here. Scanners verify every byte themselves, so this part needs
neither a key nor the database, and any other web server could serve the same folder.
"""
