import itertools
import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from transformers import StoppingCriteria, StoppingCriteriaList

from minidl.decoding import Candidate, beam_search, greedy
from minidl.decoding.beam import best_tokens
from tests import oracles
from tests.decoding.models import LookupModel, generate, tiny_qwen2
from tests.strategies import normal, seeds

prompts = st.lists(st.integers(0, 12), min_size=1, max_size=5).map(lambda ids: torch.tensor([ids]))
penalties = st.sampled_from([0.0, 0.5, 1.0, 2.0, -1.0])


@given(seeds, st.integers(2, 6), st.integers(1, 6), penalties, st.booleans(), st.integers(1, 7),
       st.sampled_from([None, 2, 3]))
def test_is_the_handouts_rule_to_the_last_decision(seed, vocabulary, width, penalty, with_eos, limit, levels):
    """Ties among them: few distinct logits make many equal scores."""
    width, eos = min(width, vocabulary), 1 if with_eos else None
    model = LookupModel(seed, vocabulary, levels)
    found = beam_search(model, torch.tensor([[0, 1]]), max_new_tokens=limit, eos_token_id=eos, num_beams=width,
                        length_penalty=penalty)[0]
    wanted = oracles.beam_search(model.log_probabilities((0, 1)), width, penalty, eos, limit)
    assert found == [Candidate(list(tokens), score, finished) for tokens, score, finished in wanted]


class WithoutRefill(StoppingCriteria):
    """Tells generate that all candidates beyond the first `width` are done, so that it does not refill its beams."""

    def __init__(self, width):
        self.width = width

    def __call__(self, input_ids, scores, **_):
        return torch.arange(len(input_ids)) >= self.width


@given(st.integers(0, 500), prompts, st.integers(1, 5), penalties, st.integers(1, 10), st.integers(0, 12))
@example(407, torch.tensor([[3]]), 2, 0.0, 2, 3)
def test_is_generates_without_its_refill(seed, ids, width, penalty, limit, eos):
    model = tiny_qwen2(seed)
    found = beam_search(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=width, length_penalty=penalty)[0]
    if width > 1:
        wanted = generate(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=width, early_stopping=True,
                          length_penalty=penalty, stopping_criteria=StoppingCriteriaList([WithoutRefill(width)]))
    else:
        wanted = generate(model, ids, max_new_tokens=limit, eos_token_id=eos)
    enough_at_the_limit = len(found) == width and all(one.finished for one in found) and any(
        len(one.tokens) == limit for one in found)
    if not enough_at_the_limit:  # where the W-th ends on the very last step, generate lets unfinished ones compete
        assert [found[0].tokens] == wanted


@given(st.integers(0, 500), prompts, st.integers(2, 6), st.integers(1, 8))
def test_without_an_end_all_beams_are_generates(seed, ids, width, limit):
    model = tiny_qwen2(seed)
    found = beam_search(model, ids, max_new_tokens=limit, eos_token_id=None, num_beams=width)[0]
    assert [one.tokens for one in found] == generate(
        model, ids, max_new_tokens=limit, eos_token_id=None, num_beams=width, early_stopping=True, length_penalty=1.0,
        num_return_sequences=width)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@given(seeds, st.integers(2, 3), st.integers(1, 3))
def test_as_wide_as_all_texts_it_finds_the_likeliest_of_all(seed, vocabulary, limit):
    """By enumeration; a beam is never wider than the vocabulary, so the texts have one or two choices a step."""
    model = LookupModel(seed, vocabulary)
    log = model.log_probabilities((0,))
    texts = itertools.product(range(vocabulary), repeat=limit)
    scores = {text: sum(log(text[:n])[token] for n, token in enumerate(text)) for text in texts}
    found = beam_search(model, torch.tensor([[0]]), max_new_tokens=limit, eos_token_id=None, num_beams=vocabulary)[0]
    if limit <= 2:  # one step's best V of V * V hold the best of all
        assert tuple(found[0].tokens) == max(scores, key=scores.get)
    assert scores[tuple(found[0].tokens)] == pytest.approx(found[0].score) and found[0].score <= max(scores.values())


