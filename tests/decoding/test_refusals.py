"""Tests of bad arguments, which raise, and of unusual distributions, which work or raise."""
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.decoding import beam_search, greedy, sample
from tests.decoding.models import LookupModel, tiny_qwen2

GOOD = torch.tensor([[1, 2, 3]])
ENDS = 'eos_token_id: must be None, "model", a token in 0 .. 12 or a list of them, got '


@pytest.mark.parametrize("ids, options, error, message", [
    (torch.zeros(1, 0, dtype=torch.int64), {}, ValueError,
     r"input_ids: must be \(B, T\), B and T at least 1, got shape \(1, 0\)"),
    (torch.tensor([1, 2]), {}, ValueError, r"input_ids: must be \(B, T\), B and T at least 1, got shape \(2,\)"),
    (torch.tensor([[1.0]]), {}, TypeError, "input_ids: must be an int64 or int32 tensor, got torch.float32"),
    ([[1]], {}, TypeError, r"input_ids: must be an int64 or int32 tensor, got \[\[1\]\]"),
    (torch.tensor([[1, 13]]), {}, ValueError, "input_ids: must be in 0 .. 12, got 13"),
    (torch.tensor([[0, 13]]), {}, ValueError, "input_ids: must be in 0 .. 12, got 13"),
    (torch.tensor([[-1, 3]]), {}, ValueError, "input_ids: must be in 0 .. 12, got -1"),
    (torch.ones(1, 65, dtype=torch.int64), {}, ValueError,
     "input_ids: must fit into the model's 64 positions, got a prompt of 65 tokens"),
    (GOOD, {"max_new_tokens": 0}, ValueError, "max_new_tokens: must be a whole number, at least 1, got 0"),
    (GOOD, {"max_new_tokens": 1.5}, ValueError, "max_new_tokens: must be a whole number, at least 1, got 1.5"),
    (GOOD, {"eos_token_id": 13}, ValueError, f"{ENDS}13"), (GOOD, {"eos_token_id": -1}, ValueError, f"{ENDS}-1"),
    (GOOD, {"eos_token_id": [1, 13]}, ValueError, rf"{ENDS}\[1, 13\]"),
    (GOOD, {"eos_token_id": []}, ValueError, rf"{ENDS}\[\]"),
    (GOOD, {"attention_mask": torch.ones(1, 2)}, ValueError,
     r"attention_mask: must have input_ids' shape \(1, 3\), got \(1, 2\)"),
    (GOOD, {"attention_mask": torch.tensor([[1, 1, 0]])}, ValueError,
     r"attention_mask: must be 0 on left padding and 1 after it, got \[1, 1, 0\]"),
    (GOOD, {"attention_mask": torch.tensor([[0.5, 1.0, 1.0]])}, ValueError,
     r"attention_mask: must be 0 on left padding and 1 after it, got \[0.5, 1.0, 1.0\]"),
    (torch.ones(2, 4, dtype=torch.int64), {"attention_mask": torch.tensor([[1, 1, 1, 1], [0, 1, 0, 1]])}, ValueError,
     r"attention_mask: must be 0 on left padding and 1 after it, got \[0, 1, 0, 1\]"),
    (GOOD, {"attention_mask": torch.tensor([[1, 0, 1]])}, ValueError,
     r"attention_mask: must be 0 on left padding and 1 after it, got \[1, 0, 1\]"),
    (GOOD, {"attention_mask": torch.tensor([[0, 0, 0]])}, ValueError,
     r"attention_mask: must be 0 on left padding and 1 after it, got \[0, 0, 0\]"),
])
def test_bad_input_raises_before_the_model_runs(ids, options, error, message):
    model = tiny_qwen2(0)
    model.forward = lambda *_, **__: pytest.fail("the model ran")
    for decode in (greedy, sample, beam_search):
        with pytest.raises(error, match=f"^{message}$"):
            decode(model, ids, **{"eos_token_id": None, **options})


@pytest.mark.parametrize("decode, options, message", [
    (sample, {"temperature": 0}, "temperature: must be finite and above 0, got 0"),
    (sample, {"top_p": 0}, r"top_p: must be in \(0, 1\], got 0"),
    (sample, {"num_samples": 0}, "num_samples: must be a whole number, at least 1, got 0"),
    (sample, {"num_samples": 1.5}, "num_samples: must be a whole number, at least 1, got 1.5"),
    (beam_search, {"num_beams": 0}, "num_beams: must be a whole number in 1 .. 13, got 0"),
    (beam_search, {"num_beams": 14}, "num_beams: must be a whole number in 1 .. 13, got 14"),
    (beam_search, {"length_penalty": math.nan}, "length_penalty: must be in -100 .. 100, got nan"),
])
def test_settings_out_of_range_raise_before_the_model_runs(decode, options, message):
    model = tiny_qwen2(0)
    model.forward = lambda *_, **__: pytest.fail("the model ran")
    with pytest.raises(ValueError, match=f"^{message}$"):
        decode(model, GOOD, eos_token_id=None, **options)


