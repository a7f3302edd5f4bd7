import { ClientKey, FheAsciiString, FheUtf8String, ServerKey, type TextOptions } from "tacet";
import type { EncryptedType } from "../program/forms.ts";
import type { Program } from "../program/program.ts";
import { encryptInputs, formsOfValues, plainOutputs } from "../program/run/plain-values.ts";
import type { GraphResults } from "../program/run/run-graph.ts";
import type { Inputs, Outputs, PlainInputs, PlainOutputs } from "../program/specification.ts";
import {
  type Bytes,
  Connection,
  type Estimate,
  type RunnableProgram,
  type RunOptions,
} from "./connection.ts";
import type { TransportOptions } from "./transport.ts";

/** How to connect. */
export interface ConnectOptions extends TransportOptions {
  /** What encrypts and decrypts. It does not leave the client. */
  readonly clientKey: ClientKey;
  /** The server key, if there is one already; made of the client key, when it is needed, unless given. */
  readonly serverKey?: ServerKey | undefined;
}

/** What of the types is used here. */
interface AnyType {
  encryptCompressed(value: unknown, key: ClientKey): Promise<{ serialize(): Uint8Array }>;
  deserialize(bytes: Uint8Array): { decrypt(key: ClientKey): unknown };
}

/** A service, to have programs computed with one client key. */
export class ServiceConnection {
  readonly #connection: Connection<ClientKey>;

  constructor(url: string | URL, { serverKey, ...options }: ConnectOptions) {
    if (!(options.clientKey instanceof ClientKey)) throw new TypeError("clientKey is a ClientKey");
    this.#connection = new Connection(url, {
      ...options,
      serverKey: async (clientKey) => (serverKey ?? (await ServerKey.from(clientKey))).serialize(),
    });
  }

  /**
   * Encrypts, has the service compute, waits and decrypts. The server key is uploaded with the first run, unless the
   * service has it.
   *
   * @throws ProgramError for values that the program does not take, ServiceProblem for what the service refuses, or fails to
   *   do, UnreachableError, the signal's reason; and as `encrypt` of the library. All as rejections.
   */
  async run<In extends Inputs, Out extends Outputs>(
    program: Program<In, Out>,
    values: PlainInputs<In>,
    options?: RunOptions,
  ): Promise<PlainOutputs<Out>> {
    return await this.#connection.run(runnable(program), values, options);
  }

  /** What a program takes for such values, before anything runs. The values themselves stay here. */
  async estimate<In extends Inputs>(program: Program<In>, values: PlainInputs<In>): Promise<Estimate> {
    return await this.#connection.estimate(program.trace(formsOfValues(program, values)));
  }

  /** Has the service delete all that it has of the tenant. */
  async deleteEverything(): Promise<void> {
    await this.#connection.deleteEverything();
  }
}

function runnable<In extends Inputs, Out extends Outputs>(
  program: Program<In, Out>,
): RunnableProgram<ClientKey, PlainInputs<In>, PlainOutputs<Out>> {
  let graph: ReturnType<Program["trace"]>;
  return {
    prepare: async (values, key) => {
      graph = program.trace(formsOfValues(program, values));
      const encrypted = encryptInputs(program, values, (type, value, options) =>
        encrypt(type, value, options, key),
      );
      return { graph, values: await settled(encrypted) };
    },
    decrypt: (outputs, key) =>
      plainOutputs(program, graph, outputs as GraphResults, (type, bytes) =>
        (type as unknown as AnyType).deserialize(bytes).decrypt(key),
      ),
  };
}

/** Compressed where there is such a form: a hundredth of the bytes travels. */
async function encrypt(
  type: EncryptedType,
  value: unknown,
  options: TextOptions | undefined,
  key: ClientKey,
): Promise<Uint8Array> {
  if (type === FheAsciiString || type === FheUtf8String) {
    return type.encrypt(value as string, key, options).serialize();
  }
  return (await (type as unknown as AnyType).encryptCompressed(value, key)).serialize();
}

async function settled(
  all: Readonly<Record<string, Promise<Uint8Array> | Promise<Uint8Array>[]>>,
): Promise<Record<string, Bytes>> {
  const entries = Object.entries(all).map(
    async ([name, one]) => [name, Array.isArray(one) ? await Promise.all(one) : await one] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
