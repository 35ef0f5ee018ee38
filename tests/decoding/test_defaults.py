"""Tests of the default settings and of their extreme values."""
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.decoding import beam_search, greedy, sample
from tests.decoding.models import LookupModel, generate, tiny_qwen2
from tests.strategies import seeds

DECODERS = [greedy, sample, beam_search]
PROMPT = torch.tensor([[1, 2]])


@pytest.mark.parametrize("decode", DECODERS)
def test_the_limit_is_1000_tokens(decode):
    model = LookupModel(0, 5)
    model.config.max_position_embeddings = 5000
    model.logits = lambda tokens: torch.tensor([0.0, 1.0, 2.0, 1.0, 0.0])
    assert len(decode(model, PROMPT, eos_token_id=None)[0][0].tokens) == 1000


@given(seeds)
def test_sample_draws_one_text_from_the_models_own_distribution(seed):
    default, explicit = (sample(LookupModel(seed, 5), PROMPT, max_new_tokens=9, eos_token_id=None,
                                generator=torch.Generator().manual_seed(seed), **settings)
                         for settings in ({}, {"temperature": 1.0, "top_p": 1.0, "num_samples": 1}))
    assert default == explicit and len(default[0]) == 1


@given(seeds)
def test_the_nucleus_does_not_keep_the_crossing_token(seed):
    default, explicit = (sample(LookupModel(seed, 5), PROMPT, max_new_tokens=9, eos_token_id=None, top_p=0.5,
                                generator=torch.Generator().manual_seed(seed), **settings)
                         for settings in ({}, {"keep_crossing": False}))
    assert default == explicit


@given(st.integers(0, 500), st.one_of(st.none(), st.integers(0, 12)))
def test_beam_search_has_four_beams_ranked_as_in_generate(seed, eos):
    model = tiny_qwen2(seed)
    default = beam_search(model, PROMPT, max_new_tokens=6, eos_token_id=eos)
    assert default == beam_search(model, PROMPT, max_new_tokens=6, eos_token_id=eos, num_beams=4, length_penalty=1.0)
    if eos is None:
        assert [candidate.tokens for candidate in default[0]] == generate(
            model, PROMPT, max_new_tokens=6, eos_token_id=None, num_beams=4, early_stopping=True,
            num_return_sequences=4)


@pytest.mark.parametrize("penalty", [-100, 100])
def test_the_largest_length_penalties_work_and_larger_ones_raise(penalty):
    model = LookupModel(0, 5)
    assert len(beam_search(model, PROMPT, max_new_tokens=9, eos_token_id=3, length_penalty=penalty)[0]) == 4
    with pytest.raises(ValueError, match=f"^length_penalty: must be in -100 .. 100, got {1.01 * penalty}$"):
        beam_search(model, PROMPT, max_new_tokens=9, eos_token_id=3, length_penalty=1.01 * penalty)
