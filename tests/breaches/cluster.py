"""A cluster on this computer: a scheduler and two workers that speak mutual TLS, with certificates made here."""

import datetime
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from officer_app.notices.run_cluster import Certificates
from tests.servers import free_port

ROOT = Path(__file__).parents[2]


def certificates(folder: Path) -> Certificates:
    """Make an authority and a certificate that it signed; return their files."""
    folder.mkdir()
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"cluster of {folder.name}")])
    ca = _signed(name, name, authority.public_key(), authority, ca=True)
    leaf = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "one of the cluster")])
    cert = _signed(leaf, name, own.public_key(), authority, ca=False)
    files = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "cert.pem").write_bytes(cert.public_bytes(pem))
    (folder / "key.pem").write_bytes(own.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files


def _signed(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, by: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    return made.add_extension(issuer_key, critical=False).sign(by, hashes.SHA256())


@dataclass(frozen=True)
class Cluster:
    """Its scheduler's address, and the folder that its workers may write to."""

    address: str
    folder: Path


@contextmanager
def running(folder: Path, files: Certificates | None) -> Iterator[Cluster]:
    """Run a scheduler and two workers of one thread, with TLS where there are certificates; end them afterwards."""
    port = free_port()
    address = f"{'tls' if files else 'tcp'}://127.0.0.1:{port}"
    tls = ["--tls-ca-file", files.ca, "--tls-cert", files.cert, "--tls-key", files.key] if files else []
    disk = folder / "workers"
    disk.mkdir()
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny",
              "--local-directory", str(disk), "--host", "127.0.0.1"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "cluster.log").open("wb") as log:
        processes = [
            subprocess.Popen([*map(str, command), "--no-dashboard", *map(str, tls)], cwd=folder, env=environment,
                             stdout=log, stderr=log)
            for command in (scheduler, worker, worker)
        ]  # fmt: skip
        try:
            _wait(folder / "cluster.log", processes)
            yield Cluster(address, disk)
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.wait()


def _wait(log: Path, processes: "list[subprocess.Popen[bytes]]") -> None:
    end = time.monotonic() + 60
    while log.read_text("utf-8", "replace").count("Registered to:") < 2:
        assert time.monotonic() < end and all(process.poll() is None for process in processes), log.read_text()
        time.sleep(0.05)
