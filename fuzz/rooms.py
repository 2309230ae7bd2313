#!/usr/bin/env python3
"""Sums what `llvm-cov export -summary-only` says by rooms: rooms.py SUMMARY [--files]."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "crates"
PROTOCOL = ["wire", "invite", "message", "pairing", "ratchet", "link", "proof", "nickname", "attachment", "money",
            "conversation", "ledger"]
RELAY = ["connection", "mailbox", "store/memory", "store/wheel", "store/disk", "config", "metrics/http", "gate/ledger",
         "gate/networks"]
CLIENT = ["vault/format", "engine/state", "media"]
ROOMS = [("protocol", room) for room in PROTOCOL] + [("relay", room) for room in RELAY] + [("client", room) for room in CLIENT]
# Of the parsers the corpora have to reach so many of a hundred.
AIM = 85


def room_of(path):
    for crate, room in ROOMS:
        place = ROOT / crate / "src" / room
        if path.is_relative_to(place) or path == place.with_suffix(".rs"):
            return crate, room
    return None


def share(counts):
    return 100 * counts[0] / counts[1] if counts[1] else 0.0


def main(summary, *options):
    files = json.loads(pathlib.Path(summary).read_text())["data"][0]["files"]
    reached, sums, parts = {}, {}, {}
    for file in files:
        path, regions = pathlib.Path(file["filename"]).resolve(), file["summary"]["regions"]
        # A file of a room that nobody sees from without it is built twice: what counts is where it is tried.
        reached[path] = max(reached.get(path, (0, 0)), (regions["covered"], regions["count"]))
    for path, counts in reached.items():
        room = room_of(path)
        if room:
            parts.setdefault(room, []).append((path, counts))
            sums[room] = tuple(map(sum, zip(sums.get(room, (0, 0)), counts)))
    for room in ROOMS:
        counts = sums.get(room, (0, 0))
        below = "" if share(counts) >= AIM else f"  below {AIM}"
        print(f"{'/'.join(room):<24} {counts[0]:>5} of {counts[1]:>5} regions  {share(counts):5.1f} %{below}")
        if "--files" in options:
            for name, counts in sorted(parts.get(room, [])):
                print(f"    {name.name:<20} {counts[0]:>5} of {counts[1]:>5}  {share(counts):5.1f} %")
    whole = tuple(map(sum, zip(*sums.values())))
    print(f"{'all of these':<24} {whole[0]:>5} of {whole[1]:>5} regions  {share(whole):5.1f} %")


main(*sys.argv[1:])
