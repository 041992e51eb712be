"""Other people's published test data, run through the whole of this project."""
