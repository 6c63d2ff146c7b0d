import type { Json } from '../shapes.ts';
import type { Faults, Rule } from './fault.ts';
import { address, all, byType, exactlyOne, flag, list, may, oneOf, shape, string } from './rules.ts';

const is = (type: string): Rule => oneOf(type);

/** Text that Slack leaves as it is. */
export const plain = (max: number, min = 1): Rule =>
  shape({ type: is('plain_text'), text: string({ min, max }), emoji: may(flag) });

const mrkdwn = (max: number): Rule => shape({ type: is('mrkdwn'), text: string({ max }), verbatim: may(flag) });

/** Text of either kind. */
export const text = (max = 3000): Rule => byType({ plain_text: plain(max), mrkdwn: mrkdwn(max) });

export const mrkdwnText = mrkdwn;

export const actionId = may(string({ max: 255 }));

const OPTION_TEXT = 75;

/** An entry of a menu, of an overflow (which may lead somewhere) or of a group of boxes (which may be `mrkdwn`). */
export const option = ({ rich = false, url = false }: { rich?: boolean; url?: boolean } = {}): Rule =>
  shape({
    text: rich ? text(OPTION_TEXT) : plain(OPTION_TEXT),
    value: string({ max: 75 }),
    description: may(rich ? text(75) : plain(75)),
    ...(url ? { url: may(address()) } : {}),
  });

export const optionGroup: Rule = shape({ label: plain(75), options: list({ max: 100 }, option()) });

export const confirm: Rule = shape({
  title: may(plain(100)),
  text: text(300),
  confirm: may(plain(30)),
  deny: may(plain(30)),
  style: may(oneOf('primary', 'danger')),
});

export const placeholder = may(plain(150));

export const dispatchConfig = may(
  shape({ trigger_actions_on: list({ max: 2 }, oneOf('on_enter_pressed', 'on_character_entered')) }),
);

/** A picture that was uploaded: it has to be whole, and a picture, before it can be shown. */
export const slackFile: Rule = all(
  shape({ id: may(string()), url: may(address()) }, exactlyOne('id', 'url')),
  function* (value, pointer, { workspace }): Faults {
    const { id, url } = value as Json;
    const files = [...workspace.files.values()];
    const file = files.find((one) => one.id === id || (typeof url === 'string' && url.includes(`/${one.id}/`)));
    const usable = file?.complete && file.notReady <= 0 && /^image\/(png|jpeg|gif)$/.test(file.mimetype);
    if (!usable) yield { pointer, message: 'invalid slack file' };
  },
);

/** What a picture is shown from, in a block or as an element. */
export const pictureFields = {
  image_url: may(address()),
  slack_file: may(slackFile),
  alt_text: string({ max: 2000 }),
};

export const picture: Rule = shape({ type: is('image'), ...pictureFields }, exactlyOne('image_url', 'slack_file'));
