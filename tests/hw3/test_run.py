"""hw3.run as a newcomer meets it."""
import contextlib
import csv
import io
import json
import sys

import datasets as library
import numpy as np
import pytest

from hw3 import answers, datasets, evaluation, figures
from hw3.datasets import load_dataset
from hw3.evaluation import METHODS, measure, rank
from hw3.misses import OTHER_FORM, OTHER_WORDS, STRONGER, UNSEEN, explain, misses, other_forms
from hw3.report import shortened
from hw3.run import main
from minidl.data import QuestionAnswers
from minidl.metrics import mean_reciprocal_rank, recall_at_k

PAIRS = [("what is red", "the red fish swims in the sea"), ("which fish is blue", "a blue fish sleeps on sand"),
         ("who sails", "sailors sail over the sea in ships"), ("what shines", "the sun is yellow and warm")] * 3


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps({"query": f"{query} {n}", "answer": answer}) + "\n"
                            for n, (query, answer) in enumerate(PAIRS)))
    return path


def run(tmp_path, *arguments):
    main([*map(str, arguments), "--out", str(tmp_path / "out")])
    return tmp_path / "out" / "hw3"


def test_the_faq_is_evaluated_by_default(tmp_path, capsys):
    folder = run(tmp_path) / "faq"
    printed = capsys.readouterr().out
    assert "1,145 questions, 480 distinct answers" in printed and "229 test questions" in printed
    found = json.loads((folder / "results.json").read_text())["seeds"]["0"]
    assert list(found) == list(METHODS)
    for name, metrics in found.items():
        assert f"{metrics['MRR']['mean']:.3f}" in printed
        for interval in metrics.values():
            assert interval["low"] <= interval["mean"] <= interval["high"]
        assert 0.4 < metrics["Recall@1"]["mean"] < metrics["MRR"]["mean"] < metrics["Recall@10"]["mean"] < 0.9
    with open(folder / "ranks.csv", newline="", encoding="utf-8") as table:
        ranks = np.array([int(row["TF-IDF"]) for row in csv.DictReader(table)])
    assert (1 / ranks).mean() == pytest.approx(found["TF-IDF"]["MRR"]["mean"])
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert f"| TF-IDF | {found['TF-IDF']['Recall@1']['mean']:.3f} (" in report and "other forms: " in report
    assert f"{(ranks > 10).sum()} of 229 questions have their answer after the tenth place" in report
    assert (folder / "recall.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path, file):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run(tmp_path / name, "--data", file, "--seed", seed)
    first, again, other = ((tmp_path / name / "out" / "hw3" / "pairs.jsonl" / "ranks.csv").read_bytes()
                           for name in "abc")
    assert first == again != other


@pytest.mark.parametrize("name", METHODS)
def test_ranks_give_what_the_metrics_give_on_the_documents_found(name):
    pairs = load_dataset("faq").pairs
    train, test = pairs.split(0.2, rng=np.random.default_rng(3))
    ranked = rank(METHODS[name], train, test)
    predict, _ = ranked.index.search(ranked.vectorizer.transform_queries(test.queries), len(test.answers))
    found = measure(ranked.ranks, 0)
    for k in (1, 3, 10):
        assert found[f"Recall@{k}"].mean == pytest.approx(recall_at_k(test.answer_of, predict, k))
    assert found["MRR"].mean == pytest.approx(mean_reciprocal_rank(test.answer_of, predict))


def test_the_test_part_is_not_fitted_on(monkeypatch):
    seen = []
    train, test = QuestionAnswers.of(["a b"], ["red fish"]), QuestionAnswers.of(["blue fish"], ["blue sea"])
    for name, method in METHODS.items():
        vectorizer = method.vectorizer()
        monkeypatch.setattr(type(vectorizer), "fit", lambda self, texts, real=type(vectorizer).fit: (
            seen.append(list(texts)) or real(self, texts)))
        rank(method, train, test)
        monkeypatch.undo()
        assert seen[-1] == (["red fish", "a b"] if "questions" in name else ["red fish"])
    assert len(seen) == len(METHODS)


def test_progress_and_chunks_change_nothing(monkeypatch, file):
    pairs = load_dataset(file).pairs
    whole = evaluation.rank_all(pairs, pairs)
    monkeypatch.setattr(evaluation, "CHUNK", 2)
    for name, ranked in evaluation.rank_all(pairs, pairs).items():
        assert ranked.ranks.tolist() == whole[name].ranks.tolist()


def test_several_seeds_show_mean_and_deviation(tmp_path, file, capsys):
    folder = run(tmp_path, "--data", file, "--seeds", 3, "--seed", 5) / "pairs.jsonl"
    found = json.loads((folder / "results.json").read_text())["seeds"]
    assert list(found) == ["5", "6", "7"]
    means = [one["TF-IDF"]["MRR"]["mean"] for one in found.values()]
    assert f"{np.mean(means):.3f} ± {np.std(means, ddof=1):.3f}" in capsys.readouterr().out


def test_a_question_is_answered_with_the_words_that_earned_it(tmp_path, file, capsys):
    for method in ("tfidf", "bm25"):
        run(tmp_path, "--data", file, "--query", "Is there a BLUE fish?", "--method", method, "--top", 2)
        printed = capsys.readouterr().out
        first, second = printed.split("1. ")[1].split("2. ")
        assert first.startswith("a blue fish sleeps on sand") and "blue " in first.split("score")[1]
        assert second.startswith("the red fish") and "index built and saved" in printed
        run(tmp_path, "--data", file, "--query", "Is there a BLUE fish?", "--method", method, "--top", 2)
        again = capsys.readouterr().out
        assert again == printed.replace("built and saved", "as saved")
    run(tmp_path, "--data", file, "--query", "zebra")
    assert "no answer has a word of this question" in capsys.readouterr().out


def test_a_question_is_answered_in_its_own_script_where_it_can_be(tmp_path, file, capsys):
    more = [{"query": "что такое fish", "answer": "fish fish по-русски рыба"},
            {"query": "какой кот", "answer": "рыжий кот"}]
    file.write_text(file.read_text() + "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in more))
    for query, wanted in (("fish", "1. a blue fish"), ("что за fish", "1. fish fish по-русски"),
                          ("кот", "1. рыжий кот"), ("blue по", "1. fish fish по"), ("ships дом", "1. sailors")):
        run(tmp_path, "--data", file, "--query", query, "--top", 1)
        assert wanted in capsys.readouterr().out, query


def test_an_index_of_other_data_or_code_or_a_damaged_one_is_made_anew(tmp_path, file, capsys, monkeypatch):
    folder = run(tmp_path, "--data", file, "--query", "fish") / "pairs.jsonl"
    file.write_text(file.read_text() + json.dumps({"query": "who reads", "answer": "a green fish reads"}) + "\n")
    run(tmp_path, "--data", file, "--query", "green fish")
    printed = capsys.readouterr().out
    assert printed.count("index built and saved") == 2 and "a green fish reads" in printed
    whole = (folder / "tfidf.index").read_bytes()
    place = whole.index(b"PK\x01\x02") + 6  # the version of zip that the file asks for
    (folder / "tfidf.index").write_bytes(whole[:place] + b"\xff" + whole[place + 1:])
    run(tmp_path, "--data", file, "--query", "green fish")
    monkeypatch.setattr(answers, "_code_digest", lambda: "other")
    run(tmp_path, "--data", file, "--query", "green fish")
    assert capsys.readouterr().out.count("index built and saved") == 2


def test_a_folder_that_cannot_be_written_to(tmp_path, file, capsys):
    (tmp_path / "out").write_text("a file")
    run(tmp_path, "--data", file, "--query", "blue fish", "--top", 1)
    printed = capsys.readouterr().out
    assert "index built, not saved (" in printed and "1. a blue fish" in printed
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--data", file)
    assert stop.value.code == 2 and "seed 0" not in capsys.readouterr().out, "before the work, not after it"


def test_without_a_split_nothing_is_fitted_on_the_questions(tmp_path, file):
    folder = run(tmp_path, "--data", file, "--whole") / "pairs.jsonl"
    found = json.loads((folder / "results.json").read_text())["seeds"]["0"]
    assert list(found) == [name for name in METHODS if "questions" not in name]


def test_questions_from_the_terminal(tmp_path, file, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("blue fish\nwho sails\n\nnot asked\n"))
    run(tmp_path, "--data", file, "--interactive", "--top", 1)
    printed = capsys.readouterr().out
    assert printed.index("a blue fish") < printed.index("sailors sail") and printed.count("1. ") == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO("blue fish"))  # the input ends
    run(tmp_path, "--data", file, "--interactive", "--top", 1)
    assert capsys.readouterr().out.count("1. ") == 1


def test_parquet_files_are_read_by_the_datasets_library(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    queries, texts = zip(*PAIRS)
    path = tmp_path / "nq.parquet"
    library.Dataset.from_dict({"query": queries, "answer": texts}).to_parquet(path)
    found = load_dataset(str(path))
    assert found.pairs.queries == list(queries) and len(found.pairs.answers) == 4
    seen = []
    monkeypatch.setattr(library, "load_dataset", lambda path, split: seen.append((path, split)) or (
        library.Dataset.from_dict({"query": queries, "answer": texts})))
    assert load_dataset("nq").pairs.queries == list(queries)
    assert seen == [("sentence-transformers/natural-questions", "train")]
    with pytest.raises(ValueError, match="must have a column 'text', got query, answer"):
        load_dataset("nq", answer_column="text")
    monkeypatch.undo()
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    guessed = tmp_path / "guessed.PARQUET"
    library.Dataset.from_dict({"question": queries, "passage": texts}).to_parquet(guessed)
    assert load_dataset(str(guessed)).pairs[:2] == found.pairs[:2]
    for column, wrong, got in ((["a", None], 1, "nothing"), (["a", " "], 1, "nothing"), ([1, 2], 0, "int")):
        library.Dataset.from_dict({"query": ["a", "b"], "answer": column}).to_parquet(path)
        with pytest.raises(ValueError, match=f"nq.parquet, row {wrong}, column 'answer': must be text, got {got}$"):
            load_dataset(str(path))


def test_without_the_library_or_a_network_one_line_says_what_to_do(monkeypatch):
    def fails(*_, **__):
        raise ConnectionError("Couldn't reach the Hub\nmore lines")
    monkeypatch.setattr(library, "load_dataset", fails)
    with pytest.raises(OSError, match=r"natural-questions could not be loaded \(Couldn't reach the Hub\); without a "
                                      "network, use --data faq or a file$"):
        load_dataset("nq")
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ValueError, match=r"needs the datasets library; pip install 'minidl\[nq\]' brings it$"):
        load_dataset("nq")


@pytest.mark.parametrize("arguments, message", [
    (["--data", "nowhere"], "--data: must be faq, nq or a file, there is no 'nowhere'"),
    (["--whole", "--seeds", "2"], "--whole, --seeds: without a split every seed gives the same"),
    (["--top", "0"], "argument --top: must be a whole number, at least 1, got '0'"),
    (["--method", "x"], "argument --method: invalid choice: 'x'"),
])
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, *arguments)
    assert stop.value.code == 2 and message in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("ranks, deepest", [([1, 2, 2, 300], 100), ([1, 2, 5, 7], 7), ([1, 1], 1)])
