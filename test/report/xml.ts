/** A small strict reader of XML 1.0 without DTDs: throws on what isn't well-formed, returns the tree. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--([\s\S]*?)-->|<\?[\s\S]*?\?>|<(\/?)([^\s<>/"'=]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /\s+([\w:.-]+)="([^"<]*)"/gy;
const NAME = /^[\p{L}_:][\p{L}\p{N}_:.-]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function parseXml(text: string): Element {
  // Char of XML 1.0: no controls but tab and line ends, no lone surrogates.
  const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (illegal) throw new Error(`illegal character U+${illegal[0].codePointAt(0)?.toString(16)}`);
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const parent = open.at(-1);
    if (token === null || parent === undefined)
      throw new Error(`not well-formed at ${text.slice(at, at + 40)}`);
    const [whole, cdata, , closing, name, attributes = '', empty, chars] = token;
    at += whole.length;
    if (cdata !== undefined) parent.text += cdata;
    else if (chars?.includes(']]>')) throw new Error('"]]>" in text');
    else if (chars !== undefined) parent.text += decode(chars);
    else if (name !== undefined && closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
    } else if (name !== undefined) {
      if (!NAME.test(name)) throw new Error(`bad name ${name}`);
      const element: Element = { name, attributes: parseAttributes(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [element, ...others] = root.children;
  if (open.length !== 1 || element === undefined || others.length > 0)
    throw new Error('not one closed root element');
  return element;
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    const [whole = '', name = '', value = ''] = match ?? [];
    if (match === null || name in attributes) throw new Error(`bad attributes: ${text}`);
    attributes[name] = decode(value);
    at += whole.length;
  }
  return attributes;
}

function decode(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (entity, name: string) => {
    const code = /^#(?:x([\da-f]+)|(\d+))$/i.exec(name);
    const character = code
      ? String.fromCodePoint(code[1] ? Number.parseInt(code[1], 16) : Number(code[2]))
      : ENTITIES[name];
    if (character === undefined || !entity.endsWith(';')) throw new Error(`bad entity ${entity}`);
    return character;
  });
}

/** Every element of that name below this one. */
export const all = (element: Element, name: string): Element[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
