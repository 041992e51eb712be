"""Who asks at one moment shares one piece of work: with one transaction, one wait for the disk (group commit).

Nobody waits for a timer: whoever finds nothing under way works at once, alone; whoever comes meanwhile waits for that,
and the first of those does the next piece for all who wait. What the work answers to each is that one's alone, and work
that fails as a whole is done again for each alone. With one thread in a process every piece is of one.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 32


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Asked, Answer]):
    asked: Asked
    answer: Answer | Exception | None = None


class Together(Generic[Asked, Answer]):
    """The place where threads of one process meet.

    :param work: answers a part of what is asked, in order, an exception for each that is refused; it takes as many from
        the beginning as belong together, at least one.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._waiting: deque[_Waiting[Asked, Answer]] = deque()
        self._turn = threading.Lock()

    def ask(self, asked: Asked) -> Answer:
        """Return the answer, or raise what it was refused with."""
        mine: _Waiting[Asked, Answer] = _Waiting(asked)
        self._waiting.append(mine)
        with self._turn:
            try:
                while mine.answer is None:
                    self._answer_some()
            finally:
                if mine.answer is None:  # this process is being ended
                    self._waiting.remove(mine)
        if isinstance(mine.answer, Exception):
            raise mine.answer
        return mine.answer

    def _answer_some(self) -> None:
        group = [self._waiting[at] for at in range(min(len(self._waiting), MOST))]
        answers = self._answers([one.asked for one in group])
        for one, answer in zip(group, answers, strict=False):
            self._waiting.remove(one)
            one.answer = answer

    def _answers(self, asked: Sequence[Asked]) -> Sequence[Answer | Exception]:
        try:
            return self._work(asked)
        except Exception as problem:  # noqa: BLE001  whatever it is, it is raised to the one who asked
            return [problem] if len(asked) == 1 else self._answers(asked[:1])
