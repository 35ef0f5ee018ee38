"""The oracles and the toy model of the decoding pieces."""
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.grade import beam_rules, beam_search, decoding, sample_draws
from tests.grade.toy import DEAD, LIVE, Toy, ids, next_logits
from tests.grade.toy_tokenizer import EOS
from tests.oracles_decoding import beam_search as literal_beam_search


@given(beam_search.cases())
def test_beam_rules_without_options_are_the_assignments(case):
    settings = dict(case.settings)
    width = settings["num_beams"]
    n_dead = max(0, width - len(LIVE))

    def log_probabilities(indices):
        if max(indices, default=0) >= len(LIVE):
            return [DEAD] * (len(LIVE) + n_dead)
        new = tuple(LIVE[i] for i in indices)
        return beam_rules.log_softmax(decoding.logits_after(case, new)) + [DEAD] * n_dead

    ranked = literal_beam_search(log_probabilities, width, settings["length_penalty"], LIVE.index(EOS), case.limit)
    best = tuple(LIVE[i] for i in ranked[0][0])
    assert (best[:-1] if best[-1] == EOS else best) in beam_search.expected(case).texts


@given(st.integers(0, 99), st.text("abcd", max_size=4))
def test_the_toy_model_is_the_same_with_a_cache(seed, text):
    model, whole = Toy(seed), Toy(seed)
    whole(ids("xy"))
    output = model(ids("xy"))
    for i, letter in enumerate(text):
        output = model(ids(letter), past_key_values=output.past_key_values, attention_mask=torch.ones(1, 3 + i))
    expected = whole(ids("xy" + text)).logits[:, -1]
    assert torch.equal(output.logits[:, -1], expected)
    tokens = tuple(ids("xy" + text)[0].tolist())
    assert expected[0, list(LIVE)].tolist() == next_logits(seed, tokens, len(text))
    assert model.complaint is None


def test_a_share_is_unlikely_only_beyond_the_bound():
    likely = sample_draws.likely
    assert likely(0.5, 0.4, 80) and not likely(0.9, 0.4, 80) and not likely(0.1, 0.0, 10)
