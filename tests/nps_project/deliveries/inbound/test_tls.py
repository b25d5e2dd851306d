"""The password of a mailbox goes to a server that somebody vouches for, and to no other."""

import ipaddress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from nps_project.deliveries.inbound import mailbox
from tests.nps_project.deliveries.inbound import dovecot

pytestmark = pytest.mark.django_db


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A certificate of a server at this address that signs for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = timezone.now()
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(names, critical=False)
    signed = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate_path, key_path = folder / f"{address}.pem", folder / f"{address}.key"
    certificate_path.write_bytes(signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    pkcs8, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, bare))
    return certificate_path, key_path


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
def test_only_a_server_that_somebody_vouches_for_gets_the_password(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, key = certificate(tmp_path, "127.0.0.1")
    with dovecot.running(f"ssl = yes\nssl_cert = <{own}\nssl_key = <{key}", with_tls=True) as imap:
        url = imap.url("ann", scheme=scheme)
        assert mailbox.read(url).failure == "SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path, "127.0.0.2")[0]))
        assert mailbox.read(url).failure == "SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        assert mailbox.read(url).failure == ""


def test_a_server_with_another_ones_certificate_does_not_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, key = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with dovecot.running(f"ssl = yes\nssl_cert = <{other}\nssl_key = <{key}", with_tls=True) as imap:
        for scheme in ("imaps", "imap+tls"):
            assert mailbox.read(imap.url("ann", scheme=scheme)).failure == "SSLCertVerificationError"
