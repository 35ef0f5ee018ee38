"""Slow reference implementations of decoding, one line of code per line of the definition; nothing here imports minidl.

tests/test_oracles_decoding.py compares each with a library, a worked example, or both.
"""
from fractions import Fraction


def nucleus(probabilities, top_p, keep_crossing):
    """Return the set of kept ids: the most likely ids whose probabilities sum to at most top_p, but at least one.

    keep_crossing: keep ids until the sum reaches top_p, so that the last one may cross it.
    """
    order = sorted(range(len(probabilities)), key=lambda i: (-probabilities[i], i))
    kept, total = [], Fraction(0)
    for i in order:
        if keep_crossing:
            if total >= top_p and kept:
                break
            total += probabilities[i]
        else:
            total += probabilities[i]
            if total > top_p and kept:
                break
        kept.append(i)
    return set(kept)


def beam_search(log_probabilities, width, length_penalty, eos, limit):
    """Return a list of (tokens, score, finished), best first, by the assignment's rule.

    log_probabilities: function from a tuple of tokens to a list over the vocabulary.
    """
    def ranked(pool):
        return sorted(pool, key=lambda text: -text[1] / len(text[0]) ** length_penalty)

    def children(tokens, score):
        gains = log_probabilities(tokens)
        best = sorted(range(len(gains)), key=lambda token: (-gains[token], token))[:width]
        return [(tokens + (token,), score + gains[token]) for token in best]

    unfinished, finished = children((), 0.0), []
    for step in range(limit):
        if step:
            unfinished = ranked([child for parent in unfinished for child in children(*parent)])[:width]
        finished += [text for text in unfinished if text[0][-1] == eos]
        unfinished = [text for text in unfinished if text[0][-1] != eos]
        if len(finished) >= width or not unfinished:
            return [(*text, True) for text in ranked(finished)[:width]]
    both = [(*text, True) for text in finished] + [(*text, False) for text in unfinished]
    return ranked(both)[:width]
