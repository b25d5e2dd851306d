"""A form that was sent and could not be taken, because its sender was signed out: kept, and shown again filled in.

Nothing is ever sent again but by the person. `readers` says who read a form, `store` keeps what was typed, `keeping`
decides what is kept and where it leads back to, `filling` puts it into the page again, `middleware` is the way in.
"""
