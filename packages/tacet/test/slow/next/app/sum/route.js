import { add } from "../add.js";

export const dynamic = "force-dynamic";

export async function GET() {
  return new Response(await add(100, 50));
}
