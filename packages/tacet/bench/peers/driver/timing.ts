/** How long one measurement lasts at least. */
const SAMPLE_MS = 50;
const NANOSECONDS = 1e6;

/** Nanoseconds of one run, measured over as many as fill a sample. */
export async function time(run: () => unknown): Promise<number> {
  for (let count = 1; ; count *= 2) {
    const started = performance.now();
    for (let i = 0; i < count; i++) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    const elapsed = performance.now() - started;
    if (elapsed >= SAMPLE_MS) return (elapsed / count) * NANOSECONDS;
  }
}

/** The same for runs that each take something new; neither making it nor tidying up is measured. */
export async function timeEach<Input, Output>(task: {
  readonly prepare: () => Input;
  readonly run: (input: Input) => Promise<Output>;
  readonly finish: (input: Input, output: Output) => void;
}): Promise<number> {
  let [elapsed, count] = [0, 0];
  while (elapsed < SAMPLE_MS) {
    const input = task.prepare();
    const started = performance.now();
    const output = await task.run(input);
    elapsed += performance.now() - started;
    count++;
    task.finish(input, output);
  }
  return (elapsed / count) * NANOSECONDS;
}
