"""What a worker process may use: memory, processor time, waiting time.

On POSIX a process limits itself: the system then refuses it memory, or ends it when
its time is over, also if the process that started it is gone.  On Windows the process
that starts a worker puts it into a job object, which limits its memory and ends it
together with its owner.  macOS takes the limit of memory, but does not enforce it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from subprocess import Popen

MEMORY = 1 << 30  # bytes of address space
PROCESSOR_SECONDS = 8
# Somebody else's load, or a slow network drive, is not the file's fault.
WAITING_SECONDS = 120

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _LIMITS_CLASS = 9  # JobObjectExtendedLimitInformation
    _PROCESS_MEMORY, _NO_ERROR_BOX, _ENDS_WITH_OWNER = 0x100, 0x400, 0x2000

    class _Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    def limited_job(process: Popen[bytes]) -> int:
        """Put a process into a job object with the limits, and give the job's handle.

        Raises OSError where the system has no such thing.  Not tested on Windows itself.
        """
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            ctypes.c_void_p,
            wintypes.DWORD,
        )
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        job = kernel.CreateJobObjectW(None, None)
        if not job:
            raise ctypes.WinError(ctypes.get_last_error())
        limits = _Extended()
        limits.BasicLimitInformation.LimitFlags = _PROCESS_MEMORY | _NO_ERROR_BOX | _ENDS_WITH_OWNER
        limits.ProcessMemoryLimit = MEMORY
        done = kernel.SetInformationJobObject(
            job, _LIMITS_CLASS, ctypes.byref(limits), ctypes.sizeof(limits)
        ) and kernel.AssignProcessToJobObject(job, int(process._handle))
        if not done:
            error = ctypes.get_last_error()
            close_job(job)
            raise ctypes.WinError(error)
        return int(job)

    def close_job(job: int) -> None:
        """Let go of a job object, which ends the processes in it."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        kernel.CloseHandle(job)

    def limit_memory() -> None:
        """Nothing: the job object does it."""

    def start_clock() -> None:
        """Nothing: whoever waits for the worker has the clock."""

    stop_clock = start_clock

    def out_of_time(code: int) -> bool:
        """Whether a process that ended with this code was ended by its clock."""
        return False

    def memory_in_use() -> int:
        """Bytes that this process uses; 0 where that is not known."""
        return 0

else:
    import resource
    import signal

    def limited_job(process: Popen[bytes]) -> int:
        """Nothing: a worker limits itself."""
        return 0

    def close_job(job: int) -> None:
        """Nothing to let go of."""

    def limit_memory() -> None:
        """Bound the address space of this process, as far as the system does that."""
        with suppress(ValueError, OSError):
            _, most = resource.getrlimit(resource.RLIMIT_AS)
            limit = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
            resource.setrlimit(resource.RLIMIT_AS, (limit, most))
        with suppress(ValueError, OSError):  # an abort must not fill the folder with its memory
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def start_clock() -> None:
        """Have the system end this process when it has worked or waited too long."""
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, WAITING_SECONDS)

    def stop_clock() -> None:
        """The work is done in time."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def out_of_time(code: int) -> bool:
        """Whether a process that ended with this code was ended by its clock."""
        return code in (-signal.SIGPROF, -signal.SIGALRM)

    def memory_in_use() -> int:
        """Bytes of address space that this process uses; 0 where that is not known."""
        try:
            pages = Path("/proc/self/statm").read_bytes().split()[0]
            return int(pages) * resource.getpagesize()
        except (OSError, ValueError, IndexError):
            return 0
