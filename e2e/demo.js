// A demonstration of its own for the tests: on free ports, in a folder that is removed afterwards.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const binary = fileURLToPath(new URL('../bin/hutong', import.meta.url));
const addresses = {
  app: /^ +Shop +(\S+)$/m,
  shop: /^ +API +(\S+)$/m,
  docs: /^ +API docs +(\S+)$/m,
  phone: /^ +WeChat +(\S+)/m,
  staff: /^ +STAFF=(\S+)/m,
};

export async function openDemo() {
  const folder = await mkdtemp(path.join(tmpdir(), 'hutong-e2e-'));
  let running = await start(folder);
  return {
    app: running.app, // in WeChat's phone
    shop: running.shop, // the API
    staff: running.staff, // a token of the owner
    docs: running.docs,
    phone: running.phone,
    weChat: new URL(running.phone).origin,

    // records are WeChat's, with what nobody but WeChat and the shop knows.
    async records() { return JSON.parse(await readFile(path.join(folder, 'wechat.json'), 'utf8')); },

    // restart does something to WeChat's records, and to the database, while the demonstration is down. Addresses stay.
    async restart(change, alter) {
      await running.stop();
      const file = path.join(folder, 'wechat.json');
      const records = JSON.parse(await readFile(file, 'utf8'));
      change?.(records);
      await writeFile(file, JSON.stringify(records));
      if (alter) await inDatabase(path.join(folder, 'hutong.db'), alter);
      running = await start(folder, running);
    },

    // hutong runs another command on what the demonstration has, and returns what it printed.
    async hutong(...args) {
      return (await promisify(execFile)(binary, [...args, '--config', path.join(folder, 'hutong.yaml')])).stdout.trim();
    },

    async close() {
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

// start resolves once the demonstration has told where it is.
async function start(folder, before) {
  const at = (url) => (url ? new URL(url).host : '127.0.0.1:0');
  const child = spawn(binary, [
    'demo', '--data', folder, '--listen', at(before?.shop), '--wechat', at(before?.phone), '--private', '127.0.0.1:0',
  ]);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  const ended = new Promise((resolve, reject) => {
    child.once('error', (err) => reject(new Error(`${err.message}; "make build" builds it`)));
    child.once('close', (code) => {
      process.off('exit', kill);
      resolve(code);
    });
  });
  const told = new Promise((resolve) => {
    child.stderr.on('data', (text) => { said += text; });
    child.stdout.on('data', (text) => {
      said += text;
      if (Object.values(addresses).every((line) => line.test(said))) resolve();
    });
  });
  const code = await Promise.race([told, ended]);
  if (code !== undefined) throw new Error(`hutong demo: exit code ${code}: ${said}`);
  return {
    ...Object.fromEntries(Object.entries(addresses).map(([name, line]) => [name, said.match(line)[1]])),
    async stop() {
      child.kill('SIGTERM');
      if (await ended !== 0) throw new Error(`hutong demo did not end well: ${said}`);
    },
  };
}

// inDatabase alters a database that nobody has open: for what takes days to happen by itself.
async function inDatabase(file, alter) {
  const { default: sql } = await import('sql.js');
  const db = new (await sql()).Database(await readFile(file));
  try {
    alter(db);
    await writeFile(file, db.export());
  } finally {
    db.close();
  }
}
