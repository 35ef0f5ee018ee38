"""Large collections of documents, recombined from the sentences of the files in MINIDL_SHARED.

The recipe: a document joins two sentences, or three in two documents of five.  A sentence
is drawn at random: four of five from speed/docs.txt, the others from the answers of nq_en
and xquad_en.  Two documents of five also have a name: two words drawn at random and
written as one.  So the vocabulary grows with the collection, as real vocabularies do: in
1,000,000 documents of 35 words are 506,521 terms, and 28.5 million weights.
"""
import json

import numpy as np

from tests.benchmarks import corpus

BLOCK = 10_000  # documents drawn at a time
LONG_SHARE, THIRD_SHARE, NAMED_SHARE = 0.2, 0.4, 0.4


def sentences():
    """Return the sentences of the answers of nq_en and xquad_en."""
    found = []
    for name in ("nq_en", "xquad_en"):
        lines = (corpus.folder() / "qa" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for answer in dict.fromkeys(json.loads(line)["answer"] for line in lines):
            found += [sentence for sentence in answer.split(". ") if sentence.strip()]
    return found


def recombined(n):
    """Yield n documents, the same for every call."""
    short, long = corpus.documents(), sentences()
    pool, rng = short + long, np.random.default_rng(0)
    words = sorted({word for sentence in pool for word in sentence.split() if word.isalpha()})
    for start in range(0, n, BLOCK):
        m = min(BLOCK, n - start)
        drawn = np.where(rng.random((m, 3)) < LONG_SHARE, rng.integers(len(short), len(pool), (m, 3)),
                         rng.integers(len(short), size=(m, 3)))
        n_drawn = (2 + (rng.random(m) < THIRD_SHARE)).tolist()
        is_named, names = (rng.random(m) < NAMED_SHARE).tolist(), rng.integers(len(words), size=(m, 2)).tolist()
        for numbers, count, named, (first, second) in zip(drawn.tolist(), n_drawn, is_named, names):
            text = ". ".join([pool[number] for number in numbers[:count]])
            yield f"{text} {words[first]}{words[second]}" if named else text
