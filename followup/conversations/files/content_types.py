"""What a file is, told by its content and never by its name. Pure."""

import filetype  # type: ignore[import-untyped]  # it ships no types

TEXT, UNKNOWN = "text/plain", "application/octet-stream"
# Nobody needs to send these to a customer, and mail servers refuse them.
PROGRAMS = {
    "application/x-msdownload", "application/x-executable", "application/x-elf", "application/x-mach-binary",
    "application/vnd.android.dex", "application/x-google-chrome-extension", "application/wasm",
}  # fmt: skip


def content_type_of(content: bytes) -> str:
    """The type; plain text for what is readable as UTF-8 and nothing else, bytes for what nobody knows."""
    if guessed := filetype.guess_mime(content):
        return str(guessed)
    if content.startswith((b"MZ", b"\x7fELF")):
        return "application/x-executable"
    try:
        is_text = "\0" not in content.decode()
    except UnicodeDecodeError:
        is_text = False
    return TEXT if is_text else UNKNOWN


def is_program(content_type: str) -> bool:
    """Whether it is something that runs when it is opened."""
    return content_type in PROGRAMS
