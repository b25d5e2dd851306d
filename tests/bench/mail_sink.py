"""`python -m tests.bench.mail_sink PORT`: a mail server that takes everything at once, and counts it by "count"."""

import asyncio
import sys

taken = 0


class Session(asyncio.Protocol):
    """As much of SMTP as a sender needs."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.left, self.in_message = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        global taken
        self.left += data
        while True:
            end = b"\r\n.\r\n" if self.in_message else b"\r\n"
            found, mark, rest = self.left.partition(end)
            if not mark:
                return
            self.left = rest
            if self.in_message:
                self.in_message, taken = False, taken + 1
                self.transport.write(b"250 taken\r\n")
            else:
                self._command(found[:4].upper())

    def _command(self, word: bytes) -> None:
        if word == b"EHLO":
            self.transport.write(b"250-sink\r\n250 8BITMIME\r\n")
        elif word == b"DATA":
            self.in_message = True
            self.transport.write(b"354 go on\r\n")
        elif word == b"QUIT":
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", int(sys.argv[1]))
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
