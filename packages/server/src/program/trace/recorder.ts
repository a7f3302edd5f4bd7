import type { ResultShape } from "../catalogue/signature.ts";
import { type CheckedNode, NodeChecker } from "../check-node.ts";
import { Place } from "../error.ts";
import type { Form } from "../forms.ts";
import type { Json } from "../graph.ts";
import type { GraphLimits } from "../limits.ts";
import { type RecordedHandle, recordedHandle } from "./handles.ts";
import type { CountedNode } from "./prune.ts";
import type { Recording } from "./recorded.ts";
import { written } from "./written.ts";

/** Writes the operations of a program down as nodes of a graph. */
export class Recorder implements Recording {
  readonly program: string;
  /** The nodes so far, and how many values each of them gives. */
  readonly counted: CountedNode[] = [];
  readonly #checker: NodeChecker;

  /** @param inputs the forms of all values that the program starts from. */
  constructor(program: string, inputs: readonly Form[], limits: GraphLimits) {
    this.program = program;
    this.#checker = new NodeChecker(inputs, limits);
  }

  /** What stands for an input. */
  input(value: number): RecordedHandle {
    return recordedHandle(this, value, this.#checker.forms[value]);
  }

  record(op: string, args: readonly unknown[]): unknown {
    const place = new Place(op, new Place(this.program));
    const given = args.map((argument, i) => {
      return written(argument, place.at("of").at(i), (value, at) => this.numberOf(value, at));
    });
    while (given.length > 0 && given[given.length - 1] === undefined) given.pop();
    const before = this.#checker.forms.length;
    const checked = this.#checker.add(op, given as Json[], place);
    const most = this.#checker.limits.nodes;
    if (this.counted.length >= most) throw place.error(`a program of more than ${most} operations`);
    this.counted.push({ node: checked.node, results: checked.results.length });
    return this.#shaped(checked, before);
  }

  /** The number of a value of this program. @throws ProgramError for one of another program, or of an earlier trace. */
  numberOf(value: RecordedHandle, place: Place): number {
    if (value.recording === this) return value.value;
    const { program } = value.recording;
    throw place.error(
      program === this.program
        ? "the value is of an earlier run of this function: nothing can be kept from one run to another"
        : `the value is of another program, ${program}`,
    );
  }

  #shaped({ signature, results }: CheckedNode, before: number): unknown {
    const handles = results.map((form, i) => recordedHandle(this, before + i, form));
    const shapes: Readonly<Record<ResultShape, () => unknown>> = {
      one: () => handles[0],
      several: () => handles,
      list: () => handles,
      pairs: () => Array.from({ length: handles.length / 2 }, (_, i) => handles.slice(2 * i, 2 * i + 2)),
    };
    return shapes[signature.shape]();
  }
}
