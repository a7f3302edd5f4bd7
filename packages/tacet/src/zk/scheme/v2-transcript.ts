import { extendable, hashScalars, hashShortScalars, integerBytes, powersOf, scalarBytes } from "./scalars.ts";
import { type Statement, wordBytes } from "./statement.ts";
import { messageBits, type ParametersV2, sizesFor } from "./v2-parameters.ts";

/** Which version of the crate the hashes are those of. */
export type HashConfig = "V0_4_0" | "V0_7_0" | "V0_8_0";

/** Rows of the matrix that projects the noise. */
export const ROWS = 128;

/** What the hashes of a proof take in, by what it is called in the scheme. */
type Piece =
  | "sid"
  | "metadata"
  | "x"
  | "R"
  | "phi"
  | "xi"
  | "y"
  | "t"
  | "theta"
  | "omega"
  | "delta"
  | "z"
  | "hatE"
  | "e"
  | "rTilde"
  | "CR"
  | "hatBin"
  | "Cy"
  | "h1"
  | "h2"
  | "hatT"
  | "hatH3"
  | "hatW"
  | "pH1"
  | "pH2"
  | "pT"
  | "pH3"
  | "pOmega";

/** All but R, whose place differs: what the commitments are hashed after. */
const HEAD: readonly Piece[] = ["sid", "metadata", "x"];
const NOISE: readonly Piece[] = ["hatE", "e"];
const COMMITMENTS: readonly Piece[] = [...NOISE, "R", "CR", "hatBin", "rTilde", "Cy"];
const LISTS: readonly Piece[] = ["y", "t", "phi", "xi"];
const LAST: readonly Piece[] = ["h1", "h2", "hatT", "hatH3", "hatW"];

/** What each hash takes in, in order. */
const ORDERS: Readonly<
  Record<"R" | "phi" | "xi" | "hash" | "t" | "lmap" | "w" | "agg" | "z" | "chi", readonly Piece[]>
> = {
  R: [...HEAD, ...NOISE, "rTilde"],
  phi: [...HEAD, "R", ...NOISE, "CR", "rTilde"],
  xi: [...HEAD, ...NOISE, "R", "phi", "CR", "hatBin", "rTilde"],
  hash: [...HEAD, "R", "phi", "xi", ...NOISE, "CR", "hatBin", "rTilde"],
  t: [...HEAD, "y", "phi", "xi", ...COMMITMENTS],
  lmap: [...HEAD, ...LISTS, ...COMMITMENTS],
  w: [...HEAD, ...LISTS, "theta", ...COMMITMENTS],
  agg: [...HEAD, ...LISTS, "theta", "omega", ...COMMITMENTS],
  z: [...HEAD, ...LISTS, "theta", "omega", "delta", ...COMMITMENTS, ...LAST],
  chi: [
    ...HEAD,
    ...LISTS,
    "theta",
    "omega",
    "delta",
    ...COMMITMENTS,
    ...LAST,
    "z",
    "pH1",
    "pH2",
    "pT",
    "pH3",
    "pOmega",
  ],
};

/** How the oldest version differs: for the last two hashes it left these out, and put x where ξ is for the first of them. */
const OLDEST_WITHOUT: readonly Piece[] = ["omega", "pH3", "pOmega"];

/** What two random bits stand for in R. */
const NUMBERS = Int8Array.of(0, 0, 1, -1);

const EMPTY = new Uint8Array(0);

/** Draws a proof's challenges from what has been committed to, as the prover and the verifier do alike. */
export class TranscriptV2 {
  readonly #parameters: ParametersV2;
  readonly #config: HashConfig;
  readonly #pieces = new Map<Piece, Uint8Array>();
  readonly #k: number;

  constructor(parameters: ParametersV2, statement: Statement, metadata: Uint8Array, config: HashConfig) {
    this.#parameters = parameters;
    this.#config = config;
    this.#k = statement.c2.length;
    const { sid } = parameters;
    this.add("sid", sid === undefined ? EMPTY : integerBytes(sid, 16));
    this.add("metadata", metadata);
    this.add("x", encodeStatement(parameters, statement, config));
  }

  add(piece: Piece, bytes: Uint8Array): void {
    this.#pieces.set(piece, bytes);
  }

  addScalar(piece: Piece, scalar: bigint): void {
    this.add(piece, scalarBytes(scalar));
  }

