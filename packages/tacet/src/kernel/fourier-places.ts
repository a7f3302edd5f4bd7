import { geometryOf, spectrumPlace } from "./geometry.ts";
import type { Kernel } from "./kernel.ts";
import { lanePairs } from "./layout.ts";
import { split } from "./tables.ts";

/**
 * For each place of a spectrum in the kernel's order, which coefficient of the discrete Fourier transform lies there.
 *
 * The kernel evaluates the folded polynomial, modulo X^h − i, at e^(2πi·turn) for turn = (1 − 4s)/4h, s = 0 … h − 1;
 * coefficient s of the transform of the coefficients times e^(2πi·j/4h) is the same.
 */
function spectrumOrder(polynomialSize: number, paired: boolean): Uint32Array<ArrayBuffer> {
  const { points, middlePasses } = geometryOf(polynomialSize);
  let turns = [1 / 4];
  for (const radix of [4, ...middlePasses, 4] as const) turns = split(turns, radix);
  const order = new Uint32Array(points);
  for (const [i, turn] of turns.entries()) {
    const s = (1 - 4 * points * turn) / 4;
    order[spectrumPlace(i, paired)] = ((s % points) + points) % points;
  }
  return order;
}

/**
 * Where the values of a GGSW ciphertext in the Fourier domain lie in the kernel's layout: for each value of the plain
 * layout, level → row → polynomial → coefficient of the transform → real and imaginary part, its index among the
 * doubles of `layout.fourierGgsw`. (TFHE-rs: `FourierLweBootstrapKey` on the wire.)
 *
 * The kernel's values are those of the plain layout divided by N/2, and 0 at indices that are not in the list.
 */
export function fourierPlaces({ parameters, paired }: Kernel): Uint32Array<ArrayBuffer> {
  const { glweDimension: k, polynomialSize: N, pbsLevel } = parameters;
  const pairs = lanePairs(parameters);
  const blocks = pbsLevel * pairs ** 2;
  const order = spectrumOrder(N, paired);
  const places = new Uint32Array(pbsLevel * (k + 1) ** 2 * N);
  let polynomial = 0;
  for (let level = 0; level < pbsLevel; level++) {
    for (let row = 0; row <= k; row++) {
      for (let column = 0; column <= k; column++, polynomial += N) {
        const block = (level * pairs + (row >> 1)) * pairs + (column >> 1);
        const factor = 8 * ((row ^ column) & 1) + (column & 1);
        for (const [place, s] of order.entries()) {
          const [quarter, rest] = [Math.floor(place / (N / 8)), place % (N / 8)];
          const start = N * (quarter * blocks + block) + factor;
          const index = start + 16 * (rest >> 1) + 2 * (rest & 1);
          places[polynomial + 2 * s] = index;
          places[polynomial + 2 * s + 1] = index + 4;
        }
      }
    }
  }
  return places;
}
