// Runs in the page and answers what breaks the basics of readable, operable pages (after WCAG 2.2 AA), one line each.
(() => {
  const broken = [];
  const say = (what, element) => broken.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hiddenAside = (element) => element.closest('.aside, .skip') !== null;

  if (document.documentElement.scrollWidth > window.innerWidth)
    broken.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} px`);
  if (document.documentElement.lang !== 'en') broken.push('the page has no language');
  if (document.title.trim() === '') broken.push('the page has no title');
  // The header of a message or of a channel is none of the page.
  const ofPage = (element) => element.closest('article, section') === null;
  for (const landmark of ['header', 'main'])
    if (all(landmark).filter(ofPage).length !== 1) broken.push(`not one ${landmark}`);
  if (all('script').some((script) => script.getAttribute('src') !== '/app.js')) broken.push('there is a script');

  const headings = all('h1, h2, h3, h4').filter(visible);
  const levels = headings.map((heading) => Number(heading.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) broken.push(`headings of level 1: ${levels}`);
  levels.forEach((level, index) => {
    if (index > 0 && level > (levels[index - 1] ?? 0) + 1) say('a heading skips a level', headings[index]);
  });
  for (const heading of headings) if (heading.textContent.trim() === '') say('an empty heading', heading);

  const ids = all('[id]').map((element) => element.id);
  for (const id of ids) if (ids.filter((other) => other === id).length > 1) broken.push(`the id ${id} is there twice`);
  for (const link of all('a[href^="#"]')) if (!ids.includes(link.hash.slice(1))) say('a link to nowhere', link);
  for (const label of all('label[for]')) if (!ids.includes(label.htmlFor)) say('a label for nothing', label);

  for (const field of all('input:not([type=hidden]), select, textarea'))
    if (![...field.labels].some((label) => label.textContent.trim() !== '')) say('a field without a label', field);
  for (const one of all('a, button, summary'))
    if (`${one.textContent}${one.ariaLabel ?? ''}`.trim() === '') say('a control without a name', one);
  for (const image of all('img:not([alt])')) say('an image without words', image);
  for (const area of all('pre').filter(visible))
    if (area.scrollHeight > area.clientHeight && area.tabIndex < 0)
      say('a scrolling area out of the keyboard’s reach', area);
  for (const control of all('button, summary.button, select, textarea').filter(visible)) {
    const { width, height } = control.getBoundingClientRect();
    if (width < 44 || height < 44) say(`too small to touch (${Math.round(width)} × ${Math.round(height)})`, control);
  }

  const channels = (color) => {
    const numbers = color.match(/[\d.]+/g)?.map(Number) ?? [];
    return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const backgroundOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(one).backgroundColor);
      if (alpha === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!element || judged.has(element) || text.data.trim() === '' || !visible(element) || hiddenAside(element))
      continue;
    judged.add(element);
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(channels(style.color).rgb, backgroundOf(element));
    if (found < (large ? 3 : 4.5)) say(`text of too little contrast (${found.toFixed(2)})`, element);
    if (size < 12 && !element.matches('.unseen')) say(`text too small (${size} px)`, element);
  }
  for (const control of all('button, summary.button, select, textarea').filter(visible)) {
    if (control.closest('details[open]') && control.matches('summary')) continue;
    const edge = channels(getComputedStyle(control).borderTopColor).rgb;
    const found = ratio(edge, backgroundOf(control.parentElement));
    if (found < 3) say(`a control whose edge is not seen (${found.toFixed(2)})`, control);
  }
  return broken;
})();
