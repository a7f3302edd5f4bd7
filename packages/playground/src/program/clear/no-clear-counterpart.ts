/** A program asks for something that the clear mirror does not have. */
export class NoClearCounterpart extends Error {
  override readonly name = "NoClearCounterpart";
}

/** The error about an operation. */
export function noCounterpart(operation: string): NoClearCounterpart {
  return new NoClearCounterpart(`the clear check does not know ${operation}`);
}

/** Has a class own up to what it does not mirror, under the names that the library has for it. */
export function withoutCounterparts(prototype: object, owner: string, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      get: () => {
        throw noCounterpart(`${owner}.${name}`);
      },
    });
  }
}
