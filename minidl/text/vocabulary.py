"""A vocabulary that the user gives, instead of one that is learned."""
from collections.abc import Collection, Mapping, Set

from minidl.checks import is_whole, require

Vocabulary = Mapping[str, int] | Collection[str]


def columns_of(vocabulary: Vocabulary) -> dict[str, int]:
    """Return the dict from term to column, in the order of the columns; a set is sorted.

    Raises:
        ValueError: it is empty or no vocabulary, a term is repeated or no string, or the columns of a dict are not
            0, 1, ...

    >>> columns_of(["sea", "fish"]), columns_of({"sea", "fish"}), columns_of({"sea": 1, "fish": 0})
    ({'sea': 0, 'fish': 1}, {'fish': 0, 'sea': 1}, {'fish': 0, 'sea': 1})
    """
    valid = isinstance(vocabulary, Collection) and not isinstance(vocabulary, (str, bytes))
    require(valid, "vocabulary", "must be None, a collection of strings or a dict", vocabulary)
    terms = list(vocabulary)
    require(all(isinstance(term, str) for term in terms), "vocabulary", "must have strings only", terms)
    require(bool(terms), "vocabulary", "must have a term", vocabulary)
    if isinstance(vocabulary, Mapping):
        columns = list(vocabulary.values())
        require(all(map(is_whole, columns)) and sorted(columns) == list(range(len(terms))), "vocabulary",
                f"must have the columns 0 to {len(terms) - 1}, each once", columns)
        terms.sort(key=vocabulary.__getitem__)
    elif isinstance(vocabulary, Set):
        terms.sort()
    repeated = [term for term, following in zip(sorted(terms), sorted(terms)[1:]) if term == following]
    require(not repeated, "vocabulary", "must have each term once", repeated[:1])
    return dict(zip(terms, range(len(terms))))
