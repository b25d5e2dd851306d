"""How days and times are written, by language: the names that templates give to `date`, with the letters of Django.

settings.FORMAT_MODULE_PATH names this package. Each language has each name, or Django would take the name for letters.
"""
