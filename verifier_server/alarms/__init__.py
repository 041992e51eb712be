"""Alarms: what somebody with a name has to look at, once for each occasion, until it is acknowledged with a note."""
