"""The text that the tiny model learns: conversations in ChatML form, as rows of token ids.

Three kinds: stories, transfers with their JSON, and hw3's questions with their
answers.  A row is a system message and as many turns of one kind as fit; only what the
assistant says is learned, the end of the message included.

Shapes: N rows, T tokens in a row.
"""
from itertools import accumulate, islice, pairwise
from pathlib import Path

import torch

from hw2.stories import story
from hw2.tasks import PROMPTS, USUAL_SYSTEM
from hw2.tokenizer import END, PAD, START
from hw2.transfers import transfer
from minidl.data import read_qa
from minidl.nn.cross_entropy import IGNORE

FAQ = Path(__file__).parent.parent / "hw3" / "data" / "faq.jsonl"
FIRST_SHARES = {"story": 0.3, "transfer": 0.45, "faq": 0.25}  # of the rows, as training begins
LAST_SHARES = {"story": 0.12, "transfer": 0.75, "faq": 0.13}  # and as it ends: the rare forms of a sum take longest
KINDS = tuple(FIRST_SHARES)
STORY, TRANSFER = (prompt.system for prompt in PROMPTS)
SYSTEMS = {"story": (STORY, USUAL_SYSTEM), "transfer": (TRANSFER, USUAL_SYSTEM), "faq": (USUAL_SYSTEM,)}


def turns(kind, rng, heldout=False):
    """Yield (question, answer) of a kind without end; heldout: transfers to people whom training never meets."""
    pairs = read_qa(FAQ) if kind == "faq" else None
    while True:
        if kind == "story":
            yield story(rng)
        elif kind == "transfer":
            yield transfer(rng, heldout)
        else:
            for row in rng.sample(range(len(pairs.queries)), len(pairs.queries)):
                yield pairs.queries[row], pairs.answers[pairs.answer_of[row]]


def conversations(tokenizer, kind, rng, length, heldout=False):
    """Yield rows without end: (ids, learned), lists of at most `length` ids and of whether each is to be learned."""
    def encoded(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    ids, learned = [], []
    for question, answer in turns(kind, rng, heldout):
        asked = encoded(f"{START}user\n{question}{END}\n{START}assistant\n")
        told = encoded(f"{answer}{END}")
        if ids and len(ids) + len(asked) + len(told) > length:
            yield ids, learned
            ids = []
        if not ids:
            ids = encoded(f"{START}system\n{rng.choice(SYSTEMS[kind])}{END}\n")
            learned = [False] * len(ids)
        end = encoded("\n")
        learned += [False] * len(asked) + [True] * len(told) + [False] * len(end)
        ids += asked + told + end
        ids, learned = ids[:length], learned[:length]


def batch(tokenizer, rows, length):
    """Return (ids, target), each (N, T) int64: what the model reads, and the next token where it is learned."""
    ids = torch.full((len(rows), length + 1), tokenizer.convert_tokens_to_ids(PAD))
    learned = torch.zeros(len(rows), length + 1, dtype=torch.bool)
    for number, (row, mask) in enumerate(rows):
        ids[number, :len(row)] = torch.tensor(row)
        learned[number, :len(row)] = torch.tensor(mask)
    return ids[:, :-1].contiguous(), torch.where(learned, ids, IGNORE)[:, 1:].contiguous()


def kind_batch(tokenizer, kind, rng, count, length, heldout=False):
    """Return (ids, target) of `count` rows of one kind."""
    return batch(tokenizer, list(islice(conversations(tokenizer, kind, rng, length + 1, heldout), count)), length)


def shares(progress):
    """Return the shares of the kinds when this part of the training is over: on a line from the first to the last.

    >>> {kind: round(share, 3) for kind, share in shares(0.5).items()}
    {'story': 0.21, 'transfer': 0.6, 'faq': 0.19}
    """
    return {kind: (1 - progress) * FIRST_SHARES[kind] + progress * LAST_SHARES[kind] for kind in KINDS}


def mixed_batch(tokenizer, rng, count, length, mix):
    """Return (ids, target) of `count` rows of all kinds; mix: a dict from kind to its share."""
    bounds = [round(count * share) for share in accumulate(mix.values(), initial=0)]
    parts = [kind_batch(tokenizer, kind, rng, end - start, length) for kind, (start, end) in zip(mix, pairwise(bounds))]
    return tuple(torch.cat(columns) for columns in zip(*parts))


def tokenizer_texts(rng, count):
    """Yield the texts that the tokenizer is trained on: `count` turns of each kind, with a system message each."""
    for kind in KINDS:
        for turn in islice(turns(kind, rng), count):
            yield from (rng.choice(SYSTEMS[kind]), *turn)
