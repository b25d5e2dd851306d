"""Pictures of figures: drawn on the server as SVG, which prints, mails and can be read aloud; and as PNG."""
