"""The citizens' health book: log-in by phone and one-time code, passes on the phone, paper, "try my card"."""
