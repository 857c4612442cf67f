"""audfprint2 with the defaults of its own command line. Argument: the file that holds the fingerprints.

{"begin": true} -> {}, with no titles known
{"store": id, "file": sound} -> {}
{"end": true} -> {}, with the titles in the file
{"query": sound} -> {"id": title or null, "offset": seconds, "hashes": aligned hashes}
"""

import random
import os
import sys

from audfprint2 import cli
from audfprint2.core import hash_table

from serve import serve

database = sys.argv[1]
options = cli.build_parser().parse_args(["match", "--dbase", database])


def analyzer(is_match):
    return cli.setup_analyzer(
        options.density,
        is_match,
        options.pks_per_frame,
        options.fanout,
        options.freq_sd,
        options.shifts,
        options.samplerate,
        options.continue_on_error,
        options.ffmpeg_path,
    )


matcher = cli.setup_matcher(
    options.match_win,
    options.search_depth,
    options.min_count,
    options.max_matches,
    options.exact_count,
    options.find_time_range,
    options.time_quantile,
    options.sortbytime,
    options.illustrate,
    options.illustrate_hpf,
)
reader = analyzer(True)
writer = analyzer(False)
seconds = reader.n_hop / reader.target_sr
table = hash_table.HashTable(database) if os.path.exists(database) else None
# Which entries of a full bucket are kept is drawn by chance.
random.seed(1)


def answer(request):
    global table
    if "begin" in request:
        table = hash_table.HashTable(
            hashbits=options.hashbits, depth=options.bucketsize, maxtime=options.maxtime
        )
    elif "store" in request:
        hashes = writer.wavfile2hashes(request["file"])
        table.store(request["store"], [(int(time), int(code)) for time, code in hashes])
    elif "end" in request:
        table.save(database)
    else:
        return query(request["query"])
    return {}


def query(sound):
    rows, _, _ = matcher.match_file(reader, table, sound)
    if len(rows) == 0:
        return {"id": None}
    best, hashes, skew = rows[0][:3]
    return {"id": table.names[best], "offset": float(skew * seconds), "hashes": int(hashes)}


serve(answer)