@given(seeds, st.integers(1, 8), st.one_of(st.none(), st.integers(0, 4)))
def test_one_beam_is_greedy(seed, limit, eos):
    model, ids = LookupModel(seed, 5), torch.tensor([[1, 2]])
    for penalty in (0.5, 2.0):
        found = beam_search(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=1, length_penalty=penalty)
        (wanted,), = greedy(model, ids, max_new_tokens=limit, eos_token_id=eos)
        (one,), = found
        assert (one.tokens, one.finished) == (wanted.tokens, wanted.finished)
        assert one.score == pytest.approx(wanted.score, abs=1e-5)


def table_model(table):
    """A model of the tokens A, B, C, D, EOS whose probabilities depend on the new tokens, by a table."""
    model = LookupModel(0, 5)
    model.logits = lambda tokens: torch.tensor(table.get("".join("ABCDE"[t] for t in tokens[1:]), 5 * [0.2])).log()
    return model


def test_an_early_end_is_not_replaced_by_a_beam_from_further_down():
    model = table_model({"": [0.5, 0.2, 0, 0, 0.3], "A": [0.28, 0, 0.38, 0.32, 0.02], "B": [0, 0.02, 0, 0, 0.98]})
    found = beam_search(model, torch.tensor([[0]]), max_new_tokens=2, eos_token_id=4, num_beams=2)[0]
    assert [one.tokens for one in found] == [[0, 2], [0, 3]], "B EOS, at -0.815 a token, would need a refill"
    assert found[0].score == pytest.approx(math.log(0.5 * 0.38)) and not found[0].finished
    favoured = beam_search(model, torch.tensor([[0]]), max_new_tokens=2, eos_token_id=4, num_beams=2,
                           length_penalty=0.0)[0]
    assert favoured[0] == Candidate([4], pytest.approx(math.log(0.3)), True), "and by the sum alone EOS at once is best"


def test_the_length_penalty_counts_new_tokens_with_eos_and_not_the_prompt():
    model = table_model({"": [0.6, 0, 0, 0, 0.4], "A": [0.0, 0.5, 0, 0, 0.5], "AB": [0, 0, 0, 0, 1.0]})
    short, long = math.log(0.4), math.log(0.6 * 0.5)
    for penalty in (0.0, 0.2, 0.3, 1.0):
        found = beam_search(model, torch.tensor([[0]]), max_new_tokens=9, eos_token_id=4, num_beams=2,
                            length_penalty=penalty)[0]
        ranked = sorted([([4], short), ([0, 4], long)], key=lambda one: -one[1] / len(one[0]) ** penalty)
        assert [one.tokens for one in found] == [tokens for tokens, _ in ranked]


def test_it_stops_when_enough_are_finished():
    model = table_model({"": [0.5, 0, 0, 0, 0.5], "A": [0.4, 0, 0, 0, 0.6]})
    found = beam_search(model, torch.tensor([[0]]), max_new_tokens=50, eos_token_id=4, num_beams=2)[0]
    assert len(model.calls) == 2 and [one.finished for one in found] == [True, True]


@given(seeds, st.integers(1, 3), st.integers(1, 30), st.sampled_from([None, 2]), st.data())
def test_the_best_tokens_of_equals_are_the_lower_ids(seed, rows, vocabulary, levels, data):
    k = data.draw(st.integers(1, vocabulary))
    logits = normal(seed, rows, vocabulary, dtype=torch.float32)
    logits = logits if levels is None else (logits > 0).float()
    tokens, gains = best_tokens(logits, k)
    for row, ids, found in zip(logits, tokens, gains):
        assert ids == sorted(range(vocabulary), key=lambda token: (-row[token].item(), token))[:k]
        torch.testing.assert_close(torch.tensor(found), row.log_softmax(-1)[ids], rtol=1e-5, atol=1e-5)


def test_the_best_text_is_told_when_it_is_known():
    told = []
    found = beam_search(LookupModel(0, 5), torch.tensor([[1], [2]]), max_new_tokens=4, eos_token_id=3, num_beams=2,
                        on_token=lambda row, token: told.append((row, token)))
    assert told == [(row, token) for row, candidates in enumerate(found) for token in candidates[0].tokens]
