import { describe, expect, it } from 'vitest';
import { AccessList, isPublic, networkText, parseAllowed } from '../../scripts/lib/network.ts';

describe('isPublic', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.2.2', '10.255.255.255', '100.64.0.1', '100.100.100.200', '127.0.0.1'],
    ...['127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1'],
    ...['192.168.1.1', '198.18.0.1', '198.51.100.7', '203.0.113.7', '224.0.0.1', '239.1.1.1', '240.0.0.1'],
    ...['255.255.255.255', '168.63.129.16', '192.88.99.1'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', 'fe80::1'],
    ...['fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::'],
    ...['3fff::1', '100::1', '5f00::1', '4000::1'],
    ...['', 'localhost', '127.1', '2130706433', '0x7f000001', '127.0.0.1 ', '[::1]', '2606:4700::1%lo'],
  ])('%s is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each([
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '128.0.0.1', '172.15.0.1'],
    ...['172.32.0.1', '192.167.1.1', '192.169.0.1', '223.255.255.255'],
    ...['2606:4700:4700::1111', '2a00:1450::1', '2001:4860:4860::8888', '2003::1'],
  ])('%s is', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe('parseAllowed', () => {
  it.each([
    ['10.0.0.0/8', { kind: 'subnet', address: '10.0.0.0', prefix: 8 }],
    ['fd00::/8', { kind: 'subnet', address: 'fd00::', prefix: 8 }],
    ['10.1.2.3', { kind: 'host', host: '10.1.2.3', port: undefined }],
    ['10.1.2.3:5000', { kind: 'host', host: '10.1.2.3', port: 5000 }],
    ['Registry.lan:5000', { kind: 'host', host: 'registry.lan', port: 5000 }],
    ['localhost', { kind: 'host', host: 'localhost', port: undefined }],
    ['fd00::1', { kind: 'host', host: 'fd00::1', port: undefined }],
    ['[fd00::1]:443', { kind: 'host', host: 'fd00::1', port: 443 }],
  ])('reads %s', (text, allowed) => {
    expect(parseAllowed(text)).toEqual(allowed);
  });

  it.each([
    ...['', ' ', '*', '10.0.0.0/33', 'fd00::/129', 'lan/8', '10.0/8', '1.2.3', '0x7f.1', '2130706433', 'a:0'],
    ...['a:70000', 'a b', 'http://a', 'a/b', '[a]:1', '-a', 'a..b', 'a,b', '10.0.0.0/8:80', '/8', ':80'],
  ])('refuses %j', (text) => {
    expect(parseAllowed(text)).toBeUndefined();
  });
});

interface At {
  readonly port?: number;
  readonly own?: readonly string[];
}

describe('AccessList', () => {
  const admits = (allow: string[], host: string, address: string, { port = 80, own = [] }: At = {}) =>
    new AccessList({ allow }, own).admits({ host, address, port });

  it('lets through public addresses, whatever they are called, but for those of the host itself', () => {
    expect(admits([], 'example.org', '1.1.1.1')).toBe(true);
    expect(admits([], 'example.org', '1.1.1.1', { own: ['1.1.1.1'] })).toBe(false);
    expect(admits(['1.1.1.1:80'], 'example.org', '1.1.1.1', { own: ['1.1.1.1'] })).toBe(true);
  });

  it('knows an address of the host itself however it is written', () => {
    const own = ['2606:4700::1111', '1.1.1.1', 'fe80::1'];
    for (const address of ['2606:4700::1111', '2606:4700:0:0:0:0:0:1111', '2606:4700:0000::0.0.17.17'])
      expect(admits([], address, address, { own })).toBe(false);
    expect(admits([], 'a', '2606:4700::1112', { own })).toBe(true);
    expect(admits([], 'a', 'fe80::1%eth0', { own })).toBe(false);
  });

  it('looks at the address and not at the name', () => {
    expect(admits([], 'example.org', '127.0.0.1')).toBe(false);
    expect(admits([], '1.1.1.1', '169.254.169.254')).toBe(false);
  });

  it('lets through what is named, at the port that is named', () => {
    expect(admits(['registry.lan:5000'], 'Registry.LAN', '192.168.1.9', { port: 5000 })).toBe(true);
    expect(admits(['registry.lan:5000'], 'registry.lan', '192.168.1.9', { port: 22 })).toBe(false);
    expect(admits(['registry.lan'], 'other.lan', '192.168.1.9')).toBe(false);
    expect(admits(['192.168.1.9'], 'other.lan', '192.168.1.9')).toBe(true);
    expect(admits(['10.0.0.0/8'], 'a', '10.9.8.7')).toBe(true);
    expect(admits(['10.0.0.0/8'], 'a', '11.9.8.7', { own: ['11.9.8.7'] })).toBe(false);
    expect(admits(['10.0.0.0/8'], 'a', '::ffff:10.0.0.1')).toBe(false);
    expect(admits(['fd00::/8'], 'a', 'fd12::1')).toBe(true);
    expect(admits(['fd00::/8'], 'a', 'fe80::1')).toBe(false);
  });
});

it('networkText names all of it', () => {
  expect(networkText({ allow: ['10.0.0.0/8', 'registry.lan:5000'] })).toBe(
    'public addresses, 10.0.0.0/8, registry.lan:5000',
  );
});
