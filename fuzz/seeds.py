#!/usr/bin/env python3
"""Turns byte strings of the vectors into seeds: every hex value of a case becomes a file in each target's corpus."""
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "protocol-spec" / "vectors"


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


seeds = set()
for path in VECTORS.rglob("*.json"):
    for text in strings(json.loads(path.read_text())):
        try:
            seed = unhex(text)
        except ValueError:
            seed = text.encode()
        if 0 < len(seed) <= 8192:
            seeds.add(seed)
for target in sorted((HERE / "fuzz_targets").glob("*.rs")):
    corpus = HERE / "corpus" / target.stem
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
print(f"{len(seeds)} seeds")
