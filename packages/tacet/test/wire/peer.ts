import tfhe from "node-tfhe";

export { tfhe };

/** A limit that nothing here reaches. */
export const LIMIT: bigint = 1n << 30n;

/** A client key of TFHE-rs's default configuration. */
export function peerClientKey(): tfhe.TfheClientKey {
  return tfhe.TfheClientKey.generate(tfhe.TfheConfigBuilder.default().build());
}
