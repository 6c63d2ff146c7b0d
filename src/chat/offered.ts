import type { Answer, Asker, World } from '../../commands/command.ts';
import { subjectOf as alertSubject } from '../alerts/ask.ts';
import { loadAlert, parseAlertId } from '../alerts/list.ts';
import { CoworkError } from '../errors.ts';
import type { Action, LinkAction } from '../message/action.ts';
import type { Part } from '../message/view.ts';
import { type Act, may, type Subject } from '../people/permissions.ts';
import { loadItem } from '../reviews/item.ts';
import { parseReviewId } from '../reviews/review-id.ts';
import { todaysWorkflow } from '../reviews/todays-workflow.ts';

/**
 * An answer for one person without the buttons that this person would be refused; a channel, where everybody reads, keeps
 * them all. Nothing is permitted by this: the act's own door asks again. Nobody, who is no member of a chat either, is the
 * operator, who is refused nothing.
 */
export async function offeredTo(
  world: World,
  { person, member = false }: Pick<Asker, 'person' | 'member'>,
  answer: Answer,
): Promise<Answer> {
  if (person === null && !member) return answer;
  const parts = await Promise.all(
    answer.view.parts.map(async (part): Promise<Part[]> => {
      if (part.part !== 'actions') return [part];
      const kept = await Promise.all(part.actions.map((action) => opensTo(world, person, action)));
      const actions = part.actions.filter((_, at) => kept[at]);
      return actions.length > 0 ? [{ ...part, actions }] : [];
    }),
  );
  return { ...answer, view: { ...answer.view, parts: parts.flat() } };
}

/** Whether the door of a button would let this person in, as far as that is a question of who they are. */
export async function opensTo(world: World, person: string | null, action: Action | LinkAction): Promise<boolean> {
  if (action.intent === 'open' || action.intent === 'command') return true;
  if (person === null) return false;
  const { home } = await world.homes.active();
  const subject = await subjectNamed(world, action.subject);
  return subject !== null && may(home, person, actOf(action), subject).ok;
}

/** What the door of a button will ask for. */
function actOf({ intent, subject, revision }: Action): Act {
  switch (intent) {
    case 'pause':
    case 'resume':
      return subject === 'all' ? `${intent}_all` : intent;
    case 'unpark':
      return revision?.startsWith('repeat.') ? 'rerun' : 'resolve';
    case 'files':
      return 'see_outputs';
    case 'command':
      return 'read';
    default:
      return intent;
  }
}

/** What `R-128`, `A-57`, a run's id or a workflow is about; null where it is gone. */
async function subjectNamed(world: World, name: string): Promise<Subject | null> {
  try {
    const now = world.clock.now();
    if (/^A-\d+$/.test(name))
      return (await alertSubject(world, await loadAlert(world.db, parseAlertId(name)), now)).subject;
    const work = /^R-\d+$/.test(name) ? await loadItem(world.db, parseReviewId(name)) : await runNamed(world, name);
    if (work) return { workflow: await todaysWorkflow(world, work), dataClass: work.data_class, now };
    const { workflows } = (await world.homes.active()).home;
    return { workflow: Object.hasOwn(workflows, name) ? workflows[name] : undefined, now };
  } catch (error) {
    if (error instanceof CoworkError && error.code === 'not_found') return null;
    throw error;
  }
}

const runNamed = ({ db }: World, id: string) =>
  db.selectFrom('runs').select(['workflow', 'snapshot_id', 'data_class']).where('id', '=', id).executeTakeFirst();