  get #compact(): boolean {
    return this.#config !== "V0_4_0";
  }

  #inputs(purpose: keyof typeof ORDERS): Uint8Array[] {
    const oldest = !this.#compact;
    const last = purpose === "z" || purpose === "chi";
    const pieces = ORDERS[purpose].map((piece) => {
      if (piece === "R" && this.#compact && purpose !== "phi") return EMPTY;
      if (oldest && last && OLDEST_WITHOUT.includes(piece)) return EMPTY;
      return this.#pieces.get(oldest && purpose === "z" && piece === "xi" ? "x" : piece) ?? EMPTY;
    });
    return [this.#parameters.separators[purpose], ...pieces];
  }

  /** Scalars that are powers of one that is hashed, or each hashed. */
  #list(piece: Piece, purpose: keyof typeof ORDERS, count: number, short = false): bigint[] {
    if (this.#compact) {
      const [base] = hashScalars(1, this.#inputs(purpose)) as [bigint];
      this.addScalar(piece, base);
      return powersOf(base, count);
    }
    const scalars = (short ? hashShortScalars : hashScalars)(count, this.#inputs(purpose));
    this.#addScalars(piece, scalars);
    return scalars;
  }

  #addScalars(piece: Piece, scalars: readonly bigint[]): void {
    const bytes = new Uint8Array(40 * scalars.length);
    for (const [i, scalar] of scalars.entries()) bytes.set(scalarBytes(scalar), 40 * i);
    this.add(piece, bytes);
  }

  /** R, column by column: 128·(2(d + k) + 4) numbers from −1 to 1. */
  projections(): Int8Array {
    const columns = 2 * (this.#parameters.d + this.#k) + 4;
    const bytes = extendable(this.#inputs("R"))(ROWS * columns);
    const matrix = new Int8Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) matrix[i] = NUMBERS[bytes[i]! & 3]!;
    this.add("R", this.#compact ? packed(matrix) : byRows(matrix, columns));
    return matrix;
  }

  phi(): bigint[] {
    return this.#list("phi", "phi", ROWS);
  }

  xi(): bigint[] {
    return this.#list("xi", "xi", ROWS);
  }

  y(): bigint[] {
    const { bits, width } = sizesFor(this.#parameters, this.#k);
    return this.#list("y", "hash", bits + ROWS * width);
  }

  t(): bigint[] {
    return this.#list("t", "t", this.#parameters.n, true);
  }

  theta(): bigint[] {
    return this.#list("theta", "lmap", this.#parameters.d + this.#k);
  }

  omega(): bigint[] {
    return this.#list("omega", "w", this.#parameters.n, true);
  }

  /** δr, δdec, δeq, δy, δθ, δe, δl. */
  delta(): bigint[] {
    const delta = hashScalars(7, this.#inputs("agg"));
    this.#addScalars("delta", delta);
    return delta;
  }

  z(): bigint {
    const [z] = hashScalars(1, this.#inputs("z")) as [bigint];
    this.addScalar("z", z);
    return z;
  }

  chi(): bigint {
    return hashScalars(1, this.#inputs("chi"))[0]!;
  }
}

/** The statement's bytes, x. */
function encodeStatement(
  parameters: ParametersV2,
  { a, b, c1, c2 }: Statement,
  config: HashConfig,
): Uint8Array {
  const { q, d, noiseBound, t, zeroBits } = parameters;
  const k = c2.length;
  const newest = config === "V0_8_0";
  const pieces = [
    integerBytes(q, 8),
    integerBytes(BigInt(d), 8),
    newest ? integerBytes(BigInt(k), 8) : EMPTY,
    newest ? integerBytes(noiseBound, 8) : integerBytes(sizesFor(parameters, k).squaredNorm, 16),
    integerBytes(t, 8),
    newest ? allowedBits(parameters, k) : integerBytes(zeroBits, 8),
    ...[a, b, c1, c2].map(wordBytes),
  ];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Which bits of k messages, one behind the other, may be 1. */
function allowedBits(parameters: ParametersV2, k: number): Uint8Array<ArrayBuffer> {
  const width = parameters.t.toString(2).length - 1;
  const free = messageBits(parameters);
  const bytes = new Uint8Array(Math.ceil((k * width) / 8));
  for (let message = 0; message < k; message++) {
    for (let bit = message * width; bit < message * width + free; bit++) bytes[bit >> 3]! |= 1 << (bit & 7);
  }
  return bytes;
}

/** Five numbers from −1 to 1 in a byte, the first one lowest. */
function packed(matrix: Int8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(matrix.length / 5));
  for (let i = 0; i < bytes.length; i++) {
    let byte = 0;
    for (let at = Math.min(5 * i + 5, matrix.length) - 1; at >= 5 * i; at--)
      byte = 3 * byte + matrix[at]! + 1;
    bytes[i] = byte;
  }
  return bytes;
}

function byRows(matrix: Int8Array, columns: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(matrix.length);
  for (let i = 0; i < ROWS; i++)
    for (let j = 0; j < columns; j++) bytes[i * columns + j] = matrix[i + j * ROWS]! & 255;
  return bytes;
}
