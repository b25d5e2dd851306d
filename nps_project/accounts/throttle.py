"""Guesses at a password: slowed down, nobody locked out for longer than a minute."""

import hashlib

from nps_project.rate_limit import WindowCounter

GUESSES_PER_MINUTE = 10  # for one account from one address
GUESSES_PER_ADDRESS = 60  # from one address, for all accounts: an office shares one


class LoginLimit(WindowCounter):
    """Counts tries per account and address, and per address; open when the store is gone."""

    def allows(self, *, email: str, address: str) -> bool:
        """Count one try; False when there were too many in this minute. The store learns no e-mail address."""
        who = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
        for_account = self.count(f"login:{address}:{who}")
        return self.count(f"login:{address}") <= GUESSES_PER_ADDRESS and for_account <= GUESSES_PER_MINUTE


login_limit = LoginLimit()
