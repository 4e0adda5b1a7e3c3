"""The store in memory keeps to the contract."""

from fullcourse.adapters.store.contract import Recorder
from fullcourse.adapters.store.memory import MemoryRecorder
from unit.adapters.store.recorder_contract import RecorderContract


class TestMemory(RecorderContract):
    def new(self) -> Recorder:
        return MemoryRecorder()

    def reopened(self, recorder: Recorder) -> Recorder:
        return recorder
