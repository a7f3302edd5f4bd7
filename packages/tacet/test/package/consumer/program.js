// A user's program in plain JavaScript: the whole way of a number, from the client to the server and back.
import assert from "node:assert/strict";
import { ClientKey, Engine, FheBool, FheUint8, FheUint32, FheUint64, ServerKey } from "tacet";

const clientKey = await ClientKey.generate();
const serverKey = await ServerKey.from(clientKey);
const price = FheUint32.encrypt(1200, clientKey).serialize();
assert(price instanceof Uint8Array);

const engine = await Engine.create(ServerKey.deserialize(serverKey.serialize()));
const p = engine.load(FheUint32.deserialize(price));
const discounted = p.gt(1000).select(p.sub(100), p).mul(3);
assert(engine.explain(discounted).bootstraps > 0);
const result = await discounted.serialize();
assert.equal(FheUint32.deserialize(result).decrypt(clientKey), 3300);

// Requests of one turn are one computation; wide integers are bigints.
const q = engine.load(FheUint64.encrypt(2n ** 64n - 1n, clientKey));
const [sum, equal] = await Promise.all([q.add(3n).serialize(), p.eq(1200).serialize()]);
assert.equal(FheUint64.deserialize(sum).decrypt(clientKey), 2n);
assert.equal(FheBool.deserialize(equal).decrypt(clientKey), true);

// What types would show, and what values show.
assert.throws(() => FheUint8.encrypt(256, clientKey), RangeError);
assert.throws(() => p.add(q), TypeError);
assert.throws(() => FheUint32.deserialize(price.subarray(0, 100)));

engine[Symbol.dispose]();
console.log("plain JavaScript works");
// Nothing that the engine started keeps the program alive: it ends here by itself.
