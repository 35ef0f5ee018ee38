"""The texts that the retrieval benchmarks read, from the folder that MINIDL_SHARED names."""
import json
import os
import sys
from pathlib import Path


def folder():
    """Return the data folder beside the project; without one there is nothing to time."""
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        sys.exit("this benchmark reads data/speed and data/qa in the folder that MINIDL_SHARED names; it is not set")
    return Path(shared) / "data"


def documents():
    """Return 117,659 short documents in English."""
    return (folder() / "speed" / "docs.txt").read_text(encoding="utf-8").splitlines()


def queries():
    """Return 2,000 queries to them."""
    lines = (folder() / "speed" / "queries.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines]


def answers():
    """Return 2,578 paragraphs of nq_en."""
    lines = (folder() / "qa" / "nq_en.jsonl").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["answer"] for line in lines))
