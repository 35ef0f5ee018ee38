"""Tests of the tokens that end a text, and of the number of positions."""
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.config import end_tokens, position_count, vocabulary_size
from tests.decoding.models import LookupModel, generate, left_padded, tiny_qwen2

DECODERS = [greedy, sample, beam_search]
PROMPT = torch.tensor([[1, 2]])


def saying(config=(), generation_config=(), text_config=None):
    """Return a stand-in for a model of 13 tokens with these settings in its configurations."""
    config = SimpleNamespace(**{"vocab_size": 13, **dict(config)})
    if text_config is not None:
        config.get_text_config = lambda decoder: SimpleNamespace(**{"vocab_size": 13, **text_config})
    return SimpleNamespace(config=config, generation_config=SimpleNamespace(**dict(generation_config)))


@pytest.mark.parametrize("model, expected", [
    (saying(), ()), (saying({"eos_token_id": 3}), (3,)), (saying({"eos_token_id": [3, 4]}), (3, 4)),
    (saying({"eos_token_id": 3}, {"eos_token_id": 5}), (5,)),
    (saying({"eos_token_id": 3}, {"eos_token_id": None}), (3,)),
    (saying({}, {"eos_token_id": torch.tensor([5, 6])}), (5, 6)), (saying({"eos_token_id": 0}), (0,)),
    (saying({}, {"eos_token_id": [12, 13, 151645, -1]}), (12,)),
    (saying(text_config={"eos_token_id": 7}), (7,)),
    (saying({"eos_token_id": 3}, text_config={"eos_token_id": 7}), (3,)),
])
def test_a_text_ends_where_the_model_says(model, expected):
    assert end_tokens(model) == frozenset(expected)


@pytest.mark.parametrize("given_ids, expected", [
    (None, ()), (3, (3,)), (np.int64(3), (3,)), ([3], (3,)), ((3, 5), (3, 5)), ({3, 5}, (3, 5)),
    (range(3), (0, 1, 2)), (torch.tensor([3, 5]), (3, 5)), (torch.tensor(3), (3,)), (np.array([3, 5]), (3, 5)),
])
def test_the_callers_tokens_replace_the_models(given_ids, expected):
    assert end_tokens(saying({"eos_token_id": 9}), given_ids) == frozenset(expected)


@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize("size", [13, 151646, 151700])
def test_the_default_is_the_models_end_whatever_its_vocabulary(decode, size):
    model, logits = LookupModel(0, size), torch.zeros(size)
    logits[7] = 100.0
    model.logits = lambda tokens: logits
    for config, generation_config in (({"eos_token_id": 7}, {}), ({"eos_token_id": 8}, {"eos_token_id": [9, 7]})):
        model.config.eos_token_id = config["eos_token_id"]
        model.generation_config = SimpleNamespace(**generation_config)
        (candidate, *_), = decode(model, PROMPT, max_new_tokens=3)
        assert candidate.tokens == [7] and candidate.finished


@given(st.integers(0, 500), st.sets(st.integers(0, 12), min_size=1, max_size=4), st.integers(1, 12))
def test_greedy_and_sampling_with_several_ends_equal_generate(seed, ends, limit):
    model, ends = tiny_qwen2(seed), sorted(ends)
    model.generation_config.eos_token_id = ends
    (candidate,), = greedy(model, PROMPT, max_new_tokens=limit)
    assert [candidate.tokens] == generate(model, PROMPT, max_new_tokens=limit, eos_token_id=ends)
    assert candidate.finished == (candidate.tokens[-1] in ends)
    torch.manual_seed(seed)
    expected = generate(model, PROMPT, max_new_tokens=limit, eos_token_id=ends, do_sample=True, temperature=0.8,
                        top_p=0.7)
    (drawn,), = sample(model, PROMPT, max_new_tokens=limit, temperature=0.8, top_p=0.7, keep_crossing=True,
                       generator=torch.Generator().manual_seed(seed))
    assert [drawn.tokens] == expected


@pytest.mark.parametrize("config, expected", [
    ({"max_position_embeddings": 8}, 8), ({"n_positions": 8}, 8), ({"max_seq_len": 8}, 8), ({}, None),
    ({"max_position_embeddings": -1}, None), ({"max_position_embeddings": None, "max_seq_len": 8}, 8),
    ({"max_position_embeddings": 8, "context_length": 8}, None),
])
def test_positions_have_several_names(config, expected):
    assert position_count(saying(config)) == position_count(saying(text_config=config)) == expected


def test_the_decoders_own_configuration_counts():
    model = saying({"vocab_size": 5, "max_position_embeddings": 2}, text_config={"max_position_embeddings": 8})
    assert vocabulary_size(model) == 13 and position_count(model) == 8


@given(st.integers(0, 500), st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=8), min_size=2, max_size=3),
       st.sampled_from([greedy, beam_search]), st.none() | st.integers(0, 12))
def test_the_padding_of_a_batch_uses_no_positions(seed, prompts, decode, eos):
    model, settings = tiny_qwen2(seed, positions=10), {"max_new_tokens": 20, "eos_token_id": eos}
    ids, mask = left_padded(prompts)
    for candidates, prompt in zip(decode(model, ids, attention_mask=mask, **settings), prompts):
        alone, = decode(model, torch.tensor([prompt]), **settings)
        assert [text.tokens for text in candidates] == [text.tokens for text in alone]
        assert all(text.finished or len(text.tokens) == 10 - len(prompt) + 1 for text in candidates)


def test_a_left_padded_prompt_has_as_many_new_tokens_as_alone():
    model = tiny_qwen2(0, positions=32)
    ids, mask = left_padded([[1] * 5, [1] * 30])
    for decode in DECODERS:
        results = decode(model, ids, attention_mask=mask, max_new_tokens=20, eos_token_id=None)
        assert [len(candidates[0].tokens) for candidates in results] == [20, 3]