def test_the_picture_shows_the_metrics(tmp_path, monkeypatch, ranks, deepest):
    drawn, real = [], figures.figure

    @contextlib.contextmanager
    def kept(*arguments, **options):
        with real(*arguments, **options) as (figure, panes):
            yield figure, panes
            drawn.append(panes[0, 0].lines[0].get_xydata())
    monkeypatch.setattr(figures, "figure", kept)
    measured = measure(np.array(ranks), 0)
    figures.plot_recall(tmp_path / "a.png", {"a": np.array(ranks)}, {"a": measured}, "title")
    curve = dict(drawn[0].tolist())
    assert list(curve) == list(range(1, deepest + 1))
    assert all(curve[k] == measured[f"Recall@{k}"].mean for k in (1, 3, 10) if k in curve)


def test_why_questions_miss():
    test = QuestionAnswers.of(
        ["zebra stripes", "training losses", "blue fish"],
        ["animals in Africa", "the training loss falls", "a fish is long and has many other words here", "blue blue"])
    test = test._replace(answer_of=np.array([0, 1, 2]), answers=[*test.answers, "blue fish"])
    ranked = rank(METHODS["TF-IDF"], test, test)
    found = [explain(test, ranked, number) for number in range(3)]
    assert [miss.reason for miss in found] == [OTHER_WORDS, OTHER_FORM, STRONGER]
    assert found[1].forms == [("losses", "loss")] and found[2].first == "blue fish"
    assert [term for term, _ in found[2].first_shared] == ["blue", "fish"] and found[0].shared == []
    pasadena = QuestionAnswers.of(["way to pasadena"], ["pasadena song"])
    assert explain(pasadena, rank(METHODS["TF-IDF"], test, pasadena), 0).reason == UNSEEN
    late, counts = misses(test, ranked._replace(ranks=np.array([11, 10, 12])))
    assert [miss.rank for miss in late] == [11, 12] and sum(counts.values()) == 2


