// A check of kind `command`: exit 0 passes, 1 fails, 2 warns; the last line printed is the reason.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, ...rows] = readFileSync(join(process.env.COWORK_STEPS, 'normalise', 'totals.csv'), 'utf8')
  .trimEnd()
  .split('\n');
const months = rows.map((row) => row.split(',')[0]);
const number = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
const gap = months.find((month, index) => index > 0 && number(month) !== number(months[index - 1]) + 1);
const { month: last } = JSON.parse(readFileSync(join(process.env.COWORK_OUTPUTS, 'metrics.json'), 'utf8'));

if (gap) {
  console.log(`a month is missing before ${gap}`);
  process.exitCode = 1;
} else if (last !== months.at(-1)) {
  console.log(`the brief is about ${last}, the delivery ends with ${months.at(-1)}`);
  process.exitCode = 1;
} else {
  console.log(`${months.length} months from ${months[0]} to ${last}, none missing`);
}
