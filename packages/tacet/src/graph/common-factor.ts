/** The greatest common divisor of some integers of which one is not zero; positive. */
export function commonFactor(values: readonly number[]): number {
  let factor = 0;
  for (const value of values) {
    let rest = Math.abs(value);
    while (rest !== 0) [factor, rest] = [rest, factor % rest];
  }
  return factor;
}
