/* Ed25519 verification (RFC 8032, section 5.1.7, without the factor 8), as strict as libsodium.
 *
 * Refused beside what the RFC refuses: keys and R of small order, and encodings that are not the shortest. Only
 * public values pass through here, so the arithmetic need not take constant time. */
"use strict";

(function (lucid) {
  const P = (1n << 255n) - 19n;
  const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
  const mod = (value) => ((value % P) + P) % P;
  const D = mod(-121665n * power(121666n, P - 2n));
  const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);
  const NEUTRAL = [0n, 1n, 1n, 0n];
  const BASE = decode(baseOctets());

  function power(value, exponent) {
    let [result, factor] = [1n, value % P];
    for (let left = exponent; left > 0n; left >>= 1n) {
      if (left & 1n) {
        result = (result * factor) % P;
      }
      factor = (factor * factor) % P;
    }
    return result;
  }

  /** The base point's y is 4/5, its x is even. */
  function baseOctets() {
    const y = mod(4n * power(5n, P - 2n));
    return lucid.octets.fromHex(y.toString(16).padStart(64, "0")).reverse();
  }

  /** Read a point in extended coordinates (X, Y, Z, T); null when it is no point in its one encoding. */
  function decode(octets) {
    const whole = lucid.octets.toWholeLittle(octets);
    const [y, isOdd] = [whole & ((1n << 255n) - 1n), whole >> 255n];
    if (y >= P) {
      return null;
    }
    const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
    const v3 = mod(v * v * v);
    let x = mod(u * v3 * power(mod(u * v3 * v3 * v), (P - 5n) / 8n));
    if (mod(v * x * x) === mod(-u)) {
      x = mod(x * SQRT_MINUS_1);
    }
    if (mod(v * x * x) !== u || (x === 0n && isOdd === 1n)) {
      return null;
    }
    if ((x & 1n) !== isOdd) {
      x = P - x;
    }
    return [x, y, 1n, mod(x * y)];
  }

  /** Add two points (RFC 8032, section 5.1.4). */
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = mod((y1 - x1) * (y2 - x2));
    const b = mod((y1 + x1) * (y2 + x2));
    const c = mod(2n * t1 * t2 * D);
    const d = mod(2n * z1 * z2);
    const [e, f, g, h] = [b - a, d - c, d + c, b + a];
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }

  function double([x, y, z]) {
    const [a, b] = [mod(x * x), mod(y * y)];
    const h = a + b;
    const e = h - mod((x + y) * (x + y));
    const g = a - b;
    const f = 2n * mod(z * z) + g;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }

  const negate = ([x, y, z, t]) => [mod(-x), y, z, mod(-t)];
  const isNeutral = ([x, y, z]) => x === 0n && y === z;
  const isSmall = (point) => isNeutral(double(double(double(point))));

  /** Compute s·B + h·A, both at once. */
  function combined(s, h, A) {
    const both = add(BASE, A);
    let sum = NEUTRAL;
    for (let bit = 255n; bit >= 0n; bit -= 1n) {
      sum = double(sum);
      const [has, also] = [(s >> bit) & 1n, (h >> bit) & 1n];
      if (has || also) {
        sum = add(sum, has && also ? both : has ? BASE : A);
      }
    }
    return sum;
  }

  /** Tell whether `signature` (64 bytes) is that of `key` (32 bytes) under `message`.
   * @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature @returns {boolean} */
  function verifySignature(key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) {
      return false;
    }
    const s = lucid.octets.toWholeLittle(signature.subarray(32));
    const A = decode(key);
    const R = decode(signature.subarray(0, 32));
    if (s >= ORDER || A === null || R === null || isSmall(A) || isSmall(R)) {
      return false;
    }
    const hashed = lucid.sha512(signature.subarray(0, 32), key, message);
    const h = lucid.octets.toWholeLittle(hashed) % ORDER;
    return isNeutral(add(combined(s, h, negate(A)), negate(R)));
  }

  Object.assign(lucid, { verifySignature });
})(globalThis.lucid);
