"""Settings of the vectorizers and the outcome of a call, for several tests of texts."""
from hypothesis import strategies as st

from minidl.text import TOKEN_PATTERN

analyses = st.fixed_dictionaries({
    "strip_accents": st.sampled_from([None, None, "unicode", "ascii"]), "lowercase": st.booleans(),
    "analyzer": st.sampled_from(["word", "word", "word", "char_wb"]),
    "token_pattern": st.sampled_from([TOKEN_PATTERN, r"\w+", r"(?u)\b(\w)\w*\b", r"[^ ]+", r"(?i)a|b"]),
    "stop_words": st.sampled_from([None, [], ["the", "red"], ("fish", "кот")]),
    "ngram_range": st.sampled_from([(1, 1), (1, 2), (2, 2), (2, 3), (1, 4)]),
})
weightings = st.fixed_dictionaries({
    "use_idf": st.booleans(), "smooth_idf": st.booleans(), "sublinear_tf": st.booleans(),
    "norm": st.sampled_from([None, "l1", "l2"]),
})
limits = st.fixed_dictionaries({
    "min_df": st.one_of(st.integers(1, 3), st.floats(0, 1)), "max_df": st.one_of(st.integers(1, 5), st.floats(0, 1)),
})


def for_sklearn(options):
    """Return the options with stop_words as a list, the only collection that scikit-learn accepts."""
    stop_words = options.get("stop_words")
    return {**options, "stop_words": None if stop_words is None else list(stop_words)}


def outcome(call):
    """Return the result of a call, or the class of the ValueError or TypeError that it raises."""
    try:
        return call()
    except ValueError:
        return ValueError
    except TypeError:
        return TypeError
