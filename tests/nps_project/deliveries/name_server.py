"""A name server on loopback that knows what a test tells it."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class NameServer:
    """Answers for TXT records; a name that is not in `records` does not exist, and one with None gets no answer."""

    def __init__(self, records: Mapping[str, Sequence[str] | None]) -> None:
        self.records, self.asked = records, list[str]()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.05)
        self.is_done = threading.Event()

    def serve(self) -> None:
        while not self.is_done.is_set():
            try:
                query, sender = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            if (answer := self._answer(dns.message.from_wire(query))) is not None:
                self.socket.sendto(answer.to_wire(), sender)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        name = query.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return answer
        texts = self.records[name]
        if texts is None:
            return None
        if texts:
            lines = [" ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200)) for text in texts]
            answer.answer.append(dns.rrset.from_text_list(query.question[0].name, 60, "IN", "TXT", lines))
        return answer

    def resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], self.socket.getsockname()[1]
        return made


@contextmanager
def answering(records: Mapping[str, Sequence[str] | None]) -> Iterator[NameServer]:
    server = NameServer(records)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.is_done.set()
        thread.join(5)
        server.socket.close()
