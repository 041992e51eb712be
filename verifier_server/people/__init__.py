"""People in the register: who they are, how they are found, how records meet."""
