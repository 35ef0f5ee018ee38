"""Beam searches that follow the assignment: lists, tensors with a reordered cache, heaps, recursion."""
import copy
import heapq
from dataclasses import dataclass, field
from typing import NamedTuple

import torch

from tests.grade.students import student

EOS = 151645


@student("beam_search", "right")
@torch.no_grad()
def beams_as_lists_without_a_cache(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS, num_beams=4,
                                   length_penalty=1.0):
    prompt = input_ids[0].tolist()
    beams, finished = [([], 0.0)], []
    for _ in range(max_new_tokens):
        pool = []
        for tokens, score in beams:
            log_probs = torch.log_softmax(model(torch.tensor([prompt + tokens])).logits[0, -1], dim=-1)
            values, ids = log_probs.topk(num_beams)
            pool += [(tokens + [i], score + v) for v, i in zip(values.tolist(), ids.tolist())]
        pool.sort(key=lambda c: c[1] / len(c[0]) ** length_penalty, reverse=True)
        beams = [c for c in pool[:num_beams] if c[0][-1] != eos_token_id]
        finished += [c for c in pool[:num_beams] if c[0][-1] == eos_token_id]
        if len(finished) >= num_beams or not beams:
            break
    best = max(finished or beams, key=lambda c: c[1] / len(c[0]) ** length_penalty)
    return best[0]


@student("beam_search", "right")
@torch.inference_mode()
def beams_as_tensors_with_a_reordered_cache(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS, num_beams=4,
                                            length_penalty=1.0):
    out = model(input_ids=input_ids, attention_mask=torch.ones_like(input_ids), use_cache=True)
    tokens, scores, finished = input_ids.new_empty(1, 0), torch.zeros(1), []
    for step in range(max_new_tokens):
        log_probs = out.logits[:, -1].float().log_softmax(-1)
        total = (scores[:, None] + log_probs).flatten()
        scores, flat = total.topk(min(num_beams, len(total)))
        parents, last = flat // log_probs.shape[1], flat % log_probs.shape[1]
        tokens = torch.cat([tokens[parents], last[:, None]], 1)
        ended = last == eos_token_id
        finished += [(s.item() / (step + 1) ** length_penalty, t) for s, t in zip(scores[ended], tokens[ended])]
        tokens, scores, parents = tokens[~ended], scores[~ended], parents[~ended]
        if len(finished) >= num_beams or ended.all() or step == max_new_tokens - 1:
            break
        cache = out.past_key_values
        cache.reorder_cache(parents)
        mask = torch.ones(len(tokens), input_ids.shape[1] + step + 1, dtype=torch.long)
        out = model(input_ids=tokens[:, -1:], attention_mask=mask, past_key_values=cache, use_cache=True)
    if not finished:
        finished = [(scores[0], tokens[0])]
    return torch.cat([input_ids[0], max(finished, key=lambda pair: pair[0])[1]])[None]


