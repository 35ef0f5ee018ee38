"""Wrong greedy decoders."""
import torch

from tests.grade.students import student

EOS = 151645


@student("greedy", "WRONG", "limit")
def greedy_of_one_token_more(model, input_ids, *, max_new_tokens, eos_token_id):
    new_tokens = 0
    while new_tokens <= max_new_tokens:
        token = model(input_ids).logits[:, -1].argmax(-1, keepdim=True)
        input_ids = torch.cat([input_ids, token], 1)
        new_tokens += 1
        if token.item() == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG", "limit")
def greedy_of_one_token_less(model, input_ids, *, max_new_tokens, eos_token_id):
    result = []
    for step in range(1, max_new_tokens):
        token = model(input_ids).logits[0, -1].argmax()
        result.append(token.item())
        if result[-1] == eos_token_id:
            break
        input_ids = torch.cat([input_ids, token[None, None]], 1)
    return result


@student("greedy", "WRONG", "cache")
def greedy_that_feeds_the_last_token_alone(model, input_ids, *, max_new_tokens, eos_token_id):
    tokens, current = [], input_ids
    for _ in range(max_new_tokens):
        current = model(current).logits[:, -1:].argmax(-1)
        tokens.append(current.item())
        if tokens[-1] == eos_token_id:
            break
    return tokens


@student("greedy", "WRONG", "cache")
def greedy_that_forgets_to_pass_the_cache(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS):
    ids = input_ids
    out = model(input_ids=ids, use_cache=True)
    for step in range(max_new_tokens):
        token = out.logits[:, -1].argmax(-1).unsqueeze(-1)
        ids = torch.cat((ids, token), dim=-1)
        if token[0, 0] == eos_token_id or step == max_new_tokens - 1:
            break
        out = model(input_ids=token, use_cache=True)
    return ids


@student("greedy", "WRONG", "mask")
def greedy_with_the_mask_of_the_prompt(model, input_ids, *, max_new_tokens, eos_token_id):
    inputs = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
    for _ in range(max_new_tokens):
        token = model(**inputs).logits[:, -1].argmax(-1, keepdim=True)
        inputs["input_ids"] = torch.cat([inputs["input_ids"], token], 1)
        if token == eos_token_id:
            break
    return inputs["input_ids"]


@student("greedy", "WRONG", "mask")
def greedy_with_a_cache_and_the_mask_of_the_prompt(model, input_ids, *, max_new_tokens, eos_token_id):
    mask, past, ids, new = torch.ones_like(input_ids), None, input_ids, []
    for _ in range(max_new_tokens):
        out = model(input_ids=ids, attention_mask=mask, past_key_values=past, use_cache=True)
        past, ids = out.past_key_values, out.logits[:, -1:].argmax(-1)
        new.append(ids.item())
        if new[-1] == eos_token_id:
            break
    return new


@student("greedy", "WRONG")
def greedy_that_does_not_stop_at_eos(model, input_ids, *, max_new_tokens, eos_token_id):
    for _ in range(max_new_tokens):
        token = model(input_ids).logits[:, -1].argmax(-1, keepdim=True)
        input_ids = torch.cat([input_ids, token], 1)
    return input_ids


@student("greedy", "WRONG")
def greedy_that_stops_at_another_token(model, input_ids, *, max_new_tokens, eos_token_id):
    """151643 is the padding token."""
    for _ in range(max_new_tokens):
        token = model(input_ids).logits[:, -1].argmax(-1, keepdim=True)
        input_ids = torch.cat([input_ids, token], 1)
        if token.item() == 151643:
            break
    return input_ids


@student("greedy", "WRONG")
def greedy_from_the_first_position(model, input_ids, *, max_new_tokens, eos_token_id):
    for _ in range(max_new_tokens):
        token = model(input_ids).logits[:, 0].argmax(-1, keepdim=True)
        input_ids = torch.cat([input_ids, token], 1)
        if token.item() == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG")
def greedy_that_takes_the_second_best(model, input_ids, *, max_new_tokens, eos_token_id):
    for _ in range(max_new_tokens):
        token = model(input_ids).logits[:, -1].argsort(-1)[:, -2:-1]
        input_ids = torch.cat([input_ids, token], 1)
        if token.item() == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG")
def greedy_that_draws(model, input_ids, *, max_new_tokens, eos_token_id):
    for _ in range(max_new_tokens):
        probs = model(input_ids).logits[:, -1].softmax(-1)
        token = torch.multinomial(probs, 1)
        input_ids = torch.cat([input_ids, token], 1)
        if token.item() == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG")
def greedy_that_repeats_the_text_with_a_cache(model, input_ids, *, max_new_tokens, eos_token_id):
    """The cache already holds the tokens that are fed again."""
    past = None
    for _ in range(max_new_tokens):
        out = model(input_ids=input_ids, past_key_values=past, use_cache=True)
        past = out.past_key_values
        input_ids = torch.cat([input_ids, out.logits[:, -1:].argmax(-1)], 1)
        if input_ids[0, -1] == eos_token_id:
            break
    return input_ids


@student("greedy", "WRONG")
def greedy_that_prepends(model, input_ids, *, max_new_tokens, eos_token_id):
    generated = []
    for _ in range(max_new_tokens):
        ids = torch.cat([input_ids, torch.tensor([generated[::-1]], dtype=torch.long)], 1)
        generated.append(model(ids).logits[0, -1].argmax().item())
        if generated[-1] == eos_token_id:
            break
    return generated


@student("greedy", "WRONG")
def greedy_text_without_a_stop(model, tokenizer, text, max_new_tokens=1000):
    ids = tokenizer(text, return_tensors="pt").input_ids
    start = ids.shape[1]
    for _ in range(max_new_tokens):
        ids = torch.cat([ids, model(ids).logits[:, -1:].argmax(-1)], 1)
    return tokenizer.decode(ids[0, start:])
