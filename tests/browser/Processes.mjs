// Programs that the test runs, and how it waits for what they say.
import { spawn } from 'node:child_process';

/// A program whose output is collected. It ends with stop(), or with this process. `stdin`: 'ignore', or 'pipe' for one
/// that is written to.
export class Program {
  constructor(name, command, args, stdin = 'ignore') {
    this.name = name;
    this.output = '';
    this.waiting = [];
    this.child = spawn(command, args, { stdio: [stdin, 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.output += `${error.message}\n`;
        resolve();
      });
      this.child.on('close', resolve);
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (text) => {
        this.output += text;
        this.waiting = this.waiting.filter(({ wanted, from, resolve }) => {
          if (!this.output.includes(wanted, from)) return true;
          resolve();
          return false;
        });
      });
    }
    const kill = () => this.child.kill('SIGKILL');
    process.on('exit', kill);
    this.ended.then(() => process.off('exit', kill));
  }

  /// Rejects when the program ends without having said `wanted`, behind the first `from` characters.
  async says(wanted, from = 0) {
    if (this.output.includes(wanted, from)) return;
    const said = new Promise((resolve) => this.waiting.push({ wanted, from, resolve }));
    await Promise.race([
      said,
      this.ended.then(() => {
        throw new Error(`${this.name} ended without "${wanted}":\n${this.output}`);
      }),
    ]);
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}
