"""The English texts of the pages; the templates themselves are Vietnamese."""
