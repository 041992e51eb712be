"""What is deleted when nobody needs it any more: a rule for each kind of row, and the duty that follows them."""
