# SPDX-License-Identifier: GPL-3.0-or-later
"""How the checks of OTLP/HTTP talk to `xrayctl serve`: raw sockets, so that they decide where a body
is split, and what a recorded request was."""

import json
import socket
from pathlib import Path

CAPTURES = Path(__file__).resolve().parents[1] / "otlp" / "captures"
SECONDS = 60
HOP_BY_HOP = {"transfer-encoding", "content-length", "connection", "host"}


def requests_of(folder):
    for meta in sorted(folder.glob("req-*.meta.json")):
        described = json.loads(meta.read_text())
        body = meta.with_name(meta.name.replace(".meta.json", ".body")).read_bytes()
        headers = [(k, v) for k, v in described["raw_headers"] if k.lower() not in HOP_BY_HOP]
        yield described["path"], headers, body


def chunked(body, sizes):
    """The body in chunks of these sizes, the last one as often as needed."""
    out = b""
    at = 0
    sizes = list(sizes)
    while at < len(body):
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        part = body[at:at + size]
        out += f"{len(part):x}\r\n".encode() + part + b"\r\n"
        at += size
    return out + b"0\r\n\r\n"


def send(server, path, headers, body, chunks=None, segment=None):
    """Status, headers (lower case) and body of the answer.

    `chunks` are the sizes of the body's chunks, else its length is told; `segment` is how many bytes
    are handed to the socket at once.
    """
    host = server.endpoint.removeprefix("http://")
    name, port = host.split(":")
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{key}: {value}" for key, value in headers]
    lines += [f"Content-Length: {len(body)}" if chunks is None else "Transfer-Encoding: chunked"]
    message = "\r\n".join(lines).encode() + b"\r\n\r\n"
    message += body if chunks is None else chunked(body, chunks)
    with socket.create_connection((name, int(port)), timeout=SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(message), segment or len(message)):
            connection.sendall(message[at:at + (segment or len(message))])
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, rest = answer.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return int(head.split()[1]), {key.lower(): value for key, value in fields.items()}, rest


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def same(what, got, expected):
    expect(got == expected, f"{what}: {got!r}, not {expected!r}")
