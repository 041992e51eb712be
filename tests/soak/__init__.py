"""What takes long: fuzzing and mutation. Left out of `make test`, run by `make soak`."""
