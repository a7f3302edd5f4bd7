import { Sums } from "../sums.js";

export const dynamic = "force-dynamic";

export default function Page() {
  return <Sums />;
}
