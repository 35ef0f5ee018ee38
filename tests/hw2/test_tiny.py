"""The small trained model that is shipped: what it is, what it can do, and how each decoder shows itself on it."""
from random import Random

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from hw2 import TINY
from hw2.chats import SYSTEMS
from hw2.findings import APART
from hw2.heldout import Decoded, measure_answers, story_words
from hw2.run import main
from hw2.stories import story
from hw2.tasks import PROMPTS
from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.model import encode_chat, end_token, load_model
from tests.decoding.models import generate

STORIES = [prompt for prompt, _ in (story(rng) for rng in map(Random, range(10)))]


@pytest.fixture(scope="module")
def loaded():
    return load_model(str(TINY))


@pytest.fixture(scope="module")
def decoded(loaded):
    """Return a function: the stories by a decoder with its settings, each decoded once."""
    known = {}

    def stories(decode, **settings):
        key = (decode, *settings.items())
        if key not in known:
            more = {"generator": torch.Generator().manual_seed(1)} if decode is sample else {}
            known[key] = Decoded(loaded, 250, "story", STORIES, decode, **settings, **more)
        return known[key]
    return stories


def test_is_a_small_qwen2_in_the_standard_layout(loaded):
    model, tokenizer = loaded
    assert sum(weight.numel() for weight in model.parameters()) <= 2_000_000
    assert sum(path.stat().st_size for path in TINY.iterdir()) <= 5_000_000
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= {
        path.name for path in TINY.iterdir()}
    plain = AutoModelForCausalLM.from_pretrained(TINY)
    assert type(plain).__name__ == "Qwen2ForCausalLM" and plain.dtype == torch.float16
    assert tokenizer.convert_ids_to_tokens(end_token(tokenizer)) == "<|im_end|>"
    assert AutoTokenizer.from_pretrained(TINY).chat_template == tokenizer.chat_template


def test_reads_transfers_to_people_it_has_never_met(loaded):
    right, wrong = measure_answers(loaded, "transfer", 40, 60)
    assert right >= 0.95, wrong  # of 500 at least 98 % are; of 40 two may be wrong


def test_stories_end_and_are_of_the_grammars_words(decoded):
    vocabulary = story_words()
    for found in (decoded(greedy), decoded(sample, temperature=1.0)):
        assert found.finished() >= 0.9 and found.known(vocabulary) > 0.99
        assert sum(prompt.split(" named ")[-1].rstrip(".").split()[-1] in text
                   for prompt, text in zip(STORIES, found.texts)) >= 8, "what the prompt ends with comes up"
    assert decoded(greedy).pronouns() >= 0.9


def test_a_low_temperature_is_greedy_but_for_ties_and_a_high_one_falls_apart(loaded, decoded):
    model, tokenizer = loaded
    cold, plain = decoded(sample, temperature=0.001), decoded(greedy)
    assert cold.same(plain) >= 0.8
    for prompt, ours, theirs in zip(STORIES, cold.candidates, plain.candidates):
        if ours.tokens != theirs.tokens:
            same = next(place for place, (one, other) in enumerate(zip(ours.tokens, theirs.tokens)) if one != other)
            ids = torch.cat([encode_chat(tokenizer, SYSTEMS["story"][0], prompt),
                             torch.tensor([ours.tokens[:same]], dtype=torch.int64)], dim=1)
            with torch.no_grad():
                logits = model(ids).logits[0, -1]
            assert logits[theirs.tokens[same]] - logits[ours.tokens[same]] < 0.01, "a chance of e ** -10 at most"
    assert decoded(sample, temperature=10.0).score() < APART < decoded(sample, temperature=1.0).score()


def test_diversity_grows_with_temperature_and_scores_fall(decoded):
    found = [decoded(sample, temperature=temperature) for temperature in (0.1, 0.5, 1.0, 2.0, 10.0)]
    diversity = [one.distinct() for one in found]
    assert diversity == sorted(diversity) and diversity[0] < 0.5 < 0.9 < diversity[-1]
    scores = [one.score() for one in found]
    assert scores == sorted(scores, reverse=True)


def test_nucleus_texts_lie_between_greedy_and_sampling(decoded):
    nucleus = decoded(sample, temperature=1.0, top_p=0.9)
    assert decoded(sample, temperature=1.0).score() < nucleus.score() < decoded(greedy).score()
    assert decoded(sample, temperature=1.0, top_p=0.15).same(decoded(greedy)) > 0.5 > nucleus.same(decoded(greedy))


def test_beams_find_what_greedy_misses(decoded):
    pairs = list(zip(decoded(beam_search, num_beams=4).candidates, decoded(greedy).candidates))
    assert any(ours.score > theirs.score + 0.01 for ours, theirs in pairs)


def test_our_decoders_and_generate_agree_on_a_trained_model(loaded):
    model, tokenizer = loaded
    end = end_token(tokenizer)
    for prompt in (*PROMPTS, PROMPTS[1]._replace(text="Pay Zaborov & Sons $12.5, please.")):
        ids = encode_chat(tokenizer, prompt.system, prompt.text)
        ours = greedy(model, ids, max_new_tokens=250, eos_token_id=end)[0][0]
        assert ours.tokens == generate(model, ids, max_new_tokens=250, eos_token_id=end)[0] and ours.finished
        drawn = sample(model, ids, max_new_tokens=60, eos_token_id=end, temperature=0.8, top_p=0.9, keep_crossing=True,
                       generator=torch.Generator().manual_seed(5))[0][0]
        with torch.random.fork_rng():
            torch.manual_seed(5)
            theirs = generate(model, ids, max_new_tokens=60, eos_token_id=end, do_sample=True, temperature=0.8,
                              top_p=0.9)
        assert drawn.tokens == theirs[0]


def test_the_command_takes_it_by_name(tmp_path, capsys):
    main(["--task", "1", "--model", "tiny", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert '{"contractor": "Anna Schmidt", "sum": 1250.50, "currency": "EUR"}' in printed and "hedgehog" in printed
    report = (tmp_path / "hw2" / "task1" / "report.md").read_text(encoding="utf-8")
    assert "- json, greedy: 2 runs, the same text each time" in report
    assert "- json, nothing wrong that these numbers show: greedy 2 of 2" in report


def test_knows_some_of_the_faq_by_heart(loaded):
    right, _ = measure_answers(loaded, "faq", 25, 300)
    assert right >= 0.1  # the README has the share of a hundred
