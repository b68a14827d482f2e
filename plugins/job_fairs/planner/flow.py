"""Which wishes could be met at all if only numbers counted: a maximum b-matching (Dinic 1970)."""

from collections import deque


class Assignment:
    """People and employers with limits; a wish is an edge that can be taken once."""

    def __init__(self, wishes: list[list[int]], employers: list[int]) -> None:
        """`wishes[s]`: employers dearest first; `employers[e]`: most interviews of each."""
        self.wishes, self.room = wishes, list(employers)
        self.limit = [0] * len(wishes)
        self.taken: list[set[int]] = [set() for _ in wishes]
        self.takers: list[dict[int, None]] = [{} for _ in employers]
        self.depth = 0

    def grow(self, limit: list[int], depth: int) -> None:
        """Take as many of each person's first `depth` wishes as fit, up to `limit`; nobody ever gets fewer."""
        self.limit, self.depth = limit, depth
        while levels := self._levels():
            reached = [self._edges(person) for person in range(len(self.wishes))]
            for person in range(len(self.wishes)):
                while len(self.taken[person]) < self.limit[person]:
                    if not self._augment(person, levels, reached):
                        break

    def _edges(self, person: int) -> list[int]:
        return self.wishes[person][: self.depth][::-1]

    def _levels(self) -> dict[int, int]:
        """Distance of each person from one with room left; empty when no employer with room can be reached."""
        levels = {s: 0 for s, own in enumerate(self.taken) if len(own) < self.limit[s]}
        queue, found = deque(levels), False
        seen: set[int] = set()
        while queue:
            person = queue.popleft()
            for employer in self.wishes[person][: self.depth]:
                if employer in self.taken[person] or employer in seen:
                    continue
                seen.add(employer)
                found = found or len(self.takers[employer]) < self.room[employer]
                for other in self.takers[employer]:
                    if other not in levels:
                        levels[other] = levels[person] + 1
                        queue.append(other)
        return levels if found else {}

    def _augment(self, start: int, levels: dict[int, int], left: list[list[int]]) -> bool:
        """One alternating path from `start` along the levels, each edge looked at once a phase."""
        path: list[tuple[int, int]] = []
        person = start
        while True:
            step = self._step(person, levels, left)
            if step is None:
                if not path:
                    return False
                person, _ = path.pop()
                continue
            employer, other = step
            path.append((person, employer))
            if other is None:
                self._flip(path)
                return True
            person = other

    def _step(
        self, person: int, levels: dict[int, int], left: list[list[int]]
    ) -> tuple[int, int | None] | None:
        while left[person]:
            employer = left[person][-1]
            if employer not in self.taken[person]:
                if len(self.takers[employer]) < self.room[employer]:
                    return employer, None
                for other in self.takers[employer]:
                    if levels.get(other) == levels[person] + 1 and left[other]:
                        return employer, other
            left[person].pop()
        return None

    def _flip(self, path: list[tuple[int, int]]) -> None:
        for index in range(len(path) - 1, -1, -1):
            person, employer = path[index]
            if index + 1 < len(path):
                # The next person of the path held this employer and has just got another.
                loser = path[index + 1][0]
                self.taken[loser].discard(employer)
                del self.takers[employer][loser]
            self.taken[person].add(employer)
            self.takers[employer][person] = None

    @property
    def size(self) -> int:
        """How many wishes are taken."""
        return sum(map(len, self.taken))


def fair(wishes: list[list[int]], employers: list[int], limits: list[int]) -> Assignment:
    """A maximum assignment in which first one wish each is met, dearest first, then a second, and so on."""
    made = Assignment(wishes, employers)
    deepest = max(map(len, wishes), default=0)
    for depth in range(1, deepest + 1):
        made.grow([min(1, most) for most in limits], depth)
    for each in range(2, max(limits, default=0) + 1):
        if each > deepest:
            break
        made.grow([min(each, most) for most in limits], deepest)
    return made
