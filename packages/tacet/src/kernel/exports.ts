/** What a kernel module exports, as far as the typed face uses it. Everything is an i32 unless it is a bigint (i64). */
export interface KernelExports {
  aesExpandKey(key: number, out: number): void;
  aesCtr(roundKeys: number, low: bigint, high: bigint, out: number, blocks: number): void;
  prepareBinaryKey(bits: number, prepared: number): void;
  binaryProduct(polynomial: number, prepared: number, out: number, buffer: number): void;
  prepareDigits(digits: number, stride: number, spectrum: number): void;
  prepareLimbs(polynomials: number, count: number, spectra: number): void;
  addProducts(sums: number, x: number, limbs: number, count: number): void;
  addRounded(spectra: number, count: number, polynomials: number): void;
  transformKeyHalf(lower: number, upper: number, key: number, stride: number, buffer: number): void;
  lweDot(masks: number, rows: number, dimension: number, bits: number, out: number, scratch: number): void;
  linearCombination(out: number, terms: number, count: number, constant: bigint, size: number): void;
  decompose(source: number, count: number, baseLog: number, levels: number, digits: number): void;
  decomposeRounded(source: number, count: number, baseLog: number, levels: number, digits: number): void;
  roundKeySwitchKey(
    source: number,
    firstRow: number,
    count: number,
    size: number,
    rows: number,
    key: number,
  ): void;
  keySwitch(
    count: number,
    input: number,
    inputDimension: number,
    key: number,
    output: number,
    dimension: number,
    baseLog: number,
    levels: number,
    scratch: number,
  ): void;
  modulusSwitch(ciphertext: number, dimension: number, log: number): void;
  initializeAccumulator(table: number, rotation: number, accumulator: number, k: number): void;
  blindRotate(
    count: number,
    steps: number,
    switched: number,
    switchedStride: number,
    accumulators: number,
    key: number,
    keyStride: number,
    scratch: number,
    pairs: number,
    levels: number,
    baseLog: number,
  ): void;
  multiplex(
    base: number,
    plus: number,
    minus: number,
    ggsw: number,
    target: number,
    scratch: number,
    pairs: number,
    levels: number,
    baseLog: number,
  ): void;
  loadAccumulator(glwe: number, accumulator: number, k: number): void;
  storeAccumulator(glwe: number, accumulator: number, k: number): void;
  addMonomial(source: number, rotation: number, factor: number, target: number, pairs: number): void;
  sampleExtract(accumulator: number, index: number, out: number, k: number): void;
}
