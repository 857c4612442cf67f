"""PDQ hashes of a film's frames by vpdq.

{"hash": file, "every": seconds} -> {"frames": [[time in s, quality 0 to 100, hash in hexadecimal], ...]}
"""

import vpdq

from serve import serve


def answer(request):
    frames = vpdq.computeHash(request["hash"], seconds_per_hash=request["every"], thread_count=1)
    return {"frames": [[frame.timestamp, frame.quality, frame.hex] for frame in frames]}


serve(answer)
