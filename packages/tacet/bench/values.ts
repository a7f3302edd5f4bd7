import * as peer from "node-tfhe";
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  DEFAULT_PARAMETERS,
  FheBool,
  FheInt256,
  FheUint8,
  FheUint64,
} from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

const LIMIT = 2n ** 30n;

/** Encrypting and decrypting values, and their way into bytes and back, under one key here and in `node-tfhe`. */
export async function valueBenchmarks(reporter: Reporter): Promise<void> {
  const params = DEFAULT_PARAMETERS.name;
  const theirs = peer.TfheClientKey.generate(peer.TfheConfigBuilder.default().build());
  const key = ClientKey.deserialize(theirs.safe_serialize(LIMIT));
  const types = [
    { ours: FheBool, peer: peer.FheBool, compressed: peer.CompressedFheBool, value: true },
    { ours: FheUint8, peer: peer.FheUint8, compressed: peer.CompressedFheUint8, value: 42 },
    { ours: FheUint64, peer: peer.FheUint64, compressed: peer.CompressedFheUint64, value: 42n },
    { ours: FheInt256, peer: peer.FheInt256, compressed: peer.CompressedFheInt256, value: 42n },
  ];
  await FheBool.encryptCompressed(true, key); // loads the kernel, which decryption then uses too
  for (const type of types) {
    const { name } = type.ours;
    const ours = type.ours as unknown as OwnType;
    const other = type.peer as unknown as PeerType;
    const compressed = type.compressed as unknown as PeerType;
    const compare = (what: string, run: () => unknown, run2: () => unknown): Promise<void> =>
      reporter.compare({ name: `${name} ${what}`, params, ours: run, peer: run2 });

    const value = other.encrypt_with_client_key(type.value, theirs);
    const bytes = value.safe_serialize(LIMIT);
    const own = ours.deserialize(bytes);
    const encrypt = (): void => other.encrypt_with_client_key(type.value, theirs).free();
    await compare("encrypt", () => ours.encrypt(type.value, key), encrypt);
    await compare(
      "decrypt",
      () => own.decrypt(key),
      () => value.decrypt(theirs),
    );
    await compare(
      "serialize",
      () => own.serialize(),
      () => value.safe_serialize(LIMIT),
    );
    const deserialize = (): void => other.safe_deserialize(bytes, LIMIT).free();
    await compare("deserialize", () => ours.deserialize(bytes), deserialize);

    const small = compressed.encrypt_with_client_key(type.value, theirs);
    const smallBytes = small.safe_serialize(LIMIT);
    const ownSmall = ours.deserializeCompressed(smallBytes);
    const compress = (): void => compressed.encrypt_with_client_key(type.value, theirs).free();
    await compare("encrypt compressed", () => ours.encryptCompressed(type.value, key), compress);
    await compare(
      "decompress",
      () => ownSmall.decompress(),
      () => small.decompress().free(),
    );
    await compare(
      "serialize compressed",
      () => ownSmall.serialize(),
      () => small.safe_serialize(LIMIT),
    );
    const deserializeSmall = (): void => compressed.safe_deserialize(smallBytes, LIMIT).free();
    await compare("deserialize compressed", () => ours.deserializeCompressed(smallBytes), deserializeSmall);
  }
  await listBenchmarks(reporter, theirs, key);
}

/** Compact lists of one integer of 64 bits and a boolean. */
async function listBenchmarks(reporter: Reporter, theirs: peer.TfheClientKey, key: ClientKey): Promise<void> {
  const params = DEFAULT_PARAMETERS.name;
  const peerKey = peer.TfheCompactPublicKey.new(theirs);
  const publicKey = await CompactPublicKey.from(key);
  const peerBuilder = (): peer.CompactCiphertextListBuilder => {
    const builder = peer.CompactCiphertextList.builder(peerKey);
    builder.push_u64(42n);
    builder.push_boolean(true);
    return builder;
  };
  const builder = () => CompactCiphertextList.builder(publicKey).push(FheUint64, 42n).push(FheBool, true);
  for (const [name, ours, other] of [
    ["CompactCiphertextList build", () => builder().build(), () => peerBuilder().build()],
    ["CompactCiphertextList buildPacked", () => builder().buildPacked(), () => peerBuilder().build_packed()],
  ] as const) {
    await reporter.compare({ name, params, ours, peer: () => other().free() });
  }
  const list = peerBuilder().build_packed();
  const bytes = list.safe_serialize(LIMIT);
  const own = CompactCiphertextList.deserialize(bytes);
  await reporter.compare({
    name: "CompactCiphertextList serialize",
    params,
    ours: () => own.serialize(),
    peer: () => list.safe_serialize(LIMIT),
  });
  await reporter.compare({
    name: "CompactCiphertextList deserialize",
    params,
    ours: () => CompactCiphertextList.deserialize(bytes),
    peer: () => peer.CompactCiphertextList.safe_deserialize(bytes, LIMIT).free(),
  });
}

interface OwnValue {
  serialize(): Uint8Array;
  decrypt(key: ClientKey): unknown;
  decompress(): unknown;
}

interface OwnType {
  encrypt(value: unknown, key: ClientKey): OwnValue;
  encryptCompressed(value: unknown, key: ClientKey): Promise<OwnValue>;
  deserialize(bytes: Uint8Array): OwnValue;
  deserializeCompressed(bytes: Uint8Array): OwnValue;
}

interface PeerValue {
  free(): void;
  safe_serialize(limit: bigint): Uint8Array;
  decrypt(key: peer.TfheClientKey): unknown;
  decompress(): { free(): void };
}

interface PeerType {
  encrypt_with_client_key(value: unknown, key: peer.TfheClientKey): PeerValue;
  safe_deserialize(bytes: Uint8Array, limit: bigint): PeerValue;
}
