"""What an answer shows, whatever it is made of."""

from io import BytesIO
from zipfile import ZipFile


def words_of(content: bytes) -> str:
    """A page or a table; of a workbook, all its parts."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())
