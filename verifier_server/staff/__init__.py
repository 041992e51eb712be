"""Staff: accounts, roles, logging in, and sessions that end."""
