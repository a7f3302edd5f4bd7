import { ProgramError } from "../error.ts";

/** What is written down of a program, step by step. */
export interface Recording {
  /** The name of the program, for errors. */
  readonly program: string;
  /** Writes an operation down. Gives its results, as the library's method would. @throws ProgramError. */
  record(op: string, args: readonly unknown[]): unknown;
}

/** What stands for an object of the library while a program is traced. It has no value in JavaScript. */
export abstract class Recorded {
  readonly recording: Recording;

  constructor(recording: Recording) {
    this.recording = recording;
  }

  /** What it is, with its article, and what to do in place of taking it for a number or a text. */
  protected abstract readonly nature: { readonly noun: string; readonly instead: string };

  /** What `a > b`, `a + 1` and templates call. @throws ProgramError that says what to call instead. */
  [Symbol.toPrimitive](): never {
    const { noun, instead } = this.nature;
    throw new ProgramError(
      `${noun} has no value while a program is traced: ${instead}`,
      this.recording.program,
    );
  }

  /** What `JSON.stringify` calls. @throws ProgramError. */
  toJSON(): never {
    return this[Symbol.toPrimitive]();
  }

  /** Nothing is held: it is for programs that let go of what they no longer need. */
  dispose(): void {}

  [Symbol.dispose](): void {}
}

/** Gives a class methods that throw, with the reasons. */
export function refuse(
  Class: { readonly prototype: Recorded },
  reasons: Readonly<Record<string, string>>,
): void {
  for (const [name, reason] of Object.entries(reasons)) {
    Object.defineProperty(Class.prototype, name, {
      configurable: true,
      get(this: Recorded): never {
        throw new ProgramError(`${name} is nothing for a program: ${reason}`, this.recording.program);
      },
    });
  }
}
