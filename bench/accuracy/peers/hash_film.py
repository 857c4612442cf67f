"""Hashes of 64 bits by videohash.

{"hash": file} -> {"hash": 16 hexadecimal digits}
{"windows": file, "seconds": length, "every": seconds} -> {"windows": [16 hexadecimal digits, ...]}

A window is hashed by the package's own steps, from the frames that it took of the whole film, one a second.
"""

import os
import shutil
import tempfile

from PIL import Image
from videohash import videohash
from videohash.collagemaker import MakeCollage
from videohash.tilemaker import make_tile

from serve import serve


def film(file):
    with tempfile.TemporaryDirectory() as folder:
        return {"hash": digits(hash_in(folder, file))}


def windows(file, seconds, every):
    with tempfile.TemporaryDirectory() as folder:
        whole = hash_in(folder, file)
        frames = [whole.frames_dir + name for name in sorted(os.listdir(whole.frames_dir))]
        last = max(0, len(frames) - seconds)
        return {
            "windows": [
                of_frames(whole, frames[begin : begin + seconds])
                for begin in range(0, last + 1, every)
            ]
        }


def hash_in(folder, file):
    return videohash.VideoHash(path=file, storage_path=os.path.join(folder, ""))


def of_frames(whole, frames):
    with tempfile.TemporaryDirectory() as folder:
        chosen = os.path.join(folder, "frames", "")
        tiles = os.path.join(folder, "tiles", "")
        os.mkdir(chosen)
        os.mkdir(tiles)
        for frame in frames:
            shutil.copy(frame, chosen)
        collage = os.path.join(folder, "collage.jpg")
        MakeCollage(sorted(chosen + name for name in os.listdir(chosen)), collage, collage_image_width=1024)
        make_tile(chosen, os.path.join(folder, "row.png"), tiles)
        whole.tiles_dir = tiles
        whole.image = Image.open(collage)
        whole._calc_hash()
        whole.image.close()
        return digits(whole)


def digits(hashed):
    return f"{int(hashed.hash, 2):016x}"


def answer(request):
    if "hash" in request:
        return film(request["hash"])
    return windows(request["windows"], request["seconds"], request["every"])


serve(answer)
