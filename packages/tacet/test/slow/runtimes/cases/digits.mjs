// Digits of a product, asked for in different orders.
import { ClientKey, Engine, FheBool, FheUint2, FheUint16, ServerKey } from "tacet";

const key = await ClientKey.generate();
const engine = await Engine.create(await ServerKey.from(key), { threads: 2 });
for (const bit of [true, false]) {
  for (const digits of [
    [6, 5],
    [5, 6],
    [6, 4, 5],
    [5, 6, 4],
  ]) {
    const product = engine.load(FheBool.encrypt(bit, key)).select(41780, 41781, FheUint16).mul(63932);
    const expected = digits.map((d) => Math.floor((((bit ? 41780 : 41781) * 63932) % 65536) / 4 ** d) & 3);
    const results = await Promise.all(
      digits.map((d) =>
        product
          .shr(2 * d)
          .cast(FheUint2)
          .ciphertext(),
      ),
    );
    const found = results.map((result) => result.decrypt(key));
    console.log(found.join() === expected.join() ? "right" : `${digits}: ${found}, expected ${expected}`);
  }
}
engine.dispose();
