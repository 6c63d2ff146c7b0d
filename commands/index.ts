import { alertCommand } from './alert.ts';
import { auditCommand } from './audit.ts';
import { cancelCommand } from './cancel.ts';
import type { Command } from './command.ts';
import { consoleCommand } from './console.ts';
import { digestCommand } from './digest.ts';
import { helpCommandOf } from './help.ts';
import { pauseCommand } from './pause.ts';
import { queueCommand } from './queue.ts';
import { rerunCommand } from './rerun.ts';
import { resumeCommand } from './resume.ts';
import { reviewCommand } from './review.ts';
import { roiCommand } from './roi.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { statusCommand } from './status.ts';
import { summaryCommand } from './summary.ts';
import { undoCommand } from './undo.ts';
import { unparkCommand } from './unpark.ts';

/** Everything a person may ask, in the order that help shows it. */
export const commands: readonly Command[] = [
  statusCommand,
  queueCommand,
  reviewCommand,
  alertCommand,
  runCommand,
  rerunCommand,
  runsCommand,
  cancelCommand,
  unparkCommand,
  pauseCommand,
  resumeCommand,
  undoCommand,
  digestCommand,
  roiCommand,
  auditCommand,
  summaryCommand,
  consoleCommand,
  helpCommandOf(() => commands),
];
