"""The rows that the small model is trained on: what they hold, what of it is learned, and the tokenizer under them."""
import unicodedata
from itertools import islice, repeat
from random import Random

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from hw2 import chats
from hw2.chats import KINDS, SYSTEMS, conversations, kind_batch, mixed_batch, turns
from hw2.pretraining import FULL, SMOKE, make_tokenizer
from hw2.tokenizer import END, PAD
from hw2.transfers import is_heldout
from minidl.decoding.model import encode_chat
from minidl.nn.cross_entropy import IGNORE

LENGTH = 700  # room for the longest answer in so small a vocabulary


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer(SMOKE)


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


def test_rows_hold_every_turn_in_its_order(tokenizer, monkeypatch):
    told = [f"answer {number}" for number in range(40)]
    monkeypatch.setattr(chats, "turns", lambda kind, rng, heldout: iter([("question", answer) for answer in told]))
    rows = list(conversations(tokenizer, "faq", Random(2), 150))
    found = "".join(tokenizer.decode([token for token, kept in zip(*row) if kept]) for row in rows).split(END)[:-1]
    assert len(rows) > 3 and found == told[:len(found)] and len(found) > 30, "all but the row that is not full yet"


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_begins_as_decoding_will_ask(tokenizer, kind):
    ids, learned = next(conversations(tokenizer, kind, Random(1), LENGTH))
    start = learned.index(True)
    system, question = (tokenizer.decode(ids[:start]).split(f"{END}\n")[place].split("\n", 1)[1] for place in (0, 1))
    assert encode_chat(tokenizer, system, question)[0].tolist() == ids[:start]


def test_targets_are_the_next_tokens_where_they_are_learned(tokenizer):
    ids, target = kind_batch(tokenizer, "transfer", Random(3), 4, 300)
    assert ids.shape == target.shape == (4, 300) and ids.dtype == target.dtype == torch.int64
    rows = list(islice(conversations(tokenizer, "transfer", Random(3), 301), 4))
    for row, (tokens, learned) in enumerate(rows):
        whole = tokens + [tokenizer.convert_tokens_to_ids(PAD)] * (301 - len(tokens))
        kept = learned + [False] * (301 - len(tokens))
        assert ids[row].tolist() == whole[:-1]
        assert target[row].tolist() == [token if keep else IGNORE for token, keep in zip(whole[1:], kept[1:])]


def test_a_long_answer_is_cut(tokenizer):
    ids, _ = kind_batch(tokenizer, "story", Random(0), 3, 90)
    assert ids.shape == (3, 90) and (ids != tokenizer.convert_tokens_to_ids(PAD)).all()


def test_a_mixed_batch_has_all_kinds_by_their_shares(tokenizer, monkeypatch):
    monkeypatch.setattr(chats, "turns", lambda kind, rng, heldout: repeat((kind, kind)))
    ids, target = mixed_batch(tokenizer, Random(0), 21, 400, {"story": 0.25, "transfer": 0.5, "faq": 0.25})
    assert ids.shape == target.shape == (21, 400)
    kinds = [tokenizer.decode(row).split("user\n")[1].split("<")[0] for row in ids]
    assert kinds == 5 * ["story"] + 11 * ["transfer"] + 5 * ["faq"]


def test_every_turn_fits_a_row_of_the_whole_training():
    tokenizer = make_tokenizer(FULL)
    longest = {kind: max(len(tokenizer.apply_chat_template([
        {"role": "system", "content": max(SYSTEMS[kind], key=len)}, {"role": "user", "content": question},
        {"role": "assistant", "content": answer}])["input_ids"]) for question, answer in islice(
            turns(kind, Random(6)), 1145)) for kind in KINDS}
    assert max(longest.values()) <= FULL.length + 2, longest  # a row has a token more, and the line end may go


def test_heldout_transfers_are_to_other_people():
    names = [answer.split('"')[3] for _, answer in islice(turns("transfer", Random(0), heldout=True), 50)]
    assert all(map(is_heldout, names))
    assert not any(is_heldout(answer.split('"')[3]) for _, answer in islice(turns("transfer", Random(0)), 50))


@given(st.text(max_size=30).filter(lambda text: "<|" not in text))
@example("Anna Schmidt  pays 1\u00a0250,50 €\n\n")
@example("don't , do .")
@example("\uf900e\u0301")
def test_the_tokenizer_loses_nothing(tokenizer, text):
    found = tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"])
    assert found == unicodedata.normalize("NFC", text), "Qwen2's tokenizer composes characters"


def test_a_name_is_the_same_tokens_wherever_it_stands():
    tokenizer = make_tokenizer(FULL)

    def tokens(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]
    for name in ("Anna", "Zaborov", "LLC", "1250"):
        inside = tokens(f'to {name}."{name}"')
        piece = tokens(name)
        places = [place for place in range(len(inside)) if inside[place:place + len(piece)] == piece]
        assert len(places) == 2, name
    assert len(tokens("1250")) == 4 and tokens(END) == [tokenizer.convert_tokens_to_ids(END)]


def test_the_same_texts_give_the_same_tokenizer(tokenizer):
    assert make_tokenizer(SMOKE).backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str()
    assert len(tokenizer) == SMOKE.vocabulary
