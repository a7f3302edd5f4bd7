import { DisposedError } from "../../errors.ts";
import { introduce, Opaque, type Permit } from "../../opaque.ts";
import type { ClassicParameters } from "../../parameters/classic-parameters.ts";
import type { ClassicSecretKey } from "../../scheme/lwe/classic-lwe.ts";

/** The secrets of a client of the `boolean` or `shortint` module. */
type ModuleSecretKey<P extends ClassicParameters> = ClassicSecretKey & { readonly parameters: P };

/**
 * For the rest of the library: the secrets inside a client key.
 *
 * @throws DisposedError if the key has been wiped.
 */
export let moduleSecretOf: <P extends ClassicParameters>(key: ModuleClientKey<P>) => ModuleSecretKey<P>;

/** What the secret keys of the `boolean` and the `shortint` module have in common. */
export abstract class ModuleClientKey<P extends ClassicParameters> extends Opaque {
  #key: ModuleSecretKey<P> | undefined;

  protected constructor(permit: Permit, key: ModuleSecretKey<P>) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(ModuleClientKey, {
      name: "ClientKey",
      noun: "a key",
      source: "ClientKey.generate() makes one, ClientKey.deserialize(bytes) reads one",
      instead: "serialize() gives its bytes, which are as secret",
      written: "serialize() gives its bytes, which are as secret",
    });
    moduleSecretOf = (key) => key.#secret();
  }

  get parameters(): P {
    return this.#secret().parameters;
  }

  /** The bytes of the key, as the module's functions write them. They are as secret as the key. */
  abstract serialize(): Uint8Array<ArrayBuffer>;

  /** Wipes the key from memory. */
  dispose(): void {
    this.#key?.lwe.fill(0);
    this.#key?.glwe.fill(0);
    this.#key = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #secret(): ModuleSecretKey<P> {
    if (this.#key === undefined) throw new DisposedError("the client key has been disposed of");
    return this.#key;
  }
}