@pytest.mark.parametrize("value, message", [
    ([math.nan, 0, 0], "nan"), ([math.inf, 0, 0], "inf"), (3 * [-math.inf], "-inf")])
@pytest.mark.parametrize("decode", [greedy, sample, beam_search])
def test_logits_that_are_not_a_distribution_raise(decode, value, message):
    model = LookupModel(0, 3)
    valid_logits = model.logits
    model.logits = lambda tokens: torch.tensor(value) if len(tokens) > 2 else valid_logits(tokens)
    options = {"num_beams": 2} if decode is beam_search else {}
    with pytest.raises(ValueError, match=f"^logits: the largest of a row must be finite, got {message} "
                                         "in row 0 for token 2$"):
        decode(model, torch.tensor([[1, 2]]), max_new_tokens=4, eos_token_id=None, **options)


@given(st.integers(0, 100))
def test_scores_of_a_model_in_half_precision_are_computed_in_float32(seed):
    model, ids = tiny_qwen2(seed).bfloat16(), torch.tensor([[1, 2, 3]])
    for decode in (greedy, sample, beam_search):
        (candidate, *_), = decode(model, ids, max_new_tokens=1, eos_token_id=None)
        with torch.no_grad():
            logits = model(ids).logits[0, -1]
        assert logits.dtype == torch.bfloat16
        assert candidate.score == pytest.approx(logits.float().log_softmax(-1)[candidate.tokens[0]].item(), abs=1e-5)


def test_ties_in_greedy_go_to_the_lowest_id():
    model = LookupModel(0, 4)
    model.logits = lambda tokens: torch.tensor([0.0, 1.0, 1.0, 1.0])
    assert greedy(model, torch.tensor([[0]]), max_new_tokens=3, eos_token_id=None)[0][0].tokens == [1, 1, 1]


@pytest.mark.parametrize("decode", [greedy, sample, beam_search])
def test_the_models_number_of_positions_is_a_limit(decode):
    from transformers import GPT2Config, GPT2LMHeadModel
    model = GPT2LMHeadModel(GPT2Config(vocab_size=9, n_positions=8, n_embd=8, n_layer=1, n_head=1, bos_token_id=None,
                                       eos_token_id=None)).eval()
    for length in (4, 8):
        (candidate, *_), = decode(model, torch.ones(1, length, dtype=torch.int64), max_new_tokens=50,
                                  eos_token_id=None)
        assert len(candidate.tokens) == 8 - length + 1 and not candidate.finished


def test_a_call_that_raises_draws_nothing():
    generator = torch.Generator().manual_seed(0)
    before = generator.get_state()
    for ids in (None, torch.tensor([[13]])):
        with pytest.raises((TypeError, ValueError), match="^input_ids: "):
            sample(tiny_qwen2(0), ids, num_samples=2, eos_token_id=None, generator=generator)
    for bad_options in ({"eos_token_id": 13}, {"eos_token_id": None, "max_new_tokens": 0}):
        with pytest.raises(ValueError):
            sample(tiny_qwen2(0), GOOD, num_samples=2, generator=generator, **bad_options)
    assert torch.equal(generator.get_state(), before)


def test_an_impossible_eos_finishes_no_text():
    model = LookupModel(0, 4)
    model.logits = lambda tokens: torch.tensor([-math.inf, 0.0, -math.inf, -math.inf])
    candidates = beam_search(model, torch.tensor([[1]]), max_new_tokens=4, eos_token_id=0, num_beams=3)[0]
    assert candidates == [([1, 1, 1, 1], 0.0, False)]


def test_impossible_tokens_are_never_chosen():
    model = LookupModel(0, 4)
    model.logits = lambda tokens: torch.tensor([-math.inf, 0.0, -math.inf, 1.0])
    for candidates in (greedy(model, torch.tensor([[1]]), max_new_tokens=5, eos_token_id=None)[0],
                       sample(model, torch.tensor([[1]]), max_new_tokens=5, eos_token_id=None, num_samples=9,
                              top_p=0.99)[0],
                       beam_search(model, torch.tensor([[1]]), max_new_tokens=5, eos_token_id=None, num_beams=2)[0]):
        assert {token for candidate in candidates for token in candidate.tokens} <= {1, 3}
