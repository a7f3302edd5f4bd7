/** A client in Node.js: `node client.ts`, beside the service that `npm start` has started. */
import { ClientKey } from "tacet";
import { connect } from "tacet-server/client";
import { mentions, payroll } from "./src/programs.ts";

const service = process.argv[2] ?? "http://127.0.0.1:8100";
const server = connect(service, { clientKey: await ClientKey.generate() });

const { bootstraps, seconds } = await server.estimate(payroll, { salary: [4200, 9500, 3100], cap: 5000 });
console.error(`payroll takes ${bootstraps} bootstraps, some ${seconds.toFixed(1)} s`);
const onProgress = (fraction: number) => console.error(`${Math.round(100 * fraction)} %`);
console.log(await server.run(payroll, { salary: [4200, 9500, 3100], cap: 5000 }, { onProgress })); // 12300
console.log(await server.run(mentions, { message: "Lunch in Rotterdam?", word: "rotterdam" })); // true
