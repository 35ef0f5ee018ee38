"""Beam searches of another reading: a refilled beam, a length or a limit that counts the prompt."""
import torch

from tests.grade.students import student

EOS = 151645


@student("beam_search", "reading", "refill")
@torch.no_grad()
def beams_refilled_from_twice_as_many(model, input_ids, *, max_new_tokens=1000, eos_token_id=EOS, num_beams=4,
                                      length_penalty=1.0):
    """As in Hugging Face's generate: 2 W candidates, so that W unfinished ones are always left."""
    beams, scores, done = input_ids, torch.zeros(1), []
    for length in range(1, max_new_tokens + 1):
        log_probs = model(beams).logits[:, -1].log_softmax(-1)
        vocabulary = log_probs.shape[-1]
        values, flat = (scores[:, None] + log_probs).view(-1).topk(2 * num_beams)
        rows, row_scores = [], []
        for rank, (value, index) in enumerate(zip(values.tolist(), flat.tolist())):
            row = torch.cat([beams[index // vocabulary], torch.tensor([index % vocabulary])])
            if index % vocabulary == eos_token_id:
                if rank < num_beams:
                    done.append((value / length ** length_penalty, row))
            elif len(rows) < num_beams:
                rows.append(row)
                row_scores.append(value)
        beams, scores = torch.stack(rows), torch.tensor(row_scores)
        if len(done) >= num_beams:
            break
    return (max(done, key=lambda pair: pair[0])[1] if done else beams[0])[None]


@student("beam_search", "reading", "refill")
def beams_refilled_from_the_pool(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """The beams are the W best unfinished children."""
    prompt, active, finished = input_ids[0].tolist(), [([], 0.0)], []
    for _ in range(max_new_tokens):
        pool = []
        for tokens, score in active:
            top = model(torch.tensor([prompt + tokens])).logits[0, -1].log_softmax(-1).topk(num_beams)
            pool += [(tokens + [i], score + v) for v, i in zip(top.values.tolist(), top.indices.tolist())]
        pool.sort(key=lambda c: c[1] / len(c[0]) ** length_penalty, reverse=True)
        finished += [c for c in pool[:num_beams] if c[0][-1] == eos_token_id]
        active = [c for c in pool if c[0][-1] != eos_token_id][:num_beams]
        if len(finished) >= num_beams or not active:
            break
    return max(finished or active, key=lambda c: c[1] / len(c[0]) ** length_penalty)[0]


@student("beam_search", "reading", "prompt")
def beams_ranked_by_the_whole_length(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    def rank(candidate):
        return candidate[1] / len(candidate[0]) ** length_penalty

    active, finished = [(input_ids[0].tolist(), 0.0)], []
    for _ in range(max_new_tokens):
        pool = []
        for ids, score in active:
            top = model(torch.tensor([ids])).logits[0, -1].log_softmax(-1).topk(num_beams)
            pool += [(ids + [i], score + v) for v, i in zip(top.values.tolist(), top.indices.tolist())]
        pool = sorted(pool, key=rank, reverse=True)[:num_beams]
        finished += [c for c in pool if c[0][-1] == eos_token_id]
        active = [c for c in pool if c[0][-1] != eos_token_id]
        if len(finished) >= num_beams or not active:
            break
    return max(finished or active, key=rank)[0]


@student("beam_search", "reading", "prompt")
@torch.no_grad()
def tensor_beams_ranked_by_the_whole_length(model, input_ids, *, max_new_tokens, eos_token_id, num_beams=4,
                                            length_penalty=1.0):
    out, seqs, scores, ended = model(input_ids, use_cache=True), input_ids, torch.zeros(1), []
    for step in range(max_new_tokens):
        gains, ids = out.logits[:, -1].log_softmax(-1).topk(num_beams)
        scores, flat = (scores[:, None] + gains).view(-1).topk(num_beams)
        seqs = torch.cat([seqs[flat // num_beams], ids.view(-1)[flat][:, None]], -1)
        is_eos = seqs[:, -1] == eos_token_id
        ended += list(zip((scores[is_eos] / seqs.shape[-1] ** length_penalty).tolist(), seqs[is_eos]))
        seqs, scores = seqs[~is_eos], scores[~is_eos]
        if len(ended) >= num_beams or not len(seqs):
            break
        if step + 1 < max_new_tokens:
            out.past_key_values.reorder_cache((flat // num_beams)[~is_eos])
            out = model(seqs[:, -1:], past_key_values=out.past_key_values, use_cache=True)
    return (max(ended, key=lambda pair: pair[0])[1] if ended else seqs[0]).tolist()


@student("beam_search", "reading", "prompt")
def beams_up_to_a_total_length(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    start, active, finished = input_ids.shape[1], [(input_ids[0].tolist(), 0.0)], []

    def rank(candidate):
        return candidate[1] / max(len(candidate[0]) - start, 1) ** length_penalty

    while active and len(finished) < num_beams and len(active[0][0]) < max_new_tokens:
        pool = []
        for ids, score in active:
            top = model(torch.tensor([ids])).logits[0, -1].log_softmax(-1).topk(num_beams)
            pool += [(ids + [i], score + v) for v, i in zip(top.values.tolist(), top.indices.tolist())]
        pool = sorted(pool, key=rank, reverse=True)[:num_beams]
        finished += [c for c in pool if c[0][-1] == eos_token_id]
        active = [c for c in pool if c[0][-1] != eos_token_id]
    return torch.tensor(max(finished or active, key=rank)[0])


@student("beam_search", "reading", "prompt")
def beams_over_the_places_that_the_prompt_leaves(model, input_ids, *, max_new_tokens, eos_token_id, num_beams,
                                                 length_penalty):
    active, finished = [([], 0.0)], []
    for step in range(len(input_ids[0]), max_new_tokens):
        rows = torch.stack([torch.cat([input_ids[0], torch.tensor(tokens, dtype=torch.long)]) for tokens, _ in active])
        gains, ids = model(rows).logits[:, -1].log_softmax(-1).topk(num_beams)
        pool = [(tokens + [i], score + g) for (tokens, score), row_gains, row_ids in zip(active, gains, ids)
                for g, i in zip(row_gains.tolist(), row_ids.tolist())]
        pool = sorted(pool, key=lambda c: c[1])[-num_beams:]
        finished += [c for c in pool if c[0][-1] == eos_token_id]
        active = [c for c in pool if c[0][-1] != eos_token_id]
        if len(finished) >= num_beams or not active:
            break
    return max(finished or active, key=lambda c: c[1] / max(len(c[0]), 1) ** length_penalty)[0]
