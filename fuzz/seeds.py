#!/usr/bin/env python3
"""Makes seeds. Targets that read bytes as they are get every byte string and text of the vectors; those that read a
script get drawn ones, the same each time, with every first byte that matters."""
import base64
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "protocol-spec" / "vectors"
SCRIPTED = {"attachment", "bundle", "conversation", "ogg", "pairing", "photo", "ratchet", "snapshot", "transfer"}
SCRIPTS = 64


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


kinds = {True: set(scripts()), False: set(vectors())}
for target in sorted((HERE / "fuzz_targets").glob("*.rs")):
    corpus = HERE / "corpus" / target.stem
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in kinds[target.stem in SCRIPTED]:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
print(f"seeds: {len(kinds[False])} from the vectors, {len(kinds[True])} scripts")
