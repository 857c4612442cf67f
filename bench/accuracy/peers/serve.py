"""Answers requests, one JSON object a line on standard input, with one JSON object a line on standard output."""

import json
import os
import sys


def serve(answer):
    """Calls answer(request) for each; what it raises becomes {"error": "..."}.

    Whatever libraries print goes to standard error: standard output carries answers alone.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=answers, flush=True)
