// Writes src/api/schema.d.ts, the types of the API that staff call, from the server's own description. They are not
// committed: whoever changes an endpoint finds out by `npm run check` what here no longer fits.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const description = execFileSync('go', ['run', './internal/openapi', 'console'], {
  cwd: root, env: { ...process.env, CGO_ENABLED: '0' }, maxBuffer: 32 << 20, encoding: 'utf8',
});
const types = astToString(await openapiTS(JSON.parse(description)));
writeFileSync(new URL('../src/api/schema.d.ts', import.meta.url), types);
