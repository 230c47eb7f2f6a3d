"""Garbage is looked for in Qt's thread, and nowhere else."""

import gc
import subprocess
import sys

CODE = """
import gc, sys, threading
from PyQt6.QtCore import QCoreApplication, QObject, QTimer
from gui.garbage import Garbage

application = QCoreApplication([])
collector = Garbage(application)
collector._timer.start(20)
where = []

class Cycle:
    def __init__(self):
        self.me = self
    def __del__(self):
        where.append(threading.current_thread() is threading.main_thread())

def make():
    for _ in range(20_000):
        Cycle()

thread = threading.Thread(target=make)
thread.start()
thread.join()
assert not where, "collected in the thread that made it"
QTimer.singleShot(300, application.quit)
application.exec()
print(len(where), all(where))
"""


def test_what_other_threads_leave_is_collected_in_qts() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("20000 True\n", "")
    assert not gc.isenabled()  # nor while the window is tested
