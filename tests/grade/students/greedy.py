"""Greedy decoding as students write it."""
from typing import NamedTuple

import torch

from tests.grade.students import student

EOS = 151645


@student("greedy", "right")
@torch.no_grad()
def greedy_on_growing_ids(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS):
    for _ in range(max_new_tokens):
        next_token = model(input_ids).logits[:, -1, :].argmax(dim=-1, keepdim=True)
        input_ids = torch.cat([input_ids, next_token], dim=-1)
        if next_token.item() == eos_token_id:
            break
    return input_ids


@student("greedy", "right")
@torch.inference_mode()
def greedy_with_a_cache(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS):
    past, current, new_ids = None, input_ids, []
    attention_mask = torch.ones_like(input_ids)
    while len(new_ids) < max_new_tokens:
        out = model(input_ids=current, attention_mask=attention_mask, past_key_values=past, use_cache=True)
        past, token = out.past_key_values, int(torch.argmax(out.logits[0, -1]))
        new_ids.append(token)
        if token == eos_token_id:
            break
        current = torch.tensor([[token]])
        attention_mask = torch.cat([attention_mask, torch.ones(1, 1, dtype=attention_mask.dtype)], dim=1)
    return new_ids


@student("greedy", "right")
def greedy_by_recursion(model, input_ids, *, max_new_tokens, eos_token_id):
    """The answer has no prompt and no EOS."""
    if max_new_tokens == 0:
        return []
    with torch.no_grad():
        token = model(input_ids=input_ids).logits[0, -1].topk(1).indices
    if token == eos_token_id:
        return []
    longer = torch.cat((input_ids, token[None]), 1)
    return token.tolist() + greedy_by_recursion(model, longer, max_new_tokens=max_new_tokens - 1,
                                                eos_token_id=eos_token_id)


class Generated(NamedTuple):
    tokens: list
    score: float


@student("greedy", "right")
def greedy_with_a_score(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS, **unused):
    tokens, score = input_ids[0].tolist(), 0.0
    for _ in range(max_new_tokens):
        log_probs = model(torch.tensor([tokens]))["logits"][0, -1].log_softmax(-1)
        score += log_probs.max().item()
        tokens.append(log_probs.argmax().item())
        if tokens[-1] == eos_token_id:
            break
    return Generated(tokens[input_ids.shape[1]:], score)


@student("greedy", "right")
def greedy_text(model, tokenizer, text, max_new_tokens=1000):
    """The EOS is written in the code; a text comes back, without the prompt."""
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    start = ids.shape[1]
    with torch.no_grad():
        for _ in range(max_new_tokens):
            token = torch.argmax(model(ids).logits[0, -1])
            if token.item() == 151645:
                break
            ids = torch.cat([ids, token.view(1, 1)], dim=1)
    return tokenizer.decode(ids[0, start:], skip_special_tokens=True)


@student("greedy", "right")
class GreedyDecoder:
    """An object that is called with the model."""

    def __call__(self, model, input_ids, *, max_new_tokens: int = 1000, eos_token_id: int = EOS) -> torch.Tensor:
        cache, otvet = None, input_ids.new_empty(1, 0)
        step_input = input_ids
        for _ in range(max_new_tokens):
            out = model(step_input, past_key_values=cache, use_cache=True)
            cache, step_input = out.past_key_values, out.logits[:, -1:].argmax(-1)
            otvet = torch.cat([otvet, step_input], -1)
            if (step_input == eos_token_id).all():
                return otvet
        return otvet


@student("greedy", "right")
def greedy_of_a_batch(model, input_ids, *, max_new_tokens, eos_token_id):
    """Finished rows are filled with EOS; with one row there is nothing to fill."""
    done = torch.zeros(len(input_ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits = model(input_ids=input_ids, attention_mask=torch.ones_like(input_ids), use_cache=False).logits
        token = torch.softmax(logits[:, -1].float(), dim=-1).argmax(-1)
        token = torch.where(done, torch.full_like(token, eos_token_id), token)
        input_ids = torch.hstack([input_ids, token[:, None]])
        done |= token == eos_token_id
        if done.all():
            break
    return input_ids.numpy()


@student("greedy", "reading", "prompt")
def greedy_up_to_a_total_length(model, input_ids, *, max_new_tokens, eos_token_id):
    while input_ids.shape[1] < max_new_tokens:
        token = model(input_ids).logits[:, -1].argmax(-1, keepdim=True)
        input_ids = torch.cat([input_ids, token], 1)
        if token == eos_token_id:
            break
    return input_ids


@student("greedy", "reading", "prompt")
def greedy_over_the_places_that_the_prompt_leaves(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS):
    generated = []
    for _ in range(max_new_tokens - len(input_ids[0])):
        logits = model(torch.cat([input_ids, torch.tensor([generated], dtype=torch.long)], 1)).logits
        generated.append(logits[0, -1].argmax().item())
        if generated[-1] == eos_token_id:
            break
    return generated
