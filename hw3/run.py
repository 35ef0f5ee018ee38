"""Find answers: python -m hw3.run evaluates, python -m hw3.run --query "..." answers"""
from pathlib import Path

from minidl import command
from minidl.command import at_least


def parser():
    """Return the argument parser."""
    result = command.parser(
        "hw3.run", "A retrieval system over questions and answers. Without --query and --interactive it is evaluated: "
                   "fitted on 80 % of the questions, then it ranks the other questions' answers.",
        {"": "evaluate five methods on 480 answers that come with hw3",
         '--query "why does my loss become nan"': "ask it",
         "--data pairs.jsonl --seeds 5": "a file of your own"})
    add = result.add_argument
    add("--data", default="faq", metavar="WHAT",
        help="faq, the default: questions on this course, shipped with hw3; nq: the course's natural-questions, by the "
             "datasets library; or a .jsonl, .json, .csv, .tsv or .parquet file")
    add("--query-column", metavar="NAME", help="where the questions are; else query or question")
    add("--answer-column", metavar="NAME", help="where the answers are; else answer or passage")
    add("--query", metavar="TEXT", help="answer this question from all the data")
    add("--interactive", action="store_true", help="answer questions from the terminal, until an empty line")
    add("--method", choices=["tfidf", "bm25"], default="tfidf",
        help="what --query and --interactive search by; default tfidf")
    add("--top", type=at_least(1), default=3, metavar="N", help="how many answers are shown; default 3")
    add("--whole", action="store_true", help="evaluate without a split: fit on all answers, rank them all")
    add("--seed", type=at_least(0), default=0, metavar="N", help="of the split and the intervals; default 0")
    add("--seeds", type=at_least(1), default=1, metavar="N", help="evaluate N splits, mean and deviation; default 1")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw3/NAME; default runs")
    return result


def main(arguments=None):
    """Run the command line; a mistake in it ends with one line and exit code 2."""
    options = parser().parse_args(arguments)

    def call():
        from hw3 import answers, session
        from hw3.datasets import load_dataset
        dataset = load_dataset(options.data, options.query_column, options.answer_column)
        folder = options.out / "hw3" / dataset.name
        if options.whole and options.seeds > 1:
            raise ValueError("--whole, --seeds: without a split every seed gives the same, one of them must go")
        if options.query is None and not options.interactive:
            return session.evaluate(dataset, options, folder)
        answerer, made = answers.open_index(dataset, options.method, folder / f"{options.method}.index")
        print(f"{dataset.name}: {len(answerer.answers):,} answers, index {made}\n")
        if options.query is not None:
            answers.show(answerer, options.query, options.top)
        if options.interactive:
            answers.converse(answerer, options.top)

    command.run("hw3.run", call, stopped="stopped")


if __name__ == "__main__":
    main()
