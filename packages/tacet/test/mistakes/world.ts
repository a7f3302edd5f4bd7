import type { Engine, EngineOptions } from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { TOY_COMPACT, TOY_COMPRESSION } from "../toy.ts";
import { tfhe } from "../wire/peer.ts";
import { makeLeveled } from "./leveled-world.ts";

/** All that users import, of whichever module. */
export type Library = typeof import("../../src/index.ts") &
  typeof import("../../src/regex.ts") &
  typeof import("../../src/clear.ts") &
  typeof import("../../src/cut.ts") &
  typeof import("../../src/leveled.ts");

/** One object of each class, at toy parameters, under names of their own. */
export type World = Readonly<Record<string, unknown>> & { readonly engine: Engine };

export const insecure = { allowInsecureParameters: true };
const engineOptions: EngineOptions = { threads: 1 };

/** The same objects of a copy of the library as of any other. */
export async function makeWorld(library: Library): Promise<World> {
  const {
    ClientKey,
    ServerKey,
    FheUint8,
    FheInt8,
    FheBool,
    FheAsciiString,
    FheUtf8String,
    CompactCiphertextList,
  } = library;
  const clientKey = await ClientKey.generate({ parameters: toy, compression: TOY_COMPRESSION, ...insecure });
  const serverKey = await ServerKey.from(clientKey);
  const randomizing = await ClientKey.generate({ parameters: toy, reRandomization: "derived", ...insecure });
  const randomizingKey = await ServerKey.from(randomizing);
  const engine = await library.Engine.create(serverKey, engineOptions);
  const tag = Uint8Array.of(1);
  const former = await ClientKey.generate({
    parameters: toy,
    compression: TOY_COMPRESSION,
    tag,
    ...insecure,
  });
  const keySwitchingKey = await library.KeySwitchingKey.from(former, clientKey, serverKey, insecure);
  const { keySet } = await library.CompressedXofKeySet.generate({
    ...{ parameters: toy, compactKey: TOY_COMPACT, ...insecure },
  });
  const compressedPublicKey = await library.CompressedPublicKey.from(clientKey);
  const compressedCompactPublicKey = await library.CompressedCompactPublicKey.from(clientKey);
  const compactPublicKey = await compressedCompactPublicKey.decompress();
  const builder = CompactCiphertextList.builder(compactPublicKey).push(FheUint8, 3);
  const uint = FheUint8.encrypt(3, clientKey);
  const int = FheInt8.encrypt(3, clientKey);
  const bool = FheBool.encrypt(true, clientKey);
  const [x, y, b] = [engine.load(uint), engine.load(int), engine.load(bool)];
  const store = engine.keyValueStore(FheUint8, FheUint8);
  store.insert(3, x);
  const parts = await library.cut(engine, [x.mul(3), x], { inputs: [x] });
  const { bytes: partBytes } = await library.computePart(engine, parts[0]!, { inputs: [x] });
  return {
    clientKey,
    serverKey,
    randomizingKey,
    reRandomizer: await library.ReRandomizer.from(randomizingKey),
    expandedServerKey: await serverKey.expand(),
    former,
    keySwitchingKey,
    switchingEngine: await library.Engine.create(keySwitchingKey, engineOptions),
    upgradeKey: await library.DecompressionUpgradeKey.from(former, clientKey, serverKey, {
      compression: TOY_COMPRESSION,
      ...insecure,
    }),
    chain: library.UpgradeKeyChain.of([keySwitchingKey, serverKey]),
    formerUint: FheUint8.encrypt(3, former),
    keySet,
    expandedKeySet: await keySet.expand(),
    compactPublicKey,
    compressedCompactPublicKey,
    publicKey: await compressedPublicKey.decompress(),
    compressedPublicKey,
    builder,
    list: await builder.build(),
    compressedStore: await store.compress(),
    compressedList: await engine.compress([x, x]),
    uint,
    trivialUint: FheUint8.encryptTrivial(3, toy),
    trivialBool: FheBool.encryptTrivial(true, toy),
    text: FheAsciiString.encrypt("abc", clientKey),
    trivialText: FheAsciiString.encryptTrivial("abc", { size: 5 }, toy),
    utf8Text: FheUtf8String.encrypt("é", clientKey),
    int,
    bool,
    compressedUint: await FheUint8.encryptCompressed(3, clientKey),
    compressedInt: await FheInt8.encryptCompressed(3, clientKey),
    compressedBool: await FheBool.encryptCompressed(true, clientKey),
    engine,
    x,
    y,
    b,
    t: engine.load(FheAsciiString.encrypt("abc", clientKey)),
    integers: engine.array([x, x]),
    booleans: engine.array([b, b]),
    store,
    pattern: library.compile(/abc/),
    part: parts.at(-1),
    partBytes,
    FheUint8,
    FheUtf8String,
    FheBool,
    ...(await makeLeveled(library, { clientKey, engine })),
    ...(await makeModules(library)),
  };
}

/** Those of `boolean` and `shortint`, whose large keys TFHE-rs makes. */
async function makeModules({ boolean, shortint }: Library): Promise<Record<string, unknown>> {
  const [theirs, small] = [tfhe.Boolean, tfhe.Shortint];
  const gaussian = theirs.new_gaussian_from_std_dev(2 ** -20);
  const set = theirs.new_parameters(
    10,
    2,
    256,
    gaussian,
    gaussian,
    6,
    3,
    4,
    2,
    tfhe.BooleanEncryptionKeyChoice.Small,
  );
  const theirKey = theirs.new_client_key(set);
  const booleanClientKey = boolean.ClientKey.deserialize(theirs.serialize_client_key(theirKey), insecure);
  const noise = small.new_gaussian_from_std_dev(2 ** -30);
  const choice = tfhe.ShortintEncryptionKeyChoice.Big;
  const smallSet = small.new_parameters(10, 1, 256, noise, noise, 6, 3, 4, 2, 4n, 2n, 5n, -40, 64, choice);
  const smallKey = small.new_client_key(smallSet);
  const shortintClientKey = shortint.ClientKey.deserialize(small.serialize_client_key(smallKey), insecure);
  return {
    booleanClientKey,
    booleanPublicKey: boolean.PublicKey.deserialize(
      theirs.serialize_public_key(theirs.new_public_key(theirKey)),
      insecure,
    ),
    booleanServerKey: boolean.CompressedServerKey.deserialize(
      theirs.serialize_compressed_server_key(theirs.new_compressed_server_key(theirKey)),
    ),
    booleanCiphertext: boolean.Ciphertext.encrypt(true, booleanClientKey),
    booleanCompressed: boolean.CompressedCiphertext.encrypt(true, booleanClientKey),
    shortintClientKey,
    shortintPublicKey: shortint.PublicKey.deserialize(
      small.serialize_public_key(small.new_public_key(smallKey)),
      insecure,
    ),
    shortintCompressedPublicKey: shortint.CompressedPublicKey.deserialize(
      small.serialize_compressed_public_key(small.new_compressed_public_key(smallKey)),
      insecure,
    ),
    shortintServerKey: shortint.CompressedServerKey.deserialize(
      small.serialize_compressed_server_key(small.new_compressed_server_key(smallKey)),
    ),
    shortintCiphertext: shortint.Ciphertext.encrypt(1, shortintClientKey),
    shortintCompressed: shortint.CompressedCiphertext.encrypt(1, shortintClientKey),
  };
}
