"""The pure core, module by module, and its promises to everything above it."""
