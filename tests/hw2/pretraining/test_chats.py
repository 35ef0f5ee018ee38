"""The training rows of the small model: their content, and which tokens the loss covers."""
from itertools import islice, repeat
from random import Random

import pytest
import torch

from hw2.pretraining import chats
from hw2.pretraining.chats import KINDS, SYSTEMS, conversations, kind_batch, mixed_batch, turns
from hw2.pretraining.contractors import is_heldout
from hw2.pretraining.tokenizer import END, PAD
from hw2.pretraining.training import FULL, make_tokenizer
from minidl.decoding.chat import encode_chat
from minidl.nn.cross_entropy import IGNORE_INDEX

LENGTH = 700  # the longest answer fits, though a small vocabulary makes it long


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_a_system_message_and_whole_turns(tokenizer, kind):
    for ids, learned in islice(conversations(tokenizer, kind, Random(5), LENGTH), 5):
        assert len(ids) == len(learned) <= LENGTH
        text = tokenizer.decode(ids)
        system, *messages = text.removesuffix(f"{END}\n").split(f"{END}\n")
        assert system.removeprefix("<|im_start|>system\n") in SYSTEMS[kind] and messages
        answers = tokenizer.decode([token for token, kept in zip(ids, learned) if kept]).split(END)[:-1]
        if kind != "faq":
            assert answers == [message.removeprefix("<|im_start|>assistant\n") for message in messages[1::2]]
        assert len(answers) == len(messages) // 2


def test_rows_have_every_turn_in_order(tokenizer, monkeypatch):
    answers = [f"answer {number}" for number in range(40)]
    monkeypatch.setattr(chats, "turns", lambda kind, rng, heldout: iter([("question", answer) for answer in answers]))
    rows = list(conversations(tokenizer, "faq", Random(2), 150))
    learned_ids = [[token for token, learned in zip(*row) if learned] for row in rows]
    row_answers = "".join(map(tokenizer.decode, learned_ids)).split(END)[:-1]
    assert len(rows) > 3 and len(row_answers) > 30
    assert row_answers == answers[:len(row_answers)], "all except those of the last row, which is not full yet"


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_begins_with_the_prompt_that_decoding_uses(tokenizer, kind):
    ids, learned = next(conversations(tokenizer, kind, Random(1), LENGTH))
    start = learned.index(True)
    system, question = (message.split("\n", 1)[1] for message in tokenizer.decode(ids[:start]).split(f"{END}\n")[:2])
    assert encode_chat(tokenizer, system, question)[0].tolist() == ids[:start]


def test_targets_are_the_next_tokens_that_are_learned(tokenizer):
    ids, target = kind_batch(tokenizer, "transfer", Random(3), 4, 300)
    assert ids.shape == target.shape == (4, 300) and ids.dtype == target.dtype == torch.int64
    rows = list(islice(conversations(tokenizer, "transfer", Random(3), 301), 4))
    for row, (row_ids, row_learned) in enumerate(rows):
        padded_ids = row_ids + [tokenizer.convert_tokens_to_ids(PAD)] * (301 - len(row_ids))
        padded_learned = row_learned + [False] * (301 - len(row_ids))
        assert ids[row].tolist() == padded_ids[:-1]
        assert target[row].tolist() == [token if learned else IGNORE_INDEX
                                        for token, learned in zip(padded_ids[1:], padded_learned[1:])]


def test_a_long_answer_is_cut(tokenizer):
    ids, _ = kind_batch(tokenizer, "story", Random(0), 3, 90)
    assert ids.shape == (3, 90) and (ids != tokenizer.convert_tokens_to_ids(PAD)).all()


def test_a_mixed_batch_has_each_kind_with_its_share(tokenizer, monkeypatch):
    monkeypatch.setattr(chats, "turns", lambda kind, rng, heldout: repeat((kind, kind)))
    ids, target = mixed_batch(tokenizer, Random(0), 21, 400, {"story": 0.25, "transfer": 0.5, "faq": 0.25})
    assert ids.shape == target.shape == (21, 400)
    kinds = [tokenizer.decode(row).split("user\n")[1].split("<")[0] for row in ids]
    assert kinds == 5 * ["story"] + 11 * ["transfer"] + 5 * ["faq"]


def test_every_turn_fits_in_a_row_of_the_full_training():
    tokenizer = make_tokenizer(FULL)
    longest = {kind: max(len(tokenizer.apply_chat_template([
        {"role": "system", "content": max(SYSTEMS[kind], key=len)}, {"role": "user", "content": question},
        {"role": "assistant", "content": answer}])["input_ids"]) for question, answer in islice(
            turns(kind, Random(6)), 1145)) for kind in KINDS}
    assert max(longest.values()) <= FULL.length + 2, longest  # a row has one token more, and the line end may be cut


def test_heldout_transfers_have_other_contractors():
    names = [answer.split('"')[3] for _, answer in islice(turns("transfer", Random(0), heldout=True), 50)]
    assert all(map(is_heldout, names))
    assert not any(is_heldout(answer.split('"')[3]) for _, answer in islice(turns("transfer", Random(0)), 50))
