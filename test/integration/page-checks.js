// Checks that run inside the page, in the browser: plain scripts, put there before the page's own text.

/** Runs in the page: what a screen reader or a keyboard could not make sense of. */
globalThis.barriers = function barriers() {
  const found = [];
  const visible = (element) => element.getAttribute('aria-hidden') !== 'true';
  if (!document.documentElement.lang) found.push('no language');
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  for (const svg of [...document.querySelectorAll('svg')].filter(visible)) {
    if (svg.getAttribute('role') !== 'img') found.push('svg without a role');
    if (!svg.querySelector('title')?.textContent) found.push('svg without a title');
  }
  for (const table of document.querySelectorAll('table')) {
    if (!table.caption?.textContent) found.push('table without a caption');
    if (table.querySelector('th:not([scope])')) found.push('th without a scope');
  }
  for (const link of document.querySelectorAll('a[href]'))
    if (!link.textContent?.trim()) found.push('link without a text');
  for (const verdict of document.querySelectorAll('.badge, .grid b.bad, .grid b.good, .grid b.skip')) {
    if (!/good|bad|skip/.test(verdict.textContent ?? '')) found.push('a verdict told by colour alone');
  }
  let level = 1;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const own = Number(heading.tagName.slice(1));
    if (own > level + 1) found.push(`h${own} after h${level}`);
    level = own;
  }
  return found;
};

/** Runs in the page: texts with less contrast than 4.5:1 (WCAG AA) to what lies behind them. */
globalThis.faintTexts = function faintTexts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (canvas === null) throw new Error('no canvas');
  const flat = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const luminance = (rgb) => {
    const [r = 0, g = 0, b = 0] = rgb.map((part) =>
      part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    );
    if (!own || element.closest('svg') || !element.checkVisibility()) continue;
    const backs = [];
    for (let at = element; at !== null; at = at.parentElement)
      backs.unshift(getComputedStyle(at).backgroundColor);
    const back = luminance(flat(backs));
    const text = luminance(flat([...backs, getComputedStyle(element).color]));
    const contrast = (Math.max(back, text) + 0.05) / (Math.min(back, text) + 0.05);
    if (contrast < 4.5)
      faint.push(
        `${contrast.toFixed(2)} <${element.tagName} class="${element.className}"> ${element.textContent?.slice(0, 40)}`,
      );
  }
  return faint;
};

/** Reads a text as strictly as a browser reads XML. */
globalThis.readXml = function readXml(xml) {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  return {
    error: parsed.querySelector('parsererror')?.textContent,
    suites: parsed.querySelectorAll('testsuite').length,
  };
};
