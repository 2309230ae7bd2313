"""Proof, "CPace": the group ristretto255 of RFC 9496, on Python's integers, not in constant time."""

from dataclasses import dataclass

from .rejected import require

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def _abs(x: int) -> int:
    """The nonnegative one of x and -x."""
    x %= P
    return P - x if x & 1 else x


def _sqrt_ratio(u: int, v: int) -> tuple[bool, int]:
    """SQRT_RATIO_M1, section 4.2."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    u %= P
    correct, flipped = check == u, check == -u % P
    if flipped or check == -u * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    return correct or flipped, _abs(r)


INVSQRT_A_MINUS_D = _sqrt_ratio(1, -1 - D)[1]
SQRT_AD_MINUS_ONE = P - _sqrt_ratio(-D - 1, 1)[1]
ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) ** 2 % P


@dataclass(frozen=True, eq=False)
class Element:
    """A group element in extended coordinates."""

    x: int
    y: int
    z: int
    t: int

    def __add__(self, other: "Element") -> "Element":
        a = (self.y - self.x) * (other.y - other.x)
        b = (self.y + self.x) * (other.y + other.x)
        c = 2 * D * self.t * other.t
        d = 2 * self.z * other.z
        e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
        return Element(e * f % P, g * h % P, f * g % P, e * h % P)

    def __rmul__(self, scalar: int) -> "Element":
        result = IDENTITY
        for bit in bin(scalar % ORDER)[2:]:
            result = result + result
            if bit == "1":
                result = result + self
        return result

    def encode(self) -> bytes:
        """Section 4.3.2."""
        u1 = (self.z + self.y) * (self.z - self.y) % P
        u2 = self.x * self.y % P
        inv = _sqrt_ratio(1, u1 * u2 * u2)[1]
        den1, den2 = inv * u1 % P, inv * u2 % P
        z_inv = den1 * den2 * self.t % P
        x, y, den = self.x, self.y, den2
        if self.t * z_inv % P & 1:
            x, y, den = self.y * SQRT_M1 % P, self.x * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
        if x * z_inv % P & 1:
            y = -y
        return _abs(den * (self.z - y)).to_bytes(32, "little")


IDENTITY = Element(0, 1, 1, 0)


def decode(data: bytes) -> Element:
    """Section 4.3.1; rejects what encodes no element."""
    s = int.from_bytes(data, "little")
    require(len(data) == 32 and s < P and not s & 1, "Share")
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    u2_sq = u2 * u2 % P
    v = (-(D * u1 * u1) - u2_sq) % P
    was_square, inv = _sqrt_ratio(1, v * u2_sq)
    den_x = inv * u2 % P
    den_y = inv * den_x * v % P
    x = _abs(2 * s * den_x)
    y = u1 * den_y % P
    t = x * y % P
    require(was_square and not t & 1 and y != 0, "Share")
    return Element(x, y, 1, t)


def element_derivation(data: bytes) -> Element:
    """Section 4.3.4: an element from 64 bytes."""
    halves = (int.from_bytes(half, "little") % 2**255 for half in (data[:32], data[32:]))
    first, second = (_map(half % P) for half in halves)
    return first + second


def _map(t: int) -> Element:
    r = SQRT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = _sqrt_ratio(u, v)
    c = P - 1
    if not was_square:
        s, c = P - _abs(s * t), r
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return Element(w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)
