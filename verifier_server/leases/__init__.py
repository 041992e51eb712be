"""Which blocks of serial numbers were leased to which database, kept outside of every database."""
