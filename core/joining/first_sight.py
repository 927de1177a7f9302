"""When the other end shows something for the first time, told from the picture's changes and from what has come."""

from __future__ import annotations

from collections.abc import Callable

LOOK_S = 0.1
_QUIET_LOOKS = 30  # nothing has come for so long: what there is to show is shown


class FirstSight:
    """Tells changes of the picture that were made here from the other end's; to be looked at every ``LOOK_S``.

    ``sequence`` gives the number of the picture's last change, ``received`` how many bytes have come. A change that was
    made here while bytes came may hide the other end's first one. Then it is waited until nothing more comes: a desktop
    that stays still after that would be taken for none at all.
    """

    def __init__(self, sequence: Callable[[], int], received: Callable[[], int]) -> None:
        self._sequence = sequence
        self._received = received
        self._before = -1  # the number of the picture before the other end has shown anything
        self._may_be_shown = False  # a change made here may have hidden one of the other end's
        self._came, self._quiet_looks = 0, 0

    def begin(self) -> None:
        """The client may connect from now on."""
        self._before = self._sequence()

    def changes_here(self) -> int:
        """Something here is about to change the picture; gives what ``changed_here`` asks for when that is done."""
        return self._sequence()

    def changed_here(self, before: int) -> None:
        """It is done: the change was this end's, as far as can be told; one that was there before is the other's."""
        if self._before != before or before < 0:
            return
        self._before = self._sequence()
        if self._before != before and self._received():
            self._may_be_shown = True

    def is_shown(self) -> bool:
        """Look whether the other end has shown something."""
        came = self._received()
        self._quiet_looks = self._quiet_looks + 1 if came == self._came else 0
        self._came = came
        if not came:
            return False
        return self._sequence() != self._before or (
            self._may_be_shown and self._quiet_looks >= _QUIET_LOOKS
        )
