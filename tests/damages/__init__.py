"""Random damage to kept files: what a disk, a cut copy or a mistaken hand does to them."""
import json

from minidl.results import save_result

# from a name to a function of (content, rng, content of another run's file) that returns the damaged content
BYTES = {
    "flipped": lambda content, rng, other: flipped(content, rng),
    "cut": lambda content, rng, other: content[:rng.randrange(len(content))],
    "emptied": lambda content, rng, other: b"",
    "zeros": lambda content, rng, other: with_zeros(content, rng),
    "inserted": lambda content, rng, other: inserted(content, rng),
    "deleted": lambda content, rng, other: None,
    "swapped": lambda content, rng, other: other,
}
WRONG = (None, [], {}, "text", -1)  # in place of a value of another type


def flipped(content, rng):
    """Return the content with one to eight flipped bits."""
    content = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(content)


def with_zeros(content, rng):
    """Return the content with zeros in place of a part, as after a crash of the machine."""
    start, stop = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:start] + bytes(stop - start) + content[stop:]


def inserted(content, rng):
    """Return the content with up to 20 more bytes somewhere."""
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.randint(1, 20)) + content[at:]


def reshaped(value, rng):
    """Return JSON data of another shape: a key less, a list within a list, or a value of another type."""
    value = json.loads(json.dumps(value))
    holder = {"": value}
    key = ""
    while isinstance(holder[key], (dict, list)) and holder[key] and rng.random() < 0.8:
        holder = holder[key]
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    if isinstance(holder, dict) and key and rng.random() < 0.3:
        del holder[key]
        return value
    wrong = rng.choice([wrong for wrong in (*WRONG, [holder[key]]) if not isinstance(wrong, type(holder[key]))
                        and not {type(wrong), type(holder[key])} <= {int, float}])
    holder[key] = wrong
    return wrong if not key and key == "" else value


def resign(record, value, files):
    """Save a result again with another value and other files, so that its checksums are right."""
    content = json.loads(record.read_text(encoding="utf-8"))
    kept = {name: record.with_name(name).read_bytes() for name in content["files"]}
    save_result(record, content["depends"], value, {
        name: lambda path, written=files.get(name, whole): path.write_bytes(written) for name, whole in kept.items()})
