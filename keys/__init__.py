"""Who may sign passes and who is trusted: custody, life cycle, trust list, ``checkpoint-keys``.

Stands above ``vaccine_pass`` and below the two applications. No private key
lives in this package; see README.md. The scanner uses ``keys.trustlist`` and
``keys.importing`` at most, never ``custody``, ``authority`` or ``store``.
"""