@pytest.mark.parametrize("query, answer, pairs", [
    (["потери"], ["потерь", "рост"], [("потери", "потерь")]), (["cat"], ["cats"], []),
    (["loss"], ["loss", "losses"], []), (["transform"], ["transformers"], [("transform", "transformers")]),
    (["train"], ["trainability"], []),
])
def test_forms_of_a_word_agree_in_all_but_their_ends(query, answer, pairs):
    assert other_forms(query, answer) == pairs


def test_long_texts_are_shortened_at_a_space():
    assert shortened("one two", 20) == "one two" and shortened("one\n two three", 10) == "one two …"


def test_the_faq_keeps_what_it_promises():
    lines = [json.loads(line) for line in datasets.FAQ.read_text(encoding="utf-8").splitlines()]
    by_answer = {}
    for line in lines:
        assert list(line) == ["query", "answer", "language", "topic"] and line["language"] in ("en", "ru")
        by_answer.setdefault((line["answer"], line["language"], line["topic"]), []).append(line["query"])
    languages = [language for _, language, _ in by_answer]
    assert languages.count("en") >= 300 and languages.count("ru") >= 120
    assert len(by_answer) == len({answer for answer, *_ in by_answer}), "an answer has one topic and language"
    assert all(len(queries) >= 2 for queries in by_answer.values())
    assert len({line["query"].lower() for line in lines}) == len(lines), "no question twice"
