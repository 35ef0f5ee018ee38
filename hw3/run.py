"""Find answers: python -m hw3.run evaluates, python -m hw3.run --query "..." answers"""
from pathlib import Path

from minidl import command
from minidl.command import at_least, utf8_text
from minidl.sentences import LANGUAGES


def parser():
    """Return the argument parser. This module imports numpy only in functions, so that --help is fast."""
    result = command.parser(
        "hw3.run", "A retrieval system over questions and answers. Without --query and --interactive it is evaluated: "
                   "it is fitted on 80 % of the questions, and ranks the answers of the other 20 %.",
        {"": "evaluate five methods on 480 answers that come with hw3",
         '--query "why does my loss become nan"': "answer one question",
         "--data pairs.csv --seeds 5": "evaluate on a file of your own, on five splits"})
    add = result.add_argument
    add("--data", default="faq", metavar="WHAT",
        help="faq (the default): questions on this course, shipped with hw3; nq: the course's natural-questions, "
             "loaded by the datasets library; or a file: CSV with any delimiter, JSON, JSON Lines, SQuAD's nested "
             "format, Anki's text export, Parquet; plain or compressed by gzip")
    add("--query-column", metavar="NAME", help="column of the questions; default: query, question, q, anchor, front, "
                                               "prompt, instruction or title")
    add("--answer-column", metavar="NAME", help="column of the answers; default: answer, a, positive, passage, back, "
                                                "completion, output, response, text or content")
    add("--no-header", action="store_true", help="the first line has data; columns are called 1, 2, ...")
    add("--encoding", metavar="NAME", help="of your own file, such as cp1251; default: UTF-8, or as it is marked")
    add("--answers", choices=["first", "all", "spans"], default="first",
        help="of a list of answers, take the first (the default), or all as right answers; spans: of SQuAD's format, "
             "the span, not the paragraph")
    add("--strict", action="store_true", help="refuse a row without a question or an answer; default: skip and count")
    add("--query", type=utf8_text, metavar="TEXT", help="answer this question from all the data")
    add("--interactive", action="store_true", help="answer questions from the terminal, until an empty line")
    add("--method", choices=["tfidf", "bm25"], default="bm25",
        help="method of --query and --interactive; default bm25")
    add("--top", type=at_least(1), default=3, metavar="N", help="number of answers to print; default 3")
    add("--whole", action="store_true", help="evaluate without a split: fit on all answers and rank all of them")
    add("--seed", type=at_least(0), default=0, metavar="N", help="seed of the split and the intervals; default 0")
    add("--seeds", type=at_least(1), default=1, metavar="N",
        help="evaluate N splits, with seeds from --seed on: the table shows mean and deviation, report and picture are "
             "of all splits; default 1")
    add("--lang", choices=LANGUAGES, default="en", help="language of report.md; default en")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw3/NAME; default runs")
    return result


def main(arguments=None):
    """Run the command line; an invalid argument ends it with one line and exit code 2."""
    options = parser().parse_args(arguments)

    def call():
        from hw3.steps import run
        run(options)

    command.run("hw3.run", call, stopped="stopped", loading="numpy")


if __name__ == "__main__":
    main()
