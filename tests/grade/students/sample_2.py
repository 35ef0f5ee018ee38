"""Wrong samplers: the same loop around a wrong choice of the token, and wrong loops."""
import functools

import torch

from tests.grade.students import student


def decoder(choose):
    """Return the usual loop around a function from logits (1, V) to a token (1, 1)."""
    @functools.wraps(choose)
    def loop(model, input_ids, *, max_new_tokens, eos_token_id):
        for _ in range(max_new_tokens):
            token = choose(model(input_ids).logits[:, -1])
            input_ids = torch.cat([input_ids, token], 1)
            if token.item() == eos_token_id:
                break
        return input_ids
    del loop.__wrapped__
    return loop


@student("sample", "WRONG", "softmax")
@decoder
def sample_of_softmax_of_probabilities(logits):
    return torch.multinomial(logits.softmax(-1).softmax(-1), 1)


@student("sample", "WRONG", "softmax")
@decoder
def sample_with_probabilities_as_logits(logits):
    probs = torch.softmax(logits, dim=-1)
    return torch.distributions.Categorical(logits=probs).sample()[:, None]


@student("sample", "WRONG", "rank")
@decoder
def sample_of_ranks(logits):
    ranked, _ = torch.sort(logits.softmax(-1), descending=True)
    return torch.multinomial(ranked, 1)


@student("sample", "WRONG")
@decoder
def sample_of_the_best(logits):
    return logits.argmax(-1, keepdim=True)


@student("sample", "WRONG")
@decoder
def sample_of_equal_chances(logits):
    best = logits.topk(5).indices
    return best[:, torch.randint(5, (1,))]


@student("sample", "WRONG")
@decoder
def sample_of_the_two_best(logits):
    values, ids = logits.topk(2)
    return ids.gather(-1, torch.multinomial(values.softmax(-1), 1))


@student("sample", "WRONG")
@decoder
def sample_with_a_temperature_in_the_code(logits):
    return torch.multinomial(torch.softmax(logits / 0.5, -1), 1)


@student("sample", "WRONG")
@decoder
def sample_of_squared_probabilities(logits):
    probs = logits.softmax(-1)
    return torch.multinomial(probs * probs, 1)


@student("sample", "WRONG")
@decoder
def sample_with_the_same_noise_at_each_step(logits):
    generator = torch.Generator().manual_seed(42)
    return torch.multinomial(logits.softmax(-1), 1, generator=generator)


@student("sample", "WRONG")
@decoder
def sample_without_the_exponent(logits):
    """The weights fall with the distance from the best logit, but not exponentially."""
    weights = 1 / (1 + logits.max() - logits)
    return torch.multinomial(weights, 1)


@student("sample", "WRONG", "cache")
def sample_that_feeds_the_last_token_alone(model, input_ids, *, max_new_tokens, eos_token_id):
    current, generated = input_ids, []
    for _ in range(max_new_tokens):
        current = torch.multinomial(model(current).logits[:, -1].softmax(-1), 1)
        generated.append(current.item())
        if generated[-1] == eos_token_id:
            break
    return generated


@student("sample", "WRONG", "limit")
def sample_of_one_token_more(model, input_ids, *, max_new_tokens, eos_token_id):
    count = 0
    while True:
        token = torch.multinomial(model(input_ids).logits[:, -1].softmax(-1), 1)
        input_ids = torch.cat([input_ids, token], 1)
        if token.item() == eos_token_id or count >= max_new_tokens:
            return input_ids
        count += 1


@student("sample", "WRONG")
def sample_that_does_not_stop_at_eos(model, input_ids, *, max_new_tokens, eos_token_id):
    for _ in range(max_new_tokens):
        token = torch.multinomial(model(input_ids).logits[:, -1].softmax(-1), 1)
        input_ids = torch.cat([input_ids, token], 1)
    return input_ids


@student("sample", "WRONG", "mask")
def sample_with_the_mask_of_the_prompt(model, input_ids, *, max_new_tokens, eos_token_id):
    mask = torch.ones_like(input_ids)
    for _ in range(max_new_tokens):
        logits = model(input_ids=input_ids, attention_mask=mask).logits
        token = torch.multinomial(logits[:, -1].softmax(-1), 1)
        input_ids = torch.cat([input_ids, token], 1)
        if token.item() == eos_token_id:
            break
    return input_ids
