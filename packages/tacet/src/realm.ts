/*
 * What differs where there is more than one set of globals, or one that is not complete: in test runners, `node:vm`,
 * frames, hardened environments. Objects of the platform are known by what they are and not by whose they are, as what
 * comes from another realm is no `instanceof` of what is here; and globals that can be done without are done without.
 */

/** A time in milliseconds, to be compared with others of the same thread. */
export function time(): number {
  return globalThis.performance?.now() ?? Date.now();
}

/**
 * Calls an action after a time, unless it is cancelled before; never where there are no timers that can be cancelled: one
 * that goes on may keep a process alive.
 *
 * @returns cancels it.
 */
export function after(milliseconds: number, action: () => void): () => void {
  if (typeof setTimeout !== "function" || typeof clearTimeout !== "function") return () => {};
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}

/** The bytes of ASCII text. The platform's encoder may be missing in test runners. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Reads what kind a typed array is from where it cannot be forged, in every realm alike; `undefined` for all else. */
const kindOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!;

/** Whether a value is a Uint8Array, of whatever realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return Reflect.apply(kindOf, value, []) === "Uint8Array";
}

/** Whether bytes have lost their memory, because it was transferred or cut off. They then look empty. */
export function isDetached(bytes: Uint8Array): boolean {
  if (bytes.length > 0) return false;
  try {
    new Uint8Array(bytes);
    return false;
  } catch {
    return true;
  }
}

/** Whether a value does what is asked of an AbortSignal here, be it of another realm or a polyfill's. */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== "object" || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return (
    typeof aborted === "boolean" &&
    typeof addEventListener === "function" &&
    typeof removeEventListener === "function"
  );
}

/** Throws the reason of a signal that has been aborted. Polyfills may lack the method of that name. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

/** The reason of a signal that has been aborted: the usual one where the signal has none, as in older polyfills. */
export function abortReason({ reason }: AbortSignal): unknown {
  if (reason !== undefined) return reason;
  const [message, name] = ["This operation was aborted", "AbortError"] as const;
  return typeof DOMException === "function"
    ? new DOMException(message, name)
    : Object.assign(new Error(message), { name });
}
