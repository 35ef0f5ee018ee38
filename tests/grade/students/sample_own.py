"""Sampling as students write it, and with one mistake each."""
import torch

from tests.grade.students import student

EOS = 151645


def drawn(change, draw=lambda probs: torch.multinomial(probs, 1), length=0, seed=None):
    """Return a sampler: change(logits, temperature, top_p) gives the probabilities of a row."""
    def sampler(model, input_ids, *, max_new_tokens, eos_token_id, temperature=1.0, top_p=1.0):
        if seed is not None:
            torch.manual_seed(seed)
        past, step, new = None, input_ids, []
        for _ in range(max_new_tokens + length):
            out = model(step, past_key_values=past, use_cache=True)
            past = out.past_key_values
            step = draw(change(out.logits[0, -1], temperature, top_p)).view(1, 1)
            new.append(step.item())
            if new[-1] == eos_token_id:
                break
        return new
    return sampler


def nucleus(logits, top_p, crossing=False):
    probs, order = logits.softmax(-1).sort(descending=True)
    drop = probs.cumsum(-1) - crossing * probs > top_p
    drop[0] = False
    return torch.zeros_like(probs).scatter(0, order, probs.masked_fill(drop, 0))


@student("sample", "right")
def right_sampler(model, input_ids, *, max_new_tokens, eos_token_id, temperature=1.0, top_p=1.0):
    change = lambda z, t, p: nucleus(z / t, p if p < 1 else 2)  # noqa: E731
    return drawn(change)(model, input_ids, max_new_tokens=max_new_tokens, eos_token_id=eos_token_id,
                         temperature=temperature, top_p=top_p)


@student("sample", "right")
def seeded_text(model, tokenizer, prompt, temp, p, max_tokens, seed=42):
    generator = torch.Generator().manual_seed(seed)
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    for _ in range(max_tokens):
        probs = nucleus(model(ids).logits[0, -1] / temp, p if p < 1 else 2)
        ids = torch.cat([ids, torch.multinomial(probs, 1, generator=generator)[None]], 1)
        if ids[0, -1] == EOS:
            break
    return tokenizer.decode(ids[0])


def enter(verdict, word, name, **options):
    """Enter a sampler into the table."""
    sampler = drawn(**options)
    sampler.__name__ = name
    student("sample", verdict, word)(sampler)


def proper(logits, t, p):
    return nucleus(logits / t, p if p < 1 else 2)


enter("reading", "keeps the token that crosses", "crossing", change=lambda z, t, p: nucleus(z / t, p, True))
enter("WRONG", "temperature is ignored", "no_temperature", change=lambda z, t, p: proper(z, 1, p))
enter("WRONG", "temperature after the softmax", "after", change=lambda z, t, p: proper(z.softmax(-1).log().exp()
      .masked_fill(z < -1000, -1e4), t, p))
enter("WRONG", "multiplied", "times", change=lambda z, t, p: proper(z, 1 / t, p))
enter("WRONG", "top_p is ignored", "no_top_p", change=lambda z, t, p: proper(z, t, 1))
enter("WRONG", "before the temperature", "nucleus_first", change=lambda z, t, p: (
    proper(z, 1, p).log() / t).softmax(-1))
enter("WRONG", "greedy", "greedy_in_disguise", change=proper, draw=lambda probs: probs.argmax())
enter("WRONG", "seeds itself", "own_seed", change=proper, seed=42)
enter("WRONG", "uniformly", "uniform", change=lambda z, t, p: (proper(z, t, p) > 0).float())
enter("WRONG", "a token too many", "too_long", change=proper, length=1)
enter("WRONG", "a token too few", "too_short", change=proper, length=-1)
enter("WRONG", "EOS is never drawn", "never_eos", change=lambda z, t, p: proper(z, t, p).index_fill(
    0, torch.tensor(EOS), 1e-30))
