"""Wrong beam searches: what becomes of the candidates that end with EOS, and how the search ends."""
import torch

from tests.grade.students import student


def children(model, prompt, candidates, num_beams):
    """Return the num_beams best extensions of each candidate (tokens, score)."""
    pool = []
    for tokens, score in candidates:
        top = model(torch.tensor([prompt + tokens])).logits[0, -1].log_softmax(-1).topk(num_beams)
        pool += [(tokens + [i], score + v) for v, i in zip(top.values.tolist(), top.indices.tolist())]
    return pool


def ranking(length_penalty):
    return lambda candidate: candidate[1] / len(candidate[0]) ** length_penalty


@student("beam_search", "WRONG", "rank")
def beams_that_finish_every_eos_child(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    rank, prompt, active, finished = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)], []
    for _ in range(max_new_tokens):
        pool = children(model, prompt, active, num_beams)
        finished += [c for c in pool if c[0][-1] == eos_token_id]
        active = sorted((c for c in pool if c[0][-1] != eos_token_id), key=rank, reverse=True)[:num_beams]
        if len(finished) >= num_beams or not active:
            break
    return max(finished or active, key=rank)[0]


@student("beam_search", "WRONG", "rank")
@torch.no_grad()
def tensor_beams_that_finish_every_eos_child(model, input_ids, *, max_new_tokens, eos_token_id, num_beams,
                                             length_penalty):
    seqs, scores, finished = input_ids, torch.zeros(1), []
    for n in range(1, max_new_tokens + 1):
        gains, ids = model(seqs).logits[:, -1].log_softmax(-1).topk(num_beams)
        totals, parents = (scores[:, None] + gains).flatten(), torch.arange(len(seqs)).repeat_interleave(num_beams)
        seqs = torch.cat([seqs[parents], ids.flatten()[:, None]], 1)
        ended = seqs[:, -1] == eos_token_id
        finished += [(s / n ** length_penalty, row) for s, row in zip(totals[ended].tolist(), seqs[ended])]
        seqs, scores = seqs[~ended], totals[~ended]
        scores, order = scores.topk(min(num_beams, len(scores)))
        seqs = seqs[order]
        if len(finished) >= num_beams or not len(seqs):
            break
    return max(finished, key=lambda f: f[0])[1] if finished else seqs[0]


@student("beam_search", "WRONG", "finished")
def beams_that_extend_finished_ones(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """The end is looked for only in the answer."""
    rank, prompt, active = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)]
    for _ in range(max_new_tokens):
        active = sorted(children(model, prompt, active, num_beams), key=rank, reverse=True)[:num_beams]
    tokens = active[0][0]
    return tokens[:tokens.index(eos_token_id) + 1] if eos_token_id in tokens else tokens


@student("beam_search", "WRONG")  # several known mistakes come near it
def beams_that_note_finished_ones_and_extend_them(model, input_ids, *, max_new_tokens, eos_token_id, num_beams,
                                                  length_penalty):
    rank, prompt, active, finished = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)], []
    for _ in range(max_new_tokens):
        active = sorted(children(model, prompt, active, num_beams), key=rank, reverse=True)[:num_beams]
        finished += [c for c in active if c[0][-1] == eos_token_id]
        if len(finished) >= num_beams:
            break
    return max(finished or active, key=rank)[0]


@student("beam_search", "WRONG")  # several known mistakes come near it
def beams_that_lose_finished_ones(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    rank, prompt, active, done = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)], 0
    for _ in range(max_new_tokens):
        pool = sorted(children(model, prompt, active, num_beams), key=rank, reverse=True)[:num_beams]
        left = [c for c in pool if c[0][-1] != eos_token_id]
        done += len(pool) - len(left)
        if done >= num_beams or not left:
            return pool[0][0]
        active = left
    return active[0][0]


@student("beam_search", "WRONG", "finished")
def beams_with_finished_ones_among_them(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """A finished candidate stays in the pool and takes a place of the num_beams."""
    rank, prompt, beams = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)]
    for _ in range(max_new_tokens):
        done = [c for c in beams if c[0] and c[0][-1] == eos_token_id]
        pool = done + children(model, prompt, [c for c in beams if c not in done], num_beams)
        beams = sorted(pool, key=rank, reverse=True)[:num_beams]
        if all(tokens[-1] == eos_token_id for tokens, _ in beams):
            break
    return max(beams, key=rank)[0]


@student("beam_search", "WRONG", "finished")
def beams_that_shrink_with_each_finished_one(model, input_ids, *, max_new_tokens, eos_token_id, num_beams,
                                             length_penalty):
    rank, prompt, active, finished = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)], []
    for _ in range(max_new_tokens):
        room = num_beams - len(finished)
        pool = sorted(children(model, prompt, active, num_beams), key=rank, reverse=True)[:room]
        finished += [c for c in pool if c[0][-1] == eos_token_id]
        active = [c for c in pool if c[0][-1] != eos_token_id]
        if len(finished) >= num_beams or not active:
            break
    return max(finished or active, key=rank)[0]


@student("beam_search", "WRONG")
def beams_that_stop_at_the_first_finished(model, input_ids, *, max_new_tokens, eos_token_id, num_beams,
                                          length_penalty):
    rank, prompt, active = ranking(length_penalty), input_ids[0].tolist(), [([], 0.0)]
    for _ in range(max_new_tokens):
        active = sorted(children(model, prompt, active, num_beams), key=rank, reverse=True)[:num_beams]
        for candidate in active:
            if candidate[0][-1] == eos_token_id:
                return candidate[0]
    return active[0][0]


@student("beam_search", "WRONG", "limit")
def beams_of_one_token_more(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """The first tokens are not counted as a step."""
    rank, prompt, finished = ranking(length_penalty), input_ids[0].tolist(), []
    pool = children(model, prompt, [([], 0.0)], num_beams)
    for step in range(max_new_tokens + 1):
        finished += [c for c in pool if c[0][-1] == eos_token_id]
        active = [c for c in pool if c[0][-1] != eos_token_id]
        if len(finished) >= num_beams or not active or step == max_new_tokens:
            break
        pool = sorted(children(model, prompt, active, num_beams), key=rank, reverse=True)[:num_beams]
    return max(finished or active, key=rank)[0]
