import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Who looks at the page, and what they may do about it. */
export interface Viewer {
  /** A person's name in cowork.yaml, or null when nobody is signed in. */
  person: string | null;
  displayName: string | null;
  roles: string[];
  csrf: string;
  /** How nobody becomes somebody, as a sentence. */
  invitation: string;
  /** People to choose from on the bundled example; empty everywhere else. */
  choices: { name: string; displayName: string; roles: string[] }[];
}

/** The rooms of the console, in the order of its navigation. */
const SECTIONS = [
  { section: 'channels', path: '/', label: 'Channels' },
  { section: 'today', path: '/today', label: 'Today' },
  { section: 'workflows', path: '/workflows', label: 'Workflows' },
  { section: 'value', path: '/roi', label: 'Value' },
  { section: 'search', path: '/search', label: 'Search' },
] as const;
export type Section = (typeof SECTIONS)[number]['section'];

export interface Page {
  title: string;
  viewer: Viewer;
  body: Html;
  /** Which entry of the navigation this page belongs to; left out, none is marked. */
  section?: Section | undefined;
  /** `desk`: the page fills the window and its parts scroll within it. */
  frame?: 'page' | 'desk' | undefined;
  notice?: string;
  /** Seconds after which the page asks for itself again, while something is under way that ends by itself. */
  refresh?: number | undefined;
}

const chooser = (viewer: Viewer) => html`
  <form method="post" action="/act-as">
    <label for="act-as">Act as</label>
    <select id="act-as" name="person" required>
      ${viewer.person === null ? html`<option value="" selected disabled>nobody yet</option>` : ''}
      ${viewer.choices.map(
        (choice) =>
          html`<option value="${choice.name}"${choice.name === viewer.person ? html` selected` : ''}>${choice.displayName} (${choice.roles.join(', ')})</option>
      `,
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

const navigation = (current: Section | undefined) => html`
  <nav class="rooms" aria-label="Rooms"><ul>${SECTIONS.map(
    ({ section, path, label }) =>
      html`<li><a href="${path}"${section === current ? html` aria-current="page"` : ''}>${label}</a></li>`,
  )}</ul></nav>`;

const signedOut = (viewer: Viewer) => html`<p class="soft">Nobody is signed in. ${viewer.invitation}</p>`;

/** One page: skip link, rooms, who I am, a notice if there is one, the content. Everything interpolated is escaped. */
export const layout = ({
  title,
  viewer,
  body,
  section,
  frame = 'page',
  notice,
  refresh,
}: Page): Html => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  ${refresh ? html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>` : ''}
  <title>${title} · Cowork Ops</title>
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/style.css">
  <script src="/app.js" defer></script>
</head>
<body class="${frame}">
  <a class="skip" href="#content">Skip to the content</a>
  <header class="top">
    <a class="brand" href="/">Cowork Ops</a>
    ${navigation(section)}
    ${viewer.choices.length > 0 ? chooser(viewer) : viewer.person ? signedIn(viewer) : signedOut(viewer)}
    ${refresh ? html`<p class="aside" id="renewed" role="status"></p>` : ''}
  </header>
  <main id="content"${refresh ? html` data-renew="${refresh}"` : ''}>
    ${notice ? html`<p class="notice" role="status">${notice}</p>` : ''}
    ${body}
  </main>
</body>
</html>
`;
