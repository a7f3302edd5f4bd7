import { ClientKey, Engine, FheUint8, ServerKey } from "tacet";

// A client's part works in a serverless host that compiles no WebAssembly; a server's part says what it lacks.
export default {
  async fetch() {
    const said = [];
    try {
      const key = await ClientKey.generate();
      said.push(FheUint8.encrypt(42, key).decrypt(key));
      await Engine.create(await ServerKey.from(key));
    } catch (error) {
      said.push(`${error.name}: ${error.message}`);
    }
    return new Response(JSON.stringify(said));
  },
};
