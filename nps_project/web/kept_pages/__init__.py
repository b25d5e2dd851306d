"""What the web server does for customers by itself, without Django: it gives pages from memory, and takes forms."""
