"""Hits are looked up in the database before they are shown: the index may lag behind what ended a moment ago."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.permissions import Actor
from core.search.documents import Results, SearchDocument

Provide = Callable[[Sequence[str]], list[SearchDocument]]
"""Gives the documents of those names that exist at this moment."""


def recheck(found: Results, actor: Actor, provide: Provide) -> Results:
    """Without the hits whose record is gone, or has left the actor's reach, since it was indexed.

    The total counts one less for each that falls away here; later pages take their own away when they are opened.
    """
    if not found.hits:
        return found
    held = actor.tokens()
    standing = {each.uid for each in provide([hit.uid for hit in found.hits]) if each.reach & held}
    hits = tuple(hit for hit in found.hits if hit.uid in standing)
    return replace(found, hits=hits, total=found.total - len(found.hits) + len(hits))
