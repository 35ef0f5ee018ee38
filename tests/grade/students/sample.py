"""Sampling as students write it."""
import numpy as np
import torch
import torch.nn.functional as F

from tests.grade.students import student

EOS = 151645


@student("sample", "right")
@torch.no_grad()
def sample_by_multinomial(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS):
    for _ in range(max_new_tokens):
        probs = F.softmax(model(input_ids).logits[:, -1], dim=-1)
        next_token = torch.multinomial(probs, num_samples=1)
        input_ids = torch.cat([input_ids, next_token], dim=-1)
        if next_token.item() == eos_token_id:
            break
    return input_ids


@student("sample", "right")
def sample_with_a_cache_and_a_temperature(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS, temperature=1.0):
    past, tokens = None, []
    for _ in range(max_new_tokens):
        out = model(input_ids=input_ids, past_key_values=past, use_cache=True)
        past = out.past_key_values
        input_ids = torch.distributions.Categorical(logits=out.logits[:, -1] / temperature).sample()[:, None]
        tokens.append(input_ids.item())
        if tokens[-1] == eos_token_id:
            break
    return tokens


@student("sample", "right")
def sample_by_numpy_choice(model, input_ids, *, max_new_tokens, eos_token_id):
    rng, tokens = np.random.default_rng(), input_ids[0].tolist()
    for _ in range(max_new_tokens):
        logits = model(torch.tensor([tokens])).logits[0, -1].detach().numpy().astype(np.float64)
        p = np.exp(logits - logits.max())
        tokens.append(int(rng.choice(len(p), p=p / p.sum())))
        if tokens[-1] == eos_token_id:
            break
    return tokens[input_ids.shape[1]:]


@student("sample", "right")
def sample_by_gumbel_noise(model, input_ids, *, max_new_tokens, eos_token_id, generator=None):
    ids = input_ids
    for _ in range(max_new_tokens):
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, -1].double()
        noise = -torch.log(-torch.log(torch.rand(logits.shape, dtype=torch.float64, generator=generator)))
        token = (logits + noise).argmax()
        ids = torch.cat([ids, token.reshape(1, 1)], 1)
        if token == eos_token_id:
            return ids[:, input_ids.shape[1]:-1]
    return ids[:, input_ids.shape[1]:]


@student("sample", "right")
def sample_by_inverse_distribution(model, input_ids, *, max_new_tokens, eos_token_id):
    generated = []
    while len(generated) < max_new_tokens and eos_token_id not in generated:
        ids = torch.cat([input_ids, torch.tensor([generated], dtype=torch.long)], dim=1)
        cdf = torch.softmax(model(ids).logits[0, -1].double(), -1).cumsum(-1)
        u = torch.rand((), dtype=torch.float64) * cdf[-1]
        generated.append(int(torch.searchsorted(cdf, u, right=True)))
    return torch.tensor(generated)


@student("sample", "right")
def sample_text(model, tokenizer, text, max_new_tokens=1000):
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    for _ in range(max_new_tokens):
        token = torch.multinomial(model(ids).logits[0, -1].softmax(-1), 1)
        if token == EOS:
            break
        ids = torch.cat([ids, token[None]], 1)
    return tokenizer.decode(ids[0], skip_special_tokens=True)


@student("sample", "right")
def sample_of_exponential_races(model, input_ids, *, max_new_tokens, eos_token_id):
    """The first of the exponential clocks with rates p rings at token i with probability p_i."""
    out, dlina = model(input_ids, use_cache=True), 0
    while True:
        p = out.logits[:, -1].double().softmax(-1)
        token = (p / torch.empty_like(p).exponential_()).argmax(-1, keepdim=True)
        input_ids, dlina = torch.cat([input_ids, token], 1), dlina + 1
        if token.item() == eos_token_id or dlina == max_new_tokens:
            return input_ids[0]
        out = model(token, past_key_values=out.past_key_values, use_cache=True)


@student("sample", "reading", "prompt")
def sample_up_to_a_total_length(model, input_ids, *, max_new_tokens, eos_token_id):
    while input_ids.size(-1) < max_new_tokens:
        probs = model(input_ids).logits[:, -1].softmax(-1)
        input_ids = torch.cat([input_ids, torch.multinomial(probs, 1)], 1)
        if input_ids[0, -1] == eos_token_id:
            break
    return input_ids
