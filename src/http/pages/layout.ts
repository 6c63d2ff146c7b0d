import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Who looks at the page, and what they may do about it. */
export interface Viewer {
  /** A person's name in cowork.yaml, or null when nobody is signed in. */
  person: string | null;
  displayName: string | null;
  csrf: string;
  /** People to choose from on the bundled example; empty everywhere else. */
  choices: { name: string; displayName: string; roles: string[] }[];
}

export interface Notice {
  tone: 'info' | 'fail';
  text: string;
}

const chooser = (viewer: Viewer) => html`
  <form method="post" action="/act-as">
    <label for="act-as">Act as</label>
    <select id="act-as" name="person">
      ${viewer.choices.map(
        (choice) =>
          html`<option value="${choice.name}" ${choice.name === viewer.person ? 'selected' : ''}>
            ${choice.displayName} (${choice.roles.join(', ')})
          </option>`,
      )}
    </select>
    <button>Change</button>
  </form>`;

const signedIn = (viewer: Viewer) => html`
  <form method="post" action="/sign-out">
    <span class="soft">Signed in as <strong>${viewer.displayName}</strong></span>
    <input type="hidden" name="csrf" value="${viewer.csrf}">
    <button>Sign out</button>
  </form>`;

const signedOut = html`<form><span class="soft">Nobody is signed in. Ask for a link: <code>cowork-ops login &lt;person&gt;</code></span></form>`;

/** One page: skip link, who I am, a notice if there is one, the content. Everything interpolated is escaped. */
export const layout = (title: string, viewer: Viewer, body: Html, notice?: Notice): Html => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Cowork Ops</title>
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <a class="skip" href="#content">Skip to the content</a>
  <header class="top">
    <a class="brand" href="/">Cowork Ops</a>
    ${viewer.choices.length > 0 ? chooser(viewer) : viewer.person ? signedIn(viewer) : signedOut}
  </header>
  <main id="content">
    ${notice ? html`<p class="notice ${notice.tone === 'fail' ? 'fail' : ''}" role="status">${notice.text}</p>` : ''}
    ${body}
  </main>
</body>
</html>`;

/** A word with the colour of its meaning; the word alone says it too. */
export const badge = (word: string, tone: 'ok' | 'warn' | 'fail' | 'soft'): Html =>
  html`<span class="badge ${tone}">${word}</span>`;
