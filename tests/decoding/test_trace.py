"""on_step: the values of each step, from which a picture of a search can be drawn."""
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.decoding import beam_search, greedy, sample
from tests.decoding.models import LookupModel
from tests.strategies import seeds

limits = st.integers(1, 7)


@given(seeds, limits, st.integers(1, 3))
def test_steps_hold_the_logits_and_tokens_of_every_unfinished_text(seed, limit, num_samples):
    model, prompts, steps = LookupModel(seed, 5), [[1, 2], [3, 0]], []
    results = sample(model, torch.tensor(prompts), max_new_tokens=limit, eos_token_id=1, num_samples=num_samples,
                     generator=torch.Generator().manual_seed(seed), on_step=steps.append)
    texts = [[] for _ in range(2 * num_samples)]
    for step in steps:
        for text, logits, token in zip(step.texts, step.logits, step.tokens, strict=True):
            assert torch.equal(logits, model.logits((*prompts[text // num_samples], *texts[text])))
            texts[text].append(token)
    for prompt, candidates in enumerate(results):
        own = texts[prompt * num_samples:(prompt + 1) * num_samples]
        assert sorted(candidate.tokens for candidate in candidates) == sorted(own)


def retrace(steps, prompt):
    """Return (texts, finished) of one prompt: dicts from tokens to score, rebuilt from its steps alone."""
    hypotheses, finished = [((), 0.0)], {}
    for step in steps:
        if step.prompt == prompt:
            ended = [extension for extension in step.pool if extension.fate == "finished"]
            finished |= {(*hypotheses[parent][0], token): score for parent, token, score, _ in ended}
            hypotheses = [((*hypotheses[parent][0], token), score) for parent, token, score, _ in step.kept()]
    return dict(hypotheses), finished


@given(seeds, limits, st.integers(1, 4), st.sampled_from([None, 1]))
def test_beam_steps_hold_the_whole_search(seed, limit, width, eos):
    model, prompts, steps = LookupModel(seed, 5), [[1, 2], [3, 0]], []
    results = beam_search(model, torch.tensor(prompts), max_new_tokens=limit, eos_token_id=eos, num_beams=width,
                          on_step=steps.append)
    for prompt, candidates in enumerate(results):
        texts, finished = retrace(steps, prompt)
        assert {tuple(tokens): score for tokens, score, ended in candidates if ended}.items() <= finished.items()
        assert {tuple(tokens): score for tokens, score, ended in candidates if not ended}.items() <= texts.items()
    for step in steps:
        scores = [extension.score for extension in step.pool]
        assert scores == sorted(scores, reverse=True) and len(scores) <= width ** 2
        fates = [extension.fate for extension in step.pool]
        assert "dropped" not in fates[:width] and set(fates[width:]) <= {"dropped"}


@given(seeds)
def test_a_trace_changes_no_text(seed):
    for decode in (greedy, sample, beam_search):
        random = {"generator": torch.Generator().manual_seed(seed)} if decode is sample else {}
        plain = decode(LookupModel(seed, 5), torch.tensor([[1]]), max_new_tokens=5, eos_token_id=2, **random)
        random = {"generator": torch.Generator().manual_seed(seed)} if decode is sample else {}
        steps = []
        assert plain == decode(LookupModel(seed, 5), torch.tensor([[1]]), max_new_tokens=5, eos_token_id=2,
                               on_step=steps.append, **random)
        assert steps
