"""The shipped small model: its size and layout, what it has learned, and how each decoder behaves on it."""
from random import Random

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from hw2 import TINY
from hw2.findings import MIN_SCORE
from hw2.pretraining.chats import SYSTEMS
from hw2.pretraining.heldout import generate_answers, grammar_words, measure_answers, story_statistics
from hw2.pretraining.stories import story
from hw2.run import main
from hw2.tasks import PROMPTS
from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.chat import answer_ends, encode_chat
from minidl.decoding.config import end_tokens
from minidl.decoding.model import load_model
from tests.decoding.models import generate

STORIES = [prompt for prompt, _ in (story(rng) for rng in map(Random, range(10)))]


@pytest.fixture(scope="module")
def loaded():
    return load_model(str(TINY))


@pytest.fixture(scope="module")
def decoded(loaded):
    """A function that returns the stories of a decoder with its settings; each combination is decoded once."""
    cache = {}

    def stories(decode, **settings):
        key = (decode, *settings.items())
        if key not in cache:
            generator = {"generator": torch.Generator().manual_seed(1)} if decode is sample else {}
            cache[key] = generate_answers(loaded, "story", STORIES, decode, 250, **settings, **generator)
        return cache[key]
    return stories


@pytest.fixture(scope="module")
def statistics(decoded):
    """A function that returns the statistics of the stories of a decoder with its settings."""
    vocabulary = grammar_words()
    return lambda decode, **settings: story_statistics(decoded(decode, **settings), decoded(greedy), vocabulary)


def test_is_a_small_qwen2_in_the_standard_layout(loaded):
    model, tokenizer = loaded
    assert sum(weight.numel() for weight in model.parameters()) <= 2_000_000
    assert sum(path.stat().st_size for path in TINY.iterdir()) <= 5_000_000
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= {
        path.name for path in TINY.iterdir()}
    named = {line[66:] for line in (TINY / "SHA256SUMS").read_text().splitlines()}
    assert named == {path.name for path in TINY.iterdir()} - {"SHA256SUMS"}, "and load_model compares them"
    plain = AutoModelForCausalLM.from_pretrained(TINY)
    assert type(plain).__name__ == "Qwen2ForCausalLM" and plain.dtype == torch.float16
    assert answer_ends(model, tokenizer) == end_tokens(model) == {tokenizer.convert_tokens_to_ids("<|im_end|>")}
    assert AutoTokenizer.from_pretrained(TINY).chat_template == tokenizer.chat_template


def test_reads_transfers_to_contractors_that_training_never_had(loaded):
    right, wrong = measure_answers(loaded, "transfer", 40, 60)
    assert right >= 0.95, wrong  # 98 % of 500 are right; 2 of these 40 may be wrong


def test_stories_end_and_use_the_words_of_the_grammar(decoded, statistics):
    for setting in ({"decode": greedy}, {"decode": sample, "temperature": 1.0}):
        row = statistics(**setting)
        assert row["EOS"] >= 0.9 and row["known words"] > 0.99
        assert sum(prompt.split(" named ")[-1].rstrip(".").split()[-1] in text
                   for prompt, text in zip(STORIES, decoded(**setting).texts)) >= 8, "the prompt's last word is used"
    assert statistics(greedy)["pronouns"] >= 0.9


def test_a_low_temperature_equals_greedy_except_for_ties_and_a_high_one_has_low_scores(loaded, decoded, statistics):
    model, tokenizer = loaded
    assert statistics(sample, temperature=0.001)["as greedy"] >= 0.8
    cold, plain = decoded(sample, temperature=0.001), decoded(greedy)
    for prompt, ours, theirs in zip(STORIES, cold.candidates, plain.candidates):
        if ours.tokens != theirs.tokens:
            split = [a == b for a, b in zip(ours.tokens, theirs.tokens)].index(False)
            ids = torch.cat([encode_chat(tokenizer, SYSTEMS["story"][0], prompt),
                             torch.tensor([ours.tokens[:split]], dtype=torch.int64)], dim=1)
            with torch.no_grad():
                logits = model(ids).logits[0, -1]
            assert logits[theirs.tokens[split]] - logits[ours.tokens[split]] < 0.01, "probability e ** -10 at most"
    assert statistics(sample, temperature=10.0)["score"] < MIN_SCORE < statistics(sample, temperature=1.0)["score"]


def test_with_the_temperature_diversity_grows_and_scores_fall(statistics):
    rows = [statistics(sample, temperature=temperature) for temperature in (0.1, 0.5, 1.0, 2.0, 10.0)]
    diversity = [row["distinct-2"] for row in rows]
    assert diversity == sorted(diversity) and diversity[0] < 0.5 < 0.9 < diversity[-1]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_nucleus_scores_are_between_greedy_and_sampling(statistics):
    nucleus = statistics(sample, temperature=1.0, top_p=0.9)
    assert statistics(sample, temperature=1.0)["score"] < nucleus["score"] < statistics(greedy)["score"]
    assert statistics(sample, temperature=1.0, top_p=0.15)["as greedy"] > 0.5 > nucleus["as greedy"]


def test_beam_search_finds_likelier_stories_than_greedy(decoded):
    pairs = list(zip(decoded(beam_search, num_beams=4).candidates, decoded(greedy).candidates))
    assert any(ours.score > theirs.score + 0.01 for ours, theirs in pairs)


def test_our_decoders_and_generate_agree_on_a_trained_model(loaded):
    model, tokenizer = loaded
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
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


def test_the_name_tiny_loads_the_shipped_model(tmp_path, capsys):
    main(["--task", "1", "--model", "tiny", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert '{"contractor": "Anna Schmidt", "sum": 1250.50, "currency": "EUR"}' in printed and "hedgehog" in printed
    report = (tmp_path / "hw2" / "task1" / "report.md").read_text(encoding="utf-8")
    assert "- json, greedy: 2 runs, the same text each time" in report
    assert "- json, no check failed: greedy 2 of 2" in report


def test_answers_a_tenth_of_the_faq_exactly(loaded):
    right, _ = measure_answers(loaded, "faq", 25, 300)
    assert right >= 0.1  # the README has the share of 100 questions
