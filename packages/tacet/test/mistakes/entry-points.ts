import type { SplitOptions } from "../../src/api/engine/handles/split-options.ts";
import type { LikeOptions } from "../../src/api/engine/handles/text-handle.ts";
import type { ClearOptions } from "../../src/clear.ts";
import type { CutOptions, PartOptions } from "../../src/cut.ts";
import type {
  Configuration,
  DecompressionUpgradeOptions,
  EngineOptions,
  ExpandKeyOptions,
  ExpandOptions,
  GenerateOptions,
  KeySwitchingOptions,
  LoadOptions,
  Order,
  PatternOptions,
  RandomReRandomization,
  RandomUintOptions,
  ReRandomizationContext,
  ReRandomizerOptions,
  SerializeOptions,
  ShuffleOptions,
  TextOptions,
  XofOptions,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { TOY_COMPACT, TOY_COMPRESSION } from "../toy.ts";
import {
  amount,
  anyType,
  atRest,
  boolOperand,
  bytes,
  bytesOf,
  callback,
  clientKey,
  flag,
  type Given,
  given,
  integer,
  list,
  number,
  onProgress,
  operand,
  optional,
  options,
  ours,
  PLAIN,
  progress,
  reading,
  readingKey,
  signal,
  type,
} from "./given.ts";
import { insecure } from "./world.ts";

/** The names under which the world has one object of each class, and those that some methods need. */
export const OBJECTS: Readonly<Record<string, string>> = {
  BoolArray: "booleans",
  BoolHandle: "b",
  Ciphertext: "uint",
  ClientKey: "clientKey",
  CompactCiphertextList: "list",
  CompactCiphertextListBuilder: "builder",
  CompactPublicKey: "compactPublicKey",
  CompressedCiphertext: "compressedUint",
  CompressedCiphertextList: "compressedList",
  CompressedCompactPublicKey: "compressedCompactPublicKey",
  CompressedKeyValueStore: "compressedStore",
  CompressedPublicKey: "compressedPublicKey",
  CompressedXofKeySet: "keySet",
  DecompressionUpgradeKey: "upgradeKey",
  EncryptedArray: "integers",
  Engine: "engine",
  "Engine#keySwitch": "switchingEngine",
  ExpandedServerKey: "expandedServerKey",
  FheAsciiString: "trivialText",
  FheText: "trivialText",
  FheUtf8String: "utf8Text",
  FheBool: "trivialBool",
  FheInteger: "trivialUint",
  Handle: "x",
  IntHandle: "y",
  IntegerArray: "integers",
  IntegerHandle: "x",
  KeySwitchingKey: "keySwitchingKey",
  KeyValueStore: "store",
  Pattern: "pattern",
  PublicKey: "publicKey",
  ReRandomizer: "reRandomizer",
  ServerKey: "serverKey",
  StringHandle: "t",
  UintHandle: "x",
  UpgradeKeyChain: "chain",
  XofKeySet: "expandedKeySet",
  "boolean.Ciphertext": "booleanCiphertext",
  "boolean.ClientKey": "booleanClientKey",
  "boolean.CompressedCiphertext": "booleanCompressed",
  "boolean.CompressedServerKey": "booleanServerKey",
  "boolean.PublicKey": "booleanPublicKey",
  "shortint.Ciphertext": "shortintCiphertext",
  "shortint.ClientKey": "shortintClientKey",
  "shortint.CompressedCiphertext": "shortintCompressed",
  "shortint.CompressedPublicKey": "shortintCompressedPublicKey",
  "shortint.CompressedServerKey": "shortintServerKey",
  "shortint.PublicKey": "shortintPublicKey",
};

const each = (names: string, ...args: Given[]): Record<string, Given[]> =>
  Object.fromEntries(names.split(" ").map((name) => [name, args]));
const of = (path: string, members: Record<string, Given[]>): Record<string, Given[]> =>
  Object.fromEntries(Object.entries(members).map(([name, args]) => [`${path}${name}`, args]));

const parameters: Given = given(() => toy, { words: /parameter|lweDimension/, accepts: PLAIN });
const seed: Given = given(() => 3n, { words: /seed/, accepts: ["bigint", "Buffer"] });
const truth: Given = given(() => true, { words: /boolean/, accepts: ["boolean"] });
const table: Given = given(() => new Map([[1, 2]]), {
  words: /Map or an array of pairs|pairs in the table/,
  accepts: ["array", "Map"],
  // Whose own error says that they are no Map.
  skips: ["a Proxy of the right thing", "what inherits from the right thing"],
});
const order: Given = options<Order>({ descending: flag });
const random = { seed: given(() => 3n, { words: /seed/, accepts: ["bigint", "Buffer"] }) };
const handles: Given = list([ours("x", /handle/), ours("x", /handle/)], /array/, ["array"]);
const keys: Given = {
  ...handles,
  words: /array|handles/,
  accepts: [...handles.accepts, "Map", "what inherits from the right thing"],
};
const text: Given = given(() => "abc", { words: /text/, accepts: ["string"] });
const textOptions: Given = options<Pick<TextOptions, "size">>({
  size: given(() => 5, { words: /size/, accepts: ["number"] }),
});
const textOperand: Given = ours("t", /text/, ["string"]);
const likeOptions: Given = options<LikeOptions>({
  escape: given(() => "!", { words: /escape/, accepts: ["string"] }),
  ignoreCase: flag,
});
const textTable: Given = { ...table, right: () => new Map([["a", 2]]) };
const most: Given = given(() => 2, { words: /most/, accepts: ["number"] });
const weight: Given = { ...integer, accepts: [...integer.accepts, "boolean", "array"] };
const weights: Given = list([weight, weight], /weights/, ["array"]);
const arrayOperand: Given = ours("integers", /handle|number|array/, ["number", "bigint", "array"]);
const boolArrayOperand: Given = ours("booleans", /handle|boolean|array/, ["boolean", "array"]);
const axis: Given = optional(given(() => 0, { words: /dimension/, accepts: ["number"] }));
/** What becomes one of many values. */
const element: Given = {
  ...operand,
  words: /handle|number|encrypted/,
  accepts: [...operand.accepts, "array"],
};
const secret: Given = atRest("clientKey", /ClientKey/);

/** Parts and their bytes are plain data: those of another engine are known only by what they do not go with. */
const anyPart = {
  accepts: ["Buffer", ...PLAIN, "one of another engine", "one of another copy"],
} as const;
const TWO: Given = given(() => 2, { words: number.words, accepts: ["number"] });
const COMPRESSED: Record<string, string> = {
  uint: "compressedUint",
  int: "compressedInt",
  bool: "compressedBool",
};

const aType = (name: string, value: Given): Record<string, Given[]> => ({
  encrypt: [value, clientKey],
  encryptTrivial: [value, optional(parameters)],
  encryptCompressed: [value, clientKey],
  deserialize: [bytesOf(name), reading],
  deserializeCompressed: [bytesOf(COMPRESSED[name]), reading],
});
const generate = options<Pick<GenerateOptions, "parameters" | "seed" | "allowInsecureParameters">>;
const allowed: Given = given(() => insecure.allowInsecureParameters, {
  words: /allowInsecureParameters/,
  accepts: ["boolean"],
});
const serialized = each("serialize tag parameters");
const version: Given = given(() => "1.8", { words: /version/ });
const evaluation = { ...each("tag parameters"), serialize: [options<SerializeOptions>({ version })] };
const expansion = options<ExpandKeyOptions>({
  parts: given(() => [], { words: /parts/, accepts: ["array", "a Proxy of the right thing"] }),
  onProgress,
  signal,
});
/** Options that are strings. */
type Separators = Pick<XofOptions, "secretSeparator" | "publicSeparator" | "allowInsecureParameters">;
const disposed = each("dispose Symbol(Symbol.dispose)");

const reader = (name: string): Given[] => [bytesOf(name), readingKey];
const moduleOf = (module: "boolean" | "shortint", value: Given): Record<string, Given[]> => {
  const key = atRest(`${module}ClientKey`, new RegExp(`key of the ${module} module`));
  return {
    ...of(`${module}.ClientKey`, {
      ".generate": [
        generate({
          parameters: given((world) => (world[`${module}ClientKey`] as { parameters: object }).parameters, {
            words: /parameter|lweDimension/,
            accepts: PLAIN,
          }),
          seed,
          allowInsecureParameters: allowed,
        }),
      ],
      ".deserialize": reader(`${module}ClientKey`),
      ...of("#", each("serialize")),
    }),
    ...of(`${module}.PublicKey`, {
      ".deserialize": reader(`${module}PublicKey`),
      ...of("#", each("serialize parameters")),
    }),
    ...of(`${module}.CompressedServerKey`, {
      ".deserialize": [bytesOf(`${module}ServerKey`), reading],
      ...of("#", each("serialize")),
    }),
    ...of(`${module}.Ciphertext`, {
      ".encrypt": [value, key],
      ".encryptTrivial": [value],
      ".deserialize": [bytesOf(`${module}Ciphertext`), reading],
      ...of("#", { ...each("serialize"), decrypt: [key] }),
    }),
    ...of(`${module}.CompressedCiphertext`, {
      ".encrypt": [value, key],
      ".deserialize": [bytesOf(`${module}Compressed`), reading],
      ...of("#", each("serialize decompress")),
    }),
  };
};

/** What each function, method and constructor takes; getters take nothing. */
export const ENTRY_POINTS: Readonly<Record<string, readonly Given[]>> = {
  configure: [options<Configuration>({ v8Flags: flag })],
  ...of("FheUint8.", aType("uint", integer)),
  ...of("FheInt8.", aType("int", integer)),
  ...of("FheBool.", aType("bool", truth)),
  ...of("FheAsciiString", {
    ".encrypt": [text, clientKey, textOptions],
    ".encryptTrivial": [text, textOptions, optional(parameters)],
    ".deserialize": [bytesOf("text"), reading],
  }),
  ...of("FheUtf8String", {
    ".encrypt": [text, clientKey, textOptions],
    ".encryptTrivial": [text, textOptions, optional(parameters)],
    ".deserialize": [bytesOf("utf8Text"), reading],
  }),
  ...of("FheText#", { decrypt: [secret], ...each("decryptTrivial size padded") }),
  ...of("FheBool#", { decrypt: [secret], decryptTrivial: [] }),
  ...of("FheInteger#", { decrypt: [secret], decryptTrivial: [], width: [] }),
  ...of("Ciphertext#", {
    ...each(
      "withTag withReRandomizationMetadata",
      bytes(() => new Uint8Array(3)),
    ),
    ...each("serialize type tag reRandomizationMetadata isTrivial"),
  }),
  ...of("CompressedCiphertext#", {
    withTag: [bytes(() => new Uint8Array(3))],
    decompress: [reading],
    ...each("serialize type form tag"),
  }),
  ...of("ClientKey", {
    ".generate": [
      options<GenerateOptions>({
        parameters,
        compactKey: given(() => undefined, { words: /compact ?key/i }),
        compression: given(() => true, { words: /compression/, accepts: ["boolean"] }),
        noiseSquashing: given(() => undefined, { words: /noise ?squashing/i }),
        noiseSquashingCompression: given(() => undefined, { words: /noise ?squashing ?compression/i }),
        reRandomization: given(() => "derived", { words: /reRandomization/ }),
        oprfKey: flag,
        transciphering: given(() => "same", { words: /transciphering/ }),
        seed,
        tag: bytes(() => new Uint8Array(3)),
        allowInsecureParameters: allowed,
        onProgress,
        signal,
      }),
    ],
    ".deserialize": reader("clientKey"),
    ...of("#", { ...evaluation, ...disposed }),
  }),
  ...of("ServerKey", {
    ".from": [secret, progress],
    ".deserialize": reader("serverKey"),
    ...of("#", { ...evaluation, expand: [expansion] }),
  }),
  ...of("CompressedXofKeySet", {
    ".generate": [
      options<
        Pick<XofOptions, "parameters" | "compactKey" | "seed" | "securityBits" | "weightBound"> & Separators
      >({
        parameters,
        compactKey: given(() => TOY_COMPACT, { words: /compact ?key/i, accepts: PLAIN }),
        seed: bytes(() => new Uint8Array(16)),
        securityBits: given(() => 128, { words: /securityBits/, accepts: ["number"] }),
        weightBound: given(() => 0.75, { words: /weightBound/, accepts: ["number"] }),
        secretSeparator: given(() => "TFHEKGen", { words: /secretSeparator/ }),
        publicSeparator: given(() => "TFHE_GEN", { words: /publicSeparator/ }),
        allowInsecureParameters: allowed,
      }),
    ],
    ".deserialize": reader("keySet"),
    ...of("#", { ...evaluation, ...each("publicKey serverKey"), expand: [expansion] }),
  }),
  ...of("XofKeySet", {
    ".deserialize": reader("expandedKeySet"),
    ...of("#", { ...evaluation, ...each("publicKey serverKey") }),
  }),
  ...of("KeySwitchingKey", {
    ".from": [
      secret,
      secret,
      atRest("serverKey", /ServerKey/),
      options<Pick<KeySwitchingOptions, "keySwitch" | "allowInsecureParameters">>({
        keySwitch: given(() => ({ baseLog: 4, level: 4, destination: "small" }), {
          words: /keySwitch/,
          accepts: PLAIN,
        }),
        allowInsecureParameters: allowed,
      }),
    ],
    ".deserialize": reader("keySwitchingKey"),
    ...of("#", { ...evaluation, ...each("formerTag") }),
  }),
  ...of("DecompressionUpgradeKey", {
    ".from": [
      secret,
      secret,
      atRest("serverKey", /ServerKey/),
      options<Pick<DecompressionUpgradeOptions, "compression" | "allowInsecureParameters">>({
        compression: given(() => TOY_COMPRESSION, { words: /compression/, accepts: PLAIN }),
        allowInsecureParameters: allowed,
      }),
    ],
    ...of("#", each("tag formerTag serverKey")),
  }),
  ...of("UpgradeKeyChain", {
    ".of": [list([atRest("keySwitchingKey", /KeySwitchingKey/)], /array of keys/, ["array"])],
    ...of("#", {
      upgrade: [
        list([atRest("formerUint", /encrypted integers, booleans or texts/)], /array of values/, ["array"]),
        bytes(() => new Uint8Array(0)),
        progress,
      ],
      upgradeList: [
        atRest("compressedList", /CompressedCiphertextList/),
        bytes(() => new Uint8Array(0)),
        progress,
      ],
    }),
  }),
  ...of("ExpandedServerKey", { ".deserialize": reader("expandedServerKey"), ...of("#", evaluation) }),
  ...of("PublicKey", {
    ".from": [secret, progress],
    ".deserialize": reader("publicKey"),
    ...of("#", { ...serialized, encrypt: [anyType, integer, progress] }),
  }),
  ...of("CompressedPublicKey", {
    ".from": [secret, progress],
    ".deserialize": reader("compressedPublicKey"),
    ...of("#", { ...serialized, encrypt: [anyType, integer, progress], decompress: [progress] }),
  }),
  ...of("CompactPublicKey", {
    ".from": [secret],
    ".deserialize": reader("compactPublicKey"),
    ...of("#", { ...serialized, encrypt: [anyType, integer] }),
  }),
  ...of("CompressedCompactPublicKey", {
    ".from": [secret],
    ".deserialize": reader("compressedCompactPublicKey"),
    ...of("#", { ...serialized, decompress: [] }),
  }),
  ...of("CompactCiphertextList", {
    ".builder": [atRest("compactPublicKey", /CompactPublicKey/)],
    ".deserialize": [bytesOf("list"), reading],
    ...of("#", each("serialize length blockCount types packed requiresCasting tag")),
  }),
  ...of("CompressedCiphertextList", {
    ".deserialize": [bytesOf("compressedList"), reading],
    ...of("#", {
      ...each("serialize length blockCount types tag"),
      withTag: [bytes(() => new Uint8Array(3))],
      decrypt: [secret],
    }),
  }),
  ...of("CompressedKeyValueStore", {
    ".deserialize": [bytesOf("compressedStore"), type, type, reading],
    ...of("#", { ...each("serialize size types"), decrypt: [secret] }),
  }),
  ...of("ReRandomizer", {
    ".from": [
      atRest("randomizingKey", /ServerKey/),
      options<ReRandomizerOptions>({
        publicKey: atRest("compactPublicKey", /CompactPublicKey/),
        onProgress,
        signal,
      }),
    ],
    ...of("#", {
      reRandomize: [
        list([atRest("uint", /ciphertext/), atRest("list", /ciphertext/)], /array of ciphertexts/, ["array"]),
        options<ReRandomizationContext>({
          description: bytes(() => new Uint8Array(3)),
          hash: given(() => "shake256", { words: /hash/ }),
          seedSeparator: given(() => "TFHE_Rrd", { words: /seedSeparator/ }),
          encryptionSeparator: given(() => "TFHE_Enc", { words: /encryptionSeparator/ }),
          onProgress,
          signal,
        }),
      ],
      reRandomizeRandom: [
        atRest("uint", /ciphertext/),
        options<RandomReRandomization>({
          seed: given(() => 3n, { words: /seed/, accepts: ["bigint", "Buffer"] }),
          bits: given(() => 5, { words: /bits/, accepts: ["number"] }),
          hash: given(() => "shake256", { words: /hash/ }),
          seedSeparator: given(() => "PRF_RRND", { words: /seedSeparator/ }),
          encryptionSeparator: given(() => "TFHE_Enc", { words: /encryptionSeparator/ }),
          onProgress,
          signal,
        }),
      ],
      ...disposed,
    }),
  }),
  ...of("CompactCiphertextListBuilder#", {
    push: [anyType, integer],
    ...each("build buildPacked"),
    buildPackedSeeded: [bytes(() => new Uint8Array(16))],
  }),
  ...of("Handle#", { ...each("ciphertext serialize", progress), ...disposed }),
  ...each("IntegerHandle#compress BoolHandle#compress", progress),
  ...of("IntegerHandle#", {
    ...each("type"),
    ...each("add sub mul div rem divRem overflowingAdd overflowingSub overflowingMul and or xor", operand),
    ...each("eq ne lt le gt ge min max", operand),
    ...each("neg not overflowingNeg reverseBits countOnes countZeros leadingZeros leadingOnes trailingZeros"),
    ...each("trailingOnes ilog2 checkedIlog2 isEven isOdd"),
    ...each("shl shr rotl rotr", amount),
    mulDiv: [operand, integer],
    bitSlice: [
      given(() => 1, { words: /bits|number/, accepts: ["number"] }),
      optional(given(() => 2, { words: /bits|number/, accepts: ["number"] })),
    ],
    matchValue: [table, type],
    matchValueOr: [table, integer, type],
    cast: [anyType],
  }),
  ...of("IntHandle#", each("abs")),
  ...of("BoolHandle#", {
    ...each("type not"),
    ...each("and or xor eq ne", boolOperand),
    select: [operand, operand, optional(type)],
    ifThenZero: [ours("x", /handle/)],
    flip: [operand, operand],
    cast: [type],
  }),
  ...of("StringHandle#", {
    ...each("type size padded length isEmpty toLowerCase toUpperCase trim trimStart trimEnd"),
    ...each("concat stripPrefix stripSuffix", textOperand),
    ...each("replace replaceAll", textOperand, textOperand),
    replaceUpTo: [textOperand, textOperand, given(() => 2, { words: /count/, accepts: ["number"] })],
    repeat: [given(() => 2, { words: /times/, accepts: ["number"] })],
    split: [
      textOperand,
      most,
      options<Pick<SplitOptions, "fromEnd" | "pieces">>({
        fromEnd: flag,
        pieces: given(() => 2, { words: /pieces/, accepts: ["number"] }),
      }),
    ],
    splitWhiteSpace: [most],
    cast: [ours("FheUtf8String", /FheUtf8String/, ["one of another engine"])],
    matches: [ours("pattern", /Pattern/, ["one of another engine"])],
    ...each("like isPatternOf", textOperand, likeOptions),
    ...each("splitOnce splitOnceFromEnd", textOperand),
    matchValue: [textTable, type],
    matchValueOr: [textTable, integer, type],
    ...each("eq ne lt le gt ge eqIgnoreCase contains startsWith endsWith indexOf lastIndexOf", textOperand),
  }),
  compile: [
    given(() => /abc/, { words: /regular expression/, accepts: ["string"] }),
    options<PatternOptions>({
      flags: given(() => "i", { words: /flags/, accepts: ["string"] }),
      states: given(() => 5, { words: /states/, accepts: ["number"] }),
    }),
  ],
  "Pattern#test": [text],
  clearEngine: [
    options<ClearOptions>({
      parameters,
      compression: flag,
      formerParameters: parameters,
      threads: given(() => 2, { words: /threads/, accepts: ["number"] }),
      planLimitBootstraps: given(() => 1000, { words: /planLimitBootstraps/, accepts: ["number"] }),
    }),
  ],
  cut: [
    ours("engine", /Engine/, ["one of another engine"]),
    handles,
    options<CutOptions>({
      inputs: handles,
      ...{ workers: TWO, threads: TWO, bootstraps: TWO, overhead: TWO, transfer: TWO, hop: TWO },
      onProgress,
      signal,
    }),
  ],
  computePart: [
    ours("engine", /Engine/, ["one of another engine"]),
    given(({ part }) => part, { words: /part/, ...anyPart }),
    options<PartOptions>({
      inputs: list([ours("x", /handle/)], /array/, ["array"]),
      bytesOf: callback({ ...bytes(({ partBytes }) => partBytes), ...anyPart }),
      exchange: given(() => ({ join: async () => () => undefined, give: async () => undefined }), {
        words: /exchange/,
        accepts: ["a Proxy of the right thing", "what inherits from the right thing"],
      }),
      patience: TWO,
      onProgress,
      signal,
    }),
  ],
  ...of("EncryptedArray#", {
    ...each("type size Symbol(Symbol.iterator)"),
    get: [number],
    slice: [optional(list([number, TWO], /range/))],
    reshape: [TWO],
    map: [callback(ours("x", /handle/, ["array"]))],
    equals: [ours("integers", /array/, ["array"])],
    containsSlice: [ours("integers", /array/, ["array"])],
    contains: [operand],
    indexOf: [operand, options<{ unique?: boolean }>({ unique: flag })],
    firstIndexWhere: [callback(ours("b", /BoolHandle|handle/))],
    sort: [order],
    shuffle: [options<Pick<ShuffleOptions, "seed" | "keyBits">>({ ...random, keyBits: number })],
    sortBy: [keys, order],
    ciphertexts: [progress],
    ...disposed,
  }),
  ...of("IntegerArray#", {
    ...each("add sub mul div rem and or xor eq ne lt le gt ge min max", arrayOperand),
    ...each("shl shr rotl rotr", { ...arrayOperand, words: /bits to move by|array/ }),
    ...each("neg not"),
    ...each("sum smallest largest", axis),
    dotProduct: [ours("integers", /array/, ["array"])],
  }),
  ...of("BoolArray#", {
    ...each("and or xor eq ne", boolArrayOperand),
    ...each("not"),
    ...each("all any", axis),
    select: [arrayOperand, arrayOperand],
    dotProduct: [weights, type],
  }),
  ...of("KeyValueStore#", {
    ...each("size keys"),
    insert: [integer, operand],
    remove: [integer],
    ...each("get contains", operand),
    containsValue: [operand],
    update: [operand, operand],
    map: [ours("x", /handle/), callback(operand)],
    ...each("ciphertexts compress", progress),
    ...disposed,
  }),
  ...of("Engine", {
    ".create": [
      atRest("serverKey", /ServerKey/),
      options<EngineOptions>({
        threads: number,
        deterministic: flag,
        memoryLimitBytes: given(() => 2 ** 26, { words: /memoryLimitBytes/, accepts: ["number"] }),
        planLimitBootstraps: number,
        planLimitBytes: number,
        verifyPlans: flag,
        observer: given(() => ({}), {
          words: /observer/,
          accepts: PLAIN,
        }),
        onProgress,
        signal,
      }),
    ],
    ...of("#", {
      ...each("info"),
      keySwitch: [atRest("formerUint", /encrypted integer, boolean or text/)],
      load: [atRest("uint", /encrypted integer, boolean or text/), options<LoadOptions>({ checked: flag })],
      expand: [
        atRest("list", /CompactCiphertextList/),
        optional(list([anyType], /array of types/, ["array"])),
        options<ExpandOptions>({ maxBlocks: given(() => 100, { words: /maxBlocks/, accepts: ["number"] }) }),
      ],
      loadFrom: [atRest("compressedList", /CompressedCiphertextList/), number, optional(anyType)],
      compress: [handles, progress],
      random: [
        anyType,
        options<Pick<RandomUintOptions, "seed" | "below" | "maxDistance">>({
          ...random,
          below: integer,
          maxDistance: given(() => 0.5, { words: /maxDistance/, accepts: ["number"] }),
        }),
      ],
      sum: [handles],
      dotProduct: [handles, weights, optional(type)],
      oneHotDotProduct: [list([ours("b", /handle/), ours("b", /handle/)], /array/, ["array"]), handles],
      array: [
        { ...anyType, accepts: [...anyType.accepts, "array"] },
        list([element, element], /array of values/, ["array"]),
        optional(list([number, TWO], /shape/)),
      ],
      keyValueStore: [type, type],
      sort: [handles, order],
      unique: [handles, order],
      shuffle: [
        handles,
        options<Pick<ShuffleOptions, "seed" | "collisionProbability">>({
          ...random,
          collisionProbability: given(() => 0.5, { words: /collisionProbability/, accepts: ["number"] }),
        }),
      ],
      explain: [optional({ ...ours("x", /handle/), accepts: ["nothing"] })],
      ...disposed,
    }),
  }),
  ...moduleOf("boolean", truth),
  ...moduleOf(
    "shortint",
    given(() => 1, { words: /number/, accepts: ["number"] }),
  ),
  ...of("shortint.CompressedPublicKey", {
    ".deserialize": reader("shortintCompressedPublicKey"),
    ...of("#", each("serialize parameters")),
  }),
};
