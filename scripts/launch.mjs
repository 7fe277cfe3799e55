#!/usr/bin/env node
// Starts repro from a clone: installs the npm packages when they are missing, bundles the sources when they
// changed, and runs the bundle. Plain JavaScript without dependencies, for it runs before there are any.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
/** Holds the name of the newest bundle's folder. */
const stamp = join(dist, 'current');
/** What `npx repro` runs. npm links the commands of dependencies only, not the package's own. */
const command = join(root, 'node_modules', '.bin', 'repro');
/** Milliseconds for which an older bundle stays: a long run may still load parts of it. */
const KEEP = 2 * 24 * 3600 * 1000;
const SETUP_FAILED = 125;
/** With 64, cells were run one after another and side by side. */
const FEWEST_FILES = 64;

checkNode();
checkFiles();
checkFolder();
if (needsPackages()) await alone('installing', () => needsPackages() && installPackages());
if (!existsSync(command)) link();
if (isOlder(stamp, sources())) await makeBundle();
// `--setup`: no more than that, for `npm test`.
if (process.argv[2] !== '--setup')
  await import(pathToFileURL(join(dist, readFileSync(stamp, 'utf8'), 'repro.js')).href);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`repro needs Node.js 20.19 or newer; this is ${process.versions.node}`);
}

/** Node itself opens dozens, and without them fails in ways that say nothing. Linux alone tells the limit. */
function checkFiles() {
  if (!existsSync('/proc/self/limits')) return;
  const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  if (limit === undefined || Number(limit) >= FEWEST_FILES) return;
  fail(`repro needs to open ${FEWEST_FILES} files at once, and the limit here is ${limit}: ulimit -n 1024`);
}

/** Node can't tell the path of a current folder that was removed, and some packages ask for it when they load. */
function checkFolder() {
  try {
    process.cwd();
  } catch {
    fail('the folder that this was called in was removed: cd to one that is there');
  }
}

function needsPackages() {
  return isOlder(join(root, 'node_modules', '.package-lock.json'), [join(root, 'package-lock.json')]);
}

/** Calls `work` while no other start does: two `npm ci` at once would leave half of each. */
async function alone(name, work) {
  const lock = join(dist, `.${name}`);
  const holder = join(lock, 'pid');
  mkdirSync(dist, { recursive: true });
  for (let tries = 0; ; tries++) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // A second for the holder to write its number; who was killed since holds nothing.
    if (tries >= 5 && !isRunning(holder)) rmSync(lock, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
  writeFileSync(holder, String(process.pid));
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isRunning(holder) {
  try {
    process.kill(Number(readFileSync(holder, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function installPackages() {
  process.stderr.write('repro: installing the npm packages of package-lock.json (once)\n');
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.error !== undefined) fail(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) fail(`npm ci failed in ${root}; its messages are above`);
}

// Also after an `npm ci` that somebody ran by hand. Two starts at once may both want to.
function link() {
  mkdirSync(dirname(command), { recursive: true });
  try {
    symlinkSync(join('..', '..', 'scripts', 'launch.mjs'), command);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

async function makeBundle() {
  const { build } = await import('esbuild');
  // A folder of its own, so that neither another start at the same time nor a run under way sees half of it.
  const name = `${Date.now()}-${process.pid}`;
  await build({
    absWorkingDir: root,
    entryPoints: { repro: 'scripts/repro.ts' },
    outdir: join('dist', name),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    // CommonJS packages inside an ES module bundle ask for these.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    // They read their own files from disk at run time (dockerode's ssh2 a native one, if it is there); undici's names are lost when it is bundled as CommonJS.
    external: ['esbuild', 'playwright-core', '@grpc/proto-loader', '@grpc/grpc-js', 'dockerode', 'undici'],
  });
  writeFileSync(`${stamp}.${process.pid}`, name);
  renameSync(`${stamp}.${process.pid}`, stamp);
  for (const old of readdirSync(dist)) {
    if (Number.parseInt(old, 10) < Date.now() - KEEP)
      rmSync(join(dist, old), { recursive: true, force: true });
  }
}

/** Files and folders whose change makes the bundle old; a folder's time tells of files that went away. */
function sources() {
  const found = [join(root, 'package-lock.json'), fileURLToPath(import.meta.url)];
  const walk = (dir) => {
    found.push(dir);
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.ts')) found.push(path);
    }
  };
  for (const dir of ['scripts', 'vm']) walk(join(root, dir));
  return found;
}

function isOlder(file, than) {
  if (!existsSync(file)) return true;
  const time = statSync(file).mtimeMs;
  return than.some((path) => statSync(path).mtimeMs > time);
}

function fail(message) {
  process.stderr.write(`repro: ${message}\n`);
  rmSync(join(dist, '.installing'), { recursive: true, force: true });
  process.exit(SETUP_FAILED);
}
