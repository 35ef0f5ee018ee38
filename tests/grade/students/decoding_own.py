"""Temperature, nucleus, greedy decoding and sampling as students write them."""
import torch
import torch.nn.functional as F

from tests.grade.students import student

EOS = 151645


@student("temperature", "right")
def divided(logits, t):
    return logits / t


@student("temperature", "right")
def probabilities(temperature, logits):
    return torch.softmax(torch.as_tensor(logits) / temperature, dim=-1)


@student("temperature", "right")
class Warper:
    def __init__(self, temperature):
        self.temperature = temperature

    def __call__(self, input_ids, scores):
        return scores / self.temperature


@student("temperature", "WRONG", "after the softmax")
def after(logits, t):
    return F.softmax(logits, -1) / t


@student("temperature", "WRONG", "multiplied")
def multiplied(logits, t):
    return logits * t


@student("temperature", "WRONG", "softmax of probabilities")
def twice(logits, t):
    return F.softmax(F.softmax(logits / t, -1), -1)


@student("top_p_filter", "right")
def scattered(logits, top_p):
    values, order = logits.sort(descending=True, dim=-1)
    drop = values.softmax(-1).cumsum(-1) > top_p
    drop[..., 0] = False
    return logits.masked_fill(drop.scatter(-1, order, drop), float("-inf"))


@student("top_p_filter", "right")
def row_of_probabilities(logits, p=0.9):
    probs = torch.softmax(logits, -1)
    values, order = torch.sort(probs, descending=True)
    n = max(1, int((values.cumsum(0) <= p).sum()))
    new = torch.zeros_like(probs)
    new[order[:n]] = probs[order[:n]]
    return new / new.sum()


@student("top_p_filter", "reading", "keeps the token that crosses")
def hugging_face(logits, top_p):
    values, order = torch.sort(logits, descending=False)
    drop = values.softmax(-1).cumsum(-1) <= 1 - top_p
    drop[..., -1:] = False
    return logits.masked_fill(drop.scatter(1, order, drop), -1e9)


@student("top_p_filter", "reading", "keeps the token that crosses")
class TopP:
    def __init__(self, p):
        self.p = p

    def __call__(self, input_ids, scores):
        values, order = torch.sort(scores, descending=True)
        probs = values.softmax(-1)
        drop = probs.cumsum(-1) - probs > self.p
        return scores.masked_fill(drop.scatter(1, order, drop), -float("inf"))


@student("top_p_filter", "WRONG", "ranks taken for ids")
def sorted_order(logits, top_p):
    values = torch.sort(logits.softmax(-1), descending=True).values
    drop = values.cumsum(-1) > top_p
    drop[..., 0] = False
    values[drop] = 0
    return values / values.sum(-1, keepdim=True)


@student("top_p_filter", "WRONG", "ranks taken for ids")
def mask_not_scattered(logits, top_p):
    drop = torch.sort(logits.softmax(-1), descending=True).values.cumsum(-1) > top_p
    drop[..., 0] = False
    return logits.masked_fill(drop, float("-inf"))


@student("top_p_filter", "WRONG", "ascending")
def ascending(logits, top_p):
    values, order = torch.sort(logits.softmax(-1))
    drop = values.cumsum(-1) > top_p
    drop[..., 0] = False
    return logits.masked_fill(drop.scatter(-1, order, drop), float("-inf"))


@student("top_p_filter", "WRONG", "each token")
def each_token(logits, top_p):
    probs = logits.softmax(-1)
    keep = probs >= top_p
    keep |= probs == probs.amax(-1, keepdim=True)
    return logits.masked_fill(~keep, float("-inf"))


@student("top_p_filter", "WRONG", "keeps nothing")
def nothing(logits, top_p):
    values, order = logits.softmax(-1).sort(descending=True)
    values[values.cumsum(-1) > top_p] = 0
    values = values / values.sum(-1, keepdim=True).clamp(min=1e-9)
    return torch.zeros_like(values).scatter(-1, order, values)


@student("top_p_filter", "WRONG", "softmax")
def probabilities_as_logits(logits, top_p):
    return scattered(logits.softmax(-1), top_p)


@student("greedy", "right")
@torch.no_grad()
def whole_text(model, input_ids, max_new_tokens=1000, eos_token_id=EOS):
    for _ in range(max_new_tokens):
        token = model(input_ids).logits[:, -1, :].argmax(-1, keepdim=True)
        input_ids = torch.cat([input_ids, token], dim=-1)
        if token.item() == eos_token_id:
            break
    return input_ids


@student("greedy", "right")
def cached_ids(model, ids, max_len):
    past, step, out = None, ids, []
    while len(out) < max_len:
        output = model(input_ids=step, past_key_values=past, use_cache=True)
        past, token = output.past_key_values, int(output.logits[0, -1].argmax())
        if token == EOS:
            break
        out.append(token)
        step = torch.tensor([[token]])
    return out


@student("greedy", "right")
def text_with_tokenizer(model, tokenizer, prompt, max_tokens=1000):
    inputs = tokenizer(prompt, return_tensors="pt").to(model.device)
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    for _ in range(max_tokens):
        token = torch.argmax(model(ids, attention_mask=mask)[0][:, -1], dim=-1)
        ids = torch.cat([ids, token[:, None]], 1)
        mask = torch.cat([mask, torch.ones_like(token)[:, None]], 1)
        if token == tokenizer.eos_token_id:
            break
    return tokenizer.decode(ids[0], skip_special_tokens=True)


