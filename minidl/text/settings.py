"""The settings of an estimator by name, as scikit-learn's clone and Pipeline ask for them."""
import inspect
from typing import Any, TypeVar

from minidl.checks import require

Self = TypeVar("Self", bound="Settings")


class Settings:
    """Base of classes whose constructor stores each argument unchanged under its own name.

    >>> from minidl.tfidf import TfidfVectorizer
    >>> vectorizer = TfidfVectorizer(min_df=2).set_params(norm=None)
    >>> vectorizer.get_params()["norm"], vectorizer
    (None, TfidfVectorizer(min_df=2, norm=None))
    """

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        """Return a dict from the constructor's arguments to their defaults."""
        return {name: argument.default for name, argument in inspect.signature(cls).parameters.items()}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return a dict from setting to value; deep is ignored, as no setting is an estimator."""
        return {name: getattr(self, name) for name in self._defaults()}

    def set_params(self: Self, **settings: Any) -> Self:
        """Change settings; return self.

        Raises:
            ValueError: there is no such setting.
        """
        names = self._defaults()
        for name in settings:
            require(name in names, name, f"must be one of {', '.join(names)}", name)
        vars(self).update(settings)
        return self

    def __repr__(self) -> str:
        changed = [f"{name}={value!r}" for name, value in self.get_params().items()
                   if value is not self._defaults()[name] and value != self._defaults()[name]]
        return f"{type(self).__name__}({', '.join(changed)})"
