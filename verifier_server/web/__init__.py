"""What all pages share: services, languages, headers, errors and forms."""
