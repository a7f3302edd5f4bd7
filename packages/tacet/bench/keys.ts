import * as peer from "node-tfhe";
import {
  ClientKey,
  CompactPublicKey,
  CompressedCompactPublicKey,
  CompressedPublicKey,
  DEFAULT_PARAMETERS,
  Engine,
  FheUint8,
  ServerKey,
} from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

const LIMIT = 2n ** 30n;

/** Making, moving and loading keys of TFHE-rs's default configuration, beside `node-tfhe`. */
export async function keyBenchmarks(reporter: Reporter): Promise<void> {
  const params = DEFAULT_PARAMETERS.name;
  const names = {
    client: "ClientKey.generate",
    clientSerialize: "ClientKey serialize",
    clientDeserialize: "ClientKey deserialize",
    server: "ServerKey.from",
    serverSerialize: "ServerKey serialize",
    serverDeserialize: "ServerKey deserialize",
    engine: "Engine.create",
    compact: "CompressedCompactPublicKey.from",
    compactSerialize: "CompactPublicKey serialize",
    compactDeserialize: "CompactPublicKey deserialize",
  };
  if (!reporter.wants(...Object.values(names))) return;
  const configuration = (): peer.TfheConfig => peer.TfheConfigBuilder.default().build();
  const compare = (name: string, ours: () => unknown, other: () => unknown, pairs = 9): Promise<void> =>
    reporter.compare({ name, params, ours, peer: other, pairs });

  const theirs = peer.TfheClientKey.generate(configuration());
  const clientBytes = theirs.safe_serialize(LIMIT);
  const key = ClientKey.deserialize(clientBytes);
  await compare(
    names.client,
    () => ClientKey.generate({ oprfKey: true }),
    () => peer.TfheClientKey.generate(configuration()).free(),
  );
  await compare(
    names.clientSerialize,
    () => key.serialize(),
    () => theirs.safe_serialize(LIMIT),
  );
  await compare(
    names.clientDeserialize,
    () => ClientKey.deserialize(clientBytes),
    () => peer.TfheClientKey.safe_deserialize(clientBytes, LIMIT).free(),
  );

  // Both make and move the second bootstrap key, of the same size, that random generation has to itself.
  const peerServerKey = (): peer.TfheCompressedServerKey => peer.TfheCompressedServerKey.new(theirs);
  await compare(
    names.server,
    () => ServerKey.from(key),
    () => peerServerKey().free(),
    3,
  );
  if (reporter.wants(names.serverSerialize, names.serverDeserialize, names.engine)) {
    const serverKey = peerServerKey();
    const bytes = serverKey.safe_serialize(LIMIT);
    const own = ServerKey.deserialize(bytes);
    await compare(
      names.serverSerialize,
      () => own.serialize(),
      () => serverKey.safe_serialize(LIMIT),
    );
    await compare(
      names.serverDeserialize,
      () => ServerKey.deserialize(bytes),
      () => peer.TfheCompressedServerKey.safe_deserialize(bytes, LIMIT).free(),
    );
    const create = async (): Promise<void> => (await Engine.create(own)).dispose();
    await reporter.measure({ name: names.engine, params, run: create });
  }

  const peerCompact = peer.TfheCompactPublicKey.new(theirs);
  const compactBytes = peerCompact.safe_serialize(LIMIT);
  const compact = CompactPublicKey.deserialize(compactBytes);
  await compare(
    names.compact,
    () => CompressedCompactPublicKey.from(key),
    () => peer.TfheCompressedCompactPublicKey.new(theirs).free(),
  );
  await compare(
    names.compactSerialize,
    () => compact.serialize(),
    () => peerCompact.safe_serialize(LIMIT),
  );
  await compare(
    names.compactDeserialize,
    () => CompactPublicKey.deserialize(compactBytes),
    () => peer.TfheCompactPublicKey.safe_deserialize(compactBytes, LIMIT).free(),
  );
  await classicalBenchmarks(reporter);
}

/** The classical public key at a toy size: at the default set, `node-tfhe` takes 45 seconds for each line. */
async function classicalBenchmarks(reporter: Reporter): Promise<void> {
  const names = { key: "CompressedPublicKey.from", encrypt: "CompressedPublicKey encrypt FheUint8" };
  if (!reporter.wants(...Object.values(names))) return;
  const set = new peer.ShortintParameters(
    peer.ShortintParametersName.PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  );
  set.set_lwe_dimension(16);
  set.set_polynomial_size(256);
  const theirs = peer.TfheClientKey.generate(peer.TfheConfigBuilder.with_custom_parameters(set).build());
  const key = ClientKey.deserialize(theirs.safe_serialize(LIMIT), { allowInsecureParameters: true });
  const peerKey = peer.TfheCompressedPublicKey.new(theirs);
  const own = await CompressedPublicKey.from(key);
  const params = "toy, N = 256";
  const make = (): void => peer.TfheCompressedPublicKey.new(theirs).free();
  await reporter.compare({ name: names.key, params, ours: () => CompressedPublicKey.from(key), peer: make });
  await reporter.compare({
    name: names.encrypt,
    params,
    ours: () => own.encrypt(FheUint8, 42),
    peer: () => peer.FheUint8.encrypt_with_compressed_public_key(42, peerKey).free(),
  });
}
