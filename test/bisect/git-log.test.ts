import { describe, expect, it } from 'vitest';
import { parseGitLog, type WrittenLog, writeGitLog } from '../../scripts/bisect/git-log.ts';
import { UsageError } from '../../scripts/lib/errors.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(40)) as [
  string,
  string,
  string,
  string,
];

describe('parseGitLog', () => {
  it('reads what git writes, names replaced by what they meant', () => {
    const log = parseGitLog(
      [
        `# bad: [${a}] newest`,
        `# good: [${d}] it's old`,
        `git bisect start '--first-parent' 'HEAD' 'HEAD~7' '--' 'libcontainer' 'a dir'`,
        `# skip: [${b}] broken`,
        `git bisect skip ${b}`,
        `# bad: [${c}] worse`,
        `git bisect bad ${c}`,
        `# first bad commit: [${c}] worse`,
        '',
      ].join('\n'),
    );
    expect(log).toEqual({
      firstParent: true,
      paths: ['libcontainer', 'a dir'],
      verdicts: [
        { revision: a, verdict: 'new' },
        { revision: d, verdict: 'old' },
        { revision: b, verdict: 'skip' },
        { revision: c, verdict: 'new' },
      ],
    });
  });

  it('understands terms of its own, several revisions a line, and logs without comments', () => {
    const log = parseGitLog(
      `git bisect start '--term-new=broken' '--term-old=fine' 'v2' 'v1' 'v0'\ngit bisect fine x y\ngit bisect broken z`,
    );
    expect(log.firstParent).toBe(false);
    expect(log.verdicts.map(({ revision, verdict }) => `${revision} ${verdict}`)).toEqual([
      'v2 new',
      'v1 old',
      'v0 old',
      'x old',
      'y old',
      'z new',
    ]);
  });

  it('the last word on a commit counts', () => {
    const log = parseGitLog('git bisect start\ngit bisect good x\ngit bisect good y\ngit bisect bad x');
    expect(log.verdicts).toEqual([
      { revision: 'y', verdict: 'old' },
      { revision: 'x', verdict: 'new' },
    ]);
  });

  it.each(['commit 1234', 'git bisect worse x', 'git commit good'])('refuses %s', (line) => {
    expect(() => parseGitLog(line)).toThrow(UsageError);
    expect(() => parseGitLog(line)).toThrow(line);
  });
});

describe('writeGitLog', () => {
  const log: WrittenLog = {
    recent: { revision: a, subject: 'newest' },
    old: { revision: d, subject: "it's old" },
    findFix: false,
    firstParent: true,
    paths: ["it's a dir"],
    steps: [
      { revision: b, subject: 'broken', verdict: 'skip', note: 'skip: x.go:1' },
      { revision: d, subject: 'unclear', verdict: undefined, note: 'bad 1/3' },
    ],
    culprit: { revision: c, subject: 'the one' },
  };
  const verdicts = [
    { revision: a, verdict: 'new' },
    { revision: d, verdict: 'old' },
    { revision: b, verdict: 'skip' },
  ];

  it('can be read again', () => {
    expect(parseGitLog(writeGitLog(log))).toEqual({ firstParent: true, paths: ["it's a dir"], verdicts });
  });

  it('names the culprit as git does, and tells what was seen', () => {
    const lines = writeGitLog(log).split('\n');
    expect(lines.at(-2)).toBe(`# first bad commit: [${c}] the one`);
    expect(lines).toContain('# skip: x.go:1');
    expect(lines).toContain('# ddddddddd is open (bad 1/3) unclear');
  });

  it('has other words in a search for a fix', () => {
    const written = writeGitLog({ ...log, findFix: true });
    expect(written).toContain(
      `git bisect start '--term-new=fixed' '--term-old=broken' '--first-parent' '${a}'`,
    );
    expect(written).toContain(`# first fixed commit: [${c}]`);
    expect(parseGitLog(written).verdicts).toEqual(verdicts);
  });
});
