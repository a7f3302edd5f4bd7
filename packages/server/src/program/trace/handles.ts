import type { CiphertextType, Width } from "tacet";
import { CATALOGUE } from "../catalogue/index.ts";
import type { Operations } from "../catalogue/signature.ts";
import { type Form, isSigned, kindOf, widthOf } from "../forms.ts";
import { REFUSED } from "./exceptions.ts";
import { Recorded, type Recording, refuse } from "./recorded.ts";

/** Stands for a handle of the library while a program is traced: a value that some operation gives. */
export abstract class RecordedHandle extends Recorded {
  /** The number of the value. */
  readonly value: number;
  readonly form: Form;

  constructor(recording: Recording, value: number, form: Form) {
    super(recording);
    this.value = value;
    this.form = form;
  }

  get type(): CiphertextType {
    return this.form.type;
  }
}

class RecordedInteger extends RecordedHandle {
  protected readonly nature = {
    noun: "an encrypted integer",
    instead: "compare with lt, gt, le, ge or eq, add with add, choose with select",
  };

  get width(): Width {
    return widthOf(this.type);
  }

  get signed(): boolean {
    return isSigned(this.type);
  }
}

class RecordedBool extends RecordedHandle {
  protected readonly nature = {
    noun: "an encrypted boolean",
    instead: "choose with select, combine with and, or, xor or not",
  };
}

class RecordedText extends RecordedHandle {
  protected readonly nature = {
    noun: "an encrypted text",
    instead: "compare with eq or lt, search with contains or indexOf",
  };

  get size(): number {
    return this.form.size ?? 0;
  }

  get padded(): boolean {
    return this.form.padded ?? false;
  }
}

/** Gives a class the operations of the catalogue as methods. */
function withMethods(Class: { readonly prototype: Recorded }, operations: Operations): void {
  for (const op of Object.keys(operations)) {
    Object.defineProperty(Class.prototype, op, {
      configurable: true,
      value(this: Recorded, ...args: readonly unknown[]): unknown {
        return this.recording.record(op, [this, ...args]);
      },
    });
  }
}

withMethods(RecordedInteger, CATALOGUE.integer);
withMethods(RecordedBool, CATALOGUE.boolean);
withMethods(RecordedText, CATALOGUE.text);
refuse(RecordedHandle, REFUSED.Handle);

/** What stands for a value of a form. */
export function recordedHandle(recording: Recording, value: number, form: Form): RecordedHandle {
  const classes = { integer: RecordedInteger, boolean: RecordedBool, text: RecordedText };
  return new classes[kindOf(form.type)](recording, value, form);
}
