/** What can be a parameter of a query. Dates are taken as they are in UTC. */
export type ParameterValue = number | bigint | string | boolean | Date | null;

const values = new WeakMap<Secret, ParameterValue | readonly ParameterValue[]>();

/** A constant that the server is not to know. It shows nowhere: not in messages, not as JSON. */
export class Secret {
  /** @param value with an array, for `= ANY ($1)` and `<> ALL ($1)`. */
  constructor(value: ParameterValue | readonly ParameterValue[]) {
    values.set(this, value);
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}

/** Marks a parameter of a query as secret. */
export function secret(value: ParameterValue | readonly ParameterValue[]): Secret {
  return new Secret(value);
}

/** What only the client is to know. */
export function secretOf(secret: Secret): ParameterValue | readonly ParameterValue[] {
  return values.get(secret)!;
}
