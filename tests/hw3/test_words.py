"""HW3's words in all scripts."""
import unicodedata

import pytest
from hypothesis import given

from hw3.answers import no_answer
from hw3.ranking import rank
from hw3.words import UNSPACED, prepared, words_of
from minidl.data import QuestionAnswers
from minidl.text import Analyzer
from tests.hw3.conftest import run
from tests.strategies import documents


@given(documents)
def test_composed_and_decomposed_texts_have_the_same_words(texts):
    for text in texts:
        assert words_of(unicodedata.normalize("NFD", text)) == words_of(unicodedata.normalize("NFC", text))


@given(documents)
def test_texts_without_marks_in_scripts_with_spaces_have_the_default_words(texts):
    for text in texts:
        text = "".join(character for character in unicodedata.normalize("NFC", text)
                       if unicodedata.category(character)[0] != "M" and not UNSPACED.match(character)
                       and character not in "\u200c\u200d")
        text = unicodedata.normalize("NFC", text.replace("İ", ""))  # in lower case it has a mark
        assert words_of(text) == Analyzer().terms(text)


@pytest.mark.parametrize("text, words", [
    ("机器学习。iPhone手机", ["机器", "器学", "学习", "iphone", "手机"]), ("東京タワー、3階", ["東京", "京タ", "タワ", "ワー"]),
    ("ภาษาไทย 100", ["ภา", "าษ", "ษา", "าไ", "ไท", "ทย", "100"]), ("한국어 단어", ["한국어", "단어"]),
    ("и\u0306од cafe\u0301", ["йод", "café"]), ("हिन्दी", ["हिन्दी"])])
def test_words_of_a_text(text, words):
    assert words_of(text) == words


def test_a_text_of_ascii_is_not_changed():
    assert prepared("A plain text, 42") == "A plain text, 42"


@pytest.mark.parametrize("queries, answers", [
    (["谁发明了电话", "北京在哪里"], ["电话的发明者是贝尔", "北京是中国的首都"]),
    (["เมืองหลวงของไทย", "อาหารไทยอร่อย"], ["กรุงเทพเป็นเมืองหลวง", "ต้มยำเป็นอาหาร"]),
    (["हिन्दी में किताब", "दिल्ली कहाँ"], ["यह किताब है", "दिल्ली भारत में"])])
@pytest.mark.parametrize("method", ["TF-IDF", "BM25"])
def test_answers_are_found_in_scripts_without_spaces_or_with_marks(queries, answers, method):
    pairs = QuestionAnswers.of(queries, answers)
    assert rank(method, pairs, pairs).ranks.tolist() == [1, 1]


def test_a_question_that_matches_nothing_says_which_words_are_unknown(tmp_path, file, capsys):
    for method in ("bm25", "tfidf"):
        run(tmp_path, "--data", file, "--query", "Zebra? zebra stripes", "--method", method)
        assert capsys.readouterr().out.splitlines()[-1] == (
            "no answer has a word of this question; not in the vocabulary: 'zebra', 'stripes'")
    assert no_answer("?!", {}) == "no answer: the question must have a word of two letters or more"
