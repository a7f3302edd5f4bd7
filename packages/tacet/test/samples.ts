/** Whether this is `npm run test:slow`, which leaves nothing out. */
export const takesAllSamples: boolean = process.env.TACET_ALL_SAMPLES === "1";

/**
 * How many samples a test takes: some of them in `npm test`, all in `npm run test:slow`, which runs the files that ask
 * for this as well.
 */
export function sampleCount(some: number, all: number): number {
  return takesAllSamples ? all : some;
}
