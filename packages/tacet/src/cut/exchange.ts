/**
 * Carries what parts of a team give each other while they are computed. A part computes by itself what does not arrive, so
 * that bytes may come late, twice, in any order or never; but not changed.
 */
export interface Exchange {
  /**
   * Has a part hear of what the others of its team give, and of what has been given before it came, also by an attempt
   * at itself that was broken off. Resolves to what ends that.
   */
  join(heard: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<() => void>;
  /** Gives bytes to the others. */
  give(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}
