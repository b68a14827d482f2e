"""The timetable while it is being made: who is where, and what still fits."""

from plugins.job_fairs.planner.model import Interview, Plan, Problem


class Board:
    """A plan that can be changed. `busy[s]` maps slot to employer, `met[s]` employer to slot."""

    def __init__(self, problem: Problem, start: tuple[Interview, ...] = ()) -> None:
        """Begin with the locked interviews, then those of `start`."""
        self.problem = problem
        self.busy: list[dict[int, int]] = [{} for _ in problem.wishes]
        self.met: list[dict[int, int]] = [{} for _ in problem.wishes]
        self.seats = [list(row) for row in problem.capacity]
        self.holders: list[list[dict[int, None]]] = [[{} for _ in row] for row in problem.capacity]
        self.fixed = {(each.person, each.employer) for each in problem.locked}
        self._gapless = not problem.rest and not (problem.walk and len(set(problem.zones)) > 1)
        for each in (*problem.locked, *start):
            if each.employer not in self.met[each.person]:
                self.put(*each)

    def put(self, person: int, employer: int, slot: int) -> None:
        """Seat a person."""
        self.busy[person][slot] = employer
        self.met[person][employer] = slot
        self.seats[employer][slot] -= 1
        self.holders[employer][slot][person] = None

    def take(self, person: int, employer: int) -> int:
        """Take an interview back; gives its slot."""
        slot = self.met[person].pop(employer)
        del self.busy[person][slot]
        self.seats[employer][slot] += 1
        del self.holders[employer][slot][person]
        return slot

    def rested(self, person: int, employer: int, slot: int, without: tuple[int, ...] = ()) -> bool:
        """Whether rests and walks allow it beside the person's others, those in the slots `without` set aside."""
        if self._gapless:
            return True
        return all(
            abs(slot - other) > self.problem.gap(employer, where)
            for other, where in self.busy[person].items()
            if other not in without
        )

    def fits(self, person: int, employer: int, slot: int) -> bool:
        """Whether the person could be there then, a free desk or not."""
        return (
            slot in self.problem.available[person]
            and slot not in self.busy[person]
            and len(self.busy[person]) < self.problem.limit(person)
            and self.rested(person, employer, slot)
        )

    def free(self, person: int, employer: int) -> int | None:
        """The first slot with a free desk in which the person could be there."""
        seats = self.seats[employer]
        for slot in sorted(self.problem.available[person]):
            if seats[slot] > 0 and self.fits(person, employer, slot):
                return slot
        return None

    def unmet(self, person: int) -> list[int]:
        """The wishes not met yet, dearest first."""
        met = self.met[person]
        return [employer for employer in self.problem.wishes[person] if employer not in met]

    def plan(self) -> Plan:
        """What stands now."""
        return Plan.of([Interview(s, e, slot) for s, own in enumerate(self.busy) for slot, e in own.items()])