@student("beam_search", "right")
def beams_by_heap(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """At the limit the unfinished texts compete with the finished ones; the EOS is cut off."""
    live, done = [(0.0, ())], []
    for n in range(1, max_new_tokens + 1):
        children = []
        for score, tokens in live:
            ids = torch.cat([input_ids, torch.tensor([tokens], dtype=torch.long)], dim=-1)
            gains, best = model(ids).logits[0, -1].log_softmax(-1).topk(num_beams)
            children += [(score + float(g), tokens + (int(i),)) for g, i in zip(gains, best)]
        live = []
        for score, tokens in heapq.nlargest(num_beams, children):
            if tokens[-1] == eos_token_id:
                heapq.heappush(done, (-score / n ** length_penalty, tokens))
            else:
                live.append((score, tokens))
        if not live or len(done) >= num_beams:
            return torch.tensor(done[0][1][:-1])
    both = done + [(-score / n ** length_penalty, tokens) for score, tokens in live]
    winner = min(both)[1]
    return torch.tensor(winner[:-1] if winner[-1] == eos_token_id else winner)


class Hypothesis(NamedTuple):
    tokens: tuple
    score: float
    finished: bool = False


@student("beam_search", "right")
def beams_by_recursion(model, input_ids, *, max_new_tokens, eos_token_id, num_beams=1, length_penalty=1.0):
    def rank(h):
        return h.score / len(h.tokens) ** length_penalty

    def extend(h):
        logits = model(torch.tensor([input_ids[0].tolist() + list(h.tokens)])).logits[0, -1].float()
        top = torch.topk(logits - torch.logsumexp(logits, 0), num_beams)
        return [Hypothesis((*h.tokens, i), h.score + v, i == eos_token_id)
                for v, i in zip(top.values.tolist(), top.indices.tolist())]

    def search(alive, finished, left):
        if left == 0 or not alive or len(finished) >= num_beams:
            return max(finished or alive, key=rank)
        pool = sorted((child for h in alive for child in extend(h)), key=rank, reverse=True)[:num_beams]
        return search([h for h in pool if not h.finished], finished + [h for h in pool if h.finished], left - 1)

    return search([Hypothesis((), 0.0)], [], max_new_tokens)


@dataclass
class Luch:
    tokeny: list = field(default_factory=list)
    ocenka: float = 0.0
    logits: torch.Tensor = None
    kesh: object = None


@student("beam_search", "right")
@torch.no_grad()
def beams_with_a_copied_cache_each(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS, num_beams=4,
                                   length_penalty=1.0):
    out = model(input_ids, use_cache=True)
    luchi, gotovye = [Luch([], 0.0, out.logits[0, -1], out.past_key_values)], []
    for shag in range(1, max_new_tokens + 1):
        deti = []
        for luch in luchi:
            for v, i in zip(*(x.tolist() for x in luch.logits.log_softmax(-1).topk(num_beams))):
                deti.append((Luch(luch.tokeny + [i], luch.ocenka + v), luch.kesh))
        deti.sort(key=lambda para: -para[0].ocenka)
        luchi = []
        for luch, kesh in deti[:num_beams]:
            if luch.tokeny[-1] == eos_token_id:
                gotovye.append(luch)
            elif shag < max_new_tokens:
                out = model(torch.tensor([luch.tokeny[-1:]]), past_key_values=copy.deepcopy(kesh), use_cache=True)
                luchi.append(Luch(luch.tokeny, luch.ocenka, out.logits[0, -1], out.past_key_values))
            else:
                luchi.append(luch)
        if len(gotovye) >= num_beams or not luchi:
            break
    return max(gotovye or luchi, key=lambda luch: luch.ocenka / len(luch.tokeny) ** length_penalty).tokeny


@student("beam_search", "right")
@torch.no_grad()
def beams_of_text(model, tokenizer, text, num_beams=4, length_penalty=1.0, max_new_tokens=1000):
    """All beams of a step are one batch, which has no padding, because their lengths are equal."""
    ids = tokenizer(text, return_tensors="pt").input_ids
    start, scores, ready = ids.shape[1], torch.zeros(1, 1), []
    for length in range(1, max_new_tokens + 1):
        gains, best = torch.log_softmax(model(ids).logits[:, -1], -1).topk(num_beams)
        order = (scores + gains).flatten().argsort(descending=True)[:num_beams]
        ids = torch.cat([ids[order // num_beams], best.flatten()[order, None]], dim=1)
        scores = (scores + gains).flatten()[order, None]
        end = ids[:, -1] == EOS
        ready += [(s.item() / length ** length_penalty, row) for s, row in zip(scores[end], ids[end])]
        ids, scores = ids[~end], scores[~end]
        if len(ready) >= num_beams or not len(ids):
            break
    row = max(ready, key=lambda pair: pair[0])[1] if ready else ids[0]
    return tokenizer.decode(row[start:], skip_special_tokens=True)


@student("beam_search", "right")
class BeamSearcher:
    """All candidates with their scores come back, best first; the first one is the answer."""

    def normalized(self, candidate):
        return candidate["score"] / len(candidate["tokens"]) ** self.alpha

    def __call__(self, model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
        self.alpha, active, complete = length_penalty, [{"tokens": [], "score": 0.0}], []
        while active and len(complete) < num_beams and len(active[0]["tokens"]) < max_new_tokens:
            rows = torch.tensor([input_ids[0].tolist() + c["tokens"] for c in active])
            values, ids = model(input_ids=rows).logits[:, -1].log_softmax(-1).topk(num_beams)
            pool = [{"tokens": c["tokens"] + [ids[r, j].item()], "score": c["score"] + values[r, j].item()}
                    for r, c in enumerate(active) for j in range(num_beams)]
            pool = sorted(pool, key=self.normalized)[::-1][:num_beams]
            complete.extend(c for c in pool if c["tokens"][-1] == eos_token_id)
            active = [c for c in pool if c["tokens"][-1] != eos_token_id]
        return max(complete or active, key=self.normalized)["tokens"]
