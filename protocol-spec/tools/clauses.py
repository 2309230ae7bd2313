#!/usr/bin/env python3
"""Counts the MUST clauses of the chapters and what shows each of them. README, "Notation", has the rule.

Needs nothing but Python 3. Exit code 1: a clause is shown by nothing, a vector or test that the text names does not
exist, or a vector is named nowhere. `crates/protocol/tests/spec.rs` holds the same rules.
"""

import json
import re
import sys
from itertools import takewhile
from pathlib import Path

SPEC = Path(__file__).resolve().parent.parent


def main():
    vectors = {f"{file.parent.name}/{file.stem}": file for file in sorted((SPEC / "vectors").glob("*/*.json"))}
    chapters = [Chapter(path, vectors) for path in sorted(SPEC.glob("*.md"))]
    faults = print_clauses(chapters)
    print_vectors(vectors)
    named = set().union(*(chapter.named("vector") for chapter in chapters))
    faults += [f"{name}: no such vector" for name in sorted(named - vectors.keys())]
    faults += [f"{name}: a vector that no chapter names" for name in sorted(vectors.keys() - named)]
    tests = set().union(*(chapter.named("test") for chapter in chapters))
    faults += [f"{test}: no such test" for test in sorted(tests) if not is_test(test)]
    print("\n".join(["", *faults] if faults else ["", "every clause is shown"]))
    return 1 if faults else 0


def print_clauses(chapters):
    print(f"{'chapter':<14} clauses  by vectors  by tests only  by nothing")
    total, faults = [0] * 4, []
    for chapter in chapters:
        counts = [0] * 4
        for line, kinds in chapter.clauses():
            column = 1 if "vector" in kinds else 2 if "test" in kinds else 3
            counts[0] += 1
            counts[column] += 1
            if column == 3:
                faults.append(f"{chapter.path.name}:{line}: shown by nothing: {chapter.lines[line - 1].strip()}")
        total = [one + other for one, other in zip(total, counts)]
        print_counts(chapter.path.stem, counts)
    print_counts("all", total)
    return faults


def print_counts(name, counts):
    print(f"{name:<14} {counts[0]:>7}  {counts[1]:>10}  {counts[2]:>13}  {counts[3]:>10}")


def print_vectors(vectors):
    print(f"\n{'vectors':<14} {'all':>7}  {'positive':>10}  {'rejecting':>13}")
    folders = sorted({name.split("/")[0] for name in vectors})
    for folder in [*folders, "all"]:
        files = [file for name, file in vectors.items() if folder in ("all", name.split("/")[0])]
        rejecting = sum("reject" in json.loads(file.read_text(encoding="utf-8")) for file in files)
        print(f"{folder:<14} {len(files):>7}  {len(files) - rejecting:>10}  {rejecting:>13}")


def is_test(name):
    """Whether the file that the text names has the function that it names."""
    path, function = name.rsplit(":", 1)
    file = SPEC.parent / path
    word = "def" if path.endswith(".py") else "fn"
    return file.is_file() and re.search(rf"\b{word} {function}\b", file.read_text(encoding="utf-8")) is not None


class Chapter:
    """A chapter as blocks (a paragraph, a list item, a table row), and the evidence that each line names."""

    def __init__(self, path, vectors):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.evidence = evidence(self.lines, vectors)
        self.blocks = blocks(self.lines)

    def named(self, kind):
        return {name for line in self.evidence for its_kind, name in line if its_kind == kind}

    def clauses(self):
        """Each clause as its line and the kinds of evidence that it has.

        A MUST is a clause. The last one of a block that ends in a colon stands for each item or row below it.
        """
        under = set()
        for at, (depth, lines) in enumerate(self.blocks):
            musts = [line for line in lines for _ in re.findall(r"\bMUST\b", self.lines[line])]
            below = self.below(at) if musts and self.lines[lines[-1]].endswith(":") else []
            if below:
                musts.pop()
                under.update(below)
            if at in under and not musts and not below:
                musts = [lines[0]]
            kinds = {kind for line in lines for kind, _ in self.evidence[line]}
            if not any("RFC 2119" in self.lines[line] for line in lines):
                yield from ((line + 1, kinds) for line in musts)

    def below(self, at):
        """The list items or table rows that belong to block `at`."""
        deeper = range(at + 1, len(self.blocks))
        return list(takewhile(lambda index: self.blocks[index][0] > self.blocks[at][0], deeper))


def blocks(lines):
    """Blocks as their depth (-1 of a paragraph, an item's indentation, the most of a row) and their lines."""
    found, fresh, fenced = [], True, False
    for at, line in enumerate(lines):
        fenced ^= line.startswith("```")
        item = re.match(r"( *)([-*]|\d+\.) ", line)
        if fenced or line.startswith(("```", "#")) or not line.strip():
            fresh = True
        elif line.startswith("|"):
            if re.match(r"\|[-:| ]+$", line):
                found.pop()
            else:
                found.append((DEEPEST, [at]))
            fresh = True
        elif item:
            found.append((len(item[1]), [at]))
            fresh = False
        elif fresh:
            found.append((-1, [at]))
            fresh = False
        else:
            found[-1][1].append(at)
    return found


def evidence(lines, vectors):
    """What each line names, as pairs of "vector" or "test" and the name.

    `\u2026-case` goes on from the last full name before it, and a table whose header ends in `chapter/prefix-` has the rest
    of each name in its last column.
    """
    folders = {name.split("/")[0] for name in vectors}
    found, full, prefix = [], "", None
    for line in lines:
        found.append([])
        prefix = prefix if line else None
        last_column = quoted(line.rstrip("|").rsplit("|", 1)[-1])
        for word in quoted(line):
            folder, _, case = word.partition("/")
            is_name = folder in folders and re.fullmatch(r"[^ ./]+", case)
            if is_name and word.endswith("-"):
                prefix = word
            elif is_name:
                full = word
                found[-1].append(("vector", word))
            elif word.startswith("\u2026"):
                found[-1].append(("vector", abbreviated(full, word[1:], vectors)))
            elif re.fullmatch(r"[\w./-]+\.(rs|py):\w+", word):
                found[-1].append(("test", word))
            elif prefix and word in last_column:
                found[-1].append(("vector", prefix + word))
    return found


def quoted(line):
    """What stands between backticks."""
    return line.split("`")[1::2]


def abbreviated(full, rest, vectors):
    """The vector that is a beginning of `full`, cut at a hyphen, and `rest`."""
    cuts = [full[: match.start()] for match in re.finditer("-", full)]
    candidates = [cut + rest for cut in reversed(cuts)]
    return next((name for name in candidates if name in vectors), f"{full} \u2026 {rest}")


DEEPEST = 1000

if __name__ == "__main__":
    sys.exit(main())
