"""Beam search as students write it: one function with options, and other ways to write it."""
import torch

from tests.grade.students import student

EOS = 151645


@torch.no_grad()
def search(model, input_ids, max_new_tokens, eos, width, penalty, *, refill=False, any_rank=False, lost=False, extra=0,
           length=len, normalise=torch.log_softmax, enough=None, extend=False, slot=False, choose=max, prompt=0):
    """Return the best text of a beam search in which one rule or another is wrong."""
    def rank(text):
        return text[1] / max(1, length(text[0]) + prompt) ** penalty

    beams, finished = [([], 0.0)], []
    for _ in range(max_new_tokens + extra):
        pool = []
        for tokens, score in beams:
            ids = torch.cat([input_ids, torch.tensor([tokens], dtype=torch.long)], 1) if tokens else input_ids
            gains, ids = normalise(model(ids).logits[0, -1], -1).topk(width + refill)
            pool += [(tokens + [i], score + g) for g, i in zip(gains.tolist(), ids.tolist())]
        pool.sort(key=rank, reverse=True)
        slots = width - slot * len(finished)
        top = pool[:slots]
        if extend:
            beams = top
            continue
        finished += [text for text in (pool if any_rank else top) if text[0][-1] == eos]
        beams = [text for text in top if text[0][-1] != eos]
        if refill:
            beams += [text for text in pool[slots:] if text[0][-1] != eos][:width - len(beams)]
        if len(finished) >= (enough or width) or not beams:
            break
    if lost and beams:
        finished = []
    return choose(finished or beams, key=rank)[0]


@student("beam_search", "right")
def per_text(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, length_penalty)


@student("beam_search", "right")
def from_text(model, tokenizer, prompt, beam_size, alpha, max_len):
    ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
    return tokenizer.decode(search(model, ids, max_len, tokenizer.eos_token_id, beam_size, alpha))


@student("beam_search", "right")
class BeamSearch:
    def __init__(self, model, num_beams=4, length_penalty=1.0):
        self.model, self.width, self.penalty = model, num_beams, length_penalty

    def generate(self, input_ids, max_new_tokens=1000):
        tokens = search(self.model, input_ids, max_new_tokens, EOS, self.width, self.penalty)
        return torch.cat([input_ids, torch.tensor([tokens], dtype=torch.long)], 1)


@student("beam_search", "right")
def without_limit(model, input_ids, num_beams, length_penalty):
    return search(model, input_ids, 20, EOS, num_beams, length_penalty)


@student("beam_search", "right")
@torch.no_grad()
def batched(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    out = model(input_ids=input_ids, use_cache=True)
    cache, scores, texts, finished = out.past_key_values, torch.zeros(1), [[]], []
    for step in range(max_new_tokens):
        gains, ids = out.logits[:, -1].log_softmax(-1).topk(num_beams)
        totals, order = (scores[:, None] + gains).flatten().topk(num_beams)
        parents, tokens = (order // num_beams).tolist(), ids.flatten()[order].tolist()
        kept = []
        for parent, token, total in zip(parents, tokens, totals.tolist()):
            text = texts[parent] + [token]
            if token == eos_token_id:
                finished.append((text, total))
            else:
                kept.append((text, total, parent, token))
        if len(finished) >= num_beams or not kept or step == max_new_tokens - 1:
            break
        texts, scores = [row[0] for row in kept], torch.tensor([row[1] for row in kept])
        cache.batch_select_indices(torch.tensor([row[2] for row in kept]))
        mask = torch.ones(len(kept), input_ids.shape[1] + step + 1, dtype=torch.long)
        out = model(torch.tensor([[row[3]] for row in kept]), attention_mask=mask, past_key_values=cache)
    both = finished + [row[:2] for row in kept] * (len(finished) < num_beams)
    return sorted(both, key=lambda row: row[1] / len(row[0]) ** length_penalty, reverse=True)


def enter(verdict, word, name, **options):
    """Enter a search with these options into the table."""
    def beam_search(model, input_ids, *, max_new_tokens, eos_token_id, num_beams=4, length_penalty=1.0):
        given = {**options, "prompt": input_ids.shape[1]} if "prompt" in options else options
        return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, length_penalty, **given)
    beam_search.__name__ = name
    student("beam_search", verdict, word)(beam_search)


enter("reading", "refilled from beyond num_beams", "refilled", refill=True)
enter("reading", "counts the prompt in the length", "with_prompt", prompt=1)
enter("WRONG", "whatever its rank", "any_rank", any_rank=True)
enter("WRONG", "finished beams are lost", "lost", lost=True)
enter("WRONG", "finished beams are extended", "extended", extend=True)
enter("WRONG", "holds a slot", "slot", slot=True)
enter("WRONG", "a token too many", "too_many", extra=1)
enter("WRONG", "a token too few", "too_few", extra=-1)
enter("WRONG", "raw logits", "raw", normalise=lambda logits, dim: logits)
enter("WRONG", "probabilities are added", "sums_of_probabilities", normalise=torch.softmax)
enter("WRONG", "first finished", "first_finished", enough=1)
enter("WRONG", "does not stop", "never_stops", enough=10**6)
enter("WRONG", "EOS is not counted", "without_eos", length=lambda tokens: max(1, len(tokens) - (tokens[-1] == EOS)))
enter("WRONG", "penalty is ignored", "no_penalty", length=lambda tokens: 1)
enter("WRONG", "worst", "worst", choose=min)


@student("beam_search", "WRONG", "greedy")
def greedy(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, 1, length_penalty)


@student("beam_search", "WRONG", "power is always 1")
def mean(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, 1.0)


@student("beam_search", "WRONG")  # other mistakes explain it as well
def times(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, -length_penalty)
