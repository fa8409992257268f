"""Own every error that Clef raises on purpose; not how a terminal or a browser is told of it.

    ClefError
    ├── InputError              a file, argument or setting that cannot be used
    │   ├── NotFoundError       the path or name given is not there
    │   ├── FormatError         no reader or writer for this format
    │   └── RdfSyntaxError         text that its grammar does not allow, with file:line:column
    ├── ValidationError         data that breaks a shape or a gate, with the report
    ├── InconsistencyError      statements that cannot all hold, with the proof of the clash
    ├── QueryError              a query that was not answered
    │   ├── QuerySyntaxError    not SPARQL, with line and column
    │   ├── QueryRefusedError   SPARQL that this service does not run (SERVICE, updates)
    │   ├── QueryTimeoutError   stopped at the deadline
    │   ├── QueryLimitError     stopped at the limit on memory or size of the answer
    │   └── ServiceError        another endpoint that it calls did not answer as it should
    ├── OverloadError           no worker was free in time
    ├── UnavailableError        what needs the files of a dossier, which are not as they were
    ├── NotInGraphError         the triple asked about is neither asserted nor inferred
    ├── ProofError              a proof step that does not follow
    ├── RefusedWriteError       a write that this service does not take
    │   └── StaleError          a write made on a version that is no longer the last
    └── StorageError            a file that could not be written or read back
        └── NotStoredError      a write that could not be made durable, so that nothing changed

Each class has a stable `code`; each error says what was wrong, where, and how to mend it.
"""

from __future__ import annotations

__all__ = [
    "ClefError",
    "FormatError",
    "InconsistencyError",
    "InputError",
    "NotFoundError",
    "NotInGraphError",
    "NotStoredError",
    "OverloadError",
    "ProofError",
    "QueryError",
    "QueryLimitError",
    "QueryRefusedError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "RdfSyntaxError",
    "RefusedWriteError",
    "StaleError",
    "StorageError",
    "UnavailableError",
    "ValidationError",
]


def _place(line: int, column: int) -> str:
    return f"line {line}, column {column}" if line else ""


class ClefError(Exception):
    """Carry what was wrong (`message`), where (`where`) and how to mend it (`hint`)."""

    code = "clef-error"

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n  {self.hint}" if self.hint else head


class InputError(ClefError):
    """A file, argument or setting that cannot be used."""

    code = "input"


class NotFoundError(InputError):
    """The path or name given is not there."""

    code = "not-found"


class FormatError(InputError):
    """No reader or writer for this format."""

    code = "format"


class RdfSyntaxError(InputError):
    """Text that its grammar does not allow; `where` is file:line:column.

    `line` and `column` count from 1 and are 0 where unknown; without a `where` they tell it.
    """

    code = "syntax"

    def __init__(
        self, message: str, *, where: str = "", hint: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message, where=where or _place(line, column), hint=hint)
        self.line = line
        self.column = column


class ValidationError(ClefError):
    """Data that breaks a shape or a gate; the message is the whole report."""

    code = "validation"


class InconsistencyError(ClefError):
    """Statements that cannot all hold; the message explains the clash by its proof."""

    code = "inconsistent"


class QueryError(ClefError):
    """A query that was not answered."""

    code = "query"


class QuerySyntaxError(QueryError):
    """Text that is not SPARQL; `line` and `column` count from 1, 0 where unknown."""

    code = "query-syntax"

    def __init__(self, message: str, *, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, where=_place(line, column), hint=hint)
        self.line = line
        self.column = column


class QueryRefusedError(QueryError):
    """SPARQL that this service does not run."""

    code = "query-refused"


class QueryTimeoutError(QueryError):
    """A query stopped at its deadline."""

    code = "query-timeout"


class QueryLimitError(QueryError):
    """A query stopped at the limit on memory or on the size of its answer."""

    code = "query-limit"


class ServiceError(QueryError):
    """Another endpoint, called by SERVICE, that did not answer as it should."""

    code = "service"


class OverloadError(ClefError):
    """No worker was free in time."""

    code = "overload"


class UnavailableError(ClefError):
    """What cannot be worked out now: the files that it needs are not there, or have changed."""

    code = "unavailable"


class NotInGraphError(ClefError):
    """The triple asked about is neither asserted nor inferred."""

    code = "not-in-graph"


class ProofError(ClefError):
    """A proof step that does not follow; `where` names the step."""

    code = "proof"


class StorageError(ClefError):
    """A file that could not be written or read back."""

    code = "storage"


class NotStoredError(StorageError):
    """A write that could not be made durable; nothing changed."""

    code = "not-stored"


class RefusedWriteError(ClefError):
    """A write that this service does not take, whoever asks."""

    code = "write-refused"


class StaleError(RefusedWriteError):
    """A write made on a version that is no longer the last."""

    code = "stale"
