/** The same error is not written again within so long: a database that is gone is reported many times a second. */
const QUIET_MS = 30_000;
const MOST = 1_000;

/** Writes what goes wrong to standard error: the kind and the message, and the stack of what nobody expected. */
export class ErrorLog {
  readonly #written = new Map<string, number>();

  note(error: unknown): void {
    const text = textOf(error);
    const now = Date.now();
    if (now - (this.#written.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    if (this.#written.size >= MOST) this.#written.clear();
    this.#written.set(text, now);
    console.error(new Date(now).toISOString(), text);
  }
}

/** Drivers put what was asked for, values and all, beside the message: which is left out. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, cause, stack = "" } = error;
  const { code } = error as { code?: unknown };
  const place = typeof code === "string" ? "" : stack.slice(stack.indexOf("\n") + 1);
  const why = cause instanceof Error ? ` (${cause.message})` : "";
  return `${name}${typeof code === "string" ? ` ${code}` : ""}: ${message}${why}${place === "" ? "" : `\n${place}`}`;
}
