"""The product's own guide: docs/*.md as pages for who is signed in, and the '?' that leads to them."""