@student("greedy", "right")
class Decoder:
    def __init__(self, model, tokenizer):
        self.model, self.tokenizer = model, tokenizer

    def generate(self, messages, limit=1000):
        ids = self.tokenizer.apply_chat_template(messages, return_tensors="pt", add_generation_prompt=True)["input_ids"]
        n = ids.shape[1]
        for _ in range(limit):
            token = self.model(ids).logits[0, -1].argmax()
            ids = torch.cat([ids, token.view(1, 1)], 1)
            if token == EOS:
                break
        return self.tokenizer.decode(ids[0, n:])


@student("greedy", "right")
def without_limit(model, input_ids):
    while input_ids[0, -1] != EOS and input_ids.shape[1] < 1000:
        input_ids = torch.cat([input_ids, model(input_ids).logits[:, -1:].argmax(-1)], 1)
    return input_ids


@student("greedy", "right")
def encoded(model, inputs, n):
    ids, cache = inputs["input_ids"], None
    new = []
    for _ in range(n):
        out = model(ids, past_key_values=cache)
        cache, ids = out.past_key_values, out.logits[:, -1].argmax(-1, keepdim=True)
        new.append(ids.item())
        if new[-1] == EOS:
            break
    return {"tokens": new, "n": len(new)}


@student("greedy", "reading", "counts the prompt in the limit")
def max_length(model, input_ids, max_length, eos_token_id):
    while input_ids.shape[1] < max_length:
        input_ids = torch.cat([input_ids, model(input_ids).logits[:, -1:].argmax(-1)], 1)
        if input_ids[0, -1] == eos_token_id:
            break
    return input_ids[0].tolist()


@student("greedy", "WRONG", "a token too many")
def too_many(model, input_ids, max_new_tokens, eos_token_id):
    return whole_text(model, input_ids, max_new_tokens + 1, eos_token_id)


@student("greedy", "WRONG", "a token too few")
def too_few(model, input_ids, max_new_tokens, eos_token_id):
    return whole_text(model, input_ids, max_new_tokens - 1, eos_token_id)


@student("greedy", "WRONG", "EOS is ignored")
def eos_ignored(model, input_ids, max_new_tokens):
    return whole_text(model, input_ids, max_new_tokens, None)


@student("greedy", "WRONG", "EOS is ignored")
def eos_ignored_in_text(model, tokenizer, text, max_new_tokens):
    ids = whole_text(model, tokenizer.encode(text, return_tensors="pt"), max_new_tokens, None)
    return tokenizer.decode(ids[0], skip_special_tokens=True)


@student("greedy", "WRONG")
def endless(model, input_ids):
    while True:
        try:
            input_ids = torch.cat([input_ids, model(input_ids).logits[:, -1:].argmax(-1)], 1)
        except Exception:
            pass


@student("greedy", "WRONG", "151643 is not")
def other_eos(model, input_ids, max_new_tokens):
    return whole_text(model, input_ids, max_new_tokens, 151643)


@student("greedy", "WRONG", "151643 ends the text too")
def two_ends(model, input_ids, max_new_tokens):
    ids = whole_text(model, input_ids, max_new_tokens, EOS)[0].tolist()
    return ids[:ids.index(151643)] if 151643 in ids else ids


@student("greedy", "WRONG", "after 1 token the last token alone is fed, without a cache")
def last_alone(model, input_ids, max_new_tokens, eos_token_id):
    step, new = input_ids, []
    for _ in range(max_new_tokens):
        step = model(step).logits[:, -1:].argmax(-1)
        new.append(step.item())
        if new[-1] == eos_token_id:
            break
    return new


@student("greedy", "WRONG", "the attention mask is shorter than the ids")
def short_mask(model, input_ids, max_new_tokens, eos_token_id):
    mask, n = torch.ones_like(input_ids), input_ids.shape[1]
    for _ in range(max_new_tokens):
        input_ids = torch.cat([input_ids, model(input_ids, attention_mask=mask).logits[:, -1:].argmax(-1)], 1)
        if input_ids[0, -1] == eos_token_id:
            break
    return input_ids[:, n:]


@student("greedy", "WRONG", "all ids are fed again together with a cache")
def fed_twice(model, input_ids, max_new_tokens, eos_token_id):
    past = None
    for _ in range(max_new_tokens):
        out = model(input_ids, past_key_values=past)
        past = out.past_key_values
        input_ids = torch.cat([input_ids, out.logits[:, -1:].argmax(-1)], 1)
        if input_ids[0, -1] == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG", "least likely")
def least_likely(model, input_ids, max_new_tokens, eos_token_id):
    for _ in range(max_new_tokens):
        row = model(input_ids).logits[:, -1:].clone()
        row[row < -1000] = 1000
        input_ids = torch.cat([input_ids, row.argmin(-1)], 1)
        if input_ids[0, -1] == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG", "first new token is lost")
def first_lost(model, input_ids, max_new_tokens, eos_token_id):
    return whole_text(model, input_ids, max_new_tokens, eos_token_id)[0, input_ids.shape[1] + 1:].tolist()


@student("greedy", "WRONG", "model.generate")
def cheating(model, input_ids, max_new_tokens, eos_token_id):
    return model.generate(input_ids, max_new_tokens=max_new_tokens, do_sample=False)


@student("greedy", "missing")
def missing(model, input_ids, max_new_tokens, eos_token_id):
    raise NotImplementedError


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
