// Some registries lack a package's builds for platforms other than their own; npm then leaves those optional packages
// out of the lock file, and `npm ci` refuses it. This puts their entries back, without a hash: a platform that needs
// one fetches it by version. Run it after `npm install`: node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`;
    if (lock.packages[at] || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const [, os, cpu, libc] = /-(android|darwin|linux|win32|freebsd)-(arm64|x64|arm)(?:-(musl))?$/.exec(name) ?? [];
    if (!os) throw new Error(`${name} is missing from the lock file and its name tells no platform`);
    lock.packages[at] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    };
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
