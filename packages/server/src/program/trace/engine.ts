import { CATALOGUE } from "../catalogue/index.ts";
import { ProgramError } from "../error.ts";
import { nameOfType } from "../forms.ts";
import { arrayOfHandles, type RecordedArray } from "./array.ts";
import { REFUSED } from "./exceptions.ts";
import { RecordedHandle } from "./handles.ts";
import { Recorded, refuse } from "./recorded.ts";
import { flattened, type Shape } from "./shape.ts";
import { RecordedStore } from "./store.ts";

/** Stands for an engine of the library while a program is traced. */
export class RecordedEngine extends Recorded {
  protected readonly nature = { noun: "an engine", instead: "call its methods" };

  /** Handles in arrays of arrays, or one after the other for a shape; with a type, clear values as well. */
  array(first: unknown, second?: unknown, third?: Shape): RecordedArray {
    const typed = !Array.isArray(first);
    const [given, shape] = typed ? [second, third] : [first, second as Shape | undefined];
    if (!Array.isArray(given) || (typed && nameOfType(first) === undefined)) {
      throw new ProgramError("expected an array of values, or a type and an array", this.recording.program);
    }
    const { values, shape: found } = flattened(given);
    const handles = values.map((value) =>
      typed && !(value instanceof RecordedHandle) ? this.recording.record("constant", [first, value]) : value,
    );
    return arrayOfHandles(this.recording, handles, shape ?? found);
  }

  /** An empty store. */
  keyValueStore(keys: unknown, values: unknown): RecordedStore {
    const [keyName, valueName] = [nameOfType(keys), nameOfType(values)];
    if (keyName !== undefined && valueName !== undefined) {
      return new RecordedStore(this.recording, keyName, valueName);
    }
    throw new ProgramError("expected the types of keys and of values", this.recording.program);
  }

  static {
    for (const op of Object.keys(CATALOGUE.engine)) {
      if (op === "constant") continue;
      Object.defineProperty(RecordedEngine.prototype, op, {
        configurable: true,
        value(this: RecordedEngine, ...args: readonly unknown[]): unknown {
          return this.recording.record(op, args);
        },
      });
    }
    refuse(RecordedEngine, REFUSED.Engine);
  }
}
