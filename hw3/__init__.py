"""HW3: a retrieval system that finds the answer to a question by TF-IDF or BM25."""
