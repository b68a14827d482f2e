"""A network of one's own on 127.0.0.1: public names that lead to lab servers, and all else to a canary that counts.

The fetcher is given a resolver and a dialler; the dialler connects to this machine only, whatever address it is handed.
"""

import datetime
import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.fetching import wire

PUBLIC, PUBLIC_6, DEAD = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "93.184.215.99"
MUTE = "93.184.215.77"
INTERNAL = "127.0.0.1"

Answer = Iterable[bytes]


class Server:
    """Answers each connection with what `respond` yields for the request's head, until the client has enough."""

    def __init__(self, respond: Callable[[str], Answer], context: ssl.SSLContext | None = None) -> None:
        self.heads: list[str] = []
        self.connections = 0
        self._respond, self._context = respond, context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(10)
        with client, suppress(OSError):
            talk = self._context.wrap_socket(client, server_side=True) if self._context else client
            with talk:
                head = b""
                while b"\r\n\r\n" not in head and (got := talk.recv(65536)):
                    head += got
                self.heads.append(head.decode("latin-1"))
                for piece in self._respond(self.heads[-1]):
                    talk.sendall(piece)


class Lab:
    """Names, servers and counters. `names` maps a host to its answers, one list for each time it is asked."""

    def __init__(self, folder: Path, respond: Callable[[str], Answer]) -> None:
        authority = Authority(folder)
        self.trust = ssl.create_default_context(cafile=str(authority.file))
        self.web = Server(respond)
        self.tls = Server(respond, authority.server_context("honest.example", "*.honest.example"))
        self.mute = Server(lambda _head: iter(()))
        self.canary = Server(lambda _head: [b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECRET"])
        self._places = {(PUBLIC, 80): self.web, (PUBLIC, 443): self.tls, (PUBLIC_6, 80): self.web}
        self._places |= {(MUTE, 443): self.mute}
        self.names: dict[str, Iterator[list[str]]] = {}
        self.asked: list[str] = []
        self.dialled: list[str] = []

    def close(self) -> None:
        for server in (self.web, self.tls, self.mute, self.canary):
            server.close()

    def name(self, host: str, *answers: list[str]) -> None:
        """The resolver gives these answers in turn, then the last one for ever."""
        self.names[host] = itertools.chain(answers, itertools.repeat(answers[-1]))

    def resolve(self, host: str, _port: int) -> list[str]:
        """A resolver as careless as the system's: it also understands every old spelling of a number."""
        self.asked.append(host)
        if host in self.names:
            return next(self.names[host])
        if host.rstrip(".").endswith(".example"):
            return [PUBLIC]
        return [INTERNAL if host == "localhost" else socket.inet_ntoa(socket.inet_aton(host))]

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        """Only this machine is dialled: the lab for the public address, the canary for every other."""
        self.dialled.append(address)
        if address == DEAD:
            raise ConnectionRefusedError(address)
        return wire.dial("127.0.0.1", self._places.get((address, port), self.canary).port, seconds)


@contextmanager
def running(folder: Path, respond: Callable[[str], Answer]) -> Iterator[Lab]:
    """A lab, closed afterwards."""
    lab = Lab(folder, respond)
    try:
        yield lab
    finally:
        lab.close()


class Authority:
    """A certificate authority for a minute, and the certificates that it signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lab")])
        self.file = folder / "lab.pem"
        made = self._certificate(self._name, self._key, x509.BasicConstraints(ca=True, path_length=None))
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def server_context(self, *names: str) -> ssl.SSLContext:
        """What a server needs that is called by these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        made = self._certificate(subject, key, alternatives)
        file = self._folder / "server.pem"
        file.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder(issuer_name=self._name, subject_name=subject)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(days=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1))
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self._key, hashes.SHA256())
