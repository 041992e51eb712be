"""Paper: passes as PDF files to print, each decoded again before it is handed out."""
