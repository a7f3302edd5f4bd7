/**
 * Long work that can be interrupted: it yields after small pieces of work the fraction that is done, from 0 to 1, and
 * ends with its result.
 */
export type Steps<T> = Generator<number, T, void>;

/** A piece of work that takes a fraction of a millisecond: so many nodes of a graph, looked at once. */
export const PIECE = 1024;

/** Work as a part of a larger one, which goes from one fraction to another meanwhile. */
export function* part<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  let step = steps.next();
  while (!step.done) {
    yield from + step.value * (to - from);
    step = steps.next();
  }
  return step.value;
}

/** Does work to its end at once. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
