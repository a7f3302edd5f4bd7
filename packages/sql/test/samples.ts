/** How many samples a test takes: some in `npm test`, all in `npm run test:slow`. */
export function sampleCount(some: number, all: number): number {
  return process.env.TACET_ALL_SAMPLES === "1" ? all : some;
}
