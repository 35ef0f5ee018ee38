"""The list of new ids in whatever a decoder returns."""
from tests.grade.toy_tokenizer import EOS, PAD, encode

PADDING = {EOS, PAD, 0, -1, -100}
FIELDS = ("tokens", "sequences", "token_ids", "ids", "input_ids", "output_ids", "generated_ids", "sequence", "seq",
          "text")


def new_tokens(result, prompt):
    """Return the list of new ids of a decoder's result, without EOS and what pads the text after it.

    >>> new_tokens([[120, 97, 98, EOS]], "x"), new_tokens([([97], -0.5), ([98], -1.0)], "x")
    ([97, 98], [97])
    >>> new_tokens("xab<|im_end|>", "x"), new_tokens([[97, EOS, 98]], "x")
    ([97, 98], [97, 151645, 98])
    """
    tokens, start = all_tokens(result), encode(prompt)
    for i in range(len(tokens)):  # text may have a system message or a role before the prompt
        if tokens[i:i + len(start)] == start:
            tokens = tokens[i + len(start):]
            break
    if EOS in tokens:
        end = tokens.index(EOS)
        if set(tokens[end:]) <= PADDING:
            tokens = tokens[:end]
    return tokens


def all_tokens(result):
    """Return the list of ids of the first text in a result: a number, a text, a list, a tensor, an object with them."""
    if isinstance(result, str):
        return encode(result)
    for field in FIELDS:
        value = result.get(field) if isinstance(result, dict) else getattr(result, field, None)
        if value is not None and not callable(value):
            return all_tokens(value)
    if hasattr(result, "tolist"):
        result = result.tolist()
    if isinstance(result, dict):
        result = list(result.values())
    if all(is_token(part) for part in result):
        return [int(part) for part in result]
    return all_tokens(next(part for part in result if not isinstance(part, float) and not is_number(part)))


def is_number(part):
    return isinstance(part, (int, float)) or getattr(part, "ndim", 1) == 0


def is_token(part):
    """Return whether a part of a result is an id, as a number or a tensor of one."""
    return isinstance(part, int) or (getattr(part, "ndim", 1) == 0 and float(part).is_integer())
