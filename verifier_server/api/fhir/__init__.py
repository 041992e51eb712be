"""People and doses in the form of HL7 FHIR R4B: Patient and Immunization, out and in."""
