import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broken, Chromium, rulesBroken } from './chromium.ts';

let browser: Chromium;
let page: Page;
beforeAll(async () => {
  browser = await Chromium.open();
  page = await browser.tab('about:blank');
});
afterAll(() => browser?.[Symbol.asyncDispose]());

const judge = async (body: string, style = '') => {
  const frame = (inner: string) =>
    `<!doctype html><html lang="en"><title>t</title><style>${style}</style><body>${inner}</body></html>`;
  await page.setContent(frame(body));
  return (await rulesBroken(page)).map((line) => line.split(':')[0]);
};
const framed = (inner: string) => `<header>h</header><main><h1>One</h1>${inner}</main>`;

test('a plain page keeps the rules', async () => {
  expect(await judge(framed('<p>Text</p>'))).toEqual([]);
});

test.each([
  ['the page scrolls sideways', '<p style="width:3000px">x</p>'],
  ['not one main', '<main></main>'],
  ['headings of level 1', '<h1>Two</h1>'],
  ['a heading skips a level', '<h3>Three</h3>'],
  ['an empty heading', '<h2></h2>'],
  ['the id x is there twice', '<p id="x"></p><p id="x"></p>'],
  ['a link to nowhere', '<a href="#nowhere">x</a>'],
  ['a label for nothing', '<label for="nothing">x</label>'],
  ['a field without a label', '<input type="checkbox">'],
  ['a control without a name', '<a href="/"></a>'],
  ['an image without words', '<img src="data:,">'],
  ['a scrolling area out of the keyboard’s reach', '<pre style="height:20px;overflow:auto">1\n2\n3\n4\n5</pre>'],
  ['too small to touch (20 × 20)', '<button style="width:20px;height:20px;padding:0;border-color:#000">x</button>'],
  ['text of too little contrast (2.32)', '<p style="color:#aaa">pale</p>'],
  ['text too small (8 px)', '<p style="font-size:8px">tiny</p>'],
  [
    'a control whose edge is not seen (1.27)',
    '<button style="width:50px;height:50px;border:1px solid #e4e4e4">x</button>',
  ],
  ['there is a script', '<script></script>'],
])('the rules find: %s', async (what, inner) => {
  expect(await judge(framed(inner))).toContain(what);
});

test('the accessibility checker is asked too', async () => {
  await page.setContent(
    '<!doctype html><html lang="en"><title>t</title><body><header>h</header><main><h1>One</h1></main></body>',
  );
  expect(await broken(page)).toEqual([]);
  await page.setContent(
    '<!doctype html><html lang="en"><title>t</title><body><header>h</header><main><h1>One</h1><div role="switch">x</div></main></body>',
  );
  expect((await broken(page)).join()).toContain('aria-required-attr');
});
