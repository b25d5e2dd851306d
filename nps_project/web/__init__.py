"""The way in: the server, requests as they arrive, pages that all parts share."""
