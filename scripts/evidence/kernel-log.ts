/**
 * Reads a kernel log into entries, whichever way it was kept: records of /dev/kmsg, `dmesg` with or without `-r` or
 * `-x`, or a serial console with other output in between.
 */

export interface KernelLogEntry {
  /** Seconds since the guest booted; undefined for a line without a timestamp. */
  readonly at: number | undefined;
  /** Severity, 0 (emergency) to 7 (debug), where the log has it. */
  readonly level: number | undefined;
  /** Who printed it, where the log has it (CONFIG_PRINTK_CALLER): `T620` a thread, `C1` a CPU. */
  readonly caller: string | undefined;
  /** Without timestamp, level and caller. */
  readonly message: string;
  /** A program wrote it to /dev/kmsg: the kernel gives such a record another facility than its own have. */
  readonly user?: true | undefined;
  /** Of a record of /dev/kmsg: counts up by one, whether or not the record can still be read. */
  readonly sequence?: number | undefined;
  /** False for a line that was cut: by the end of the text, or by another message in the middle of it. */
  readonly whole: boolean;
}

export interface KernelLog {
  readonly entries: readonly KernelLogEntry[];
}

/** Documentation/ABI/testing/dev-kmsg: `priority,sequence,microseconds,flags[,key=value…];message`. */
const KMSG = /^(\d+),(\d+),(\d+),[^;,]*([^;]*);(.*)$/s;
/** A record of /dev/kmsg may be followed by lines of its dictionary, ` SUBSYSTEM=pci`. */
const KMSG_DICTIONARY = /^ [A-Z_]+=/;
/** What printk puts before a message on a console, and `dmesg` with or without `-r`. */
const PREFIX = /(?:<(\d{1,3})>)?\[ *(\d+\.\d{6})\](?:\[ *([TC]\d+)\])? ?/g;
const LEVEL = /^<(\d{1,3})>/;
/** As `dmesg -x` names them, by number. */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
const FACILITIES = (
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp res0 res1 res2 res3 ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');
/** What `dmesg -x` puts before a line. */
const DECODED = /^([a-z]+\d?) *:([a-z]+) *: (?=\[ *\d+\.\d{6}\])/;

/**
 * Give the text untrimmed: a last line without a line end is taken as cut, because `oom_score_adj:-99` may
 * have been the beginning of `-998`.
 */
export function parseKernelLog(text: string): KernelLog {
  const lines = text.split(/\r*\n|\r+/);
  const entries: KernelLogEntry[] = [];
  let afterRecord = false;
  for (const [index, line] of lines.entries()) {
    const ended = index < lines.length - 1;
    if (afterRecord && KMSG_DICTIONARY.test(line)) continue;
    const record = KMSG.exec(line);
    afterRecord = record !== null;
    if (record !== null) entries.push(fromKmsg(record, ended));
    else if (line !== '') entries.push(...fromConsole(line, ended));
  }
  return { entries };
}

/** One record of /dev/kmsg, without a line end; undefined for anything else. */
export function parseRecord(line: string): KernelLogEntry | undefined {
  const record = KMSG.exec(line);
  return record === null ? undefined : fromKmsg(record, true);
}

/** A record of /dev/kmsg as `dmesg -x` shows it, but for odd bytes, which stay written out: one line, and ASCII. */
export function showRecord(line: string): string {
  const [, priority = '', , microseconds = '', fields = '', message = ''] = KMSG.exec(line) ?? [];
  if (microseconds === '') return line;
  const facility = FACILITIES[Number(priority) >> 3] ?? String(Number(priority) >> 3);
  const level = LEVELS[Number(priority) & 7] ?? '';
  const at = (Number(microseconds) / 1e6).toFixed(6).padStart(12);
  const caller = callerIn(fields);
  const by = caller === undefined ? '' : `[${caller.padStart(6)}]`;
  return `${facility.padEnd(6)}:${level.padEnd(6)}: [${at}]${by} ${message}`;
}

function fromKmsg(record: RegExpExecArray, whole: boolean): KernelLogEntry {
  const [, priority, sequence, microseconds, fields = '', message = ''] = record;
  return {
    at: Number(microseconds) / 1e6,
    level: severity(priority),
    user: isUser(priority),
    sequence: Number(sequence),
    caller: callerIn(fields),
    message: unescapeKmsg(message),
    whole,
  };
}

function callerIn(fields: string): string | undefined {
  return /,caller=([TC]\d+)/.exec(fields)?.[1];
}

/**
 * A line of a console is one entry as a rule. Where a program left the cursor in the middle of a line, or a
 * message was cut by the next, there are several.
 */
function fromConsole(text: string, ended: boolean): KernelLogEntry[] {
  // What `dmesg -x` says in words, `dmesg -r` says as a number.
  const line = text.replace(DECODED, (words, facility: string, level: string) => {
    const [high, low] = [FACILITIES.indexOf(facility), LEVELS.indexOf(level)];
    return high < 0 || low < 0 ? words : `<${high * 8 + low}>`;
  });
  const all = [...line.matchAll(PREFIX)];
  // What a program wrote may look like the kernel's prefix: its line stays one entry.
  const forged = all[0]?.index === 0 && isUser(all[0][1]) === true;
  const prefixes = forged ? all.slice(0, 1) : all;
  const before = line.slice(0, prefixes[0]?.index);
  const entries: KernelLogEntry[] = [];
  if (before !== '') {
    entries.push({
      at: undefined,
      level: severity(LEVEL.exec(before)?.[1]),
      caller: undefined,
      message: before.replace(LEVEL, ''),
      whole: ended && prefixes.length === 0,
    });
  }
  for (const [index, prefix] of prefixes.entries()) {
    const next = prefixes[index + 1];
    entries.push({
      at: Number(prefix[2]),
      level: severity(prefix[1]),
      user: isUser(prefix[1]),
      caller: prefix[3],
      message: line.slice(prefix.index + prefix[0].length, next?.index),
      whole: ended && next === undefined,
    });
  }
  return entries;
}

/** The lower three bits of a priority; the others are the facility. */
function severity(priority: string | undefined): number | undefined {
  return priority === undefined ? undefined : Number(priority) & 7;
}

/** kernel/printk/printk.c, devkmsg_write: what a program writes without a facility gets that of users. */
function isUser(priority: string | undefined): true | undefined {
  return priority !== undefined && Number(priority) >> 3 > 0 ? true : undefined;
}

/** /dev/kmsg writes what isn't printable ASCII, and the backslash, as `\xNN`, byte by byte. */
function unescapeKmsg(message: string): string {
  return message.replaceAll(/(?:\\x[0-9a-f]{2})+/g, (escaped) =>
    new TextDecoder().decode(
      Uint8Array.from(escaped.slice(2).split('\\x'), (byte) => Number.parseInt(byte, 16)),
    ),
  );
}
