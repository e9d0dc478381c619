// Installs what a package-lock.json names, that of research/players or of tests/signatures, into a folder of the build.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = 'package-lock.json';

/// Throws, with npm's own words, when that fails: there is then no test, and no success either.
export function installPackages(source, folder) {
  const installed = join(folder, 'node_modules', '.installed-lock.json');
  const wanted = readFileSync(join(source, LOCK), 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', LOCK]) copyFileSync(join(source, name), join(folder, name));
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message;
    throw new Error(`npm cannot install what ${source} names; is there a network?\n${said}`);
  }
  copyFileSync(join(source, LOCK), installed);
}
