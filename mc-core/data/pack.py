"""Packs Joe & Kuo's direction numbers: python pack.py new-joe-kuo-6.21201 joe-kuo-6.21201.bin

The first file is theirs (https://web.maths.unsw.edu.au/~fkuo/sobol/), a line `d s a m_1 … m_s` for each
coordinate but the first. scipy has the same numbers in `scipy/stats/_sobol_direction_numbers.npz`, and this
program reads that too.

A coordinate takes (s - 1) + s(s - 1)/2 bits: the coefficients of its polynomial but the first and the last,
which are 1, then each m_i without its last bit, which is 1 (m_i is odd and below 2^i). Bits follow each other
from the highest bit of a byte to its lowest, without gaps.
"""

import sys


def text(path):
    with open(path) as lines:
        next(lines)
        for line in lines:
            _, s, a, *m = map(int, line.split())
            yield s, a, m


def scipys(path):
    import numpy

    numbers = numpy.load(path)
    for polynomial, m in zip(numbers["poly"][1:], numbers["vinit"][1:]):
        s = int(polynomial).bit_length() - 1
        yield s, (int(polynomial) >> 1) & ((1 << (s - 1)) - 1), [int(number) for number in m[:s]]


def main(source, target):
    bits = []

    def push(number, count):
        assert 0 <= number < 1 << count
        bits.extend(number >> place & 1 for place in reversed(range(count)))

    for s, a, m in (scipys if source.endswith(".npz") else text)(source):
        assert len(m) == s and all(number % 2 for number in m)
        push(a, s - 1)
        for i, number in enumerate(m):
            push(number >> 1, i)
    bits.extend([0] * (-len(bits) % 8))
    octets = (bits[k : k + 8] for k in range(0, len(bits), 8))
    with open(target, "wb") as out:
        out.write(bytes(int("".join(map(str, octet)), 2) for octet in octets))


main(*sys.argv[1:])
