"""Finished texts are reused by the same call, and by no other."""
from types import SimpleNamespace

import pytest

from hw2 import generation
from hw2.tasks import PROMPTS
from tests.decoding.folders import save_model
from tests.hw2.runs import run


def count_texts(monkeypatch):
    """Return a list that grows by the number of texts of each batch that is decoded."""
    counts, real_decode = [], generation.decode

    def decode(setup, task, texts, on_result):
        counts.append(len(texts))
        return real_decode(setup, task, texts, on_result)
    monkeypatch.setattr(generation, "decode", decode)
    return counts


def assert_same_texts(results, expected):
    """Assert that the results are equal; scores may differ by rounding, because the batches had other rows."""
    def without_score(result):
        return {name: value for name, value in result.items() if name != "score"}
    assert list(map(without_score, results)) == list(map(without_score, expected))
    assert [result["score"] for result in results] == pytest.approx([result["score"] for result in expected], abs=1e-3)


def test_the_same_seed_gives_the_same_texts_and_finished_texts_are_reused(tmp_path, model, capsys, monkeypatch):
    first = run(tmp_path / "a", model, "--task", "2")
    repeated = run(tmp_path / "b", model, "--task", "2")
    other = run(tmp_path / "c", model, "--task", "2", "--seed", "1")
    tokens, repeated_tokens, other_tokens = (
        [result["tokens"] for result in results] for results in (first, repeated, other))
    assert tokens == repeated_tokens != other_tokens
    capsys.readouterr()
    counts = count_texts(monkeypatch)
    assert run(tmp_path / "a", model, "--task", "2") == first and not counts
    assert capsys.readouterr().out.count("[from an earlier call]") == 2, "once per setting"
    assert run(tmp_path / "a", model, "--task", "2", "--fresh") == first and counts == [6]
    assert run(tmp_path / "a", model, "--task", "2", "--seed", "1") == other and counts == [6, 6]
    assert run(tmp_path / "a", model, "--task", "2") == first and counts == [6, 6], "each seed's texts are kept"
    assert run(tmp_path / "a", model, "--task", "2", "--lang", "ru") == first and counts == [6, 6]
    report = (tmp_path / "a" / "hw2" / "task2" / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# HW2, задача 2: сэмплирование")


def test_a_kill_loses_no_finished_text(tmp_path, model, monkeypatch):
    whole, written, write_results = run(tmp_path / "whole", model, "--task", "3"), [], generation.write_results

    def write_and_stop(*arguments):
        written.append(write_results(*arguments))
        if len(written) == 4:
            raise KeyboardInterrupt
    monkeypatch.setattr(generation, "write_results", write_and_stop)
    with pytest.raises(SystemExit) as stop:
        run(tmp_path / "killed", model, "--task", "3")
    assert stop.value.code == 130
    folder = tmp_path / "killed" / "hw2" / "task3"
    kept = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(kept) == len(list((folder / "texts").iterdir())) == 4
    monkeypatch.setattr(generation, "write_results", write_results)
    counts = count_texts(monkeypatch)
    assert_same_texts(run(tmp_path / "killed", model, "--task", "3"), whole)
    assert counts == [26], "the four finished texts are not decoded again"


def test_only_the_text_of_a_damaged_record_is_decoded_again(tmp_path, model, capsys, monkeypatch):
    whole = run(tmp_path, model, "--task", "3")
    records = sorted((tmp_path / "hw2" / "task3" / "texts").iterdir())
    assert len(records) == 30
    records[0].write_text(records[0].read_text().replace("score", "sc0re", 1))
    (tmp_path / "hw2" / "task3" / "results.jsonl").unlink()
    counts = count_texts(monkeypatch)
    assert_same_texts(run(tmp_path, model, "--task", "3"), whole)
    printed = " ".join(capsys.readouterr().out.split())
    assert counts == [1] and "texts: 1 of 30 texts: damaged (the record has changed)" in printed


@pytest.mark.parametrize("tokens", [[-1], [300], [10**30], [True], ["1"], None])
def test_a_record_of_tokens_that_the_model_has_not_is_refused(tokens):
    setup = SimpleNamespace(model=SimpleNamespace(config=SimpleNamespace(vocab_size=300)))
    with pytest.raises(ValueError, match="^tokens: must be "):
        generation.saved_result(setup, None, None, {"tokens": tokens, "score": 0.0, "finished": True})


def test_texts_of_another_config_or_template_are_not_reused(tmp_path, model, capsys):
    def reused():
        run(tmp_path, model, "--task", "1")
        return "from an earlier call" in capsys.readouterr().out

    config, template = model / "config.json", model / "chat_template.jinja"
    original = config.read_text()
    assert (reused(), reused()) == (False, True)
    try:
        config.write_text(original.replace('"rms_norm_eps": ', '"rms_norm_eps": 1'))
        assert config.read_text() != original and (reused(), reused()) == (False, True)
        config.write_text(original)
        assert (reused(), reused()) == (False, True)
        template.write_text("{{ messages[0]['content'] }}: {{ messages[1]['content'] }}")
        assert (reused(), reused()) == (False, True)
    finally:
        config.write_text(original)
        template.unlink(missing_ok=True)


def test_texts_of_another_dtype_or_other_weights_are_not_reused(tmp_path, model, tmp_path_factory, capsys):
    run(tmp_path, model, "--task", "1")
    run(tmp_path, model, "--task", "1", "--dtype", "bfloat16")
    save_model(model, seed=4)
    try:
        run(tmp_path, model, "--task", "1")
    finally:
        save_model(model, seed=3)
    assert "from an earlier call" not in capsys.readouterr().out


def test_a_prompt_of_the_command_line_does_not_reuse_the_texts_of_the_same_words(tmp_path, model, capsys):
    run(tmp_path, model, "--task", "1")
    story = PROMPTS[0]
    result = run(tmp_path, model, "--task", "1", "--prompt", story.text, "--system", story.system)[0]
    assert result["prompt"] == "prompt" and "from an earlier call" not in capsys.readouterr().out
