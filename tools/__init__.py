"""Programs that make what is kept beside the code: test vectors and pictures."""
