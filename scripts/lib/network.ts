/** Which addresses a guest may reach: public ones, and what its scenario names. Pure. */
import { BlockList, isIP } from 'node:net';

/** A guest's way out. `allow`: what it may reach beside public addresses, as `parseAllowed` reads it. */
export interface NetworkAccess {
  readonly allow: readonly string[];
}

/** One thing that a scenario names. */
export type Allowed =
  | { readonly kind: 'subnet'; readonly address: string; readonly prefix: number }
  /** A host name or an address; any port when undefined. */
  | { readonly kind: 'host'; readonly host: string; readonly port: number | undefined };

/** Where a guest wants to go: the host as it named it, one of the addresses that this has, and the port. */
export interface Destination {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/**
 * IPv4 blocks that are not public: those of IANA's IPv4 Special-Purpose Address Registry (RFC 6890) that are not
 * globally reachable, multicast (RFC 5771), 6to4 relays (RFC 7526), and the address at which Azure's hosts answer
 * their guests.
 */
const SPECIAL_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
];
/** The only IPv6 block that is handed out as global unicast (RFC 4291): all others are loopback, local, mapped, … */
const GLOBAL_IPV6 = ['2000::/3'];
/** In it, but not public: protocol assignments with Teredo, documentation, 6to4 (RFC 6890, RFC 3056, RFC 9637). */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const specialIpv4 = blocks(SPECIAL_IPV4);
const globalIpv6 = blocks(GLOBAL_IPV6);
const specialIpv6 = blocks(SPECIAL_IPV6);

const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/** Whether anybody on the internet has this address. What isn't an address is not. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !specialIpv4.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

/** `10.0.0.0/8`, `10.1.2.3`, `10.1.2.3:5000`, `registry.lan`, `registry.lan:5000`, `fd00::/8`, `[fd00::1]:443`. */
export function parseAllowed(text: string): Allowed | undefined {
  const subnet = /^(.+)\/(\d{1,3})$/.exec(text);
  if (subnet !== null) {
    const [, address = '', bits] = subnet;
    const family = isIP(address);
    const prefix = Number(bits);
    if (family === 0 || address.includes('%') || prefix > (family === 4 ? 32 : 128)) return undefined;
    return { kind: 'subnet', address, prefix };
  }
  if (isIP(text) !== 0) return { kind: 'host', host: text.toLowerCase(), port: undefined };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = digits === undefined ? undefined : Number(digits);
  if (bracketed !== undefined ? isIP(bracketed) !== 6 : !NAME.test(host)) return undefined;
  // `1.2.3` and `0x7f.1` are addresses to some programs, and names to none.
  if (bracketed === undefined && isIP(host) === 0 && /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(host))
    return undefined;
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return { kind: 'host', host: host.toLowerCase(), port };
}

/** What a guest may reach. `own` are addresses of the host itself: public or not, they must be named. */
export class AccessList {
  readonly #allowed: readonly Allowed[];
  /** Compared as addresses: an IPv6 address can be written in many ways. */
  readonly #own: BlockList;

  constructor({ allow }: NetworkAccess, own: readonly string[] = []) {
    this.#allowed = allow.flatMap((text) => parseAllowed(text) ?? []);
    this.#own = new BlockList();
    for (const address of own) this.#own.addAddress(address, familyOf(address));
  }

  admits(to: Destination): boolean {
    if (isPublic(to.address) && !this.#own.check(to.address, familyOf(to.address))) return true;
    return this.#allowed.some((one) => matches(one, to));
  }
}

/** A guest's way out, in words. */
export function networkText(network: NetworkAccess): string {
  return ['public addresses', ...network.allow].join(', ');
}

function matches(allowed: Allowed, { host, address, port }: Destination): boolean {
  if (allowed.kind === 'host') {
    const same = allowed.host === host.toLowerCase() || allowed.host === address;
    return same && (allowed.port === undefined || allowed.port === port);
  }
  const family = isIP(address);
  if (family !== isIP(allowed.address)) return false;
  return blocks([`${allowed.address}/${allowed.prefix}`]).check(address, familyOf(address));
}

/** As BlockList names it. */
function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function blocks(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}
