// Sums that share parts.
import { ClientKey, Engine, FheBool, FheUint4, ServerKey } from "tacet";

const key = await ClientKey.generate();
const engine = await Engine.create(await ServerKey.from(key), { threads: 2 });
const a = engine.load(FheUint4.encrypt(5, key));
const f = engine.load(FheBool.encrypt(true, key));
const sum = (flags) => engine.sum(flags.map((flag) => flag.cast(FheUint4)));
const differs = a.ne(a.add(a));
const small = sum([f, differs, differs]);
const four = small.mul(4);
const [not, eighth] = [differs.not(), four.eq(4)];
const high = a.mul(8);
const results = [sum([f, differs, differs, not, f.not(), eighth]), small.min(a).max(14), high, high.neg()];
const ciphertexts = await Promise.all(
  [...results, differs, not, f.not(), eighth].map((one) => one.ciphertext()),
);
console.log(ciphertexts.map((ciphertext) => ciphertext.decrypt(key)).join(" "));
engine.dispose();
