#!/usr/bin/env python3
"""Makes seeds. Targets that read bytes as they are get every byte string and text of the vectors, or what stands here;
those that read a script get drawn ones, the same each time, with every first byte that matters. `--list` names the
targets."""
import base64
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "protocol-spec" / "vectors"
BYTES = {"command", "config", "frame", "http", "invite", "message", "money", "nickname", "vault"}
SCRIPTS = 64
REQUESTS = [
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /health?debug=1 HTTP/1.0\n\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
    "GET / HTTP/1.1\r\n" + "a: b\r\n" * 65 + "\r\n",
]


def unhex(text):
    out = b""
    for part in text.split("+"):
        byte, _, count = part.partition("*")
        out += bytes.fromhex(byte) * (int(count) if count else 1)
    return out


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def payload(base32):
    """What a link carries, without its checksum."""
    try:
        yield base64.b32decode(base32 + "=" * (-len(base32) % 8))[:-4]
    except ValueError:
        pass


def vectors():
    for path in VECTORS.rglob("*.json"):
        for text in strings(json.loads(path.read_text())):
            try:
                seed = unhex(text)
            except ValueError:
                seed = text.encode()
            if 0 < len(seed) <= 8192:
                yield seed
            if text.upper().startswith("NIGHTJAR:"):
                yield from payload(text[9:].upper())


def scripts():
    for first in range(SCRIPTS):
        # Lengths 4, 8, …, 256: some changes to what is right, or some dozens of steps.
        yield bytes([first]) + hashlib.shake_256(b"script %d" % first).digest(4 * first + 4)


def settings():
    """The relay's own template, and each of its lines set alone: as a file, a variable and an option."""
    template = (HERE.parent / "crates" / "relay" / "src" / "config" / "template.toml").read_text()
    yield b"\x01" + template.encode()
    table = ""
    for line in template.splitlines():
        if line.startswith("["):
            table = line
        elif "=" in line and not line.startswith("#"):
            yield f"\x01{table}\n{line}\n".encode()
            key, _, value = line.partition("=")
            name, value = f"{table.strip('[]')}.{key.strip()}".lstrip("."), value.split("#")[0].strip().strip('"')
            # Another number than the default.
            value = str(int(value) + 1) if value.isdigit() else value
            pairs = [f"{name.upper().replace('.', '__')}={value}", f"{name}={value}"]
            file = f"{table}\n{line}\n"
            yield b"\x05" + b"".join(len(part).to_bytes(2) + part.encode() for part in [file, *pairs])


given = {
    "config": set(settings()) | {b"\x07" + b"a" * 26, b"\x07# one\n" + b"b" * 26 + b"\n"},
    "http": {request.encode() for request in REQUESTS},
}
targets = sorted(path.stem for path in (HERE / "bodies" / "src" / "targets").glob("*.rs") if path.stem != "mod")
if sys.argv[1:] == ["--list"]:
    sys.exit(print("\n".join(targets)))
drawn, read = set(scripts()), set(vectors())
for target in targets:
    corpus = HERE / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in given.get(target, read if target in BYTES else drawn):
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
print(f"seeds: {len(read)} from the vectors, {len(drawn)} scripts, {sum(map(len, given.values()))} written")
