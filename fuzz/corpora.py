#!/usr/bin/env python3
"""Corpora as the repository keeps them, in corpora/TARGET.hex: one input a line in hexadecimal digits, in ascending order.

    corpora.py unpack                   each into corpus/TARGET/, one file an input, as libFuzzer wants them
    corpora.py pack TARGET FOLDER       a folder's inputs into corpora/TARGET.hex, as far as there is room
"""
import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
# What one target may keep, so that the repository stays small and the replay short.
INPUTS_MOST = 150
BYTES_MOST = 48 * 1024


def unpack():
    for packed in sorted((HERE / "corpora").glob("*.hex")):
        folder = HERE / "corpus" / packed.stem
        folder.mkdir(parents=True, exist_ok=True)
        for line in packed.read_text().split():
            data = bytes.fromhex(line)
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def pack(target, folder):
    # A long one goes furthest, but a very long one takes the room of many.
    order = lambda data: (len(data) > BYTES_MOST // 32, -len(data), data)
    inputs = sorted((path.read_bytes() for path in pathlib.Path(folder).iterdir()), key=order)
    kept, room = [], BYTES_MOST
    for data in inputs:
        if len(kept) < INPUTS_MOST and len(data) <= room:
            room -= len(data)
            kept.append(data.hex())
    packed = HERE / "corpora" / f"{target}.hex"
    packed.parent.mkdir(exist_ok=True)
    packed.write_text("".join(line + "\n" for line in sorted(kept) if line))
    print(f"{target}: {len(kept)} of {len(inputs)} inputs, {packed.stat().st_size} bytes")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["unpack"]:
            unpack()
        case ["pack", target, folder]:
            pack(target, folder)
        case _:
            sys.exit(__doc__)
