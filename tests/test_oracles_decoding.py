"""The oracles of decoding against transformers, worked examples and an enumeration."""
import itertools
import math
from fractions import Fraction

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from transformers import TopPLogitsWarper

from tests.decoding.models import generate, tiny_qwen2
from tests.oracles_decoding import beam_search, nucleus
from tests.strategies import normal, seeds


@pytest.mark.parametrize("top_p, kept, kept_with_crossing", [
    (0.05, {1}, {1}), (0.5, {1}, {1}), (0.6, {1}, {1, 0}), (0.7, {1, 0}, {1, 0}), (0.8, {1, 0}, {1, 0, 2}),
    (0.9, {1, 0, 2}, {1, 0, 2}), (1.0, {0, 1, 2, 3}, {0, 1, 2, 3})])
def test_nucleus_of_four_tokens(top_p, kept, kept_with_crossing):
    probabilities, top_p = [Fraction(n, 10) for n in (2, 5, 2, 1)], Fraction(str(top_p))
    assert nucleus(probabilities, top_p, keep_crossing=False) == kept
    assert nucleus(probabilities, top_p, keep_crossing=True) == kept_with_crossing


@given(seeds, st.integers(1, 9), st.floats(0.01, 0.99))
def test_nucleus_with_the_crossing_token_equals_hugging_faces(seed, vocabulary, top_p):
    logits = normal(seed, 1, vocabulary)
    probabilities = logits.softmax(-1)[0]
    sums = probabilities.sort(descending=True).values.cumsum(0)
    assume(((sums - top_p).abs() > 1e-9).all())  # it sums in ascending order: rounding may decide a near tie
    theirs = TopPLogitsWarper(top_p)(None, logits).isfinite()[0].nonzero()[:, 0].tolist()
    assert nucleus(probabilities.tolist(), top_p, keep_crossing=True) == set(theirs)


def table_of(probabilities):
    """Return the log-probabilities function of a dict from text to probabilities of A, B and E, the end."""
    def log_probabilities(tokens):
        return [math.log(p) if p else -math.inf for p in probabilities["".join("ABE"[token] for token in tokens)]]
    return log_probabilities


def test_beam_search_by_hand():
    """Two beams: A (0.6) and E (0.4).  Of A's children, AA (0.3) and AE (0.24) are kept and AB (0.06) is not."""
    log = table_of({"": [0.6, 0.0, 0.4], "A": [0.5, 0.1, 0.4], "AA": [0.2, 0.2, 0.6]})
    end, a_end = (2,), (0, 2)
    assert beam_search(log, 2, 0.0, 2, 9) == [
        (end, pytest.approx(math.log(0.4)), True), (a_end, pytest.approx(math.log(0.24)), True)], "two texts have ended"
    assert [text for text, _, _ in beam_search(log, 2, 1.0, 2, 9)] == [a_end, end], "per token AE is better"
    assert beam_search(log, 1, 1.0, 2, 3) == [((0, 0, 2), pytest.approx(math.log(0.18)), True)], "greedy"
    (text, score, finished), _ = beam_search(log, 2, 0.0, 2, 1)
    assert (text, finished) == ((0,), False), "at the limit, texts without E compete too"


@given(seeds, st.integers(1, 3), st.sampled_from([0.0, 0.5, 1.0, -1.0]), st.sampled_from([None, 0]))
def test_beam_search_with_a_beam_for_each_text_equals_an_enumeration(seed, limit, penalty, eos):
    def log_probabilities(tokens):
        return normal(hash((seed, *tokens)) % 2**60, 3).log_softmax(-1).tolist()

    def score(text):
        return math.fsum(log_probabilities(text[:n])[token] for n, token in enumerate(text))

    texts = [text for n in range(1, limit + 1) for text in itertools.product(range(3), repeat=n)
             if eos not in text[:-1] and (n == limit or text[-1] == eos)]
    wanted = sorted(texts, key=lambda text: -score(text) / len(text) ** penalty)
    beams = beam_search(log_probabilities, 3**limit, penalty, eos, limit)
    assert [text for text, _, _ in beams] == wanted
    assert [beam[1] for beam in beams] == pytest.approx([score(text) for text in wanted])
    assert [beam[2] for beam in beams] == [text[-1] == eos for text in wanted]


@given(st.integers(0, 500), st.integers(2, 5), st.integers(1, 5))
def test_beam_search_without_eos_equals_generate(seed, width, limit):
    model, prompt = tiny_qwen2(seed), torch.tensor([[1, 2]])

    @torch.no_grad()
    def log_probabilities(tokens):
        ids = torch.cat([prompt, torch.tensor([tokens], dtype=torch.int64)], dim=1)
        return model(ids).logits[0, -1].log_softmax(-1).tolist()

    theirs = generate(model, prompt, max_new_tokens=limit, eos_token_id=None, num_beams=width, early_stopping=True,
                      length_penalty=1.0, num_return_sequences=width)
    beams = beam_search(log_probabilities, width, 1.0, None, limit)
    assert [list(text) for text, _, _ in beams] == theirs
