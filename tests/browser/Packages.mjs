// Installs what a package-lock.json names, that of research/players or of tests/signatures, into a folder of the build.
//   node Packages.mjs SOURCE_FOLDER FOLDER
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCK = 'package-lock.json';

// npm waits five minutes for a registry that has gone silent, and a test that waits for npm gives up before.
const PATIENCE = ['--fetch-timeout=15000', '--fetch-retries=8', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=5000'];

function isInstalled(folder, wanted) {
  const lock = join(folder, 'node_modules', '.installed-lock.json');
  return existsSync(lock) && readFileSync(lock, 'utf8') === wanted;
}

function runNpm(source, folder) {
  for (const name of ['package.json', LOCK]) copyFileSync(join(source, name), join(folder, name));
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...PATIENCE], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message;
    throw new Error(`npm cannot install what ${source} names; is there a network?\n${said}`);
  }
  copyFileSync(join(source, LOCK), join(folder, 'node_modules', '.installed-lock.json'));
}

/// The folder appears whole or not at all, whoever else installs into it at the time. Throws, with npm's own words, when
/// that fails: there is then no test, and no success either.
export function installPackages(source, folder) {
  const wanted = readFileSync(join(source, LOCK), 'utf8');
  if (isInstalled(folder, wanted)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const own = mkdtempSync(`${folder}.`);
  try {
    runNpm(source, own);
    if (existsSync(folder) && !isInstalled(folder, wanted)) renameSync(folder, `${own}-replaced`);
    renameSync(own, folder);
  } catch (error) {
    if (!isInstalled(folder, wanted)) throw error;
  } finally {
    for (const left of [own, `${own}-replaced`]) rmSync(left, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  installPackages(...process.argv.slice(2, 4).map((path) => resolve(path)));
}
