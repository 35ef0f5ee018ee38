"""What the pieces of decoding share: their cases, the forms of a decoder and of its result.

A decoder continues the toy model's text.  Whatever it returns is turned into the list of the new ids, without the
EOS that ends them: ids or text, one text or the best first of several, with or without the prompt.
"""
import inspect
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from hypothesis import strategies as st

from tests.grade import binding
from tests.grade.arguments import single_parameters
from tests.grade.piece import Complaint, Form
from tests.grade.texts import new_tokens
from tests.grade.toy import MAX_CALLS, Endless, Toy, ids, next_logits, tokenizer
from tests.grade.toy_tokenizer import EOS, encode

PROMPTS = ("x", "xy", "xyz", "zx")  # no letter twice, so that the toy model can tell the prompt from new tokens
LIMIT_COUNTS_PROMPT = "counts the prompt in the limit; the assignment limits the generated tokens"
SIGNATURE = ("model", "prompt")


class Case(NamedTuple):
    """A decoder's input: the toy model of a seed or a table, the prompt's text, the limit, the method's settings."""

    seed: int
    prompt: str
    limit: int
    settings: tuple[tuple[str, Any], ...] = ()
    table: tuple[float, ...] | None = None


class Answer(NamedTuple):
    """Texts as tuples of new ids, without EOS.

    texts: of a decoder, its one text; of an oracle, the texts that are right, usually one.
    unlimited: the same without the limit; a decoder that takes no limit gives this instead of texts.
    """

    texts: tuple[tuple[int, ...], ...] = ()
    unlimited: tuple[tuple[int, ...], ...] = ()


def agrees(got, wanted):
    """Return whether a decoder's Answer is among the right ones."""
    return got.texts[0] in wanted.texts if got.texts else got.unlimited[0] in wanted.unlimited


def cases(settings=st.just(())):
    """Return the strategy of Cases with these settings."""
    return st.builds(Case, st.integers(0, 99), st.sampled_from(PROMPTS), st.integers(1, 8), settings, st.none())


def show(name):
    """Return the function that shows a case as a call that can be pasted."""
    def shown(case):
        model = f"Toy({case.seed})" if case.table is None else f"Toy(table={case.table})"
        settings = "".join(f", {key}={value}" for key, value in case.settings)
        return f'{name}({model}, ids("{case.prompt}"), max_new_tokens={case.limit}{settings})'
    return shown


def show_tokens(tokens):
    """Return a text with a word per token.

    >>> show_tokens([97, 98, 151645, 5])
    '[a b EOS 5]'
    """
    return f"[{' '.join('EOS' if t == EOS else chr(t) if chr(t) in 'abcdxyz' else str(t) for t in tokens)}]"


def show_answer(answer):
    """Return the first text of an Answer as words."""
    return show_tokens((answer.texts or answer.unlimited)[0])


@lru_cache(maxsize=100_000)
def logits_after(case, new):
    """Return the list of the six live logits after the prompt and a tuple of new tokens."""
    return case.table or next_logits(case.seed, (*encode(case.prompt), *new), len(new))


def forms(implementation, settings, unlimited=None):
    """Return the Forms of a decoder with these settings, a tuple of names such as "top_p".

    unlimited: function from (tokens, case) to the Answer of a decoder that takes no limit; default: cut at the limit.
    """
    unlimited = unlimited or (lambda tokens, case: Answer((tokens[:case.limit],)))
    result = []
    for name, call, limited in calls(implementation, settings):
        def run(case, call=call, limited=limited):
            tokens = tuple(new_tokens(answer_of(call, case), case.prompt))
            return Answer((tokens,)) if limited else unlimited(tokens, case)
        result.append(Form(name, run))
    return result


def answer_of(call, case, seed=0):
    """Return what a decoder returns; raise a Complaint about a wrong call of the model."""
    model = Toy(case.seed, case.table)
    torch.manual_seed(seed)
    try:
        result = call(model, case, seed)
    except Endless:
        raise Complaint(f"does not end: the model is called more than {MAX_CALLS} times") from None
    except Exception:
        if model.complaint:
            raise Complaint(model.complaint) from None
        raise
    if model.complaint:
        raise Complaint(model.complaint)
    return result


def calls(implementation, settings):
    """Return a list of (name, call(model, case, seed), whether it takes a limit), the usual way first."""
    if inspect.isclass(implementation):
        ways = [(f"class, {name}", binding.keys(implementation) | binding.keys(getattr(implementation, name)),
                 single_parameters(getattr(implementation, name)),
                 lambda available, name=name: binding.call_method(implementation, name, available))
                for name in binding.methods(implementation)]
    else:
        ways = [("function", binding.keys(implementation), single_parameters(implementation),
                 lambda available: binding.call_by_names(implementation, available))]
    result = []
    if fits(implementation, settings):
        result.append(("function", lambda model, case, seed: implementation(
            model, ids(case.prompt), max_new_tokens=case.limit, eos_token_id=EOS, **dict(case.settings)), True))
    for name, keys, parameters, way in ways:
        texts = "tokenizer" in keys or any(parameter in binding.TEXTS for parameter in parameters)
        limited = "max_new_tokens" in keys or None in keys  # a parameter of an unknown name may be the limit
        for kind in ("text", "ids", "encoding", "list") if texts else ("ids", "encoding", "list", "text"):
            if (name, kind) != ("function", "ids") or not result:
                result.append((f"{name} of {kind}", lambda model, case, seed, way=way, kind=kind: way(
                    values(model, case, seed, kind)), limited))
    return result


def fits(implementation, settings):
    """Return whether the assignment's own call fits: (model, input_ids, *, max_new_tokens, eos_token_id, settings)."""
    if inspect.isclass(implementation):
        return False
    names = list(single_parameters(implementation))
    if [binding.KEYS.get(name.lower(), key) for name, key in zip(names, SIGNATURE)] != list(SIGNATURE):
        return False
    if binding.keys(implementation) & {"generator", "seed"}:
        return False
    try:
        inspect.signature(implementation).bind(0, 0, max_new_tokens=0, eos_token_id=0, **dict.fromkeys(settings))
    except (TypeError, ValueError):
        return False
    return True


def values(model, case, seed, kind):
    """Return a dict from a key of binding.SYNONYMS to the value that a decoder gets; kind: of the prompt."""
    prompt = {"ids": lambda: ids(case.prompt), "text": lambda: case.prompt, "list": lambda: encode(case.prompt),
              "encoding": lambda: tokenizer(case.prompt, return_tensors="pt")}[kind]()
    return {"model": model, "tokenizer": tokenizer, "prompt": prompt, "system": "", "device": model.device,
            "messages": [{"role": "user", "content": case.prompt}], "max_new_tokens": case.limit,
            "attention_mask": torch.ones(1, len(case.prompt), dtype=torch.long), "eos_token_id": EOS,
            "eos_list": [EOS], "seed": seed, "generator": torch.Generator().manual_seed(seed), **dict(case.settings)}
