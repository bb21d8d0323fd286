"""Rows with a state: the model says in TRANSITIONS which state may follow which, and nothing else moves it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar


class TransitionError(ValueError):
    """A row was to get a state that may not follow its own: a fault of the program, never of a user."""


class HasStates:
    """A model with a field `state`; mixed in before models.Model."""

    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]]  # of every state, those that may follow

    if TYPE_CHECKING:
        state: Any  # the model's field

    def may_become(self, state: str) -> bool:
        """Return whether `state` may follow the row's own."""
        return state in self.TRANSITIONS[self.state]

    def move_to(self, state: str) -> None:
        """Give the row the state; the caller has locked it and saves it. Raises TransitionError: it may not follow."""
        if not self.may_become(state):
            raise TransitionError(f"{self!r} may not become {state}.")
        self.state = state
