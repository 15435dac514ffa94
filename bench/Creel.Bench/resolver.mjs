// Times the resolver of an installed openclaw: node resolver.mjs PACKAGE QUESTION.json
// The package's modules have hashes in their names and letters for their exports, so the one with the resolver is looked for.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, question] = process.argv.slice(2);
const dist = path.join(packageFolder, "dist");

async function resolver() {
  for (const name of fs.readdirSync(dist).filter((n) => /^resolve-route-.*\.m?js$/.test(n))) {
    const exported = /export\s*\{([^}]*)\}\s*;?\s*$/.exec(fs.readFileSync(path.join(dist, name), "utf8"))?.[1] ?? "";
    const found = exported.split(",").map((part) => part.trim().split(/\s+as\s+/)).find(([own]) => own === "resolveAgentRoute");
    if (found) {
      const module = await import(pathToFileURL(path.join(dist, name)).href);
      return module[found[1] ?? found[0]];
    }
  }
  return null;
}

const resolve = await resolver();
if (!resolve) process.exit(2);
const { config, inputs } = JSON.parse(fs.readFileSync(question, "utf8"));
const rounds = [];
for (let round = 0; round <= 7; round++) {
  const start = process.hrtime.bigint();
  const before = process.cpuUsage();
  let resolved = 0;
  do {
    for (const input of inputs) {
      resolve({ cfg: config, ...input });
      resolved++;
    }
  } while (process.hrtime.bigint() - start < 300_000_000n);
  const used = process.cpuUsage(before);
  if (round > 0) rounds.push(((used.user + used.system) * 1000) / resolved);
}
rounds.sort((a, b) => a - b);
console.log(JSON.stringify({ nanoseconds: rounds[rounds.length >> 1] }));
process.exit(0);
