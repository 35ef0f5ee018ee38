"""The engines that the benchmark `scale` compares, behind one protocol.

    build(texts)     read and index the documents
    prepared(query)  the query as the engine takes it
    answer(query)    the ids of the K best documents of a prepared query
    save, load       to and from a folder; an engine that cannot is asked for neither
"""
import numpy as np

from minidl.bm25 import BM25Vectorizer
from minidl.search import InvertedIndex
from minidl.text import Analyzer
from minidl.tfidf import TfidfVectorizer

K = 10


class Ours:
    """minidl's index, over the weights of a vectorizer."""

    def __init__(self, vectorizer):
        self.vectorizer, self.index = vectorizer, None

    def build(self, texts):
        """Index the documents."""
        self.index = InvertedIndex(self.vectorizer.fit_transform(texts))

    def answer(self, query):
        """Return the K best documents."""
        return self.index.search(self.vectorizer.transform_queries([query]), K)[0][0]

    def answer_all(self, queries):
        """Return the scores of the K best documents of each query."""
        return self.index.search(self.vectorizer.transform_queries(queries), K)[1]

    def save(self, folder):
        """Save the index."""
        self.index.save(folder / "ours.index", self.vectorizer)

    def load(self, folder):
        """Map the index."""
        self.index = InvertedIndex.load(folder / "ours.index", self.vectorizer)


class ScikitLearn:
    """scikit-learn's TfidfVectorizer, and scipy's product with the matrix."""

    def build(self, texts):
        """Index the documents."""
        from sklearn.feature_extraction.text import TfidfVectorizer as Reference
        self.vectorizer = Reference()
        self.matrix = self.vectorizer.fit_transform(texts)

    def answer(self, query):
        """Return the K best documents."""
        scores = (self.matrix @ self.vectorizer.transform([query]).T).toarray().ravel()
        best = np.argpartition(-scores, K)[:K]
        return best[np.argsort(-scores[best], kind="stable")]


class BM25S:
    """bm25s with its compiled backend."""

    def __init__(self):
        import bm25s
        import numba  # noqa: F401 - without numba, bm25s raises a longer error
        self.library, self.terms = bm25s, Analyzer().terms
        self.engine = bm25s.BM25(method="lucene", backend="numba")

    def build(self, texts):
        """Index the documents."""
        tokens = self.library.tokenize(texts, stopwords=None, show_progress=False)
        self.engine.index(tokens, show_progress=False)

    def numbers(self, query):
        """Return the numbers of a query's known terms."""
        vocabulary = self.engine.vocab_dict
        return [vocabulary[term] for term in self.terms(query) if term in vocabulary]

    def answer(self, query):
        """Return the K best documents."""
        return self.engine.retrieve([self.numbers(query)], k=K, show_progress=False, n_threads=1)[0][0]

    def answer_all(self, queries):
        """Return the scores of the K best documents of each query."""
        return self.engine.retrieve(list(map(self.numbers, queries)), k=K, show_progress=False, n_threads=1)[1]

    def save(self, folder):
        """Save the index."""
        self.engine.save(folder / "bm25s", show_progress=False)

    def load(self, folder):
        """Map the index."""
        self.engine = self.library.BM25.load(folder / "bm25s", mmap=True)
        self.engine.backend = "numba"


class Tantivy:
    """tantivy, a search library in Rust, with one thread and the same words."""

    def __init__(self):
        import tantivy
        self.library, self.terms = tantivy, Analyzer().terms

    def schema(self):
        """Return one field of text without positions."""
        builder = self.library.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
        return builder.build()

    def build(self, texts, folder=None):
        """Index the documents, in memory or in a folder."""
        self.index = self.library.Index(self.schema(), path=None if folder is None else str(folder))
        writer = self.index.writer(heap_size=1 << 28, num_threads=1)
        for text in texts:
            writer.add_document(self.library.Document(text=" ".join(self.terms(text))))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def answer(self, query):
        """Return the K best documents, as tantivy's addresses."""
        parsed = self.index.parse_query(" ".join(self.terms(query)), ["text"])
        return [address for _, address in self.searcher.search(parsed, K).hits]

    def load(self, folder):
        """Open the index."""
        self.index = self.library.Index.open(str(folder / "tantivy"))
        self.searcher = self.index.searcher()


ENGINES = {"minidl, TF-IDF": lambda: Ours(TfidfVectorizer()), "scikit-learn": ScikitLearn,
           "minidl, BM25": lambda: Ours(BM25Vectorizer()), "bm25s": BM25S, "tantivy": Tantivy}
