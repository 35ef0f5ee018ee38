"""The data of the benchmarks, from the folder named by MINIDL_SHARED."""
import functools
import json
import os
from pathlib import Path

from tests.benchmarks.cases import MissingError


def folder():
    """Return the data folder beside the project."""
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        raise MissingError("MINIDL_SHARED")
    return Path(shared) / "data"


@functools.cache
def documents():
    """Return 117,659 short documents in English."""
    return (folder() / "speed" / "docs.txt").read_text(encoding="utf-8").splitlines()


def queries():
    """Return 2,000 queries for these documents."""
    lines = (folder() / "speed" / "queries.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines]


@functools.cache
def answers():
    """Return 2,578 paragraphs of nq_en."""
    lines = (folder() / "qa" / "nq_en.jsonl").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["answer"] for line in lines))
