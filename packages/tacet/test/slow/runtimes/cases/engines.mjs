// Memory of engines that were disposed of, without the garbage collector's help.
import { ClientKey, Engine, ServerKey } from "tacet";

const key = await ServerKey.from(await ClientKey.generate());
const use = async (count) => {
  for (let i = 0; i < count; i++) (await Engine.create(key, { threads: 1 })).dispose();
};
const megabytes = () => process.memoryUsage().rss / 2 ** 20;
await use(20);
const limit = Date.now() + 60_000;
while (megabytes() > 600 && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 100));
console.log(megabytes() <= 600 ? "little" : `${Math.round(megabytes())} MB`);
