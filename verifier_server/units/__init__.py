"""Administrative units: provinces, districts and wards, each list with its version."""
