import { filesView } from '../../../blocks/files.ts';
import type { Attachment, World } from '../../../commands/command.ts';
import { conflict, notFound, refused } from '../../errors.ts';
import { command } from '../../message/text.ts';
import { requireMay } from '../../people/permissions.ts';
import { openOutput } from '../../reports/run-file.ts';
import { loadItem, type RecordedOutput, recordedOutputs } from '../../reviews/item.ts';
import { inRunFolder } from '../../reviews/locate.ts';
import { parseReviewId, reviewName } from '../../reviews/review-id.ts';
import { todaysWorkflow } from '../../reviews/todays-workflow.ts';
import { audit } from '../../store/audit.ts';
import type { RunRow } from '../../store/schema.ts';
import { attachmentName } from '../attachment.ts';
import type { ActRequest, Perform } from './act.ts';
import { NO_FORM, readValues } from './values.ts';

/** As many and as much as a message can carry on every platform. */
export const MOST_FILES = 10;
export const MOST_BYTES = 20_000_000;

/**
 * The outputs of a review item or a run, for somebody who may see them by today's home: names, sizes and pages to read,
 * and the files themselves for a chat to hand to that person alone. What is too much is said and left out.
 */
export const giveFiles: Perform = async (world, act) => {
  readValues(NO_FORM, act.values);
  const { run, reviewId } = await workOf(world, act.click.subject);
  const { home } = await world.homes.active();
  const now = world.clock.now();
  const workflow = await todaysWorkflow(world, run);
  requireMay(home, act.person, 'see_outputs', { workflow, dataClass: run.data_class, now });
  const outputs = await recordedOutputs(world.db, run.id);
  if (outputs.length === 0) throw refused(`${act.click.subject} has no files. Nothing was sent.`);
  const given = fitting(outputs);
  await note(world, act, { run, reviewId, given, outputs: outputs.length });
  return {
    view: filesView({
      of: reviewId === null ? run.id : reviewName(reviewId),
      run_id: run.id,
      output_hash: run.output_hash,
      given: given.map(({ path, bytes }) => ({ path, bytes })),
      left_out: outputs.filter((output) => !given.includes(output)).map(({ path, bytes }) => ({ path, bytes })),
    }),
    json: { run_id: run.id, files: given.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })) },
    attachments: attachmentsOf(home.root, run, given),
    exit: 0,
  };
};

async function workOf(world: World, subject: string): Promise<{ run: RunRow; reviewId: number | null }> {
  const reviewId = /^R-\d+$/i.test(subject) ? parseReviewId(subject) : null;
  const id = reviewId === null ? subject : (await loadItem(world.db, reviewId)).run_id;
  const run = await world.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!run)
    throw notFound([`There is no run ${JSON.stringify(id.slice(0, 100))}. `, command('runs'), ' lists the latest.']);
  return { run, reviewId };
}

/** In the order of their paths, as long as there is room; a file that is too large does not keep smaller ones out. */
function fitting(outputs: readonly RecordedOutput[]): RecordedOutput[] {
  let room = MOST_BYTES;
  const given: RecordedOutput[] = [];
  for (const output of outputs) {
    if (given.length === MOST_FILES) break;
    if (output.bytes > room) continue;
    room -= output.bytes;
    given.push(output);
  }
  return given;
}

function attachmentsOf(root: string, run: RunRow, given: readonly RecordedOutput[]): Attachment[] {
  const taken = new Set<string>();
  return given.map(({ path, bytes, sha256 }) => {
    const name = attachmentName(path, taken);
    taken.add(name.toLowerCase());
    const open = async () => {
      const handle = await inRunFolder(root, run, (folder) => openOutput(folder, path));
      if (!handle) throw conflict(`${name} is not where it was checked any more, so it was not sent.`);
      return handle;
    };
    return { name, bytes, sha256, open };
  });
}

interface Given {
  run: RunRow;
  reviewId: number | null;
  given: readonly RecordedOutput[];
  outputs: number;
}

/** Who took files is told before they have them. */
const note = (world: World, { person, via, place }: ActRequest, { run, reviewId, given, outputs }: Given) =>
  world.db.transaction().execute((tx) =>
    audit(tx, {
      at: world.clock.now(),
      act: 'files.given',
      actor: person ?? 'nobody',
      via,
      workflow: run.workflow,
      run_id: run.id,
      review_id: reviewId,
      data: { files: given.length, of: outputs, output_hash: run.output_hash, place },
    }),
  );
