"""What can go wrong, by consequence.

    CorpusError
    ├── CallError        the call, the manifest or a recipe is wrong: nothing was started      (exit status 2)
    └── BuildError       work was done and is not complete, or a check failed                  (exit status 1)
        ├── SumError     a unit's rows in are not kept + dropped + quarantined
        └── UnitError    units could not be completed; the message lists them

Bad *input* is no error: it costs a record and goes to ``quarantine/``. An exception of any other class is a
defect of the program.
"""

from __future__ import annotations


class CorpusError(Exception):
    """The root: what the command line prints without a traceback."""


class CallError(CorpusError):
    """Names the file and field, the value, and what to do."""


class BuildError(CorpusError):
    """Names the stage and units; what was committed stays and is not done again."""


class SumError(BuildError):
    """Rows vanished or multiplied."""


class UnitError(BuildError):
    """Units that failed as a whole, after their retries."""
