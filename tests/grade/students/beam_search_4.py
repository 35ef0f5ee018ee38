"""Wrong beam searches: wrong scores, rankings, parents and caches."""
import torch

from tests.grade.students import student


def search(model, input_ids, limit, eos, width, *, step, answer):
    """Return a student's answer; `step` makes the pool of (tokens, score), ranked, `answer` chooses the best."""
    prompt, active, finished = input_ids[0].tolist(), [([], 0.0)], []
    for _ in range(limit):
        pool = step(model, prompt, active)[:width]
        finished += [c for c in pool if c[0][-1] == eos]
        active = [c for c in pool if c[0][-1] != eos]
        if len(finished) >= width or not active:
            break
    return answer(finished or active)[0]


def pool_of(gain, add, width):
    """Return a step that ranks the children by their scores; gain: of logits (V,); add: to the parent's score."""
    def step(model, prompt, active):
        pool = []
        for tokens, score in active:
            top = gain(model(torch.tensor([prompt + tokens])).logits[0, -1]).topk(width)
            pool += [(tokens + [i], add(score, v)) for v, i in zip(top.values.tolist(), top.indices.tolist())]
        return sorted(pool, key=lambda c: -c[1])
    return step


def best(length_penalty):
    return lambda candidates: max(candidates, key=lambda c: c[1] / len(c[0]) ** length_penalty)


def log_softmax(logits):
    return logits.log_softmax(-1)


def plus(score, value):
    return score + value


@student("beam_search", "WRONG")
def beams_of_summed_probabilities(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(lambda z: z.softmax(-1), plus, num_beams), answer=best(length_penalty))


@student("beam_search", "WRONG")
def beams_of_summed_logits(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(lambda z: z, plus, num_beams), answer=best(length_penalty))


@student("beam_search", "WRONG")
def beams_that_forget_the_parents_score(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(log_softmax, lambda score, value: value, num_beams), answer=best(length_penalty))


@student("beam_search", "WRONG")
def beams_without_a_length_penalty(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(log_softmax, plus, num_beams), answer=best(0))


@student("beam_search", "WRONG")
def beams_multiplied_by_the_length(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(log_softmax, plus, num_beams), answer=best(-length_penalty))


@student("beam_search", "WRONG")
def beams_divided_by_the_length_times_the_penalty(model, input_ids, *, max_new_tokens, eos_token_id, num_beams,
                                                  length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(log_softmax, plus, num_beams), answer=best(1))


@student("beam_search", "WRONG")
def beams_whose_answer_finished_first(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams,
                  step=pool_of(log_softmax, plus, num_beams), answer=lambda candidates: candidates[0])


@student("beam_search", "WRONG")
def beams_whose_answer_is_the_worst(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """Scores are negative, and the student takes the smallest for the best."""
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, step=pool_of(log_softmax, plus, num_beams),
                  answer=lambda cs: min(cs, key=lambda c: c[1] / len(c[0]) ** length_penalty))


@student("beam_search", "WRONG")
def beams_that_never_meet(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """Each of the first tokens is continued greedily by itself."""
    def step(model, prompt, active):
        if not active[0][0]:
            return pool_of(log_softmax, plus, num_beams)(model, prompt, active)
        return [pool_of(log_softmax, plus, 1)(model, prompt, [c])[0] for c in active]
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, step=step, answer=best(length_penalty))


@student("beam_search", "WRONG")
def beams_that_start_as_copies(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """All beams are the same text, so the pool holds the best child num_beams times."""
    def step(model, prompt, active):
        copies = active * num_beams if not active[0][0] else active
        return pool_of(log_softmax, plus, num_beams)(model, prompt, copies)
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, step=step, answer=best(length_penalty))


@student("beam_search", "WRONG", "cache")
def beams_that_feed_the_last_token_alone(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    def step(model, prompt, active):
        pool = []
        for tokens, score in active:
            current = torch.tensor([tokens[-1:] or prompt])
            top = model(current).logits[0, -1].log_softmax(-1).topk(num_beams)
            pool += [(tokens + [i], score + v) for v, i in zip(top.values.tolist(), top.indices.tolist())]
        return sorted(pool, key=lambda c: -c[1])
    return search(model, input_ids, max_new_tokens, eos_token_id, num_beams, step=step, answer=best(length_penalty))


def tensor_search(model, input_ids, limit, eos, width, penalty, *, parents_of, reorder):
    out, tokens, scores, done = model(input_ids, use_cache=True), input_ids.new_empty(1, 0), torch.zeros(1), []
    for step in range(limit):
        gains, ids = out.logits[:, -1].log_softmax(-1).topk(width)
        scores, flat = (scores[:, None] + gains).flatten().topk(width)
        parents = parents_of(flat, width, len(tokens))
        tokens = torch.cat([tokens[parents], ids.flatten()[flat][:, None]], 1)
        ended = tokens[:, -1] == eos
        done += [(s / (step + 1) ** penalty, row) for s, row in zip(scores[ended].tolist(), tokens[ended])]
        tokens, scores, parents = tokens[~ended], scores[~ended], parents[~ended]
        if len(done) >= width or not len(tokens) or step == limit - 1:
            break
        out.past_key_values.reorder_cache(reorder(parents))
        out = model(tokens[:, -1:], past_key_values=out.past_key_values, use_cache=True)
    return max(done, key=lambda pair: pair[0])[1] if done else tokens[0]


@student("beam_search", "WRONG")
@torch.no_grad()
def beams_without_reordering(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    """The first beam is copied for all, and later the caches stay where they are."""
    return tensor_search(model, input_ids, max_new_tokens, eos_token_id, num_beams, length_penalty,
                         parents_of=lambda flat, width, rows: flat // width,
                         reorder=lambda parents: torch.arange(len(parents)).clamp(max=parents.max()))


@student("beam_search", "WRONG")
@torch.no_grad()
def beams_with_wrong_parents(model, input_ids, *, max_new_tokens, eos_token_id, num_beams, length_penalty):
    return tensor_search(model, input_ids, max_new_tokens, eos_token_id, num_beams, length_penalty,
                         parents_of=lambda flat, width, rows: flat % rows, reorder=lambda parents: parents)
