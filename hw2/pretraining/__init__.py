"""The making of hw2/tiny: text from grammars, a tokenizer, a Qwen2 trained on it, and its measurements."""
