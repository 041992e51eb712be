"""What other systems put in and take out: tokens by scope, resources under `/api/v1`, FHIR under `/api/fhir`."""
