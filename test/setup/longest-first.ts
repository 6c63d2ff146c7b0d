import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long for their size, in the order of how long. */
const LONG = [
  'stories/slack-setup',
  'checks/large-file',
  'stories/',
  'store/embedded.',
  'runs/real-skills',
  'http/session',
  'kill.test',
  'chat/slack/deliver/',
  'chat/slack/connect/',
];

/** Begins with what takes longest, so that no worker is left with it in the end while the others have nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((words) => moduleId.includes(`/test/${words}`) || moduleId.includes(`/${words}`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
