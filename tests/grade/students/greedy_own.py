"""Greedy decoding as students write it."""
import torch

from tests.grade.students import student

EOS = 151645


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
