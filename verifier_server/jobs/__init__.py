"""Long work that a page asks for and a worker does, piece by piece: with progress, and resumable after a crash."""
