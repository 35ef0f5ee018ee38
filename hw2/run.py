"""Generate text: python -m hw2.run --task 1"""
from pathlib import Path

from minidl import command
from minidl.command import at_least, utf8_text
from minidl.sentences import LANGUAGES
from minidl.terminal import wrapped

DEFAULT_MODEL = "Qwen/Qwen2.5-0.5B-Instruct"
TINY_ANSWERS = ("three kinds of text: a short story about an animal, a money transfer as JSON, and the questions of "
                "hw3's faq")


def parser():
    """Return the argument parser. This module imports torch only in functions, so that --help is fast."""
    result = command.parser(
        "hw2.run", "Five ways to generate text with a trained decoder: 1 greedy, 2 sampling, 3 temperature, "
                   "4 nucleus, 5 beam search. The prompts ask for a story and for a money transfer as JSON; --prompt "
                   "replaces them.",
        {"--task 1": f"greedy, with {DEFAULT_MODEL}", "--task all --model tiny": "all five, without a network",
         '--task 4 --model tiny --prompt "Write a story about a fox."': "your own prompt"})
    add = result.add_argument
    add("--task", required=True, choices=[*"12345", "all"], help="the task")
    add("--model", default=DEFAULT_MODEL, metavar="NAME",
        help=f"{DEFAULT_MODEL} (the default) or another model of the Hub; tiny, which needs no network and "
             f"answers only {TINY_ANSWERS}; a folder; a .gguf file")
    add("--prompt", type=utf8_text, metavar="TEXT", help="your own prompt instead of the assignment's two; the results "
        "go to a folder of their own")
    add("--system", type=utf8_text, metavar="TEXT", help="your own system message")
    add("--temperature", type=float, metavar="T", help="replaces the task's values")
    add("--top-p", type=float, metavar="P", help="replaces the task's values")
    add("--num-samples", type=at_least(1), metavar="N", help="texts per setting in tasks 2 to 4; default 3")
    add("--num-beams", type=at_least(1), metavar="N", help="replaces the task's values")
    add("--length-penalty", type=float, metavar="A", help="replaces the task's values")
    add("--max-new-tokens", type=at_least(1), default=1000, metavar="N", help="most tokens per text; default 1000")
    add("--eos", metavar="IDS", help="the tokens that end a text: numbers or names, separated by commas, or none; "
        "default: those that the model names")
    add("--seed", type=at_least(0), default=0, metavar="N", help="same seed, same texts; default 0")
    add("--device", default="cpu", help="cpu (the default), cuda or cuda:N")
    add("--dtype", choices=["float32", "bfloat16", "float16"], default="float32", help="default float32")
    add("--fresh", action="store_true", help="decode finished texts again")
    add("--lang", choices=LANGUAGES, default="en", help="language of the reports; default en")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw2/task1 ...; default runs")
    return result


def main(arguments=None):
    """Run the command line; an invalid argument ends it with one line and exit code 2."""
    options = parser().parse_args(arguments)

    def call():
        print(f"loading {options.model} ...", flush=True)
        if options.model == "tiny":
            print(wrapped(f"tiny answers only {TINY_ANSWERS}"))
        from hw2.steps import run
        run(options)

    command.run("hw2.run", call)


if __name__ == "__main__":
    main()
