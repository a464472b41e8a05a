"""The guards of news that everyone can read.

Each says in its own file what it holds: `news/sql/<name>.sql`.
"""

from pledge_portal.database.triggers import Trigger

GUARD_NEWS = Trigger(function="guard_news", fires="BEFORE UPDATE OR DELETE")
GUARD_BESIDE_NEWS = Trigger(function="guard_beside_news", fires="BEFORE INSERT")
