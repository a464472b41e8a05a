"""All modules of the app that declare jobs or chores."""

from dialogues.comments import letters

__all__ = ["letters"]
