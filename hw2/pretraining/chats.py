"""The training text: conversations in ChatML form, as rows of token ids.

There are three kinds of turns: stories, transfers with their JSON, and the questions of hw3's
faq with their answers. A row is a system message and as many turns of one kind as fit. The
loss covers only the tokens of the answers, including the end of the message.

Shapes: N rows, T tokens per row. rng is a random.Random throughout.
"""
from itertools import accumulate, islice, pairwise

import torch

from hw2.pretraining.stories import story
from hw2.pretraining.tokenizer import END, PAD, START
from hw2.pretraining.transfers import transfer
from hw2.tasks import PROMPTS, USUAL_SYSTEM
from hw3.datasets import FAQ
from minidl.data import read_qa
from minidl.nn.cross_entropy import IGNORE_INDEX

FIRST_SHARES = {"story": 0.3, "transfer": 0.45, "faq": 0.25}  # share of the rows in the first epoch
LAST_SHARES = {"story": 0.12, "transfer": 0.75, "faq": 0.13}  # in the last: rare forms of an amount are learned last
KINDS = tuple(FIRST_SHARES)
STORY_SYSTEM, TRANSFER_SYSTEM = (prompt.system for prompt in PROMPTS)
SYSTEMS = {"story": (STORY_SYSTEM, USUAL_SYSTEM), "transfer": (TRANSFER_SYSTEM, USUAL_SYSTEM), "faq": (USUAL_SYSTEM,)}


def turns(kind, rng, heldout=False):
    """Yield (question, answer) of one kind without end. heldout: transfers to the held-out contractors."""
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
    """Yield rows without end: (ids, learned), two lists of at most `length` ids and of whether the loss covers them."""
    def encoded(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    ids, learned = [], []
    for question, answer in turns(kind, rng, heldout):
        question_ids = encoded(f"{START}user\n{question}{END}\n{START}assistant\n")
        answer_ids = encoded(f"{answer}{END}")
        if ids and len(ids) + len(question_ids) + len(answer_ids) > length:
            yield ids, learned
            ids = []
        if not ids:
            ids = encoded(f"{START}system\n{rng.choice(SYSTEMS[kind])}{END}\n")
            learned = [False] * len(ids)
        end_ids = encoded("\n")
        learned += [False] * len(question_ids) + [True] * len(answer_ids) + [False] * len(end_ids)
        ids += question_ids + answer_ids + end_ids
        ids, learned = ids[:length], learned[:length]


def batch(tokenizer, rows, length):
    """Return (ids, target), each (N, T) int64; the target is the next token, or IGNORE_INDEX."""
    ids = torch.full((len(rows), length + 1), tokenizer.convert_tokens_to_ids(PAD))
    learned = torch.zeros(len(rows), length + 1, dtype=torch.bool)
    for number, (row_ids, row_learned) in enumerate(rows):
        ids[number, :len(row_ids)] = torch.tensor(row_ids)
        learned[number, :len(row_ids)] = torch.tensor(row_learned)
    return ids[:, :-1].contiguous(), torch.where(learned, ids, IGNORE_INDEX)[:, 1:].contiguous()


def kind_batch(tokenizer, kind, rng, rows, length, heldout=False):
    """Return (ids, target) with rows of one kind; rows: how many."""
    return batch(tokenizer, list(islice(conversations(tokenizer, kind, rng, length + 1, heldout), rows)), length)


def shares(progress):
    """Return the share of each kind at a training progress in [0, 1]: a line from the first shares to the last.

    >>> {kind: round(share, 3) for kind, share in shares(0.5).items()}
    {'story': 0.21, 'transfer': 0.6, 'faq': 0.19}
    """
    return {kind: (1 - progress) * FIRST_SHARES[kind] + progress * LAST_SHARES[kind] for kind in KINDS}


def mixed_batch(tokenizer, rng, rows, length, mix):
    """Return (ids, target) with rows of all kinds, one kind after the other; mix: dict from kind to its share."""
    bounds = [round(rows * share) for share in accumulate(mix.values(), initial=0)]
    parts = [kind_batch(tokenizer, kind, rng, end - start, length) for kind, (start, end) in zip(mix, pairwise(bounds))]
    return tuple(torch.cat(tensors) for tensors in zip(*parts))


def tokenizer_texts(rng, turns_per_kind):
    """Yield the texts that the tokenizer is trained on: turns of each kind, each with a system message."""
    for kind in KINDS:
        for turn in islice(turns(kind, rng), turns_per_kind):
            yield from (rng.choice(SYSTEMS[kind]), *turn)
