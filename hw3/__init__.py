"""HW3: a retrieval system.  Questions find their answers by TF-IDF, and by BM25 beside it."""
