"""The trust update as a loop of QR codes: for posts with no network and no stick (docs/adr/0019).

Holds no private key, knows no picture and no camera: texts in, texts out.
"""
