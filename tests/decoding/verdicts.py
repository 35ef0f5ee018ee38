"""Whether decoding is right with a model: against the model itself, run on the whole text without a cache.

Three questions: greedy decoding of each prompt; a left-padded batch of all prompts; a beam
search, against generate, or against the literal search of tests.oracles where generate
differs or fails.  Tokens must be equal, and scores, which shows a wrong logit even where
the tokens agree.
"""
import re

import torch

from minidl.decoding import beam_search, greedy
from tests.decoding.models import generate, left_padded
from tests.oracles_decoding import beam_search as literal_beam_search

PROMPTS = ([5, 9, 13], [11, 3, 60, 42, 8, 17, 33], [7])
STEPS, BEAMS, BEAM_STEPS = 6, 3, 4
SCORE = 2e-3  # scores of float32 logits with and without a cache differ by less; a wrong position costs more
REFUSAL = re.compile(r"(model|attention_mask): must [^\n]*, got [^\n]*")


def next_log_probabilities(model, ids):
    """Return the log-softmax of the next token, (V,), by a run without a cache."""
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1].float().log_softmax(-1)


def without_cache(model, prompt):
    """Return (tokens, score) of greedy decoding that runs on the whole text for each token."""
    tokens, score = [], 0.0
    for _ in range(STEPS):
        gains = next_log_probabilities(model, [*prompt, *tokens])
        tokens.append(int(gains.argmax()))
        score += gains[tokens[-1]].item()
    return tokens, score


def equal(candidate, expected):
    """Return whether a Candidate has these (tokens, score)."""
    return candidate.tokens == expected[0] and abs(candidate.score - expected[1]) < SCORE


def greedy_is_right(model):
    """Return whether each prompt has its text."""
    return all(equal(greedy(model, torch.tensor([prompt]), max_new_tokens=STEPS, eos_token_id=None)[0][0],
                     without_cache(model, prompt)) for prompt in PROMPTS)


def padding_is_right(model):
    """Return whether each prompt of a left-padded batch has its text."""
    ids, mask = left_padded(PROMPTS)
    results = greedy(model, ids, attention_mask=mask, max_new_tokens=STEPS, eos_token_id=None)
    return all(equal(texts[0], without_cache(model, prompt)) for texts, prompt in zip(results, PROMPTS))


def beams_are_right(model):
    """Return whether a beam search finds what generate or the literal search finds."""
    prompt = PROMPTS[0]
    ours = [text.tokens for text in beam_search(model, torch.tensor([prompt]), max_new_tokens=BEAM_STEPS,
                                                eos_token_id=None, num_beams=BEAMS)[0]]
    try:
        theirs = generate(model, torch.tensor([prompt]), max_new_tokens=BEAM_STEPS, eos_token_id=None,
                          num_beams=BEAMS, early_stopping=True, num_return_sequences=BEAMS)
    except Exception:  # of any type, where generate does not support the model
        theirs = None
    return ours == theirs or ours == [list(text[0]) for text in literal_beam_search(
        lambda tokens: next_log_probabilities(model, [*prompt, *tokens]).tolist(), BEAMS, 1.0, None, BEAM_STEPS)]


QUESTIONS = {"greedy": greedy_is_right, "padded": padding_is_right, "beams": beams_are_right}


def verdict(question, model):
    """Return "right", "wrong", "refused: ..." (our one line) or "raw: ..." (another library's error)."""
    try:
        return "right" if question(model) else "wrong"
    except Exception as error:
        refused = isinstance(error, (TypeError, ValueError)) and REFUSAL.fullmatch(str(error))
        return f"refused: {error}" if refused else f"raw: {type(error).__name__} {' '.join(str(error).split())[:100]}"
