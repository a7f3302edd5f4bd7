const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined using var void while with yield NaN Infinity"
  ).split(" "),
);

/** What JavaScript has everywhere. An input of that name would have two types, and hide what programs may need. */
const GLOBALS = new Set(
  (
    "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView " +
    "Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Int8Array " +
    "Int16Array Int32Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect " +
    "RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError Uint8Array Uint16Array " +
    "Uint32Array Uint8ClampedArray URIError WeakMap WeakRef WeakSet WebAssembly console decodeURI decodeURIComponent " +
    "encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt unescape"
  ).split(" "),
);

/** What the names in programs look like to visitors and to the language: plain ASCII keeps look-alikes apart. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Checks the name of an input.
 *
 * @param taken the names of the other inputs.
 * @throws SyntaxError that says what is wrong with it.
 */
export function checkName(name: string, taken: Iterable<string> = []): void {
  if (name === "") throw new SyntaxError("an input needs a name");
  if (!IDENTIFIER.test(name)) {
    throw new SyntaxError(
      "a name is made of letters, digits and underscores, and does not begin with a digit",
    );
  }
  if (RESERVED.has(name)) throw new SyntaxError(`"${name}" is a word of the language`);
  if (GLOBALS.has(name)) throw new SyntaxError(`"${name}" is a name of JavaScript's own`);
  if (/^(engine|compile|tacet|Fhe.*)$/.test(name))
    throw new SyntaxError(`"${name}" is a name of the library`);
  if ([...taken].includes(name)) throw new SyntaxError(`another input is called "${name}"`);
}
