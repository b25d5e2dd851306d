"""Read or make the secret key in VAR_DIR, which its owner alone can read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def read_or_make_secret_key(var_dir: Path) -> str:
    """The key in `var_dir`/secret_key. The first call makes it; of several processes one does."""
    path = var_dir / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise SystemExit(
            f"winback: {path} cannot be read ({error.strerror}); set SECRET_KEY or mend its mode"
        ) from error
    fresh = path.with_name(f"secret_key.{os.getpid()}")
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(fresh, path)
        return path.read_text().strip()
    except OSError as error:
        raise SystemExit(f"winback: VAR_DIR {var_dir} cannot be written ({error.strerror})") from error
    finally:
        fresh.unlink(missing_ok=True)
