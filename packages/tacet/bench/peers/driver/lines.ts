import type { Request } from "./protocol.ts";

/** One line of the comparison. */
export interface Line {
  /** The heading that it stands under. */
  readonly section: string;
  readonly label: string;
  readonly threads: number;
  readonly request: Request;
  /** Whether a run without a filter measures it: all lines would take hours. */
  readonly usual: boolean;
  /** Whether it is in the plot. */
  readonly plotted: boolean;
}

/** Parameter sets by their message and carry bits: `PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`. */
const SETS = ["2_2", "1_1", "3_3"];
const WIDTHS = [64, 8, 32, 128];
const OPERATIONS = ["add", "sub", "mul", "div", "eq", "lt", "max", "and", "shl", "select", "sum of 16"];
/** Those that take thousands of bootstraps at large widths. */
const LONG = ["mul", "div"];
const VALUES = ["encrypt", "encrypt compressed", "decrypt", "serialize", "deserialize"];
const KEYS = [
  ["ClientKey", "generate"],
  ["ServerKey", "generate"],
  ["ServerKey", "serialize"],
  ["ServerKey", "deserialize"],
  ["ServerKey", "load"],
  ["ServerKey", "first touch"],
  ["KeySet", "generate"],
  ["KeySet", "expand"],
] as const;

/** All lines for some number of threads, on a machine with so many processors. */
export function linesOf(threads: number, processors: number): Line[] {
  const all = threads === processors;
  return [
    ...bootstraps(threads),
    ...WIDTHS.flatMap((width) => integers(width, threads, all)),
    ...(threads === 1 ? values() : []),
    ...texts(threads),
    ...lists(threads),
    ...inputs(threads),
    ...keys(threads),
  ];
}

/** What filters are compared with. */
export function nameOf({ section, label }: Line): string {
  return `${section}: ${label}`;
}

function bootstraps(threads: number): Line[] {
  const one = threads === 1;
  const line = (set: string, operation: string, batch: number): Line => {
    const kind = batch === 1 ? "latency of one" : "throughput";
    return {
      section: `Bootstraps, ${count(threads)}`,
      label: `${operation} ${set}, ${kind}`,
      threads,
      request: { group: "bootstrap", on: set, operation, operand: "", batch },
      usual: true,
      plotted: set === "2_2",
    };
  };
  return SETS.flatMap((set) =>
    one
      ? ["KS-PBS", "PBS"].flatMap((operation) => [line(set, operation, 1), line(set, operation, 8)])
      : [line(set, "KS-PBS", 32 * threads)],
  );
}

function integers(width: number, threads: number, all: boolean): Line[] {
  const operands = ["encrypted", "clear"] as const;
  // As many operations at once as keep all threads busy, however few lookups an operation has.
  const several = threads * Math.max(2, 128 / width);
  return [1, several].flatMap((batch) =>
    operands.flatMap((operand) =>
      OPERATIONS.filter((operation) => operand === "encrypted" || operation !== "sum of 16").map(
        (operation) => {
          const request = { group: "integer", on: `FheUint${width}`, operation, operand, batch } as const;
          const many = batch === 1 ? "one operation at a time" : `${batch} at once`;
          return {
            section: `FheUint${width}, ${many}, ${count(threads)}`,
            label: `${operation}, ${operand}`,
            threads,
            request,
            usual: isUsual(width, request, all),
            plotted: width === 64 && all && batch === 1 && operand === "encrypted",
          };
        },
      ),
    ),
  );
}

/** Whether operations on integers are measured without a filter: all of one at a time on all threads, and some others. */
function isUsual(width: number, { operation, operand, batch }: Request, all: boolean): boolean {
  const encrypted = operand === "encrypted";
  const long = encrypted && LONG.includes(operation);
  if (all && batch === 1) return !(long && width === 128);
  if (width !== 64 || !encrypted) return false;
  if (batch === 1) return operation !== "div";
  return all && !long;
}

function values(): Line[] {
  return ["FheBool", "FheUint8", "FheUint64"].flatMap((on) =>
    VALUES.map((operation) => ({
      section: "Values, 1 thread",
      label: `${on} ${operation}`,
      threads: 1,
      request: { group: "value", on, operation, operand: "", batch: 1 },
      usual: true,
      plotted: false,
    })),
  );
}

function texts(threads: number): Line[] {
  const operations = [
    ["eq", "encrypted"],
    ["contains", "clear"],
    ["toLowerCase", ""],
  ] as const;
  return operations.map(([operation, operand]) => ({
    section: `Texts of 32 characters, ${count(threads)}`,
    label: operand === "" ? operation : `${operation}, ${operand}`,
    threads,
    request: { group: "text", on: "FheAsciiString", operation, operand, batch: 1 },
    usual: true,
    plotted: false,
  }));
}

function lists(threads: number): Line[] {
  return ["compress", "decompress"].flatMap((operation) =>
    [1, 64].map((batch) => ({
      section: `Lists of results, ${count(threads)}`,
      label: `${operation} FheUint64, ${batch === 1 ? "one" : `${batch} at once`}`,
      threads,
      request: { group: "list", on: "FheUint64", operation, operand: "", batch } as const,
      usual: true,
      plotted: false,
    })),
  );
}

function inputs(threads: number): Line[] {
  return [1, 64].map((batch) => ({
    section: `Inputs, ${count(threads)}`,
    label: `re-randomize FheUint64, ${batch === 1 ? "one" : `${batch} at once`}`,
    threads,
    request: { group: "input", on: "FheUint64", operation: "re-randomize", operand: "", batch } as const,
    usual: true,
    plotted: false,
  }));
}

function keys(threads: number): Line[] {
  return KEYS.map(([on, operation]) => ({
    section: `Keys, ${count(threads)}`,
    label: `${on} ${operation}`,
    threads,
    request: { group: "key", on, operation, operand: "", batch: 1 },
    usual: threads === 1 || ["generate", "load", "first touch"].includes(operation),
    plotted: false,
  }));
}

/** A number of threads, in words. */
export function count(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
