"""The guards of what everyone can read of dialogues.

Each says in its own file what it holds: `dialogues/sql/<name>.sql`.
"""

from pledge_portal.database.triggers import Trigger

_WORDS = "guard_published_words"
GUARD_PUBLISHED_WORDS = Trigger(function=_WORDS, fires="BEFORE UPDATE OR DELETE")
GUARD_COUNTS = Trigger(function=_WORDS, fires="BEFORE INSERT OR UPDATE OR DELETE")
GUARD_TEXT_CORRECTION = Trigger(function="guard_text_correction", fires="BEFORE INSERT OR DELETE")
