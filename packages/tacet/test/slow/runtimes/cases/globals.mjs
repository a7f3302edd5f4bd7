// Without some globals: setImmediate and MessageChannel are taken away before the library is there.
globalThis.setImmediate = undefined;
globalThis.MessageChannel = undefined;
const { ClientKey, Engine, FheUint8, ServerKey } = await import("tacet");
const key = await ClientKey.generate();
const engine = await Engine.create(await ServerKey.from(key));
const sum = await engine.load(FheUint8.encrypt(2, key)).add(3).ciphertext();
console.log(sum.decrypt(key));
engine.dispose();
