"""The administrators' first page: what is due in every part, in one order."""
