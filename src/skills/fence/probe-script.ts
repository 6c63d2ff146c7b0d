/** Runs inside the fence (plain JavaScript, by Node): tries what a skill may not do, and leaves the list of what it could. */
export const PROBE_SCRIPT = `
import { readFileSync, writeFileSync, rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
const [secret, productPid] = process.argv.slice(2);
const could = [];
const attempt = (name, act) => { try { act(); could.push(name); } catch {} };
attempt('files', () => readFileSync(secret));
attempt('write', () => { writeFileSync('/var/tmp/cowork-probe', ''); rmSync('/var/tmp/cowork-probe', { force: true }); });
attempt('environment', () => readFileSync('/proc/' + productPid + '/environ'));
attempt('processes', () => { if (!readFileSync('/proc/' + productPid + '/stat', 'utf8').includes('(')) throw 0; });
let interfaces = 0;
try { interfaces = Object.keys(networkInterfaces()).filter((name) => name !== 'lo').length; } catch { interfaces = 1; }
if (interfaces > 0) could.push('network');
writeFileSync(process.env.COWORK_OUT + '/could.json', JSON.stringify(could));
`;
