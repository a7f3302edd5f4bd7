/** The class of some values, whose constructor may be none of our business. */
export interface ClassOf<H> {
  readonly prototype: H;
  [Symbol.hasInstance](value: unknown): boolean;
}

/**
 * Runs a program: the body of a function that has the names of a scope.
 *
 * It may do all that the thread may which runs it, or run forever: give it a worker of its own.
 *
 * @param Handle the class that results are to be of.
 * @returns the results by name: "result" for a single handle, names by place (`result[0]`) for arrays of handles, by key
 *   for objects of handles.
 * @throws ResultError if it gives anything else or two results of one name, and whatever the program throws.
 */
export function runProgram<H>(
  javascript: string,
  scope: Readonly<Record<string, unknown>>,
  Handle: ClassOf<H>,
): Map<string, H> {
  // A function inside the function: a program may declare again what the scope has.
  const body = `"use strict"; return (() => {\n${javascript}\n})();`;
  const run = new Function(...Object.keys(scope), body);
  const results = new Map<string, H>();
  collect(run(...Object.values(scope)), "", Handle, results);
  if (results.size === 0) throw new ResultError("the program gives no results");
  return results;
}

/** A program gave what is no result. */
export class ResultError extends TypeError {
  override readonly name = "ResultError";
}

function collect<H>(value: unknown, path: string, Handle: ClassOf<H>, results: Map<string, H>): void {
  if (value instanceof Handle) {
    const name = path === "" ? "result" : path;
    if (results.has(name)) throw new ResultError(`there are two results called ${name}`);
    results.set(name, value as H);
  } else if (isList(value)) {
    for (const [i, one] of [...value].entries())
      collect(one, `${path === "" ? "result" : path}[${i}]`, Handle, results);
  } else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value)) {
      collect(one, path === "" ? key : `${path}.${key}`, Handle, results);
    }
  } else {
    const where = path === "" ? "the program gave" : `${path} is`;
    throw new ResultError(`${where} ${describe(value)}, not an encrypted value`);
  }
}

/** Whether a value is an array, also one of the library's. */
function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
