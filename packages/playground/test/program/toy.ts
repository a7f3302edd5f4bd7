import * as tacet from "tacet";
import { compile } from "tacet/regex";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../../tacet/src/parameters/sets.ts";
import { runProgram } from "../../src/program/run.ts";
import { paddedSize } from "../../src/program/text-size.ts";
import { type ClearValue, type Input, shapeOf } from "../../src/program/types.ts";

/** A type of any values. */
interface Type {
  encrypt(value: ClearValue, key: tacet.ClientKey, options?: tacet.TextOptions): tacet.FheInteger;
}

const types = tacet as unknown as Record<string, Type>;

/** Client and server at parameters that hide nothing, but bootstrap in microseconds. */
export class Toy {
  readonly engine: tacet.Engine;
  readonly #clientKey: tacet.ClientKey;

  static async create(): Promise<Toy> {
    const parameters = INSECURE_TOY_MESSAGE_2_CARRY_2;
    const clientKey = await tacet.ClientKey.generate({ parameters, allowInsecureParameters: true });
    return new Toy(clientKey, await tacet.Engine.create(await tacet.ServerKey.from(clientKey)));
  }

  private constructor(clientKey: tacet.ClientKey, engine: tacet.Engine) {
    this.#clientKey = clientKey;
    this.engine = engine;
  }

  /** What a program plans for encryptions of its inputs. */
  plan(javascript: string, inputs: readonly Input[]): Map<string, tacet.Handle<tacet.Ciphertext>> {
    const handles = inputs.map(({ name, type, value }) => {
      const shape = shapeOf(type);
      const options = shape.kind === "text" ? { size: paddedSize(shape.type, String(value)) } : undefined;
      return [name, this.engine.load(types[type]!.encrypt(value, this.#clientKey, options))] as const;
    });
    const scope = { ...tacet, compile, engine: this.engine, ...Object.fromEntries(handles) };
    return runProgram(javascript, scope, tacet.Handle);
  }

  /** What a program gives for encryptions of its inputs, decrypted. */
  async compute(javascript: string, inputs: readonly Input[]): Promise<Map<string, ClearValue>> {
    const values = [...this.plan(javascript, inputs)].map(async ([name, handle]) => {
      const ciphertext = (await handle.ciphertext()) as tacet.FheInteger | tacet.FheBool;
      return [name, ciphertext.decrypt(this.#clientKey)] as const;
    });
    return new Map(await Promise.all(values));
  }
}
