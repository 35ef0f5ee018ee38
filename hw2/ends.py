"""Where HW2's texts end, and what a model asks for that HW2 does not do."""
from minidl.decoding.chat import answer_ends, takes_system
from minidl.decoding.config import end_tokens, ignored_settings

QWENS_END = 151645  # <|im_end|>, the one token that ends a text in the assignment
ASSIGNMENTS_MODEL = {"model_type": "qwen2", "vocab_size": 151936, "hidden_size": 896, "num_hidden_layers": 24}


def ends_of(model, tokenizer, eos=None):
    """Return the tokens that end a text, a frozenset.

    eos: the value of --eos, which decides; without it, the assignment's model ends at
        <|im_end|> alone, another model at what it, its tokenizer and its chat template say.
    """
    if eos is None:
        own = answer_ends(model, tokenizer)
        return frozenset([QWENS_END]) if is_assignments(model) and QWENS_END in own else own
    if eos.strip() == "none":
        return frozenset()
    vocabulary = tokenizer.get_vocab()
    names = [name.strip() for name in eos.split(",")]
    tokens = [int(name) if name.isdecimal() else vocabulary.get(name) for name in names]
    try:
        return end_tokens(model, tokens)
    except ValueError:
        size = model.config.get_text_config(decoder=True).vocab_size
        raise ValueError("--eos: must be tokens of the model (numbers below "
                         f"{size} or names), separated by commas, or none, got {eos!r}") from None


def is_assignments(model):
    """Return whether this is Qwen2.5-0.5B, from the Hub or from a folder."""
    return all(getattr(model.config, name, None) == value for name, value in ASSIGNMENTS_MODEL.items())


def facts(model, tokenizer, ends):
    """Yield the lines that say what was decided for this model."""
    names = [f"{token} ({tokenizer.convert_ids_to_tokens(token)})" for token in sorted(ends)]
    where = f"token{'s' * (len(names) > 1)} {', '.join(names)}" if names else "the limit alone"
    yield f"texts end at {where}; --eos changes this"
    ignored = ignored_settings(model)
    if ignored:
        asked = ", ".join(f"{name} {value}" for name, value in ignored.items())
        yield f"the model's generation_config asks for {asked}: HW2 does not do this"
    if not takes_system(tokenizer):
        yield "the model's chat template takes no system message: it stands before the prompt"
