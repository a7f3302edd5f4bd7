/** Base of every error that Tacet throws on purpose. Messages never contain secret values. */
export class TacetError extends Error {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "TacetError";
  }

  override readonly name: string = "TacetError";
}

/** A parameter set is malformed, unknown, or cannot do what is asked of it. */
export class ParameterError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "ParameterError";
  }

  override readonly name = "ParameterError";
}

/** Bytes are not a well-formed serialization of what was expected. */
export class DeserializationError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "DeserializationError";
  }

  override readonly name = "DeserializationError";
  /** Position in the input, in bytes, at which reading stopped. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** A key, ciphertext or handle does not belong to what it is used with. */
export class MismatchError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "MismatchError";
  }

  override readonly name = "MismatchError";
}

/** A handle or engine was used after it had been disposed of. */
export class DisposedError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "DisposedError";
  }

  override readonly name = "DisposedError";
}

/** A combination of blocks could exceed the message space or the tolerated noise. */
export class GraphError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "GraphError";
  }

  override readonly name = "GraphError";
}

/**
 * What was asked for cannot be planned, for a reason in the planner itself, which is the `cause`: please report it. Other
 * requests go on.
 */
export class PlanningError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "PlanningError";
  }

  override readonly name = "PlanningError";
}

/** What was asked for, or given, is beyond a limit that an option sets. */
export class LimitError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "LimitError";
  }

  override readonly name = "LimitError";
  /** The option. */
  readonly option: string;
  /** What it allows. */
  readonly limit: number;
  /** What is needed, or as much of it as was found before the limit. */
  readonly needed: number;

  constructor(option: string, limit: number, needed: number) {
    super(`${option} allows ${limit}; at least ${needed} would be needed`);
    this.option = option;
    this.limit = limit;
    this.needed = needed;
  }
}

/** A worker stopped while it computed. */
export class WorkerError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "WorkerError";
  }

  override readonly name = "WorkerError";
}

/** The memory that keys, ciphertexts or workers need could not be had. */
export class OutOfMemoryError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "OutOfMemoryError";
  }

  override readonly name = "OutOfMemoryError";
}

/** The platform lacks something without which Tacet cannot run. */
export class UnsupportedPlatformError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "UnsupportedPlatformError";
  }

  override readonly name = "UnsupportedPlatformError";
}

/** A pattern cannot become an automaton: it is not well-formed, has what no automaton can do, or is too large. */
export class PatternError extends TacetError {
  /** @internal Stays where bundlers give classes other names. */
  static override get name(): string {
    return "PatternError";
  }

  override readonly name = "PatternError";
  /** The index in the pattern of what is refused, or of where it showed that it is not well-formed; if there is one. */
  readonly position: number | undefined;

  constructor(reason: string, position?: number) {
    super(position === undefined ? reason : `${reason} (at index ${position})`);
    this.position = position;
  }
}
