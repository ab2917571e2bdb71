"""A signer as docs/formats/signing-request.md has it, for tests: signer.py KEY_FILE LOG. It signs whatever it is asked and appends
each request to LOG."""

import hashlib
import json
import pathlib
import sys

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(a, b):
    """The sum of two points of secp256k1; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if a[1] != b[1]:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(point, times):
    out = None
    while times:
        if times & 1:
            out = add(out, point)
        point, times = add(point, point), times >> 1
    return out


def sign(digest, key):
    """r, s and v. The nonce is a hash: enough for keys that protect nothing."""
    nonce = int.from_bytes(hashlib.sha256(key.to_bytes(32, "big") + digest).digest(), "big") % N
    x, y = multiply(G, nonce)
    r = x % N
    s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * key) % N
    odd = y & 1
    if s > N // 2:
        s, odd = N - s, odd ^ 1
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + odd])


def main():
    key_file, log = map(pathlib.Path, sys.argv[1:])
    request = json.load(sys.stdin)
    with log.open("a", encoding="utf-8") as out:
        out.write(json.dumps(request) + "\n")
    key = int(key_file.read_text(), 16)
    print(json.dumps({"signature": "0x" + sign(bytes.fromhex(request["digest"][2:]), key).hex()}))


if __name__ == "__main__":
    main()
