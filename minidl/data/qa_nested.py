"""Questions and answers that are nested in the rows of JSON.

    SQuAD          articles have paragraphs, paragraphs have a context and questions
    conversations  a list of messages, each with a role and a text

Source of the first: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", 2016.
"""
from collections.abc import Iterator, Mapping
from typing import Any

Rows = list[Mapping[str, Any]]
MESSAGES = ("messages", "conversations", "conversation")  # the names of the list
ROLES, TEXTS = ("role", "from"), ("content", "value")  # the names in a message
ASKING, ANSWERING = ("user", "human"), ("assistant", "gpt")


def is_nested(row: Mapping[str, Any]) -> bool:
    """Return whether an object has nested questions."""
    return is_squad(row) or messages_of(row) is not None


def is_squad(row: Mapping[str, Any]) -> bool:
    """Return whether an object is an article or a paragraph of SQuAD."""
    return "qas" in row or "paragraphs" in row


def nested_rows(rows: Rows) -> Iterator[Mapping[str, Any]] | None:
    """Return an iterator over a row for each question that is nested in the rows; None if they are not nested."""
    if any(map(is_squad, rows)):
        return squad_rows(rows)
    conversations = [messages for row in rows if (messages := messages_of(row)) is not None]
    return conversation_rows(conversations) if conversations else None


def squad_rows(rows: Rows) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each question in SQuAD's nesting."""
    for row in rows:
        paragraphs = row.get("paragraphs")
        for paragraph in paragraphs if isinstance(paragraphs, list) else [row]:
            questions = paragraph.get("qas") if isinstance(paragraph, dict) else None
            for question in questions if isinstance(questions, list) else ():
                if isinstance(question, dict):
                    yield {"context": paragraph.get("context"), **question}


def messages_of(row: Mapping[str, Any]) -> list[tuple[str, Any]] | None:
    """Return the (role, text) of the messages of a conversation; None if the row is no conversation.

    >>> messages_of({"messages": [{"role": "user", "content": "what?"}]}), messages_of({"messages": 3})
    ([('user', 'what?')], None)
    """
    messages = next((row[name] for name in MESSAGES if name in row), None)
    if not (messages and isinstance(messages, list) and all(isinstance(message, dict) for message in messages)):
        return None
    found = [(first_of(message, ROLES), first_of(message, TEXTS)) for message in messages]
    return None if any(role is None for role, _ in found) else found


def first_of(message: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Return the value of the first of the names that the message has, or None."""
    return next((message[name] for name in names if name in message), None)


def conversation_rows(conversations: list[list[tuple[str, Any]]]) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each message of the user that the assistant answers.

    >>> list(conversation_rows([[("system", "be good"), ("user", "what?"), ("assistant", "this"), ("user", "so?")]]))
    [{'question': 'what?', 'answer': 'this'}]
    """
    for messages in conversations:
        for (asking, question), (answering, answer) in zip(messages, messages[1:]):
            if asking in ASKING and answering in ANSWERING:
                yield {"question": question, "answer": answer}
