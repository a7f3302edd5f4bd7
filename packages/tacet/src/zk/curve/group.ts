import type { Coordinates } from "../kernel/layout.ts";

/** A group of the pairing: its coordinates, each a list of one or two residues, and a generator. */
export interface Group {
  readonly name: "G1" | "G2";
  readonly coordinates: Coordinates;
  /** What is added in the equation y² = x³ + b. */
  readonly b: readonly bigint[];
  readonly generator: AffinePoint;
}

/** A point but infinity, by the residues of its coordinates; of G2, real parts first. */
export interface AffinePoint {
  readonly x: readonly bigint[];
  readonly y: readonly bigint[];
}

/** A point, or `undefined` for infinity. */
export type Point = AffinePoint | undefined;

/** y² = x³ + 1 over 𝔽p. */
export const G1: Group = {
  name: "G1",
  coordinates: "base",
  b: [1n],
  generator: {
    x: [
      0x326ed6bd777fc6a311b73d3d76ae98512ce8c34265bf38416b20d782901a6f6211c1e56b3e4bc80b8bc02b7cbe6a9e8d3bf9166c8236f4fan,
    ],
    y: [
      0x1a7caf4a4d3887a6d6d62d244e413636f843c947aa57f57139d7f424b6660204b9093f32002756da22db0ce6034a9db9fe6f792612016b30n,
    ],
  },
};

/** y² = x³ + 1 + u over 𝔽p². */
export const G2: Group = {
  name: "G2",
  coordinates: "extension",
  b: [1n, 1n],
  generator: {
    x: [
      0x21f8d4a76f74541aa57c0038441f7d1518dad8ed784dd225062b61439640e885043c6bf16312d638d6ebaf149094f1cc0e529ee4dce9991dn,
      0x1e0f563c601bb8dca1b4e791d1b86560debaf4a2c553452771449cdeca4f00072879dd439b019b8b7cef6acb145b6413caf5185423a7d23an,
    ],
    y: [
      0x115ea2305a78f6460cc61570301497a7ddff621b5db3f8970177bfd6654e681e00346cebad16a03682039e4221ff3507274315837455b919n,
      0x25ed2192b203c1fe76a2ffcb7d47679d0b0bcc3fb6f2161c7532834528cd5a648a8e6755f9d82fd1d8ab17c84b9f03cd392236e9cf2976c2n,
    ],
  },
};
