"""A program for one test: many threads sign with one key in a token, and each signature is verified.

Usage: python -m tests.keys.sign_in_threads MODULE TOKEN PIN_FILE KEY_ID X Y THREADS SIGNATURES [reopen]

With ``reopen`` the session is opened anew after each signature, as many starting processes do.
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from keys.hsm import HsmKey
from keys.place import TokenPlace
from vaccine_pass.public_keys import verification


def main(module, label, pin_file, key_id, x, y, threads, signatures, reopen=None):
    public = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    key = HsmKey(TokenPlace(module, label, pin_file, bytes.fromhex(key_id)), bytes(8), public)
    is_good = verification("ES256", public)
    gate = threading.Barrier(int(threads))

    def work(number):
        gate.wait()
        messages = [f"{number} {count}".encode() for count in range(int(signatures))]
        return [is_good(signed(message), message) for message in messages]

    def signed(message):
        if reopen:
            key._session._drop()
            key._session._library.restart()
        return key.sign(message)

    with ThreadPoolExecutor(int(threads)) as pool:
        results = [good for part in pool.map(work, range(int(threads))) for good in part]
    print(f"{sum(results)} good, {results.count(False)} wrong")


if __name__ == "__main__":
    main(*sys.argv[1:])
