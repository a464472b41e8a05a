"""Keep a file in the database: its bytes, with their SHA-256."""

from __future__ import annotations

import hashlib
from typing import Any, Self

from django.db import models
from django.db.models import Func, Q, Value


class StoredFile(models.Model):
    """Bytes and their SHA-256, written together."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.sha256

    @classmethod
    def _write(cls, content: bytes, **fields: Any) -> Self:
        """Create the row of `content`, with its SHA-256 and these fields."""
        sha256 = hashlib.sha256(content).hexdigest()
        return cls._default_manager.create(content=content, sha256=sha256, **fields)


def matches_sha256(name: str) -> models.CheckConstraint:
    """Return a constraint by which the database itself compares both."""
    digest = Func("content", function="sha256", output_field=models.BinaryField())
    return models.CheckConstraint(
        condition=Q(
            sha256=Func(digest, Value("hex"), function="encode", output_field=models.CharField())
        ),
        name=name,
    )
