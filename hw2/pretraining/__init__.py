"""How hw2/tiny is made: text from grammars, a tokenizer, a Qwen2 trained on it, and its measurements."""
