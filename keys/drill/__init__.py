"""The drill: a year of rotations, ceremonies, thieves and scanners without a network, played on the real code.

Only the clock, the network and people are simulated (``docs/drill.md``). Nothing here is imported by what runs in a
country: the drill makes its own folders, and removes them.
"""
