/**
 * The smallest failing thing that can be had from a failing one by small changes: the first change that fails as well
 * is kept, until there is none or the time is over.
 *
 * @param candidates what can be made of one, the largest changes first.
 * @param fails whether one is valid and fails.
 */
export async function shrink<T>(
  start: T,
  candidates: (from: T) => Iterable<T>,
  fails: (candidate: T) => Promise<boolean>,
  milliseconds: number,
): Promise<T> {
  const deadline = performance.now() + milliseconds;
  let smallest = start;
  for (let again = true; again; ) {
    again = false;
    for (const candidate of candidates(smallest)) {
      if (performance.now() > deadline) return smallest;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      again = true;
      break;
    }
  }
  return smallest;
}

/** A list without some neighbours: without half of it, without quarters, … and each of its items. */
export function* withoutSome<T>(items: readonly T[]): Generator<T[]> {
  for (let length = items.length >> 1; length >= 1; length >>= 1) {
    for (let start = items.length - length; start > -length; start -= length) {
      yield items.toSpliced(Math.max(0, start), length);
    }
  }
}

/** Integers that are simpler than one. */
export function* simplerIntegers(value: bigint): Generator<bigint> {
  for (const simple of [0n, 1n]) if (value !== simple && value !== 0n) yield simple;
  if (value < 0n) yield -value;
  if (value > 3n || value < -3n) yield value / 2n;
  if (value > 1n) {
    // Without one of its bits, and with one less.
    for (let bit = 1n; bit <= value; bit <<= 1n) if ((value & bit) !== 0n && value !== bit) yield value ^ bit;
    yield value - 1n;
  }
}
